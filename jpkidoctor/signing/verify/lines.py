"""A FileStatus as sentences: three verdicts kept apart, then line by line. Personal values stay masked."""

from __future__ import annotations

from collections.abc import Iterator

from jpkidoctor.knowledge.words import Words
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.masked import Masked
from jpkidoctor.signing.verify.status import FileStatus, Judgement, Line, SignatureStatus, ToukiLine, Value, Verdicts

_VERDICTS = ("intact", "authority", "revocation")


def shown(params: tuple[tuple[str, Value], ...], *, reveal: bool) -> dict[str, str | int]:
    """Parameters for a sentence."""
    return {name: value.shown(reveal=reveal) if isinstance(value, Masked) else value for name, value in params}


def sentence(line: Line, words: Words, *, reveal: bool = False) -> str:
    """What one line says, without its label and mark."""
    return words.text(f"verify.value.{line.id.value}.{line.value}", **shown(line.params, reveal=reveal))


def row(line: Line, words: Words, *, reveal: bool = False) -> str:
    """``label: mark - sentence``."""
    label, mark = words.text(f"verify.line.{line.id.value}"), words.text(f"verify.mark.{line.mark.value}")
    return words.text("verify.row", label=label, mark=mark, value=sentence(line, words, reveal=reveal))


def verdict_rows(verdicts: Verdicts, words: Words) -> tuple[str, str, str]:
    """The three sentences that are never merged: altered or not, whose authority, revocation."""
    intact, authority, revocation = (
        words.text(f"verify.verdict.{name}.{mark.value}")
        for name, mark in zip(_VERDICTS, (verdicts.intact, verdicts.authority, verdicts.revocation), strict=True)
    )
    if verdicts.origin is not None and verdicts.authority is not Mark.OK:
        authority = f"{authority} {words.text(f'cert.origin.{verdicts.origin.value}')}"
    return intact, authority, revocation


def file_rows(status: FileStatus, words: Words, *, reveal: bool = False) -> Iterator[str]:
    """The whole result of one file."""
    yield words.text("verify.file_head", path=safe_text(status.path))
    if status.signatures:
        yield from verdict_rows(status.verdicts, words)
    for line in status.lines:
        yield row(line, words, reveal=reveal)
    for signature in status.signatures:
        head = "verify.timestamp_head" if signature.is_timestamp else "verify.signature_head"
        yield words.text(head, number=signature.number, form=signature.form)
        if len(status.signatures) > 1 and not signature.is_timestamp:
            yield from verdict_rows(status.verdicts_of(signature), words)
        for line in signature.lines:
            yield row(line, words, reveal=reveal)
    signed = [one for one in status.signatures if not one.is_timestamp]
    for signature in signed if status.touki is not None else ():
        yield from _touki_rows(signature, status.touki or (), words)


def _touki_rows(signature: SignatureStatus, touki: tuple[ToukiLine, ...], words: Words) -> Iterator[str]:
    mine = [line for line in touki if line.signature == signature.number]
    yield words.text("verify.touki.head", number=signature.number)
    for number, line in enumerate(mine, 1):
        yield touki_row(line, number, words)
    refused = any(line.mark is Mark.NG for line in mine)
    yield words.text("verify.touki.refused" if refused else "verify.touki.fits")


def touki_row(line: ToukiLine, number: int, words: Words) -> str:
    """``number label: mark - reason``: one of the nine entries."""
    return words.text(
        "verify.touki.row",
        number=number,
        label=words.text(f"verify.touki.label.{line.id.value}"),
        mark=words.text(f"verify.mark.{line.mark.value}"),
        value=words.text(f"verify.touki.value.{line.value}", **shown(line.params, reveal=False)),
    )


def why(status: FileStatus, words: Words) -> str:
    """The line that decided, for a table with one row a file."""
    order = (Mark.NG, Mark.UNCONFIRMED) if status.judgement is not Judgement.GOOD else ()
    for mark in order:
        for line in status.all_lines():
            if line.mark is mark:
                return sentence(line, words)
    return verdict_rows(status.verdicts, words)[0] if status.signatures else words.text("verify.no_signature")


def folder_row(status: FileStatus, words: Words) -> str:
    """One file on one line."""
    judgement = words.text(f"verify.judgement.{status.judgement.value}")
    return words.text("verify.folder_row", judgement=judgement, path=safe_text(status.path), why=why(status, words))
