"""``jpkidoctor trust``: the authorities that count, and adding the certificate of one."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

from jpkidoctor.commands.exits import Exit
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.signing.certificate_view import Purpose, grouped, view_certificate
from jpkidoctor.signing.der import MAX_INPUT, UnreadableCertificateError
from jpkidoctor.signing.trust import AnchorPurpose, TrustError, TrustStore

SCHEMA = "jpkidoctor.trust/1"
OFFICIAL_PAGES: dict[Purpose, str] = {
    "signature": "https://www.jpki.go.jp/ca/ca_rules3.html",
    "authentication": "https://www.jpki.go.jp/ca/ca_rules4.html",
}
"""Where the fingerprints are published, for comparing by eye (sign-verify.md §1.1)."""


def trust_store() -> TrustStore:
    """The added certificates of this user. Nothing is created here."""
    from platformdirs import user_data_path

    return TrustStore(user_data_path("jpkidoctor", appauthor=False) / "trust", load_known().authorities)


def read_input(path: Path) -> bytes:
    """The bytes of a regular file, one more than allowed when it is too long. Raises OSError."""
    if not path.is_file():  # a pipe or device could be endless
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        return file.read(MAX_INPUT + 1)


def run_add(*, file: Path, purpose: AnchorPurpose, pin: str | None, lang: Lang, now: dt.datetime) -> Exit:
    """Add a CA certificate. Exit 1 when it may not count, 3 when it cannot be read. Raises FileWriteError."""
    words = load_words(lang)
    try:
        data = read_input(file)
    except OSError as error:
        return _say(words.text("cert.refused.file", error=type(error).__name__), Exit.COULD_NOT_EXAMINE)
    try:
        view = view_certificate(data, now)
        may_count = view.is_ca or (purpose == "timestamp" and _stamps(view.der))
        anchor = trust_store().add(view.der, purpose, is_ca=may_count, own_pin=pin)
    except UnreadableCertificateError as error:
        return _say(words.text(f"cert.refused.{error.reason.value}"), Exit.COULD_NOT_EXAMINE)
    except TrustError as error:
        sentence = words.text(f"trust.refused.{error.problem.value}", sha256=grouped(error.sha256))
        return _say(sentence, Exit.SOMETHING_FAILED)
    key = "trust.added.pinned" if anchor.pinned else "trust.added.own"
    title = anchor.pinned.title.get(lang) if anchor.pinned else view.issuer
    return _say(words.text(key, title=title, sha256=grouped(anchor.sha256)), Exit.NOTHING_FAILED)


def _stamps(der: bytes) -> bool:
    from cryptography import x509

    from jpkidoctor.signing.verify.token_chain import is_for_timestamps

    return is_for_timestamps(x509.load_der_x509_certificate(der))


def run_list(*, as_json: bool, lang: Lang) -> Exit:
    """Print all pins and the person's own, and where to compare them."""
    store = trust_store()
    anchors = store.anchors()
    have = {(anchor.purpose, anchor.sha256) for anchor in anchors}
    own = [anchor for anchor in anchors if anchor.pinned is None]
    if as_json:
        rows: list[dict[str, object]] = [
            {
                "id": pin.id,
                "purpose": pin.purpose,
                "generation": pin.generation,
                "sha256": pin.sha256,
                "not_after": pin.not_after,
                "confidence": pin.confidence,
                "have_certificate": (pin.purpose, pin.sha256) in have,
                "compare_at": OFFICIAL_PAGES[pin.purpose],
            }
            for pin in store.pins
        ]
        mine = [{"purpose": anchor.purpose, "sha256": anchor.sha256} for anchor in own]
        body = {"schema": SCHEMA, "pinned": rows, "own": mine}
        sys.stdout.buffer.write(indented(body))
        return Exit.NOTHING_FAILED
    words = load_words(lang)
    for pin in store.pins:
        there = words.text("trust.have" if (pin.purpose, pin.sha256) in have else "trust.have_not")
        _print(words.text("trust.row", title=pin.title.get(lang), there=there))
        _print(f"  SHA-256 {grouped(pin.sha256)}")
    for anchor in own:
        _print(words.text("trust.own_row", purpose=words.text(f"trust.purpose.{anchor.purpose}")))
        _print(f"  SHA-256 {grouped(anchor.sha256)}")
    for purpose, page in OFFICIAL_PAGES.items():
        _print(words.text("trust.compare", purpose=words.text(f"trust.purpose.{purpose}"), page=page))
    return Exit.NOTHING_FAILED


def _print(line: str) -> None:
    print(cp932_safe(line))  # noqa: T201


def _say(sentence: str, code: Exit) -> Exit:
    print(cp932_safe(sentence), file=sys.stderr)  # noqa: T201
    return code
