"""``jpkidoctor sign``: the visible order of a signature on the command line (sign-verify.md §7.1 item 5)."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

from jpkidoctor.commands.card_desk import (
    card_on_the_counter,
    confirm_two_left,
    tell_readiness,
    told_after_a_loss,
)
from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.pin_prompt import Asker
from jpkidoctor.commands.verify import verify_request
from jpkidoctor.facts import PinId
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.card_desk import pin_rule
from jpkidoctor.signing.job import Confirmations, JobResult, run_job
from jpkidoctor.signing.job_hands import JobHands, Progress
from jpkidoctor.signing.make_and_check import checker, maker
from jpkidoctor.signing.plan import PlannedFile, SigningPlan, make_plan
from jpkidoctor.signing.readiness import Obstacle
from jpkidoctor.signing.request import PDF_FORMATS, SigningRequest
from jpkidoctor.signing.summary import as_builtins, lines, save_summary


@dataclass(frozen=True)
class SignRequest:
    """What was asked for on the command line. There is no field for a PIN."""

    signing: SigningRequest
    allow_expired: bool
    from_stdin: bool
    yes: bool
    reader: str | None
    scenario: str | None
    as_json: bool
    lang: Lang


def run_sign(request: SignRequest) -> Exit:
    """Sign the files. Exit 0 all signed and verified, 1 not all, 2 not confirmed or wrong usage, 3 could not begin."""
    import datetime as dt

    words, known = load_words(request.lang), load_known()
    asker = Asker(words, known, from_stdin=request.from_stdin, yes=request.yes)

    def now() -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    plan = make_plan(request.signing)
    make = maker(plan, now=now)  # a wrong address is told before anything else
    for line in plan_lines(plan, words):
        _say(line)
    if not plan.ready:
        _say(words.text("sign.plan.not_ready"))
        return Exit.COULD_NOT_EXAMINE
    with card_on_the_counter(known, scenario=request.scenario, reader=request.reader) as counter:
        readiness = counter.readiness(PinId.SIGNATURE, now())
        tell_readiness(readiness, asker, words, known)
        if not readiness.ready(allow_expired=request.allow_expired):
            return Exit.SOMETHING_FAILED
        _say(words.text("sign.personal_data"))
        asker.confirm(words.text("sign.question"))
        if plan.many:
            asker.confirm(words.text("sign.plan.many", files=len(plan.files)))
        if Obstacle.EXPIRED in readiness.obstacles:
            asker.confirm(words.text("sign.expired.question"))
        second = confirm_two_left(readiness, asker, words)
        confirmed = Confirmations(
            files=True, personal_data=True, two_left=second, expired=request.allow_expired, many=plan.many
        )
        typed = asker.pin(pin_rule(known, PinId.SIGNATURE))
        with typed, stops_on_interrupt() as stopped, told_after_a_loss(counter.desk, asker, words):
            hands = JobHands(
                make,
                now,
                check=checker(plan, verify_request(now()), now=now),
                progress=lambda progress: _tell(progress, words),
                cancelled=stopped,
            )
            result = run_job(plan, counter.desk, typed, confirmed, hands)
    return _finish(result, request, words)


def _finish(result: JobResult, request: SignRequest, words: Words) -> Exit:
    if request.as_json:
        import msgspec

        body = msgspec.json.encode(as_builtins(result))
        sys.stdout.buffer.write(msgspec.json.format(body, indent=2) + b"\n")
    else:
        for line in lines(result, words):
            print(cp932_safe(line))  # noqa: T201
    if len(result.plan.files) > 1:
        for path in save_summary(result, words):
            _say(words.text("sign.summary.saved", path=safe_text(str(path))))
    return Exit.NOTHING_FAILED if result.complete else Exit.SOMETHING_FAILED


def plan_lines(plan: SigningPlan, words: Words) -> Iterator[str]:
    """The plan for reading: what is confirmed as a whole."""
    yield words.text("sign.plan", files=len(plan.files))
    yield words.text("sign.plan.form", form=words.text(f"sign.form.{plan.form.value}"))
    for number, file in enumerate(plan.files, 1):
        if file.problem is not None:
            yield words.text(f"sign.problem.{file.problem.value}", path=safe_text(str(file.path)))
            continue
        yield from _file_lines(number, file, words)
    if plan.request.stamp and plan.form in PDF_FORMATS:
        yield words.text("sign.plan.stamp")
    if plan.request.timestamp_url:
        yield words.text("sign.plan.timestamp", url=safe_text(plan.request.timestamp_url))


def _file_lines(number: int, file: PlannedFile, words: Words) -> Iterator[str]:
    kind = words.text(f"sign.kind.{file.kind.value}")
    yield words.text("sign.plan.file", number=number, path=safe_text(str(file.path)), size=file.size, kind=kind)
    yield words.text("sign.plan.sha256", sha256=file.sha256)
    for line in file.first_lines:
        yield words.text("sign.plan.line", line=line)
    if file.pdf is not None:
        pdf = file.pdf
        yield words.text("sign.plan.pdf", pages=pdf.pages, signatures=pdf.signatures, fields=pdf.form_fields)
        if pdf.scripts:
            yield words.text("sign.plan.pdf.scripts")
        if pdf.attachments:
            yield words.text("sign.plan.pdf.attachments")
    yield words.text("sign.plan.output", path=safe_text(str(file.output)))


@contextmanager
def stops_on_interrupt() -> Iterator[Callable[[], bool]]:
    """Ctrl+C stops a batch cleanly after the current signature."""
    asked = threading.Event()

    def remember(number: int, frame: FrameType | None) -> None:
        asked.set()

    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.signal(signal.SIGINT, remember)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def _tell(progress: Progress, words: Words) -> None:
    if progress.current is None or progress.total == 1:
        return
    path = safe_text(progress.current.path.name)
    blanks: dict[str, str | int] = {"done": progress.done + 1, "total": progress.total, "path": path}
    if progress.seconds_left is None:
        _say(words.text("sign.progress", **blanks))
    else:
        _say(words.text("sign.progress.left", **blanks, seconds=max(1, round(progress.seconds_left))))


def _say(line: str) -> None:
    print(cp932_safe(line), file=sys.stderr)  # noqa: T201
