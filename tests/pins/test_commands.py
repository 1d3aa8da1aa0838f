"""The commands that type a PIN, as a person or a script runs them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.one_card import case_file

BASE = [sys.executable, "-m", "jpkidoctor"]


def run(*arguments: str, typed: str = "", scenario: str | Path = "healthy-contact", **options):
    command = [*BASE, *arguments, "--pin-stdin", "--scenario", str(scenario), "--lang", "en"]
    return subprocess.run(command, input=typed.encode(), capture_output=True, timeout=60, check=False, **options)


@pytest.fixture
def scenario(tmp_path: Path):
    def make(card: str) -> Path:
        return case_file(tmp_path, card)

    return make


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.txt"
    path.write_text("これは文です。", encoding="utf-8")
    return path


def test_a_file_is_signed_and_openssl_accepts_it(letter: Path):
    done = run("sign", str(letter), "--format", "cms-detached", "--yes", typed="ABC123\n")
    assert done.returncode == 0, done.stderr.decode()
    signature = letter.with_name("letter.txt.p7s")
    judged = subprocess.run(
        ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", signature, "-content", letter, "-noverify"],
        capture_output=True,
        check=False,
    )
    assert judged.returncode == 0, judged.stderr
    assert b"not confirmed" in done.stdout


def test_an_output_is_never_overwritten(letter: Path):
    for number in ("", "-2"):
        assert run("sign", str(letter), "--format", "raw", "--yes", typed="ABC123\n").returncode == 0
        assert letter.with_name(f"letter.txt{number}.sig").stat().st_size == 256


def test_a_batch_writes_a_summary(letter: Path, tmp_path: Path):
    other = tmp_path / "other.txt"
    other.write_text("x")
    done = run("sign", str(letter), str(other), "--format", "cms", "--yes", "--json", typed="ABC123\n")
    assert done.returncode == 0, done.stderr.decode()
    assert json.loads(done.stdout)["signed"] == 2
    saved = json.loads(next(tmp_path.glob("jpkidoctor-signing-*.json")).read_text())
    assert [outcome["state"] for outcome in saved["outcomes"]] == ["signed", "signed"]
    assert saved["outcomes"][0]["verified"]["intact"] == "ok"
    assert saved["outcomes"][0]["verified"]["revocation"] == "unconfirmed"
    assert "ABC123" not in next(tmp_path.glob("jpkidoctor-signing-*.txt")).read_text()


def test_an_expired_certificate_needs_a_yes_of_its_own_that_says_what_comes_of_it(scenario, letter: Path, monkeypatch):
    from jpkidoctor.commands import sign as command
    from jpkidoctor.commands.pin_prompt import Asker, NotConfirmedError
    from jpkidoctor.signing.key import SignatureFormat
    from jpkidoctor.signing.request import SigningRequest

    asked = []

    def answer(self, question, **options):
        asked.append(question)
        if "Receivers refuse" in question:
            raise NotConfirmedError

    monkeypatch.setattr(Asker, "confirm", answer)
    request = command.SignRequest(
        SigningRequest((letter,), SignatureFormat.RAW), allow_expired=True, from_stdin=True, yes=False, reader=None,
        scenario=str(scenario("certificate_days = -3")), as_json=False, lang="en",
    )  # fmt: skip
    with pytest.raises(NotConfirmedError):
        command.run_sign(request)
    assert len(asked) == 2 and list(letter.parent.glob("*.sig")) == []


def test_the_result_says_what_our_verifier_found(letter: Path):
    done = run("sign", str(letter), "--format", "cms", "--yes", typed="ABC123\n").stdout.decode()
    assert "It was not altered." in done and "JPKI-TEST" in done and "Revocation is not checked." in done


def test_nothing_is_signed_without_a_confirmation(letter: Path):
    done = run("sign", str(letter), "--format", "cms", typed="ABC123\n")
    assert done.returncode == 2
    assert not letter.with_name("letter.txt.p7m").exists()


@pytest.mark.parametrize(
    ("card", "code", "words"),
    [
        ("pins = { signature = 1 }", 1, b"One try left"),
        ("pins = { signature = 'locked' }", 1, b"Locked"),
        ("pins = { signature = 2 }", 2, b"not confirmed"),
        ("model = 'unknown_jpki'", 1, b"newer than the program"),
        ("certificate_days = -3", 1, b"expired"),
        ("signature_certificate = false", 1, b"not on the card"),
        ("inserted = 'absent'", 3, b"No card"),
    ],
)
def test_what_stands_in_the_way_is_one_sentence_and_no_pin_is_asked(scenario, letter: Path, card, code, words):
    done = run("sign", str(letter), "--format", "cms", "--yes", typed="ABC123\n", scenario=scenario(card))
    assert done.returncode == code, done.stderr.decode()
    assert words in done.stderr
    assert b"Traceback" not in done.stderr


def test_an_expired_certificate_signs_only_when_told_to(scenario, letter: Path):
    case = scenario("certificate_days = -3")
    done = run("sign", str(letter), "--format", "raw", "--yes", "--allow-expired", typed="ABC123\n", scenario=case)
    assert done.returncode == 0, done.stderr.decode()
    only_signature = scenario("signature_certificate_days = -3")
    done = run("sign", str(letter), "--format", "raw", "--yes", typed="ABC123\n", scenario=only_signature)
    assert done.returncode == 1
    assert b"expired" in done.stderr


def test_a_wrong_password_is_told_with_what_is_left(letter: Path):
    done = run("sign", str(letter), "--format", "cms", "--yes", typed="WRONG1\n")
    assert done.returncode == 1
    assert b"4 left" in done.stderr


def test_a_link_lost_in_verify_is_told_and_the_count_asked_again(scenario):
    case = scenario("faults = { kind = 'reset', counts = 'verify', once = true }")
    done = run("card", "check", typed="1234\n", scenario=case)
    assert done.returncode == 1
    assert b"Whether it arrived is not known" in done.stderr
    assert b"3 left" in done.stderr


def test_both_keys_are_checked_and_only_the_result_is_told():
    done = run("card", "check", "--key", "both", "--json", typed="1234\nABC123\n")
    assert json.loads(done.stdout)["works"] == ["authentication", "signature"]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1234\n4321\n4321\n", 0), ("1234\n4321\n4322\n", 2), ("1234\nabcd\nabcd\n", 2), ("9999\n4321\n4321\n", 1)],
)
def test_a_pin_is_changed_only_when_the_new_one_came_twice(typed, code):
    done = run("pin", "change", "auth", typed=typed)
    assert done.returncode == code, done.stderr.decode()


def test_the_signature_certificate_is_shown_and_saved_with_its_password(tmp_path: Path):
    shown = run("cert", "show", "--which", "sign", "--json", typed="ABC123\n")
    assert json.loads(shown.stdout)["holder"]["name"] == "＊＊＊"
    out = tmp_path / "sign.cer"
    saved = run("cert", "export", "--which", "sign", "--format", "der", "--out", str(out), typed="ABC123\n")
    assert saved.returncode == 0, saved.stderr.decode()
    assert out.stat().st_mode & 0o777 == 0o600


def test_the_four_attributes_are_compared_and_never_printed():
    done = run("cert", "compare-card", typed="ABC123\n1234\n")
    assert done.returncode == 0, done.stderr.decode()
    assert "花子" not in (done.stdout + done.stderr).decode()


def test_a_password_typed_at_a_terminal_is_not_echoed(letter: Path):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(
            sys.executable, [*BASE, "sign", str(letter), "--format", "raw", "--yes", "--scenario", "healthy-contact"]
        )
    said = b""
    answered = False
    while True:
        try:
            piece = os.read(terminal, 4096)
        except OSError:
            break
        said += piece
        if not answered and "混ぜて".encode() in said:
            os.write(terminal, b"abc123\n")
            answered = True
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0, said.decode()
    assert b"abc123" not in said and b"ABC123" not in said


def test_no_option_takes_a_pin():
    for command in (["sign"], ["pin", "change"], ["card", "check"], ["cert", "show"]):
        shown = subprocess.run([*BASE, *command, "--help"], capture_output=True, text=True, check=True).stdout
        assert "--pin " not in shown and "--password" not in shown
