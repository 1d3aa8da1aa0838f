from __future__ import annotations

import threading
import time

import pytest

from jpkidoctor.card.card_thread import CardThread, JobCancelledError, JobTimeoutError


@pytest.fixture
def thread():
    card_thread = CardThread()
    yield card_thread
    card_thread.stop()


def test_a_job_returns_its_result_or_raises_its_error(thread: CardThread):
    assert thread.run(lambda: 42, 1) == 42
    with pytest.raises(ZeroDivisionError):
        thread.run(lambda: 1 // 0, 1)


def test_all_jobs_run_on_one_thread_that_is_not_the_callers(thread: CardThread):
    names = {thread.run(threading.get_ident, 1) for _ in range(5)}
    assert len(names) == 1
    assert threading.get_ident() not in names


def test_a_call_that_never_comes_back_is_left_behind_and_the_next_job_runs(thread: CardThread):
    never = threading.Event()
    start = time.monotonic()
    with pytest.raises(JobTimeoutError):
        thread.run(never.wait, 0.1)
    assert time.monotonic() - start < 1
    assert thread.left_behind == 1
    assert thread.run(lambda: "next", 1) == "next"
    never.set()


def test_cancel_lets_the_caller_go_at_once(thread: CardThread):
    never = threading.Event()
    threading.Timer(0.05, thread.cancel).start()
    start = time.monotonic()
    with pytest.raises(JobCancelledError):
        thread.run(never.wait, 10)
    assert time.monotonic() - start < 1
    assert thread.run(lambda: "next", 1) == "next"
    never.set()


def test_a_late_result_of_a_cancelled_job_disturbs_nobody(thread: CardThread):
    gate = threading.Event()
    with pytest.raises(JobTimeoutError):
        thread.run(lambda: gate.wait() and "late", 0.05)
    gate.set()
    assert [thread.run(lambda n=n: n, 1) for n in range(3)] == [0, 1, 2]


def test_a_timeout_error_of_the_job_itself_is_the_jobs_own(thread: CardThread):
    def work() -> None:
        raise TimeoutError("mine")

    with pytest.raises(TimeoutError, match="mine"):
        thread.run(work, 1)
    assert thread.left_behind == 0


def test_cancel_with_nothing_to_cancel_is_harmless(thread: CardThread):
    thread.cancel()
    assert thread.run(lambda: 1, 1) == 1
    assert thread.left_behind == 0


def test_a_job_that_is_let_go_of_before_its_turn_ends_in_silence(thread: CardThread, monkeypatch, caplog):
    """A traceback of a thread would be written over the screens."""
    died: list[object] = []
    monkeypatch.setattr(threading, "excepthook", died.append)
    first, started, ran = threading.Event(), threading.Event(), []
    outcomes: list[object] = []

    def ask(work) -> None:
        try:
            outcomes.append(thread.run(work, 5))
        except JobCancelledError as error:
            outcomes.append(type(error))

    waiting = [threading.Thread(target=ask, args=(lambda: started.set() or first.wait(5),))]
    waiting[0].start()
    assert started.wait(5)
    waiting.append(threading.Thread(target=ask, args=(lambda: ran.append(1),)))
    waiting[1].start()
    end = time.monotonic() + 5
    while thread._queue.empty() and time.monotonic() < end:
        time.sleep(0.01)
    thread.cancel()  # the second job, which has not begun
    waiting[1].join(5)
    first.set()
    waiting[0].join(5)
    assert thread.run(lambda: "next", 5) == "next"
    assert (outcomes, ran, died, caplog.text) == ([JobCancelledError, True], [], [], "")
