"""A cache of CA certificates, so that the slow part of a card session is read once per computer.

A CA certificate is the same on millions of cards and holds nothing of a person. At 0.26 to 1 ms a byte the
two on a card take 0.7 to 2.6 seconds (card-protocol.md §4.7). The beginning of the file, which is always
read from the card, holds serial number and issuer; when it equals one read before, the rest is taken from
here. Whoever uses such bytes must say so, and must read the card again when a signature does not fit.
"""

from __future__ import annotations

import contextlib
import hashlib
from pathlib import Path
from typing import Protocol

from jpkidoctor.card.files import MAX_FILE, der_length
from jpkidoctor.files import FileWriteError, write_atomically

BEGINNING = 128
"""Bytes that tell one CA certificate from another: serial number, country, organisation and purpose."""


class CaCache(Protocol):
    """Where whole CA certificates are kept by their beginning."""

    def find(self, beginning: bytes) -> bytes | None:
        """The whole DER that starts with these bytes, or None. Never raises."""

    def keep(self, der: bytes) -> None:
        """Remember a whole DER. Never raises: a cache that cannot be written is no fault."""


class NoCache:
    """Forgets everything: each card is read in full."""

    def find(self, beginning: bytes) -> bytes | None:
        return None

    def keep(self, der: bytes) -> None:
        return


class DirectoryCache:
    """One file a certificate, named by the SHA-256 of its beginning."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def _path(self, beginning: bytes) -> Path:
        return self._directory / f"{hashlib.sha256(beginning).hexdigest()}.der"

    def find(self, beginning: bytes) -> bytes | None:
        if len(beginning) != BEGINNING:
            return None
        try:
            with self._path(beginning).open("rb") as file:
                der = file.read(MAX_FILE + 1)
        except OSError:
            return None
        # A damaged or foreign file must look like no file.
        return der if der[:BEGINNING] == beginning and der_length(der) == len(der) else None

    def keep(self, der: bytes) -> None:
        if len(der) <= BEGINNING:
            return
        with contextlib.suppress(FileWriteError, OSError):
            self._directory.mkdir(parents=True, exist_ok=True)
            write_atomically(self._path(der[:BEGINNING]), der)
