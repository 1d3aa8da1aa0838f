"""From the card of a scenario, which is words, to the card, which is data."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from jpkidoctor.facts import CardKind, PinId, ReaderKind
from jpkidoctor.simulator.card_data import CardData, Faults
from jpkidoctor.simulator.card_models import BlockedForm, JpkiOptions, PinOption, jpki_card
from jpkidoctor.simulator.other_cards import OTHER_CARDS, other_card
from jpkidoctor.simulator.practice_pki import PracticePki, Validity
from jpkidoctor.simulator.scenario import CardSpec, FaultSpec


def faults_of(spec: FaultSpec) -> Faults:
    """The same faults, with seconds for milliseconds."""
    return Faults(
        kind=spec.kind,
        after=spec.after,
        counts=spec.counts,
        once=spec.once,
        mute=spec.mute,
        first_answer_6f00=spec.first_answer_6f00,
        command_delay_s=spec.command_delay_ms / 1000,
        byte_delay_s=spec.byte_delay_ms / 1000,
        signature_delay_s=spec.signature_delay_ms / 1000,
        answer_block=spec.answer_block,
        exact_length=spec.exact_length,
    )


def _pins(spec: CardSpec) -> dict[PinId, PinOption]:
    options = {}
    for pin, state in spec.pins.items():
        if state == "verified":
            options[pin] = PinOption(verified=True)
        else:
            options[pin] = PinOption(tries=0 if state == "locked" else int(state))
    return options


def build_card(spec: CardSpec, slot: ReaderKind, pki: PracticePki, now: dt.datetime) -> CardData:
    """Build the card for a slot of this kind; no certificate is made before it is read."""
    if spec.model in OTHER_CARDS:
        data = other_card(spec.model, faults_of(spec.faults))
    else:
        contactless = slot is ReaderKind.CONTACTLESS if spec.contactless is None else spec.contactless
        validity = Validity.ending(now + dt.timedelta(days=spec.certificate_days))
        days = spec.signature_certificate_days
        options = JpkiOptions(
            kind=CardKind(spec.model),
            contactless=contactless,
            label=spec.label,
            pins=_pins(spec),
            blocked_form=BlockedForm(spec.blocked_form),
            authentication_validity=validity,
            signature_validity=validity if days is None else Validity.ending(now + dt.timedelta(days=days)),
            authentication_present=spec.certificate,
            signature_present=spec.signature_certificate,
            ca_generation=spec.ca_generation,
            card_ca_generation=spec.card_ca_generation,
            foreign_issuer=spec.foreign_issuer,
            elliptic=spec.elliptic,
            over_long_header=spec.over_long_header,
            card_expires=(now + dt.timedelta(days=spec.card_expires_days)).date(),
            faults=faults_of(spec.faults),
        )
        data = jpki_card(options, pki, now)
    return data if spec.atr is None else replace(data, atr=bytes.fromhex(spec.atr))
