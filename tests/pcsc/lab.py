"""A private pcscd with virtual readers, for one test process: real daemon, real libpcsclite, real pyscard.

No privilege is needed: the daemon gets its listening socket by socket activation, and a mount namespace of
its own hides the system's /run where one can be had. libpcsclite reads PCSCLITE_CSOCK_NAME once a process,
so the socket keeps one path while daemons come and go behind it.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.reader_slot import Position
from jpkidoctor.simulator.vpcd import serve_vpcd

DRIVER = Path("/usr/lib/pcsc/drivers/serial/libifdvpcd.so")
PCSCD = shutil.which("pcscd") or "/usr/sbin/pcscd"

_NAMESPACES = (["unshare", "-m"], ["unshare", "-U", "-r", "-m"])
_HIDE_RUN = "mount -t tmpfs tmpfs /run && mkdir /run/pcscd && "
# Socket activation by hand: the listening socket is descriptor 3, and the process is told that it is meant.
_HAND_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1")
os.execv(sys.argv[2], sys.argv[2:])
"""


def missing() -> str:
    """Why the lab cannot be built here, or an empty string."""
    if not Path(PCSCD).exists():
        return "pcscd is not installed"
    return "" if DRIVER.exists() else "the virtual reader driver (vsmartcard-vpcd) is not installed"


def free_port_pair() -> int:
    """A TCP port P with P+1 free too: each configured reader has two slots."""
    for _ in range(100):
        with socket.socket() as first:
            first.bind(("127.0.0.1", 0))
            port = first.getsockname()[1]
            with socket.socket() as second:
                try:
                    second.bind(("127.0.0.1", port + 1))
                except OSError:
                    continue
                return port
    raise RuntimeError("no free pair of ports")


def _namespace() -> list[str]:
    for prefix in _NAMESPACES:
        tried = subprocess.run([*prefix, "sh", "-c", _HIDE_RUN + "true"], capture_output=True, check=False)
        if tried.returncode == 0:
            return prefix
    return []


class Lab:
    """One pcscd that can be started, killed and started again, and cards to put into its readers."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="jpkidoctor-lab-"))
        self.socket_path = self.directory / "pcscd.comm"
        self._listener: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._namespace = _namespace()
        self._log = self.directory / "pcscd.log"
        self.ports: dict[str, int] = {}
        os.environ["PCSCLITE_CSOCK_NAME"] = str(self.socket_path)

    # -- the daemon --------------------------------------------------------------------------------

    def start(self, *readers: str) -> None:
        """Start pcscd with these readers (each name gives two slots, `` 00 00`` and `` 00 01``)."""
        self.stop()
        self.ports = {name: self.ports.get(name) or free_port_pair() for name in readers}
        config = self.directory / "reader.conf"
        entries = []
        for index, (name, port) in enumerate(self.ports.items()):
            # The driver keeps its slots in globals, so each further reader needs its own copy.
            driver = DRIVER
            if index:
                driver = self.directory / f"driver{index}.so"
                shutil.copy(DRIVER, driver)
            entries.append(f'FRIENDLYNAME "{name}"\nDEVICENAME /dev/null:{port}\nLIBPATH {driver}\nCHANNELID {port}\n')
        config.write_text("\n".join(entries))
        self.socket_path.unlink(missing_ok=True)
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listener.bind(str(self.socket_path))
        self.socket_path.chmod(0o777)
        listener.listen(16)
        self._listener = listener
        descriptor = listener.fileno()
        hide = _HIDE_RUN if self._namespace else ""
        command = [
            *(*self._namespace, "sh", "-c", hide + 'exec "$@"', "sh"),
            *(sys.executable, "-S", "-c", _HAND_OVER, str(descriptor)),
            *(PCSCD, "--foreground", "--info", "--config", config),
        ]
        offset = self._log.stat().st_size if self._log.exists() else 0
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                pass_fds=(descriptor,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.wait_for_log("daemon ready", offset)

    def wait_for_log(self, text: str, offset: int = 0, limit_s: float = 10) -> None:
        """Wait until pcscd has said this after ``offset`` bytes of its log."""
        end = time.monotonic() + limit_s
        while time.monotonic() < end:
            if text.encode() in self._log.read_bytes()[offset:]:
                return
            time.sleep(0.01)
        raise AssertionError(f"pcscd did not say {text!r}:\n" + self._log.read_text(errors="replace")[-2000:])

    def log_size(self) -> int:
        return self._log.stat().st_size

    def kill(self) -> None:
        """The service dies without a word."""
        self._end("kill")

    def stop(self) -> None:
        """The service is stopped."""
        self._end("terminate")

    def _end(self, how: str) -> None:
        if self._process is not None:
            getattr(self._process, how)()
            self._process.wait(10)
            self._process = None
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self.socket_path.unlink(missing_ok=True)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self.directory, ignore_errors=True)

    # -- cards -------------------------------------------------------------------------------------

    @contextmanager
    def card(
        self, card: PracticeCard, reader: str, slot: int = 0, position: Position = Position.RIGHT
    ) -> Iterator[CardInReader]:
        """Put a practice card into a reader for the time of the block."""
        held = CardInReader()
        held.position = position
        offset = self.log_size()
        thread = threading.Thread(
            target=serve_vpcd,
            args=(card, "127.0.0.1", self.ports[reader] + slot),
            kwargs={"stop": held.stop, "position": lambda: held.position},
            daemon=True,
        )
        thread.start()
        try:
            self.wait_for_log("Card inserted" if position is Position.RIGHT else "Error powering up card", offset)
            yield held
        finally:
            held.stop.set()
            thread.join(5)


class CardInReader:
    """A hand on the card: how it lies, changeable at any time."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.position = Position.RIGHT
