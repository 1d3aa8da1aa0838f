"""``jpkidoctor cert``: show a certificate from the card or a file, and save one.

Only the signature certificate needs a password.
"""

from __future__ import annotations

import base64
import datetime as dt
import sys
import textwrap
from io import TextIOWrapper
from pathlib import Path
from typing import Literal

from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.sources import world_of
from jpkidoctor.commands.trust import read_input, trust_store
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.certificate_lines import attributes, certificate_lines
from jpkidoctor.signing.certificate_view import CertificateView, Period, stated_purpose, view_certificate
from jpkidoctor.signing.chain import ChainCheck, Mark, check_chain
from jpkidoctor.signing.der import UnreadableCertificateError
from jpkidoctor.signing.from_card import CardReadError, Which, read_from_card

SCHEMA = "jpkidoctor.certificate/1"
EXPORT_SCHEMA = "jpkidoctor.cert-export/1"
SIGNATURE = "sign"


def run_show(
    *,
    file: Path | None,
    which: str,
    scenario: str | None,
    reader: str | None,
    as_json: bool,
    reveal: bool,
    lang: Lang,
    now: dt.datetime,
    from_stdin: bool = False,
) -> Exit:
    """Print one certificate; the signature certificate after its password was typed.

    Exit 1 when it is out of its time or a step of its chain is wrong.
    """
    words = load_words(lang)
    try:
        if file is not None:
            view = view_certificate(read_input(file), now)
            candidates: tuple[bytes, ...] = ()
            purpose = stated_purpose(view)
        elif which == SIGNATURE:
            der = _with_password(words, from_stdin=from_stdin, scenario=scenario, reader=reader)
            if der is None:
                return Exit.SOMETHING_FAILED
            view, candidates, purpose = view_certificate(der, now), (), "signature"
        else:
            wanted = Which(which)
            issuer = (Which.AUTHENTICATION_CA,) if wanted is Which.AUTHENTICATION else ()
            with world_of(scenario) as world:
                found = read_from_card(world, load_known(), (wanted, *issuer), reader=reader)
            view = view_certificate(found[wanted], now)
            candidates = tuple(der for place, der in found.items() if place is not wanted)
            purpose = wanted.purpose
    except UnreadableCertificateError as error:
        return _say(words.text(f"cert.refused.{error.reason.value}"))
    except CardReadError as error:
        return _say(words.text(f"cert.card.{error.problem.value}"))
    except OSError as error:
        return _say(words.text("cert.refused.file", error=type(error).__name__))
    store = trust_store()
    check = check_chain(view, purpose, at=now, pins=store.pins, anchors=store.anchors(), candidates=candidates)
    if as_json:
        body = as_builtins(view, check, reveal=reveal)
        _print_json(body)
    else:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a redirected Windows console may be cp932
        for line in certificate_lines(view, check, words, reveal=reveal):
            print(cp932_safe(line.text))  # noqa: T201
        if not reveal and not view.is_ca:
            print(cp932_safe(words.text("cert.masked")))  # noqa: T201
    failed = view.validity.period is not Period.VALID or any(step.mark is Mark.NG for step in check.steps)
    return Exit.SOMETHING_FAILED if failed else Exit.NOTHING_FAILED


def run_export(
    *,
    which: str,
    form: Literal["pem", "der"],
    out: Path,
    scenario: str | None,
    reader: str | None,
    lang: Lang,
    now: dt.datetime,
    from_stdin: bool = False,
    as_json: bool = False,
) -> Exit:
    """Save a certificate from the card (0600; a name that is taken is refused). Raises FileWriteError.

    ``as_json`` prints what was saved; nothing of what the certificate says, for that is shown by ``cert show``.
    """
    from jpkidoctor.files import write_atomically

    words = load_words(lang)
    try:
        if which == SIGNATURE:
            found = _with_password(words, from_stdin=from_stdin, scenario=scenario, reader=reader)
            if found is None:
                return Exit.SOMETHING_FAILED
            der = found
        else:
            with world_of(scenario) as world:
                der = read_from_card(world, load_known(), (Which(which),), reader=reader)[Which(which)]
        view = view_certificate(der, now)
    except CardReadError as error:
        return _say(words.text(f"cert.card.{error.problem.value}"))
    except UnreadableCertificateError as error:
        return _say(words.text(f"cert.refused.{error.reason.value}"))
    data = view.der if form == "der" else to_pem(view.der)
    write_atomically(out, data, 0o600, replace=False)
    if as_json:
        saved = {"schema": EXPORT_SCHEMA, "which": which, "format": form, "path": safe_text(str(out))}
        _print_json({**saved, "size": len(data), "personal": not view.is_ca})
    if not view.is_ca:
        print(cp932_safe(words.text("cert.personal_notice")), file=sys.stderr)  # noqa: T201
    print(cp932_safe(words.text("cert.saved", path=str(out))), file=sys.stderr)  # noqa: T201
    return Exit.NOTHING_FAILED


def _with_password(words: Words, *, from_stdin: bool, scenario: str | None, reader: str | None) -> bytes | None:
    from jpkidoctor.commands.pin_work import signature_certificate

    return signature_certificate(from_stdin=from_stdin, scenario=scenario, reader=reader, words=words)


def _print_json(body: dict[str, object]) -> None:

    sys.stdout.buffer.write(indented(body))
    sys.stdout.flush()


def to_pem(der: bytes) -> bytes:
    """PEM of one certificate, lines of 64 characters."""
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode("ascii"), 64))
    return f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n".encode("ascii")


def _say(sentence: str) -> Exit:
    print(cp932_safe(sentence), file=sys.stderr)  # noqa: T201
    return Exit.COULD_NOT_EXAMINE


def as_builtins(view: CertificateView, check: ChainCheck, *, reveal: bool) -> dict[str, object]:
    """The view as JSON types; personal values are the mask unless ``reveal``."""
    holder = view.holder
    body: dict[str, object] = {
        "schema": SCHEMA,
        "revealed": reveal,
        "subject": view.subject.shown(reveal=reveal),
        "issuer": view.issuer,
        "is_ca": view.is_ca,
        "serial": {
            "hex": view.serial_hex.shown(reveal=reveal),
            "decimal": view.serial_decimal.shown(reveal=reveal),
        },
        "validity": {
            "not_before": view.validity.not_before,
            "not_after": view.validity.not_after,
            "last_day_japan": view.validity.last_day,
            "last_day_era": view.validity.era_last,
            "period": view.validity.period.value,
            "days_left": view.validity.days_left,
        },
        "key": {"type": view.key_type, "bits": view.key_bits},
        "key_usage": view.key_usage,
        "policies": [{"oid": policy.oid, "kind": policy.kind.value} for policy in view.policies],
        "sha256": view.sha256.shown(reveal=reveal),
        "sha1_for_comparison": view.sha1.shown(reveal=reveal),
        "subject_key_id": view.subject_key_id.shown(reveal=reveal),
        "origin": check.origin.value,
        "authority": check.authority.id if check.authority else "",
        "chained": check.chained,
        "steps": [{"id": step.id.value, "mark": step.mark.value, "value": step.value} for step in check.steps],
    }
    if holder is not None:
        shown: dict[str, object] = {name: value.shown(reveal=reveal) for name, value in attributes(view)}
        for name, text in (("name", holder.name), ("address", holder.address)):
            if text is not None and reveal:
                shown[f"{name}_substitutes"] = text.positions
        if holder.birth is not None:
            shown["birth_era_fits"] = holder.birth.era_fits
        shown["others"] = [{"oid": e.oid, "text": e.text.shown(reveal=reveal)} for e in holder.others]
        body["holder"] = shown
    return body
