"""Saves the record of a call: a text file that is there as a whole or not at all, never over an older one."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from jpkidoctor.files import FileWriteError, WriteProblem, write_atomically
from jpkidoctor.knowledge.words import Words


def default_path(now: dt.datetime) -> Path:
    """In the person's documents, named by the time of the call."""
    from platformdirs import user_documents_path  # with the first record

    folder = user_documents_path()
    return (folder if folder.is_dir() else Path.home()) / f"jpkidoctor-call-{now:%Y%m%d-%H%M%S}.txt"


def save_record(text: str, path: Path, words: Words, *, platform: str = sys.platform) -> str:
    """Write the record and return a sentence for the person: where it is now, or why it is not."""
    from jpkidoctor.report.text import encode_text

    path = path.expanduser()
    try:
        write_atomically(path, encode_text(text + "\n", windows=platform == "win32"), replace=False)
    except FileWriteError as error:
        if error.reason is WriteProblem.EXISTS:
            return words.text("phone.save.exists")
        return words.text(f"report.write.{error.reason.value}", path=str(path))
    return words.text("phone.save.done", path=str(path))
