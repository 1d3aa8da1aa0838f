"""Programs that somebody else wrote read and use the practice card that ``jpkidoctor simulate`` puts in."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jpkidoctor.card.apdu import read_binary, select_application, select_file
from jpkidoctor.card.applications import EF_AUTHENTICATION_CERTIFICATE, JPKI_AID
from jpkidoctor.card.channel import Deadline, open_free_channel
from jpkidoctor.card.files import read_der
from jpkidoctor.card.pcsc import PyscardResourceManager
from jpkidoctor.card.trace import Trace

from .conftest import CONTACT
from .lab import Lab

pytestmark = pytest.mark.peer

OPENSC_MODULE = next(iter(Path("/usr/lib").glob("*/opensc-pkcs11.so")), None)

Peer = Callable[..., subprocess.CompletedProcess[bytes]]


class Simulate:
    """``jpkidoctor simulate`` as a user runs it."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self.process = self._start()

    def _start(self) -> subprocess.Popen[bytes]:
        offset = self._lab.log_size()
        port = str(self._lab.ports[CONTACT])
        command = [sys.executable, "-m", "jpkidoctor", "simulate", "--port", port, "--lang", "en"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self._lab.wait_for_log("Card inserted", offset, 20)
        return process

    def end(self) -> bytes:
        """Ctrl+C; what was said on stderr."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=10)[1]

    def put_in_again(self) -> None:
        """The card out and in: its power, and with it what was verified, is gone."""
        offset = self._lab.log_size()
        self.end()
        self._lab.wait_for_log("Card Removed", offset)
        self.process = self._start()


@pytest.fixture
def simulate(lab: Lab) -> Iterator[Simulate]:
    running = Simulate(lab)
    yield running
    if running.process.poll() is None:
        running.end()


@pytest.fixture
def peer(lab: Lab, tmp_path: Path) -> Peer:
    """Run a program of OpenSC or OpenSSL against the lab's pcscd."""
    config = tmp_path / "opensc.conf"
    config.write_text("app default { debug = 0; }\n")

    def run(program: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
        return subprocess.run(
            [program, *arguments],
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, "OPENSC_CONF": str(config), "LANG": "C"},
        )

    return run


def _our_certificate() -> bytes:
    context = PyscardResourceManager().establish()
    connection = context.connect(f"{CONTACT} 00 00")
    channel = open_free_channel(connection, Trace(), Deadline(30))
    channel.send(select_application(JPKI_AID))
    channel.send(select_file(EF_AUTHENTICATION_CERTIFICATE))
    der = read_der(channel, channel.send(read_binary(0, 256)).data)
    connection.close()
    context.close()
    return der


def test_simulate_ends_cleanly_and_says_what_it_does(simulate: Simulate):
    said = simulate.end().decode()
    assert "The card is in." in said
    assert said.rstrip().endswith("Ended.")
    assert "cli.simulate" not in said
    assert simulate.process.returncode == 0


def test_opensc_sees_reader_and_atr(simulate, peer: Peer):
    listed = peer("opensc-tool", "--list-readers").stdout.decode()
    assert CONTACT in listed
    atr = peer("opensc-tool", "--atr").stdout.decode().strip()
    assert re.fullmatch(r"(?:[0-9a-f]{2}:?)+", atr)


def test_opensc_reads_the_counters_and_the_same_certificate(simulate, peer: Peer):
    pins = peer("pkcs15-tool", "--list-pins").stdout.decode()
    assert re.search(r"Tries left\s*:\s*3", pins)
    assert re.search(r"Tries left\s*:\s*5", pins)
    pem = peer("pkcs15-tool", "--read-certificate", "1").stdout
    der = subprocess.run(["openssl", "x509", "-outform", "DER"], input=pem, capture_output=True, check=True).stdout
    assert der == _our_certificate()


@pytest.mark.parametrize(("key", "pin", "slot"), [("01", "1234", "0"), ("02", "ABC123", "1")])
def test_opensc_signs_with_both_keys_and_openssl_verifies(
    simulate: Simulate, peer: Peer, tmp_path: Path, key: str, pin: str, slot: str
):
    if OPENSC_MODULE is None:
        pytest.skip("opensc-pkcs11 is not installed")
    text, signature, certificate = tmp_path / "text", tmp_path / "signature", tmp_path / "certificate.pem"
    text.write_bytes("これはテストです。".encode())
    read = ["--read-certificate", key.lstrip("0")]
    if key == "02":
        read += ["--verify-pin", "--auth-id", "2", "--pin", pin]
    certificate.write_bytes(peer("pkcs15-tool", *read).stdout)
    # A verified PIN outlives the program that typed it, and OpenSC then refuses the whole card.
    simulate.put_in_again()
    signed = peer(
        "pkcs11-tool", "--module", str(OPENSC_MODULE), "--slot-index", slot, "--login", "--pin", pin,
        "--sign", "--mechanism", "SHA256-RSA-PKCS", "--id", key, "-i", str(text), "-o", str(signature),
    )  # fmt: skip
    assert signed.returncode == 0, signed.stderr.decode()
    public = tmp_path / "public.pem"
    public.write_bytes(peer("openssl", "x509", "-in", str(certificate), "-pubkey", "-noout").stdout)
    verified = peer("openssl", "dgst", "-sha256", "-verify", str(public), "-signature", str(signature), str(text))
    assert b"Verified OK" in verified.stdout, (verified.stdout, verified.stderr)


def test_a_wrong_pin_typed_in_another_program_is_seen_by_our_check(simulate, peer: Peer):
    if OPENSC_MODULE is None:
        pytest.skip("opensc-pkcs11 is not installed")
    peer("pkcs11-tool", "--module", str(OPENSC_MODULE), "--slot-index", "0", "--login", "--pin", "9999", "-O")
    checked = subprocess.run(
        [sys.executable, "-m", "jpkidoctor", "check", "--plain", "--lang", "en"],
        capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert checked.returncode == 0, checked.stderr
    assert "2 of 3" in checked.stdout.decode()
