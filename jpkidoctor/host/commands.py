"""Collector for programs of the system (macOS, Linux): bytes in time, or the reason why not. Never raises."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from jpkidoctor.facts import Fact, FactStatus
from jpkidoctor.host.probe import unseen
from jpkidoctor.host.programs import run_program

Failure = Literal["", "not_found", "denied", "timeout", "exit", "os"]
"""Why a command gave nothing; empty when it ended well."""

LARGEST_ANSWER = 16 * 1024 * 1024
"""Bytes kept of an answer. ``ioreg -l`` of a Mac with two full hubs stays well below 2 MB (estimate)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed; empty with a ``failure``."""

    output: bytes = b""
    failure: Failure = ""
    code: int = 0
    """What the command ended with, when it ended."""

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
            output, code = run_program(command, limit, {"LC_ALL": "C"})
        except FileNotFoundError:
            return Answer(failure="not_found")
        except PermissionError:
            return Answer(failure="denied")
        except subprocess.TimeoutExpired:
            return Answer(failure="timeout")
        except (OSError, ValueError, subprocess.SubprocessError):
            return Answer(failure="os")
        if code:
            return Answer(failure="exit", code=code)
        return Answer(output[:LARGEST_ANSWER])
