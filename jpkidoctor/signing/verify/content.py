"""What was signed, as something that can be hashed: in memory, in a file of any size, or parts of a PDF."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jpkidoctor.signing.limits import not_counted

BLOCK = 1024 * 1024

HASHES = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}


@dataclass(slots=True)
class Content:
    """Bytes that are read in blocks, each digest calculated once. Raises OSError when the file goes away."""

    source: bytes | Path | tuple[memoryview, ...]
    _digests: dict[str, bytes] = field(default_factory=dict)

    def digest(self, algorithm: str) -> bytes:
        """The digest by the name of hashlib (``HASHES``). Raises ValueError for any other."""
        if algorithm not in HASHES:
            raise ValueError(algorithm)
        if algorithm not in self._digests:
            hasher = hashlib.new(algorithm, usedforsecurity=False)
            with not_counted():  # a file may be as long as it likes; it is read once
                for block in self._blocks():
                    hasher.update(block)
            self._digests[algorithm] = hasher.digest()
        return self._digests[algorithm]

    def head(self, length: int) -> bytes:
        """The first bytes, as many as asked for at most."""
        if isinstance(self.source, Path):
            with self.source.open("rb") as file:
                return file.read(length)
        return bytes(self.source[:length] if isinstance(self.source, bytes) else self.source[0][:length])

    @property
    def size(self) -> int:
        """Bytes."""
        if isinstance(self.source, Path):
            return self.source.stat().st_size
        if isinstance(self.source, bytes):
            return len(self.source)
        return sum(len(part) for part in self.source)

    def _blocks(self) -> Iterator[bytes | memoryview]:
        if isinstance(self.source, bytes):
            yield self.source
        elif isinstance(self.source, Path):
            with self.source.open("rb") as file:
                while block := file.read(BLOCK):
                    yield block
        else:
            yield from self.source
