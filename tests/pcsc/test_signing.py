"""Signing through the real PC/SC daemon: what OpenSSL and OpenSC say to it, and what stays in memory."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from jpkidoctor.card import applications as app
from jpkidoctor.card.pcsc import PyscardResourceManager
from jpkidoctor.card.pin_errors import PinOutcomeUnknownError
from jpkidoctor.card.typed_pin import TypedPin
from jpkidoctor.facts import PinId, PinState
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.signing.card_desk import CardDesk
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.card_data import CardData, PinData

from .conftest import CONTACT
from .test_peers import OPENSC_MODULE, Peer, peer  # noqa: F401 - a fixture

READER = f"{CONTACT} 00 00"


def typed(text: str) -> TypedPin:
    return TypedPin(bytearray(text.encode()))


@pytest.fixture
def desk(lab) -> CardDesk:
    return CardDesk(PyscardResourceManager(), READER, load_known())


def with_password(card: PracticeCard, password: str) -> PracticeCard:
    """The same card with another signature password."""

    def changed(application):
        files = dict(application.files)
        pin = files.get(0x001B)
        if application.aid == app.JPKI_AID and isinstance(pin, PinData):
            files[0x001B] = replace(pin, value=password.encode())
        return replace(application, files=files)

    data: CardData = card.data
    return PracticeCard(replace(data, applications=tuple(changed(each) for each in data.applications)))


def test_a_signature_through_the_daemon_and_no_power_afterwards(lab, make_card, desk):
    card = make_card()
    with lab.card(card, CONTACT):
        with desk.signature_key(typed("ABC123"), second_confirmation=False) as key:
            for number in range(3):
                assert len(key.sign_digest(bytes((number,)) * 32)) == 256
        assert desk.ask_again(PinId.SIGNATURE, wait_s=5).state is PinState.TRIES
        assert card.tries_left(app.JPKI_AID, 0x001B) == 5


def test_a_card_torn_out_in_verify_leaves_the_outcome_open_and_counts_once(lab, make_card, desk):
    card = make_card("faults = { kind = 'answer_lost', counts = 'verify', once = true }")
    with lab.card(card, CONTACT):
        with pytest.raises(PinOutcomeUnknownError):
            desk.read_signature_certificate(typed("WRONG1"))
        facts = desk.ask_again(PinId.SIGNATURE, wait_s=10)
    assert facts.tries_left == 4


def test_opensc_and_ours_make_the_same_signature(lab, make_card, desk, peer: Peer, tmp_path: Path):  # noqa: F811
    if OPENSC_MODULE is None:
        pytest.skip("opensc-pkcs11 is not installed")
    letter, theirs, ours = tmp_path / "letter.txt", tmp_path / "theirs.sig", tmp_path / "letter.txt.sig"
    letter.write_text("同じ文です。", encoding="utf-8")
    with lab.card(make_card(), CONTACT):
        signed = subprocess.run(
            [sys.executable, "-m", "jpkidoctor", "sign", str(letter), "--format", "raw", "--yes", "--pin-stdin"],
            input=b"ABC123\n", capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert signed.returncode == 0, signed.stderr.decode()
        # We left the card without power, so OpenSC finds a count and not a verified PIN, which it cannot read.
        done = peer(
            "pkcs11-tool", "--module", str(OPENSC_MODULE), "--slot-index", "1", "--login", "--pin", "ABC123",
            "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", "02", "-i", str(letter), "-o", str(theirs),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
    assert ours.read_bytes() == theirs.read_bytes()


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc/self/mem")
@pytest.mark.parametrize("form", ["cms-detached", "raw"])
def test_no_password_is_in_our_memory_after_signing(lab, make_card, tmp_path: Path, form: str):
    letter = tmp_path / "letter.txt"
    letter.write_text("手紙", encoding="utf-8")
    card = with_password(make_card(), "QX7RT9ZK")
    with lab.card(card, CONTACT):
        scan = Path(__file__).with_name("scan_own_memory.py")
        done = subprocess.run(
            [sys.executable, str(scan), str(letter), form], input=b"QX7RT9ZK\n", capture_output=True, timeout=120,
            check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    result = json.loads(done.stdout)
    assert result["signed"]
    assert result["control"] >= 1, "the scan does not see what is there"
    assert result["found"] == 0


def test_openssl_accepts_a_file_signed_through_the_daemon(lab, make_card, tmp_path: Path):
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    letter = tmp_path / "letter.txt"
    letter.write_text("手紙", encoding="utf-8")
    with lab.card(make_card(), CONTACT):
        done = subprocess.run(
            [sys.executable, "-m", "jpkidoctor", "sign", str(letter), "--format", "cms", "--yes", "--pin-stdin"],
            input=b"ABC123\n", capture_output=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    judged = subprocess.run(
        ["openssl", "cms", "-verify", "-inform", "DER", "-in", letter.with_name("letter.txt.p7m"), "-noverify"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert judged.stdout == letter.read_bytes(), judged.stderr
