"""What was signed, as something that can be hashed: in memory, in a file of any size, or parts of a PDF."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jpkidoctor.signing.limits import not_counted

BLOCK = 1024 * 1024

HASHES = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}


_ATTRIBUTE_OIDS = (bytes.fromhex("06092a864886f70d010903"), bytes.fromhex("06092a864886f70d010904"))
"""id-contentType and id-messageDigest, which signed attributes always hold (RFC 5652 §5.3)."""
_SIGNED_INFO = re.compile(rb"<(?:[\w.-]+:)?SignedInfo[\s>]")
_MAX_ATTRIBUTES = 64 * 1024


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

    def digest_as_text(self, algorithm: str) -> bytes:
        """The digest with every line end as CR LF, which is how openssl signs what it takes for text (RFC 8551 §3.1.1).

        Raises OSError.
        """
        hasher = hashlib.new(algorithm, usedforsecurity=False)
        held = b""
        with not_counted():
            for block in self._blocks():
                data = held + bytes(block)
                held = data[-1:] if data.endswith(b"\r") else b""  # its LF may begin the next block
                data = data[: len(data) - len(held)].replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                hasher.update(data)
        hasher.update(held)
        return hasher.digest()

    def head(self, length: int) -> bytes:
        """The first bytes, as many as asked for at most."""
        if isinstance(self.source, Path):
            with self.source.open("rb") as file:
                return file.read(length)
        return bytes(self.source[:length] if isinstance(self.source, bytes) else self.source[0][:length])

    def is_part_of_a_signature(self) -> bool:
        """Whether it is what a CMS or XML signature is made over: a SET of signed attributes, or a SignedInfo.

        A signature value that was taken out of one would pass for one over this "document", which nobody signed.
        Raises OSError.
        """
        head = self.head(_MAX_ATTRIBUTES)
        attributes = head[:1] == b"\x31" and all(oid in head for oid in _ATTRIBUTE_OIDS)
        return attributes or _SIGNED_INFO.match(head) is not None

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
