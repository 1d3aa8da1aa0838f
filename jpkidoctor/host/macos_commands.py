"""Collector for macOS' own commands: bytes in time, or the reason why not. Never raises.

The commands and their cost: host-probes §1.2. All run as an ordinary user; none changes anything.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from jpkidoctor.facts import Fact, FactStatus
from jpkidoctor.host.probe import unseen

Failure = Literal["", "not_found", "denied", "timeout", "exit", "os"]
"""Why a command gave nothing; empty when it ended well."""

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes kept of an answer. ``ioreg -l`` of a Mac with two full hubs stays well below 2 MB (estimate)."""

IOREG = ("/usr/sbin/ioreg", "-a", "-l", "-r", "-c", "IOUSBHostDevice")
"""The service plane below each USB device, as a property list: only there interfaces hang below their device.

It prints nothing at all when no USB device is attached.
"""
USB_HOST = ("/usr/sbin/system_profiler", "-json", "SPUSBHostDataType")
"""USB from macOS 26 on; the older type is empty there."""
USB_OLD = ("/usr/sbin/system_profiler", "-json", "SPUSBDataType")
"""USB up to macOS 15."""
SMART_CARDS = ("/usr/sbin/system_profiler", "-json", "SPSmartCardsDataType")
"""Readers, drivers and tokens. It may print whole certificates too: its output is parsed and let go."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed; empty with a ``failure``."""

    output: bytes = b""
    failure: Failure = ""

    def unseen(self, source: str) -> Fact[Any]:
        """The failure as a fact."""
        status = {"denied": FactStatus.DENIED, "timeout": FactStatus.TIMEOUT}.get(self.failure, FactStatus.UNKNOWN)
        return unseen(status, source, self.failure or "unreadable")


class Runner(Protocol):
    def run(self, command: tuple[str, ...], limit: float) -> Answer:
        """Run a command for at most ``limit`` seconds. Never raises."""


class ChildProcess:
    """Real commands, by their full path and with an empty environment: no PATH and no language can change them."""

    def run(self, command: tuple[str, ...], limit: float) -> Answer:
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=limit,
                env={"LC_ALL": "C"},
                check=False,
            )
        except FileNotFoundError:
            return Answer(failure="not_found")
        except PermissionError:
            return Answer(failure="denied")
        except subprocess.TimeoutExpired:  # the child has been killed
            return Answer(failure="timeout")
        except (OSError, ValueError, subprocess.SubprocessError):
            return Answer(failure="os")
        if done.returncode:
            return Answer(failure="exit")
        return Answer(done.stdout[:LARGEST_ANSWER])
