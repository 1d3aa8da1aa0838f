"""``pin change``, ``card check`` and ``cert compare``: what else a person does with a PIN, result only."""

from __future__ import annotations

import datetime as dt
import sys
from typing import Literal

from jpkidoctor.commands.card_desk import (
    Counter,
    card_on_the_counter,
    confirm_two_left,
    tell_readiness,
    told_after_a_loss,
)
from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.pin_prompt import Asker
from jpkidoctor.facts import PinId
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.signing.card_desk import pin_rule
from jpkidoctor.signing.readiness import DATES_DO_NOT_MATTER, ONLY_THE_PIN_MATTERS, Obstacle

SCHEMA = "jpkidoctor.card_check/1"
COMPARE_SCHEMA = "jpkidoctor.compare_card/1"
Key = Literal["auth", "sign", "both"]
_PINS = {"auth": (PinId.AUTHENTICATION,), "sign": (PinId.SIGNATURE,), "both": (PinId.AUTHENTICATION, PinId.SIGNATURE)}


class _NotReadyError(Exception):
    """A guard stands in the way and was told."""


def _ask_ready(
    counter: Counter, pin: PinId, asker: Asker, words: Words, passing: frozenset[Obstacle] = DATES_DO_NOT_MATTER
) -> bool:
    """Say how the card stands, and the second confirmation at two left. Raises _NotReadyError, NotConfirmedError."""
    readiness = counter.readiness(pin, dt.datetime.now(dt.UTC))
    tell_readiness(readiness, asker, words, counter.known)
    if readiness.standing(passing):
        raise _NotReadyError
    return confirm_two_left(readiness, asker, words)


def run_change(*, pin: PinId, from_stdin: bool, scenario: str | None, reader: str | None, lang: Lang) -> Exit:
    """Change a PIN: the old one, then the new one twice. Exit 0 changed, 1 refused, 2 typed wrongly, 3 no card."""
    words, known = load_words(lang), load_known()
    asker = Asker(words, known, from_stdin=from_stdin)
    with card_on_the_counter(known, scenario=scenario, reader=reader) as counter:
        try:
            second = _ask_ready(counter, pin, asker, words, ONLY_THE_PIN_MATTERS)
        except _NotReadyError:
            return Exit.SOMETHING_FAILED
        rule = pin_rule(known, pin)
        with (
            asker.pin(rule, "pin.prompt.old") as old,
            asker.pin(rule, "pin.prompt.new") as new,
            asker.pin(rule, "pin.prompt.again") as again,
        ):
            if not new.same_as(again):
                asker.say("pin.not_same")
                return Exit.WRONG_USAGE
            with told_after_a_loss(counter.desk, asker, words):
                counter.desk.change_pin(pin, old, new, again, second_confirmation=second)
    _print(words.text("pin.changed", pin=pin.value))
    return Exit.NOTHING_FAILED


def run_card_check(
    *, key: Key, from_stdin: bool, scenario: str | None, reader: str | None, as_json: bool, lang: Lang
) -> Exit:
    """カード動作確認 of one key or both, each with its own PIN. Exit 0 all work, 1 not, 3 no card."""
    words, known = load_words(lang), load_known()
    asker = Asker(words, known, from_stdin=from_stdin)
    works: list[str] = []
    with card_on_the_counter(known, scenario=scenario, reader=reader) as counter:
        for pin in _PINS[key]:
            try:
                second = _ask_ready(counter, pin, asker, words)
            except _NotReadyError:
                return Exit.SOMETHING_FAILED
            if pin is PinId.SIGNATURE:
                asker.say("card_check.explain")
            with asker.pin(pin_rule(known, pin)) as typed, told_after_a_loss(counter.desk, asker, words):
                if pin is PinId.SIGNATURE:
                    sentence = load_words("ja").text("card_check.sentence")
                    counter.desk.check_signature(typed, sentence, second_confirmation=second)
                else:
                    counter.desk.check_authentication(typed, second_confirmation=second)
            works.append(pin.value)
            if not as_json:
                _print(words.text(f"card_check.works.{pin.value}"))
    if as_json:
        _json({"schema": SCHEMA, "works": works})
    return Exit.NOTHING_FAILED


def signature_certificate(*, from_stdin: bool, scenario: str | None, reader: str | None, words: Words) -> bytes | None:
    """The signature certificate, after its password was typed; None when a guard stands in the way and was told."""
    known = load_known()
    asker = Asker(words, known, from_stdin=from_stdin)
    with card_on_the_counter(known, scenario=scenario, reader=reader) as counter:
        return _read_certificate(counter, asker, words)


def _read_certificate(counter: Counter, asker: Asker, words: Words) -> bytes | None:
    try:
        second = _ask_ready(counter, PinId.SIGNATURE, asker, words)
    except _NotReadyError:
        return None
    rule = pin_rule(counter.known, PinId.SIGNATURE)
    with asker.pin(rule) as typed, told_after_a_loss(counter.desk, asker, words):
        return counter.desk.read_signature_certificate(typed, second_confirmation=second)


def run_compare(*, from_stdin: bool, scenario: str | None, reader: str | None, as_json: bool, lang: Lang) -> Exit:
    """Compare the four attributes of certificate and card, with the two codes typed for it.

    Exit 0 no difference, 1 a difference (a hint, no verdict), 3 not read. No attribute is printed.
    """
    from jpkidoctor.signing.attributes import compare_attributes

    words, known = load_words(lang), load_known()
    asker = Asker(words, known, from_stdin=from_stdin)
    with card_on_the_counter(known, scenario=scenario, reader=reader) as counter:
        certificate = _read_certificate(counter, asker, words)
        if certificate is None:
            return Exit.SOMETHING_FAILED
        try:
            second = _ask_ready(counter, PinId.CARD_FACE_INPUT, asker, words)
        except _NotReadyError:
            return Exit.SOMETHING_FAILED
        rule = pin_rule(known, PinId.CARD_FACE_INPUT)
        with asker.pin(rule) as typed, told_after_a_loss(counter.desk, asker, words):
            card = counter.desk.read_attributes(typed, second_confirmation=second)
    try:
        comparison = compare_attributes(certificate, card)
    except ValueError:
        asker.say("compare_card.unreadable")
        return Exit.COULD_NOT_EXAMINE
    if as_json:
        matches = {attribute.value: match.value for attribute, match in comparison.matches}
        _json({"schema": COMPARE_SCHEMA, "matches": matches, "hint": comparison.hint, "revocation": "unconfirmed"})
    else:
        for attribute, match in comparison.matches:
            label, spoken = words.text(f"cert.label.{attribute.value}"), words.text(f"compare_card.match.{match.value}")
            _print(words.text("compare_card.attribute", attribute=label, match=spoken))
        _print(words.text("compare_card.hint" if comparison.hint else "compare_card.no_hint"))
    return Exit.SOMETHING_FAILED if comparison.hint else Exit.NOTHING_FAILED


def _json(body: dict[str, object]) -> None:

    sys.stdout.buffer.write(indented(body))


def _print(line: str) -> None:
    print(cp932_safe(line))  # noqa: T201
