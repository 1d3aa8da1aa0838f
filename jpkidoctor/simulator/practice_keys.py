"""Private keys of the practice hierarchy: made once for each computer, then read from the cache directory.

The keys protect nothing. They are still kept like keys (mode 0600, written under a temporary name), because a
private key that everybody can read is a bad example, whatever it signs.
"""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from collections.abc import Callable
from pathlib import Path

import platformdirs
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from jpkidoctor.files import FileWriteError, write_atomically

RSA_BITS = 2048
_MAX_KEY_FILE = 8 * 1024


def default_key_directory() -> Path:
    """Where practice keys are cached for this user. Nothing is created here."""
    return platformdirs.user_cache_path("jpkidoctor", appauthor=False) / "practice-keys"


class KeyStore:
    """Gives the practice key of a name, the same one every time. Safe to use from several threads.

    ``directory`` None keeps the keys in memory only. A cache file that is missing, broken or of another kind
    is made anew, and a directory that cannot be written is no error: the key then lives as long as this object.
    """

    def __init__(self, directory: Path | None) -> None:
        self._directory = directory
        self._lock = threading.Lock()
        self._rsa: dict[str, rsa.RSAPrivateKey] = {}
        self._ec: dict[str, ec.EllipticCurvePrivateKey] = {}

    def rsa_key(self, name: str) -> rsa.RSAPrivateKey:
        """The RSA-2048 key of this name (lower-case letters, digits, hyphens)."""
        with self._lock:
            if name not in self._rsa:
                found = self._read(name)
                if not isinstance(found, rsa.RSAPrivateKey) or found.key_size != RSA_BITS:
                    found = rsa.generate_private_key(public_exponent=65537, key_size=RSA_BITS)
                    self._write(name, found)
                self._rsa[name] = found
            return self._rsa[name]

    def ec_key(self, name: str) -> ec.EllipticCurvePrivateKey:
        """The P-384 key of this name: the kind that the next card is said to carry."""
        with self._lock:
            if name not in self._ec:
                found = self._read(name)
                if not isinstance(found, ec.EllipticCurvePrivateKey) or not isinstance(found.curve, ec.SECP384R1):
                    found = ec.generate_private_key(ec.SECP384R1())
                    self._write(name, found)
                self._ec[name] = found
            return self._ec[name]

    def _path(self, name: str) -> Path | None:
        return None if self._directory is None else self._directory / f"{name}.pem"

    def _read(self, name: str) -> object:
        path = self._path(name)
        if path is None:
            return None
        return _unless_broken(lambda: serialization.load_pem_private_key(_own_file(path), password=None))

    def _write(self, name: str, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> None:
        path = self._path(name)
        if path is None:
            return
        pem = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        with contextlib.suppress(FileWriteError, OSError):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, pem, 0o600)


def _own_file(path: Path) -> bytes:
    """The bytes of a regular file that only its owner can read; raises OSError for anything else."""
    with path.open("rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > _MAX_KEY_FILE:
            raise OSError("not a key file")
        if os.name == "posix" and found.st_mode & 0o077:
            raise OSError("readable by others")
        return file.read(_MAX_KEY_FILE)


def _unless_broken(read: Callable[[], object]) -> object:
    try:
        return read()
    except Exception:  # a cache file may hold anything, and the parser's errors are of many kinds
        return None
