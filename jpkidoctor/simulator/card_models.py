"""The practice cards that carry JPKI: My Number card, Juki card, phones, a newer card.

``JpkiOptions`` says in words what is special about one card; ``jpki_card`` builds it. All personal values are
made up: the number, the name and the dates belong to nobody.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from jpkidoctor.card import applications as app
from jpkidoctor.facts import CardKind, PinId
from jpkidoctor.simulator.card_data import (
    ApplicationData,
    CardData,
    Content,
    ElementaryFile,
    Faults,
    FileData,
    KeyData,
    PinChange,
    PinData,
    RecordData,
    fixed,
)
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose, Validity

AUTHENTICATION_PIN = "1234"
SIGNATURE_PASSWORD = "ABC123"  # noqa: S105 - printed in the manual: it opens practice cards only
CARD_FACE_INPUT_PIN = "1234"
RESIDENT_PIN = "1234"
NUMBER_A = "123456789012"
"""照合番号A: twelve digits whose check digit is wrong on purpose, so that it is nobody's individual number."""
NUMBER_B = "12010120359999"
"""照合番号B: birth date with era year, expiry year, security code."""

CONTACT_ATR = bytes.fromhex("3BDA13FF8131FB468012392F31C173C601C03B")
CONTACTLESS_ATR = bytes.fromhex("3B888001000005E0B381A1007F")
JUKI_CONTACT_ATR = bytes.fromhex("3BE000FF8131FE4514")
JUKI_CONTACTLESS_ATR = bytes.fromhex("3B888001000014E0B38191005E")
PHONE_ATR = bytes.fromhex("3B80800101")
"""A Type A card without historical bytes: how a phone with card emulation usually shows (PC/SC part 3)."""

LABELS: Mapping[CardKind, str] = {
    CardKind.MY_NUMBER: "JPKIAPICCTOKEN2",
    CardKind.JUKI: "JPKIAPICCTOKEN",
    CardKind.ANDROID: "JPKIAPGPSETOKEN",
    CardKind.IPHONE: "JPKIAPIOSTOKEN",
    CardKind.UNKNOWN_JPKI: "JPKIAPNEXTTOKEN",
}
_PHONES = frozenset({CardKind.ANDROID, CardKind.IPHONE})
_ABSENT_BYTE, _PRESENT_BYTE = 0x00, app.CERTIFICATE_PRESENT


class BlockedForm(StrEnum):
    """What VERIFY without data answers for a locked PIN; sources differ, so all three are practised."""

    SW_63C0 = "63C0"
    SW_6983 = "6983"
    SW_6984 = "6984"


@dataclass(frozen=True, slots=True)
class PinOption:
    """How one PIN stands: tries left (None is the full count), or verified by another program."""

    tries: int | None = None
    verified: bool = False


@dataclass(frozen=True, slots=True)
class JpkiOptions:
    """What is special about one card with JPKI. The default is a healthy My Number card."""

    kind: CardKind = CardKind.MY_NUMBER
    contactless: bool = False
    label: str | None = None
    pins: Mapping[PinId, PinOption] = field(default_factory=dict)
    blocked_form: BlockedForm = BlockedForm.SW_63C0
    authentication_validity: Validity | None = None
    signature_validity: Validity | None = None
    authentication_present: bool = True
    signature_present: bool = True
    ca_generation: int = 3
    """Generation that signed the leaf certificates."""
    card_ca_generation: int | None = None
    """Generation of the CA certificates on the card; None is the one that signed."""
    foreign_issuer: bool = False
    elliptic: bool = False
    over_long_header: bool = False
    """The authentication certificate's DER header promises 65,535 bytes."""
    card_expires: dt.date | None = None
    municipality: str = "99999"
    faults: Faults = field(default_factory=Faults)


def _pin(value: str, max_tries: int, *, longest: int = 4, shortest: int = 4) -> PinData:
    return PinData(value.encode("ascii"), max_tries, max_tries, shortest, longest)


_PINS: Mapping[PinId, PinData] = {
    PinId.SIGNATURE: _pin(SIGNATURE_PASSWORD, 5, shortest=6, longest=16),
    PinId.AUTHENTICATION: _pin(AUTHENTICATION_PIN, 3),
    PinId.CARD_FACE_INPUT: _pin(CARD_FACE_INPUT_PIN, 3),
    PinId.NUMBER_A_INPUT: _pin(NUMBER_A, 10, shortest=12, longest=12),
    PinId.NUMBER_B_INPUT: _pin(NUMBER_B, 10, shortest=14, longest=14),
    PinId.NUMBER_A_FACE: _pin(NUMBER_A, 10, shortest=12, longest=12),
    PinId.NUMBER_B_FACE: _pin(NUMBER_B, 10, shortest=14, longest=14),
    PinId.RESIDENT_COMMON: _pin(RESIDENT_PIN, 3),
    PinId.RESIDENT_JUKI: _pin(RESIDENT_PIN, 3),
}


def _pins(aid: bytes, options: JpkiOptions) -> dict[int, ElementaryFile]:
    blocked = int(options.blocked_form.value, 16)
    entries: dict[int, ElementaryFile] = {}
    for reference in app.pins_of(aid):
        option = options.pins.get(reference.pin, PinOption())
        pin = replace(_PINS[reference.pin], blocked_query=blocked, verified=option.verified)
        entries[reference.file_id] = pin if option.tries is None else replace(pin, tries=option.tries)
    return entries


def token_information(label: str) -> bytes:
    """EF 0006: a PKCS#11 token-info record of 160 bytes (card-protocol.md §2.1, one source for all but the label)."""
    four = [0x40D, 0, 0, 0, 0, 16, 6, *(0xFFFFFFFF,) * 4]
    numbers = b"".join(number.to_bytes(4, "big") for number in four)
    text = f"{label:<32}{'RENSHU':<32}{'E16R01NJ':<16}{'RENSHU0000000001':<16}".encode("ascii")
    return text + numbers + b"0301" + b"9" * 16


def _over_long(content: Content) -> Content:
    return lambda: b"\x30\x82\xff\xff" + content()[4:]


def _jpki(options: JpkiOptions, pki: PracticePki, now: dt.datetime) -> ApplicationData:
    phone = options.kind in _PHONES
    default = Validity.ending(now + dt.timedelta(days=900))
    on_card = options.card_ca_generation or options.ca_generation

    def issuer(purpose: Purpose) -> Authority:
        return Authority(purpose, options.ca_generation, foreign=options.foreign_issuer)

    def authority(purpose: Purpose) -> Content:
        return lambda: pki.ca_certificate(Authority(purpose, on_card, foreign=options.foreign_issuer))

    def authentication() -> bytes:
        validity = options.authentication_validity or default
        return pki.authentication_certificate(issuer(Purpose.AUTHENTICATION), validity, elliptic=options.elliptic)

    def signature() -> bytes:
        validity = options.signature_validity or options.authentication_validity or default
        return pki.signature_certificate(issuer(Purpose.SIGNATURE), validity)

    label = options.label if options.label is not None else LABELS[options.kind]
    present = [
        _PRESENT_BYTE if there else _ABSENT_BYTE
        for there in (options.signature_present, options.authentication_present)
    ]
    files: dict[int, ElementaryFile] = {
        app.EF_SIGNATURE_CA: FileData(authority(Purpose.SIGNATURE)),
        app.EF_TOKEN_INFO: FileData(fixed(token_information(label))),
        app.EF_AVAILABILITY: FileData(fixed(bytes((*present, 0)))),
        app.EF_AUTHENTICATION_CA: FileData(authority(Purpose.AUTHENTICATION)),
        **_pins(app.JPKI_AID, options),
    }
    if options.signature_present:
        files[app.EF_SIGNATURE_CERTIFICATE] = FileData(signature, needs=(0x001B,))
        files[app.EF_SIGNATURE_KEY] = KeyData(lambda: pki.signature_key, needs=(0x001B,))
    if options.authentication_present:
        certificate = _over_long(authentication) if options.over_long_header else authentication
        files[app.EF_AUTHENTICATION_CERTIFICATE] = FileData(certificate, needs=(0x0018,) if phone else ())
        key = (lambda: pki.elliptic_key) if options.elliptic else (lambda: pki.authentication_key)
        files[app.EF_AUTHENTICATION_KEY] = KeyData(key, needs=(0x0018,))
    return ApplicationData(app.JPKI_AID, files)


def _tlv(tag: int, value: bytes) -> bytes:
    """A two-byte tag with a DER length."""
    size = bytes((len(value),)) if len(value) < 0x80 else b"\x82" + len(value).to_bytes(2, "big")
    return tag.to_bytes(2, "big") + size + value


def _card_face_input(options: JpkiOptions) -> ApplicationData:
    number = b"\xff\x10\x0c" + NUMBER_A.encode("ascii") + b"\xff\xff"
    attributes = _tlv(
        0xFF20,
        _tlv(0xDF21, bytes(8))
        + _tlv(0xDF22, "練習　花子".encode())
        + _tlv(0xDF23, "練習県見本市架空町一丁目２番３号".encode())
        + _tlv(0xDF24, b"20000101")
        + _tlv(0xDF25, b"9"),
    )
    files: dict[int, ElementaryFile] = {
        0x0001: FileData(fixed(number), needs=(0x0011, 0x0014)),
        0x0002: FileData(fixed(attributes), needs=(0x0011, 0x0015)),
        0x0005: FileData(fixed(_tlv(0xFF40, _tlv(0xDF41, b"\x06\x03\x0e\x01") + _tlv(0xDF42, bytes(16))))),
        0x0008: FileData(fixed(b"\xff" * 16)),
        # Locked on every card, and no fault (card-protocol.md §2.2).
        0x0012: PinData(b"", 3, 0, blocked_query=int(options.blocked_form.value, 16)),
        **_pins(app.CARD_FACE_INPUT_AID, options),
    }
    return ApplicationData(app.CARD_FACE_INPUT_AID, files)


def _card_face(options: JpkiOptions) -> ApplicationData:
    basic = _tlv(0xFF30, _tlv(0xDF33, b"\x01") + _tlv(0xDF34, options.municipality.encode("ascii")))
    files: dict[int, ElementaryFile] = {
        0x0003: FileData(fixed(basic)),
        0x0006: FileData(fixed(b"\xff" * 16)),
        **_pins(app.CARD_FACE_AID, options),
    }
    return ApplicationData(app.CARD_FACE_AID, files)


def _common(options: JpkiOptions, expires: dt.date) -> ApplicationData:
    digits = f"{'999990000000001'}{options.municipality}{expires:%Y%m%d}"
    record = b"\x01\x1c" + digits.encode("ascii")
    files: dict[int, ElementaryFile] = {
        app.EF_CARD_RECORD: RecordData((record,)),
        **_pins(app.COMMON_AID, options),
    }
    return ApplicationData(app.COMMON_AID, files, PinChange.KEY)


def _atr(options: JpkiOptions) -> bytes:
    if options.kind in _PHONES:
        return PHONE_ATR
    if options.kind is CardKind.JUKI:
        return JUKI_CONTACTLESS_ATR if options.contactless else JUKI_CONTACT_ATR
    return CONTACTLESS_ATR if options.contactless else CONTACT_ATR


def jpki_card(options: JpkiOptions, pki: PracticePki, now: dt.datetime) -> CardData:
    """Build a card with JPKI. ``now`` is what dates that were not given are counted from.

    A phone has the JPKI application only; a Juki card has no card-face input (card-protocol.md §1.2).
    """
    if options.kind is CardKind.OTHER:
        raise ValueError("a card without JPKI is built by other_cards")
    expires = options.card_expires or (now + dt.timedelta(days=2700)).date()
    applications: list[ApplicationData] = [_jpki(options, pki, now)]
    if options.kind not in _PHONES:
        applications.append(_common(options, expires))
        applications.append(ApplicationData(app.JUKI_AID, _pins(app.JUKI_AID, options), PinChange.KEY))
        applications.append(_card_face(options))
        if options.kind is not CardKind.JUKI:
            applications.append(_card_face_input(options))
    objects = {0x00F0: options.municipality.encode("ascii"), 0x00F2: f"{expires:%Y%m%d}".encode("ascii")}
    return CardData(atr=_atr(options), applications=tuple(applications), objects=objects, faults=options.faults)


def pin_place(pin: PinId) -> tuple[bytes, int]:
    """Application and EF id of a PIN, as the practice card wants them."""
    reference = next(reference for reference in app.PIN_REFERENCES if reference.pin == pin)
    return reference.aid, reference.file_id
