"""Many files: found as they come, verified on all cores when there are enough, told one by one."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from pathlib import Path

from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.status import FileStatus, Judgement
from jpkidoctor.signing.verify.verify_file import FileVerifier

LOOK_S = 0.25
"""After this long it is known how long a file takes here."""
WORTH_S = 0.75
"""Seconds of work that must be left: a worker takes half of it to start. Both are this thread's own processor time:
on a busy computer another process would only take it away."""
_CHUNK = 16
_AHEAD = 2
"""Chunks that wait for each worker, so that it never waits for us."""
_SIDE_FILES = frozenset({".cer", ".crt"})
_RANK = {Judgement.BAD: 0, Judgement.UNJUDGED: 1, Judgement.GOOD: 2}

Cancelled = Callable[[], bool]


def files_below(paths: Iterable[Path]) -> Iterator[Path]:
    """The given files, and every file below the given folders in the order of their names. Links to folders are
    not followed; a certificate that lies beside a signature is no signature."""
    for path in paths:
        if not _is_folder(path):
            yield path
            continue
        for folder, names, files in os.walk(path):
            names.sort()
            for name in sorted(files):
                file = Path(folder) / name
                if file.suffix.lower() not in _SIDE_FILES:
                    yield file


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # closed to us: it is told as a file that cannot be read
        return False


def worst_first(statuses: Iterable[FileStatus]) -> list[FileStatus]:
    """NG, then what could not be judged, then good; by path within."""
    return sorted(statuses, key=lambda status: (_RANK[status.judgement], status.path))


def verify_files(
    paths: Iterable[Path], request: Request, *, cancelled: Cancelled = lambda: False, workers: int | None = None
) -> Iterator[FileStatus]:
    """A status for each file, as they are ready. Stops soon after ``cancelled`` says so; never raises for a file."""
    files = iter(paths)
    count = workers if workers is not None else (os.cpu_count() or 1)
    verifier = FileVerifier(request)
    spent, found = 0.0, 0
    for path in files:
        if cancelled():
            return
        began = time.thread_time()
        status = verifier.verify(path)
        spent, found = spent + time.thread_time() - began, found + 1
        yield status
        if count > 1 and spent >= LOOK_S:
            break
    enough = max(2, round(WORTH_S * found / spent)) if spent else 2
    more = list(islice(files, enough))
    if count > 1 and len(more) == enough:
        yield from _on_all_cores(_chained(more, files), request, cancelled, count)
        return
    for path in _chained(more, files):
        if cancelled():
            return
        yield verifier.verify(path)


def _chained(first: list[Path], rest: Iterator[Path]) -> Iterator[Path]:
    yield from first
    yield from rest


def _on_all_cores(files: Iterator[Path], request: Request, cancelled: Cancelled, workers: int) -> Iterator[FileStatus]:
    """This process verifies too. A worker takes as long to start as hundreds of small files to verify: it gets files
    when it is there, and one that comes too late is not waited for."""
    # spawn on every system: a fork of a program with threads (the screens, the card) may never wake up.
    context = multiprocessing.get_context("spawn")
    children = set(multiprocessing.active_children())
    verifier = FileVerifier(request)
    with ProcessPoolExecutor(workers - 1, mp_context=context, initializer=_begin, initargs=(request,)) as pool:
        starting = [pool.submit(_ready) for _ in range(workers - 1)]
        given: dict[Future[list[FileStatus]], list[Path]] = {}
        try:
            while not cancelled():
                room = _AHEAD * sum(_came(future) for future in starting) - len(given)
                while room > 0 and (chunk := list(islice(files, _CHUNK))):
                    given[pool.submit(_verify_chunk, chunk)] = chunk
                    room -= 1
                here = list(islice(files, _CHUNK))
                for path in here:
                    if cancelled():
                        return
                    yield verifier.verify(path)
                done, _ = wait(given, timeout=0.0 if here else 0.2, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from _result(future, given.pop(future), verifier)
                if not here and not given:
                    return
        finally:
            if not all(future.done() for future in starting):
                for child in set(multiprocessing.active_children()) - children:
                    child.terminate()
            pool.shutdown(wait=True, cancel_futures=True)


def _came(future: Future[None]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _result(future: Future[list[FileStatus]], chunk: list[Path], verifier: FileVerifier) -> Iterator[FileStatus]:
    """What a worker found; when it died (the system may end one for its memory), it is found here."""
    try:
        yield from future.result()
    except BrokenProcessPool:
        for path in chunk:
            yield verifier.verify(path)


_verifier: FileVerifier | None = None  # of a worker process, which serves one request in its life


def _begin(request: Request) -> None:
    import jpkidoctor.signing.verify.cms  # noqa: F401 - what most folders hold, before the first files come

    global _verifier
    _verifier = FileVerifier(request)


def _ready() -> None:
    """Done when a worker is there."""


def _verify_chunk(paths: list[Path]) -> list[FileStatus]:
    if _verifier is None:
        raise RuntimeError("the worker was not begun")
    return [_verifier.verify(path) for path in paths]
