"""Many files: found as they come, verified on all cores when there are enough, told one by one."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from itertools import islice
from pathlib import Path

from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.status import FileStatus, Judgement
from jpkidoctor.signing.verify.verify_file import FileVerifier

WORTH_IT = 400
"""A process takes about as long to start as this many small files to verify."""
_CHUNK = 32
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
    first = list(islice(files, WORTH_IT))
    count = workers if workers is not None else (os.cpu_count() or 1)
    if len(first) < WORTH_IT or count < 2:
        verifier = FileVerifier(request)
        for path in (*first, *files):
            if cancelled():
                return
            yield verifier.verify(path)
        return
    yield from _on_all_cores(_chained(first, files), request, cancelled, count)


def _chained(first: list[Path], rest: Iterator[Path]) -> Iterator[Path]:
    yield from first
    yield from rest


def _on_all_cores(files: Iterator[Path], request: Request, cancelled: Cancelled, workers: int) -> Iterator[FileStatus]:
    # spawn on every system: a fork of a program with threads (the screens, the card) may never wake up.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_begin, initargs=(request,)) as pool:
        waiting: set[Future[list[FileStatus]]] = set()
        try:
            while True:
                while len(waiting) < workers * 3 and (chunk := list(islice(files, _CHUNK))):
                    waiting.add(pool.submit(_verify_chunk, chunk))
                if not waiting or cancelled():
                    return
                done, waiting = wait(waiting, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in done:
                    yield from future.result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


_verifier: FileVerifier | None = None  # of a worker process, which serves one request in its life


def _begin(request: Request) -> None:
    global _verifier
    _verifier = FileVerifier(request)


def _verify_chunk(paths: list[Path]) -> list[FileStatus]:
    if _verifier is None:
        raise RuntimeError("the worker was not begun")
    return [_verifier.verify(path) for path in paths]
