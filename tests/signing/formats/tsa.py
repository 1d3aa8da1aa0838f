"""A timestamp authority on loopback whose answers are made by ``openssl ts``."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

Answer = Callable[[bytes], tuple[int, bytes]]


class Authority:
    """Key, certificate and serial of a made-up TSA in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.certificate = directory / "tsa.pem"
        self.asked: list[bytes] = []
        (directory / "serial").write_text("01\n")
        self.configure()
        self.make_certificate()

    def configure(self, *more: str) -> None:
        """The settings of ``openssl ts``, with lines of one's own."""
        directory = self.directory
        (directory / "ts.cnf").write_text(
            "[tsa]\ndefault_tsa=t\n[t]\n"
            f"serial={directory / 'serial'}\nsigner_cert={self.certificate}\nsigner_key={directory / 'tsa.key'}\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
            + "".join(f"{line}\n" for line in more)
        )

    def make_certificate(self) -> None:
        """Its own authority."""
        directory = self.directory
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "400",
            "-subj", "/O=JPKI-TEST/CN=Practice TSA", "-addext", "extendedKeyUsage=critical,timeStamping",
            "-keyout", str(directory / "tsa.key"), "-out", str(self.certificate),
        )  # fmt: skip

    @property
    def der(self) -> bytes:
        return x509.load_pem_x509_certificate(self.certificate.read_bytes()).public_bytes(Encoding.DER)

    def answer(self, query: bytes) -> tuple[int, bytes]:
        self.asked.append(query)
        asked, reply = self.directory / "q.tsq", self.directory / "r.tsr"
        asked.write_bytes(query)
        run(
            "openssl", "ts", "-reply", "-config", str(self.directory / "ts.cnf"),
            "-queryfile", str(asked), "-out", str(reply),
        )  # fmt: skip
        return 200, reply.read_bytes()


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return (done.stdout + done.stderr).decode(errors="replace")


class ChainedAuthority(Authority):
    """A root, an authority below it, and the TSA below that; the token brings the two lower ones along."""

    def make_certificate(self) -> None:
        directory = self.directory
        self.root_key, self.root = directory / "root.key", directory / "root.pem"
        key, middle = directory / "middle.key", directory / "middle.pem"
        ca, stamps = "basicConstraints=critical,CA:TRUE", "extendedKeyUsage=critical,timeStamping"
        _certificate(self.root, self.root_key, "/O=JPKI-TEST/CN=Practice Root", ca)
        _certificate(middle, key, "/O=JPKI-TEST/CN=Practice Middle", f"{ca},pathlen:0", (self.root, self.root_key))
        _certificate(self.certificate, directory / "tsa.key", "/O=JPKI-TEST/CN=Practice TSA", stamps, (middle, key))
        self.middle = middle
        self.configure(f"certs={middle}")

    @property
    def root_der(self) -> bytes:
        return x509.load_pem_x509_certificate(self.root.read_bytes()).public_bytes(Encoding.DER)


def _certificate(out: Path, key: Path, name: str, extension: str, issuer: tuple[Path, Path] | None = None) -> None:
    """A key and its certificate, signed by itself or by an issuer (certificate, key)."""
    request = out.with_suffix(".csr")
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", name, "-keyout", str(key), "-out", str(request))
    extensions = out.with_suffix(".ext")
    extensions.write_text(extension + "\n")
    by = ("-CA", str(issuer[0]), "-CAkey", str(issuer[1]), "-CAcreateserial") if issuer else ("-key", str(key))
    run(
        "openssl", "x509", "-req", "-in", str(request), "-days", "400", "-extfile", str(extensions),
        "-out", str(out), *by,
    )  # fmt: skip


@contextmanager
def serve(answer: Answer) -> Iterator[str]:
    """Serve answers on loopback; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            if status == 302:
                self.send_header("Location", body.decode())
                body = b""
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/tsa"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
