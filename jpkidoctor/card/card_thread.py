"""The one thread on which all card I/O runs: a queue of jobs, a time limit each, and cancel.

A PC/SC call cannot be interrupted: SCardConnect waits for ever behind another program's transaction. So the
caller waits only as long as the limit; then the thread is left behind with its call, as a daemon that does
not keep the program alive, and a new one takes the next job.
"""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, InvalidStateError
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any, TypeVar

V = TypeVar("V")


class JobTimeoutError(Exception):
    """The job did not end within its limit; its thread was left behind."""


class JobCancelledError(Exception):
    """The job was cancelled while its caller waited."""


class _Job:
    def __init__(self, work: Callable[[], Any]) -> None:
        self.work = work
        self.future: Future[Any] = Future()


class CardThread:
    """Runs jobs one after another. ``run`` may be called from any thread but its own."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._left_behind = 0
        self._current: _Job | None = None
        self._queue = self._start()

    @property
    def left_behind(self) -> int:
        """How many threads hang in a PC/SC call that did not come back."""
        return self._left_behind

    def _start(self) -> queue.SimpleQueue[_Job | None]:
        jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        threading.Thread(target=self._serve, args=(jobs,), name="card", daemon=True).start()
        return jobs

    @staticmethod
    def _serve(jobs: queue.SimpleQueue[_Job | None]) -> None:
        while (job := jobs.get()) is not None:
            if job.future.done() or not job.future.set_running_or_notify_cancel():
                continue  # it was let go of before its turn came
            try:
                result = job.work()
            except BaseException as error:
                _settle(job.future, error=error)
            else:
                _settle(job.future, result=result)

    def run(self, work: Callable[[], V], limit_s: float, sign_of_life: Callable[[], object] = lambda: None) -> V:
        """Run one job and return its result, or raise what it raised.

        Raises JobTimeoutError when ``limit_s`` seconds pass in which ``sign_of_life`` gives the same value, and
        JobCancelledError when ``cancel`` was called.
        """
        job = _Job(work)
        with self._lock:
            self._current = job
            self._queue.put(job)
        try:
            result: V = self._wait(job, limit_s, sign_of_life)
        except CancelledError as error:
            raise JobCancelledError from error
        finally:
            with self._lock:
                if self._current is job:
                    self._current = None
        return result

    def _wait(self, job: _Job, limit_s: float, sign_of_life: Callable[[], object]) -> Any:  # noqa: ANN401
        while True:
            alive = sign_of_life()
            try:
                return job.future.result(limit_s)
            except FutureTimeoutError as error:
                if job.future.done() and not job.future.cancelled():
                    raise  # the job itself raised a TimeoutError
                if sign_of_life() == alive:
                    self._leave()
                    raise JobTimeoutError from error

    def cancel(self) -> None:
        """Let go of the job that is waited for: ``run`` raises JobCancelledError at once."""
        with self._lock:
            job = self._current
        if job is not None and not job.future.done():
            self._leave()
            _settle(job.future, error=CancelledError())

    def _leave(self) -> None:
        with self._lock:
            self._queue.put(None)  # should the call ever come back, its thread ends
            self._left_behind += 1
            self._queue = self._start()

    def stop(self) -> None:
        """End the thread after the job in hand."""
        self._queue.put(None)


def _settle(future: Future[Any], *, result: object = None, error: BaseException | None = None) -> None:
    """Set the outcome, unless the waiter was told something else already."""
    with contextlib.suppress(InvalidStateError):
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)
