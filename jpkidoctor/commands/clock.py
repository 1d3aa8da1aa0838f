"""``jpkidoctor clock``: hold this computer's clock against a time server, because a person asked for it."""

from __future__ import annotations

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator

import msgspec

from jpkidoctor import __version__
from jpkidoctor.checks.system import clock_is_right
from jpkidoctor.commands.exits import Exit
from jpkidoctor.diagnosis import Finding, Status
from jpkidoctor.facts import Clock, Fact, Facts, FactStatus, HostFacts
from jpkidoctor.host.clock import clock_fact
from jpkidoctor.host.time_server import Offset, Problem, ask_time_server
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.safe_text import safe_text

SCHEMA = "jpkidoctor.clock/1"
_EVEN_S = 0.5
"""Below this the clock is called even: a person cannot set it better."""

Ask = Callable[[str, int], Offset | Problem]


def run_clock(server: str, port: int, *, as_json: bool, lang: Lang, ask: Ask = ask_time_server) -> Exit:
    """Ask, judge, print. 0 the clock is right, 1 it is wrong, 3 the server gave no time. Raises KnowledgeError."""
    words = load_words(lang)
    name = safe_text(server, 100)
    _say(words.text("clock.asking", server=name), error=True)
    answer = ask(server, port)
    fact = compared(clock_fact(time.tzname[0], "sntp", dt.datetime.now(dt.UTC)), answer)
    finding = clock_is_right(_facts(fact), load_known())
    if as_json:
        _print_json(name, answer, finding)
    else:
        for line in _lines(answer, finding, words):
            _say(line)
    if not isinstance(answer, Offset):
        return Exit.COULD_NOT_EXAMINE
    return Exit.SOMETHING_FAILED if finding.status is Status.FAILED else Exit.NOTHING_FAILED


def compared(fact: Fact[Clock], answer: Offset | Problem) -> Fact[Clock]:
    """The fact of the clock with what the server said; without a time the note says why."""
    if fact.value is None or not isinstance(answer, Offset):
        return msgspec.structs.replace(fact, note=answer if isinstance(answer, str) else "")
    clock = msgspec.structs.replace(fact.value, server_offset_s=round(answer.seconds, 3))
    return msgspec.structs.replace(fact, status=FactStatus.OK, value=clock)


def _facts(fact: Fact[Clock]) -> Facts:
    return Facts(taken_at=dt.datetime.now(dt.UTC), tool_version=__version__, host=HostFacts(clock=fact))


def _lines(answer: Offset | Problem, finding: Finding, words: Words) -> Iterator[str]:
    if not isinstance(answer, Offset):
        yield words.text(f"clock.problem.{answer}")
    else:
        key = "clock.even" if abs(answer.seconds) < _EVEN_S else "clock.ahead" if answer.seconds > 0 else "clock.behind"
        seconds, trip = f"{abs(answer.seconds):.1f}", round(answer.round_trip_s * 1000)
        yield words.text(key, seconds=seconds, trip=trip)
    if finding.status is Status.FAILED:
        yield words.meaning(finding)
        yield from (f"{number}. {step}" for number, step in enumerate(words.steps(finding.id), 1))
    elif isinstance(answer, Offset):
        yield words.text("clock.enough")


def _print_json(server: str, answer: Offset | Problem, finding: Finding) -> None:
    body: dict[str, object] = {"schema": SCHEMA, "server": server}
    if isinstance(answer, Offset):
        body |= {
            "offset_s": round(answer.seconds, 3), "round_trip_s": round(answer.round_trip_s, 3),
            "stratum": answer.stratum, "problem": None,
        }  # fmt: skip
    else:
        body |= {"offset_s": None, "round_trip_s": None, "stratum": None, "problem": answer}
    body["finding"] = {"id": finding.id, "status": finding.status.value}
    sys.stdout.buffer.write(indented(body))


def _say(line: str, *, error: bool = False) -> None:
    print(cp932_safe(line), file=sys.stderr if error else sys.stdout)
