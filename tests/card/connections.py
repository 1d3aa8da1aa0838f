"""A connection that answers from a script and remembers what was sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from jpkidoctor.card.winscard import PcscError

Answer = bytes | PcscError


class ScriptedConnection:
    """Answers each command by the script, in order; running past its end is a failure of the test."""

    protocol = "T=1"

    def __init__(self, *answers: Answer) -> None:
        self._answers: Iterator[Answer] = iter(answers)
        self.sent: list[bytes] = []
        self.log: list[str] = []

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command)
        answer = next(self._answers)
        if isinstance(answer, PcscError):
            raise answer
        return answer

    def begin(self) -> None:
        self.log.append("begin")

    def end(self) -> None:
        self.log.append("end")

    def close(self) -> None:
        self.log.append("close")

    def close_unpowered(self) -> None:
        self.log.append("close_unpowered")


class FunctionConnection(ScriptedConnection):
    """Answers each command with a function of it."""

    def __init__(self, answer: Callable[[bytes], bytes]) -> None:
        super().__init__()
        self._answer = answer

    def transmit(self, command: bytes) -> bytes:
        self.sent.append(command)
        return self._answer(command)
