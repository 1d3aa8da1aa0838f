"""A timestamp authority on loopback whose answers are made by ``openssl ts``."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

Answer = Callable[[bytes], tuple[int, bytes]]


class Authority:
    """Key, certificate and serial of a made-up TSA in a directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.certificate = directory / "tsa.pem"
        self.asked: list[bytes] = []
        (directory / "serial").write_text("01\n")
        (directory / "ts.cnf").write_text(
            "[tsa]\ndefault_tsa=t\n[t]\n"
            f"serial={directory / 'serial'}\nsigner_cert={self.certificate}\nsigner_key={directory / 'tsa.key'}\n"
            "signer_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
        )
        run(
            "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "400",
            "-subj", "/O=JPKI-TEST/CN=Practice TSA", "-addext", "extendedKeyUsage=critical,timeStamping",
            "-keyout", str(directory / "tsa.key"), "-out", str(self.certificate),
        )  # fmt: skip

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
