from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from cryptography.x509.oid import ObjectIdentifier
from msgspec.structs import replace as with_fields

from jpkidoctor.knowledge.known import load_known
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import SigningDetails
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.trust import Anchor, sha256_of
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.status import FileStatus, LineId
from jpkidoctor.signing.verify.verify_file import verify_file
from jpkidoctor.simulator import practice_pki
from jpkidoctor.simulator.practice_pki import Authority, Person, PracticePki, Purpose, Validity
from tests.signing.conftest import VALIDITY
from tests.signing.soft_key import SoftKey

WHEN = dt.datetime(2026, 11, 25, 3, 4, 5, tzinfo=dt.UTC)
NOW = WHEN + dt.timedelta(hours=1)
DETAILS = SigningDetails(WHEN)
PRODUCTION = ObjectIdentifier("1.2.392.200149.8.5.1.1.20")


def production_leaf(
    pki: PracticePki, generation: int = 3, validity: Validity = VALIDITY, person: Person | None = None
) -> bytes:
    """A leaf with the production policy, for tests that need a whole green file."""
    old = practice_pki.SIGNATURE_POLICY_TEST
    practice_pki.SIGNATURE_POLICY_TEST = PRODUCTION
    try:
        return pki.signature_certificate(Authority(Purpose.SIGNATURE, generation), validity, person)
    finally:
        practice_pki.SIGNATURE_POLICY_TEST = old


def pinned_request(pki: PracticePki, generations: tuple[int, ...] = (1, 2, 3)) -> Request:
    """A request in which the practice authorities stand in the place of our pins."""
    pins = []
    anchors = []
    for pin in load_known().authorities:
        if pin.purpose != "signature":
            continue
        der = pki.ca_certificate(Authority(Purpose.SIGNATURE, pin.generation))
        mine = with_fields(pin, sha256=sha256_of(der))
        pins.append(mine)
        if pin.generation in generations:
            anchors.append(Anchor(der, mine.sha256, "signature", mine))
    return Request(pins=tuple(pins), now=NOW, anchors=tuple(anchors))


@dataclass
class Desk:
    """Signs and verifies in one directory."""

    pki: PracticePki
    directory: Path
    request: Request

    def key(self, certificate: bytes | None = None) -> SoftKey:
        return SoftKey(self.pki.signature_key, certificate or production_leaf(self.pki))

    def sign(self, content: bytes, form: SignatureFormat, key: SoftKey | None = None, **details: object) -> bytes:
        return make_signature(content, form, key or self.key(), replace(DETAILS, **details)).data

    def put(self, name: str, data: bytes) -> Path:
        path = self.directory / name
        path.write_bytes(data)
        return path

    def verify(self, name: str, data: bytes, **request: object) -> FileStatus:
        return verify_file(self.put(name, data), replace(self.request, **request))


@pytest.fixture
def desk(pki: PracticePki, tmp_path: Path) -> Desk:
    return Desk(pki, tmp_path, pinned_request(pki))


def ng(status: FileStatus) -> set[tuple[LineId, str]]:
    """All lines that are NG."""
    return {(line.id, line.value) for line in status.all_lines() if line.mark is Mark.NG}


def value(status: FileStatus, line_id: LineId, number: int = 1) -> tuple[Mark, str]:
    """Mark and word of one line of one signature."""
    line = status.signatures[number - 1].line(line_id)
    assert line is not None
    return line.mark, line.value
