from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from cryptography import x509

from jpkidoctor.cli import main
from jpkidoctor.signing.masked import MASK
from jpkidoctor.signing.trust import sha256_of
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from tests.signing.conftest import VALIDITY


@pytest.fixture(autouse=True)
def own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *args, **kwargs: tmp_path / "data")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_the_card_shows_its_certificates_without_a_pin() -> None:
    shown = run("cert", "show", "--scenario", "healthy-contact", "--json")
    assert shown.exit_code == 0, shown.output
    body = json.loads(shown.stdout)
    assert (body["serial"]["hex"], body["origin"], body["chained"]) == (MASK, "test", False)
    authority = json.loads(run("cert", "show", "--which", "sign-ca", "--scenario", "healthy-contact", "--json").stdout)
    assert authority["is_ca"] and len(authority["sha256"].replace(" ", "")) == 64


def test_a_file_is_masked_until_revealed(pki: PracticePki, tmp_path: Path) -> None:
    file = tmp_path / "sign.cer"
    file.write_bytes(pki.signature_certificate(Authority(Purpose.SIGNATURE, 3), VALIDITY))
    for form in ((), ("--json",)):
        masked, revealed = run("cert", "show", str(file), *form), run("cert", "show", str(file), "--reveal", *form)
        for canary in ("練習　花子", "架空町", "2000", "99999A"):
            assert canary not in masked.output
            assert canary in revealed.output
    for lang in ("ja", "en"):
        assert "‹" not in run("cert", "show", str(file), "--reveal", "--lang", lang).output


def test_export_comes_back_and_never_overwrites(tmp_path: Path) -> None:
    ders = []
    for form, load in (("pem", x509.load_pem_x509_certificate), ("der", x509.load_der_x509_certificate)):
        out = tmp_path / f"auth.{form}"
        arguments = ("cert", "export", "--scenario", "healthy-contact", "--format", form, "--out", str(out))
        saved = run(*arguments)
        assert saved.exit_code == 0 and "個人" in saved.stderr
        assert out.stat().st_mode & 0o777 == 0o600
        ders.append(load(out.read_bytes()).public_key())
        before = out.read_bytes()
        assert run(*arguments).exit_code == 3 and out.read_bytes() == before
    assert ders[0] == ders[1]


def test_export_says_what_was_saved_and_nothing_of_the_person(tmp_path: Path) -> None:
    out = tmp_path / "auth.pem"
    saved = run("cert", "export", "--scenario", "healthy-contact", "--out", str(out), "--json")
    body = json.loads(saved.stdout)
    assert (body["schema"], body["path"], body["personal"]) == ("jpkidoctor.cert-export/1", str(out), True)
    assert body["size"] == out.stat().st_size
    assert set(body) == {"schema", "which", "format", "path", "size", "personal"}


def test_trust_add_and_list(pki: PracticePki, tmp_path: Path) -> None:
    der = pki.ca_certificate(Authority(Purpose.SIGNATURE, 3))
    file, leaf = tmp_path / "ca.cer", tmp_path / "leaf.cer"
    file.write_bytes(der)
    leaf.write_bytes(pki.signature_certificate(Authority(Purpose.SIGNATURE, 3), VALIDITY))
    assert run("trust", "add", str(file), "--purpose", "sign").exit_code == 1
    assert run("trust", "add", str(file), "--purpose", "sign", "--pin", sha256_of(der)).exit_code == 0
    listed = json.loads(run("trust", "list", "--json").stdout)
    assert len(listed["pinned"]) == 6 and listed["own"] == [{"purpose": "signature", "sha256": sha256_of(der)}]
    assert "https://www.jpki.go.jp/ca/ca_rules3.html" in run("trust", "list").stdout
    body = json.loads(run("cert", "show", str(leaf), "--json").stdout)
    assert (body["origin"], body["chained"]) == ("own", True)


def test_pin_status() -> None:
    done = run("pin", "status", "--scenario", "healthy-contact", "--json")
    assert done.exit_code == 0
    pins = {pin["id"]: pin["tries_left"] for pin in json.loads(done.stdout)["pins"]}
    assert (pins["signature"], pins["authentication"]) == (5, 3)
    assert run("pin", "status", "--scenario", "both-pins-locked").exit_code == 1
    assert run("pin", "status", "--scenario", "no-card-in-slot").exit_code == 3


def test_bad_files_and_absent_cards_are_told(tmp_path: Path) -> None:
    assert run("cert", "show", str(tmp_path / "none")).exit_code == 3
    assert run("cert", "show", "--scenario", "no-card-in-slot").exit_code == 3
    assert run("cert", "show", "--scenario", "bank-card-instead").exit_code == 3


@pytest.mark.parametrize("code", ["check", "screens"])
def test_nothing_else_loads_the_room(code: str) -> None:
    body = {
        "check": "from jpkidoctor.cli import main\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):\n"
        "    main(['check', '--json', '--scenario', 'healthy-contact'])\n",
        "screens": "import jpkidoctor.commands.screens, jpkidoctor.app\n",
    }[code]
    script = f"import sys, io, contextlib\n{body}\nprint(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60, text=True)
    loaded = set(done.stdout.split())
    assert "jpkidoctor.knowledge.known" in loaded
    assert loaded.isdisjoint({"jpkidoctor.signing", "asn1crypto"})
