"""1,000 small CMS files in folder mode beside a loop of ``openssl cms -verify``; a PDF beside ``pdfsig``."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding

from benchmarks.row import Row, median_ms
from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import SigningDetails
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.trust import Anchor, sha256_of
from jpkidoctor.signing.verify.folder import files_below, verify_files
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.verify_file import verify_file
from jpkidoctor.simulator.practice_keys import KeyStore, default_key_directory
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose, Validity

FILES = 1000
LOOPED = 100
"""openssl's loop is measured over this many and scaled: a process each takes the same time every time."""
_NOW = dt.datetime.now(dt.UTC)


class _Key:
    def __init__(self, pki: PracticePki) -> None:
        self._key = pki.signature_key
        end = Validity.ending(_NOW + dt.timedelta(days=400))
        self.certificate = pki.signature_certificate(Authority(Purpose.SIGNATURE), end)

    def sign_digest(self, digest: bytes) -> bytes:
        return self._key.sign(digest, padding.PKCS1v15(), Prehashed(hashes.SHA256()))


def _pdf() -> bytes:
    import io

    from pyhanko.pdf_utils.generic import StreamObject
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

    writer = PdfFileWriter()
    contents = writer.add_object(StreamObject(stream_data=b"BT ET"))
    writer.insert_page(PageObject(contents=contents, media_box=(0, 0, 595, 842)))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def rows() -> Iterator[Row]:
    pki = PracticePki(KeyStore(default_key_directory()))
    key = _Key(pki)
    authority = pki.ca_certificate(Authority(Purpose.SIGNATURE))
    request = Request(pins=(), now=_NOW, anchors=(Anchor(authority, sha256_of(authority), "signature", None),))
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        ca = directory / "ca.pem"
        ca.write_bytes(x509.load_der_x509_certificate(authority).public_bytes(Encoding.PEM))
        folder = directory / "files"
        folder.mkdir()
        for number in range(FILES):
            signed = make_signature(b"%d" % number, SignatureFormat.CMS, key, SigningDetails(_NOW))
            (folder / f"{number:04}.p7m").write_bytes(signed.data)
        start = time.perf_counter()
        found = list(verify_files(files_below([folder]), request))
        ours = (time.perf_counter() - start) * 1000
        if len(found) != FILES or any(not status.signatures for status in found):
            raise RuntimeError("not all files were verified")
        start = time.perf_counter()
        for path in sorted(folder.iterdir())[:LOOPED]:
            _openssl(path, ca)
        theirs = (time.perf_counter() - start) * 1000 * FILES / LOOPED
        yield Row(f"verify {FILES} CMS files / openssl processes", ours, theirs, 0.2)
        pdf = directory / "a.pdf"
        pdf.write_bytes(make_signature(_pdf(), SignatureFormat.PADES, key, SigningDetails(_NOW)).data)
        verify_file(pdf, request)  # pyHanko is loaded once for a folder
        ours = median_ms(lambda: verify_file(pdf, request))
        theirs = median_ms(lambda: subprocess.run(["pdfsig", str(pdf)], capture_output=True, check=False))
        yield Row("verify a PDF in a folder / pdfsig (stated, no aim)", ours, theirs, 99.0)


def _openssl(path: Path, ca: Path) -> None:
    done = subprocess.run(
        [
            "openssl", "cms", "-verify", "-cades", "-inform", "DER", "-in", str(path), "-CAfile", str(ca),
            "-purpose", "any", "-ignore_critical", "-out", "/dev/null",
        ],
        capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise RuntimeError(done.stderr.decode(errors="replace"))


if __name__ == "__main__":
    for row in rows():
        sys.stdout.write(f"{row}\n")
