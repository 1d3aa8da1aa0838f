"""``jpkidoctor code``: the findings behind a number that a caller read aloud."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Literal

import click
from msgspec import Struct

from jpkidoctor.commands.exits import Exit
from jpkidoctor.diagnosis import Finding, Status
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.envelope import CLOSING_NODE, FindingPart, worded_finding
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.support_code.context import Context
from jpkidoctor.support_code.decode import Decoded, decode

CODE_SCHEMA: Literal["jpkidoctor.code/1"] = "jpkidoctor.code/1"


class CodeEnvelope(Struct, frozen=True, kw_only=True):
    """What ``--json`` prints. Findings are worded like a report's, the most important first, without evidence."""

    schema: Literal["jpkidoctor.code/1"] = CODE_SCHEMA
    version: int
    first_cause: str | None
    findings: tuple[FindingPart, ...]
    context: Context


def run_code(text: str, *, as_json: bool, lang: Lang) -> Exit:
    """Decode and print: 1 when something failed at the caller's, else 0. Raises SupportCodeError."""
    decoded = decode(text)
    words = load_words(lang)
    if as_json:
        envelope = CodeEnvelope(
            version=decoded.version,
            first_cause=decoded.first_cause,
            findings=worded_findings(decoded, words),
            context=decoded.context,
        )
        sys.stdout.buffer.write(indented(envelope))
    else:
        for line in code_lines(decoded, words):
            print(cp932_safe(line))  # noqa: T201
    sys.stdout.flush()
    return Exit.SOMETHING_FAILED if decoded.failed else Exit.NOTHING_FAILED


def print_qr(text: str, *, ascii: bool) -> Exit:
    """Print the number as a QR code, black on white where the terminal has colours. Raises SupportCodeError."""
    from jpkidoctor.support_code.digits import typed_digits
    from jpkidoctor.support_code.qr import half_blocks, hashes

    decode(text)  # a wrong number is told, not drawn
    digits = typed_digits(text)
    lines = half_blocks(digits)
    if ascii or not _printable("".join(lines)):
        lines = hashes(digits)
    for line in lines:
        click.echo(click.style(line, fg="black", bg="bright_white"))
    return Exit.NOTHING_FAILED


def worded_findings(decoded: Decoded, words: Words) -> tuple[FindingPart, ...]:
    """The findings with title, meaning and steps; when all is well, the one that says whom to call."""
    findings = decoded.findings
    if decoded.all_well:
        findings = (*findings, Finding(id=CLOSING_NODE, status=Status.OK))
    return tuple(worded_finding(finding, decoded.context.os, words) for finding in findings)


def code_lines(decoded: Decoded, words: Words) -> Iterator[str]:
    """The answer, what to do about it, the other findings, and the context, line by line."""
    parts = worded_findings(decoded, words)
    lead = next((part for part in parts if part.id == (decoded.first_cause or CLOSING_NODE)), None)
    yield _answer(decoded, lead, words)
    if lead is not None:
        yield from _instructions(lead, words)
    others = [part for part in parts if part is not lead]
    if others:
        yield f"{words.text('code.other')}:"
    for part in others:
        because = words.text("report.because", node=part.because) if part.because else ""
        yield f"{part.id} {words.text(f'status.{part.status.value}')}: {part.title} {because}".rstrip()
        if not part.because:  # what follows from another fault goes away with it
            yield from _instructions(part, words)
    if decoded.context.more:
        yield words.text("code.more")
    yield f"{words.text('code.context')}:"
    yield from context_lines(decoded.context, words)
    yield words.text("code.no_detail")


def context_lines(context: Context, words: Words) -> Iterator[str]:
    """Computer, reader, card, PINs and completeness, one a line."""
    card = f"report.card_kind.{context.card.value}" if context.card is not None else "code.card.none"
    values = {
        "os": f"code.os.{context.os.value}",
        "reader": f"code.reader.{context.reader.value}",
        "card": card,
        "signature_pin": f"code.pin.{context.signature_pin.value}",
        "authentication_pin": f"code.pin.{context.authentication_pin.value}",
        "complete": f"code.complete.{int(context.complete)}",
    }
    for name, key in values.items():
        yield words.text(f"code.label.{name}", value=words.text(key))


def _answer(decoded: Decoded, lead: FindingPart | None, words: Words) -> str:
    if lead is not None:
        failed = lead.status is Status.FAILED
        return words.text("report.answer.failed", node=lead.id, title=lead.title) if failed else lead.title
    if decoded.failed:
        count = sum(finding.status is Status.FAILED for finding in decoded.findings)
        return words.text("code.answer.failed_count", count=count)
    return words.text("code.answer.incomplete")


def _instructions(part: FindingPart, words: Words) -> Iterator[str]:
    if part.meaning:
        yield f"{words.text('report.heading.meaning')}: {part.meaning}"
    if part.fix.who:
        yield f"{words.text('report.heading.who')}: {words.who_text(part.fix.who)}"
    yield from (f"{number}. {step}" for number, step in enumerate(part.fix.steps, 1))


def _printable(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True
