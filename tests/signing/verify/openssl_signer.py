"""``openssl cms -sign`` with a key and certificate of ours: what a stranger's program makes."""

from __future__ import annotations

import subprocess
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def openssl_sign(directory: Path, key: PrivateKeyTypes, certificate: bytes, content: bytes, *options: str) -> bytes:
    """What openssl writes; ``options`` are those of ``openssl cms -sign``."""
    pems = directory / "signer.key", directory / "signer.pem", directory / "signer.content"
    pems[0].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    pems[1].write_bytes(x509.load_der_x509_certificate(certificate).public_bytes(Encoding.PEM))
    pems[2].write_bytes(content)
    done = subprocess.run(
        ["openssl", "cms", "-sign", "-md", "sha256", "-in", pems[2], "-signer", pems[1], "-inkey", pems[0], *options],
        capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout
