"""Folders, the command line, revocation files, and any bytes at all."""

from __future__ import annotations

import datetime as dt
import json
import time
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from hypothesis import given, settings
from hypothesis import strategies as st

from jpkidoctor.cli import main
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.verify.folder import files_below, verify_files, worst_first
from jpkidoctor.signing.verify.request import Supplied
from jpkidoctor.signing.verify.status import FileStatus, Judgement, LineId
from jpkidoctor.signing.verify.verify_file import verify_file
from jpkidoctor.simulator.practice_pki import Authority, Purpose
from tests.signing.formats.conftest import make_pdf
from tests.signing.verify.conftest import NOW, Desk, ng, pinned_request, production_leaf, value


def test_a_folder_is_told_worst_first(desk: Desk):
    good = desk.sign(b"x", SignatureFormat.CMS)
    desk.put("b-good.p7m", good)
    desk.put("c-bad.p7m", good[:-1] + bytes([good[-1] ^ 1]))
    desk.put("a-none.txt", b"no signature")
    (desk.directory / "deep").mkdir()
    desk.put("deep/d-good.p7m", good)
    found = worst_first(verify_files(files_below([desk.directory]), desk.request))
    assert [status.judgement for status in found] == [
        Judgement.BAD, Judgement.UNJUDGED, Judgement.GOOD, Judgement.GOOD,
    ]  # fmt: skip
    assert [Path(status.path).name for status in found] == ["c-bad.p7m", "a-none.txt", "b-good.p7m", "d-good.p7m"]


def test_two_processes_find_the_same_as_one_and_stop_when_told(desk: Desk, monkeypatch):
    from jpkidoctor.signing.verify import folder

    signed = desk.sign(b"x", SignatureFormat.CMS)
    for number in range(120):
        desk.put(f"{number:03}.p7m", signed if number % 3 else signed + b"!")
    one = worst_first(verify_files(files_below([desk.directory]), desk.request))
    monkeypatch.setattr(folder, "LOOK_S", 0.0)
    monkeypatch.setattr(folder, "WORTH_S", 0.0)
    here: list[Path] = []

    class Slow(folder.FileVerifier):
        """This process alone is slow: a worker has the module as it is."""

        def verify(self, path: Path) -> FileStatus:
            here.append(path)
            time.sleep(0.05)
            return super().verify(path)

    monkeypatch.setattr(folder, "FileVerifier", Slow)
    two = worst_first(verify_files(files_below([desk.directory]), desk.request, workers=2))
    assert [(s.path, s.judgement) for s in one] == [(s.path, s.judgement) for s in two]
    assert {(s.judgement, len(s.signatures)) for s in two} == {(Judgement.BAD, 0), (Judgement.GOOD, 1)}
    assert 0 < len(here) < len(two)  # some were found here, and some by the worker
    assert list(verify_files(files_below([desk.directory]), desk.request, workers=2, cancelled=lambda: True)) == []


def test_few_files_start_no_process_and_many_cores_change_nothing(desk: Desk, monkeypatch):
    from jpkidoctor.signing.verify import folder

    monkeypatch.setattr(folder, "ProcessPoolExecutor", None)  # calling it would be an error
    for number in range(20):
        desk.put(f"{number:02}.p7m", b"no signature")
    assert len(list(verify_files(files_below([desk.directory]), desk.request, workers=8))) == 20


def test_files_of_a_worker_that_died_are_found_here(desk: Desk):
    from concurrent.futures import Future
    from concurrent.futures.process import BrokenProcessPool

    from jpkidoctor.signing.verify import folder

    dead: Future[list[FileStatus]] = Future()
    dead.set_exception(BrokenProcessPool("ended for its memory"))
    path = desk.put("a", desk.sign(b"x", SignatureFormat.CMS))
    (status,) = folder._result(dead, [path], folder.FileVerifier(desk.request))
    assert status.judgement is Judgement.GOOD


# -- revocation files ----------------------------------------------------------------------------------


_DAY = dt.timedelta(days=1)


def _crl(
    desk: Desk,
    *serials: int,
    generation: int = 3,
    until: dt.datetime | None = None,
    part: x509.IssuingDistributionPoint | None = None,
) -> bytes:
    authority = x509.load_der_x509_certificate(desk.pki.ca_certificate(Authority(Purpose.SIGNATURE, generation)))
    begin = NOW - dt.timedelta(days=1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.subject)
        .last_update(begin)
        .next_update(until or NOW + dt.timedelta(days=1))
    )
    if part is not None:
        builder = builder.add_extension(part, critical=True)
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(begin).build()
        builder = builder.add_revoked_certificate(entry)
    key = desk.pki._keys.rsa_key(Authority(Purpose.SIGNATURE, generation).key_name)
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)


def test_a_crl_of_the_authority_settles_revocation_either_way(desk: Desk):
    signed = desk.sign(b"x", SignatureFormat.CMS)
    serial = x509.load_der_x509_certificate(production_leaf(desk.pki)).serial_number
    clean = desk.verify("a", signed, crls=(Supplied("list.crl", _crl(desk)),))
    assert value(clean, LineId.REVOCATION) == (Mark.OK, "not_on_list") and clean.verdicts.revocation is Mark.OK
    revoked = desk.verify("a", signed, crls=(Supplied("list.crl", _crl(desk, serial)),))
    assert (LineId.REVOCATION, "revoked") in ng(revoked) and revoked.judgement is Judgement.BAD


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (lambda desk: b"garbage", "unreadable"),
        (lambda desk: _crl(desk, generation=2), "other_authority"),  # the same name, another key
        (lambda desk: _crl(desk, until=NOW - dt.timedelta(hours=1)), "out_of_time"),
    ],
)
def test_a_list_that_does_not_fit_leaves_revocation_not_confirmed(make, word, desk: Desk):
    status = desk.verify("a", desk.sign(b"x", SignatureFormat.CMS), crls=(Supplied("l", make(desk)),))
    assert value(status, LineId.REVOCATION) == (Mark.UNCONFIRMED, word)
    assert status.judgement is Judgement.GOOD  # revocation never decides when it is not known


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (ocsp.OCSPCertStatus.GOOD, (Mark.OK, "not_on_list")),
        (ocsp.OCSPCertStatus.REVOKED, (Mark.NG, "revoked")),
        (ocsp.OCSPCertStatus.UNKNOWN, (Mark.UNCONFIRMED, "out_of_time")),
    ],
)
def test_an_ocsp_response_of_the_authority(answer, expected, desk: Desk):
    status = desk.verify("a", desk.sign(b"x", SignatureFormat.CMS), ocsp=(_ocsp(desk, answer, NOW, NOW + _DAY),))
    assert value(status, LineId.REVOCATION) == expected


def test_an_old_answer_that_names_no_end_does_not_count_for_ever(desk: Desk):
    signed = desk.sign(b"x", SignatureFormat.CMS)
    for age, mark in ((dt.timedelta(hours=1), Mark.OK), (2 * _DAY, Mark.UNCONFIRMED)):
        supplied = _ocsp(desk, ocsp.OCSPCertStatus.GOOD, NOW - age, None)
        assert value(desk.verify("a", signed, ocsp=(supplied,)), LineId.REVOCATION)[0] is mark


def _point(city: str) -> x509.DirectoryName:
    from cryptography.x509.oid import NameOID

    return x509.DirectoryName(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, city)]))


def test_a_list_of_another_municipality_says_nothing(desk: Desk):
    """JPKI's lists are cut by municipality: a name that is missing on a wrong one is not said to be in order."""
    signed = desk.sign(b"x", SignatureFormat.CMS)
    leaf = x509.load_der_x509_certificate(production_leaf(desk.pki))
    (own,) = leaf.extensions.get_extension_for_class(x509.CRLDistributionPoints).value
    for names, only_ca, mark in (
        (own.full_name, False, Mark.OK),
        (own.full_name, True, Mark.UNCONFIRMED),
        ([_point("Elsewhere")], False, Mark.UNCONFIRMED),
    ):
        part = x509.IssuingDistributionPoint(
            full_name=names, relative_name=None, only_contains_user_certs=False, only_contains_ca_certs=only_ca,
            only_some_reasons=None, indirect_crl=False, only_contains_attribute_certs=False,
        )  # fmt: skip
        status = desk.verify("a", signed, crls=(Supplied("l", _crl(desk, part=part)),))
        assert value(status, LineId.REVOCATION)[0] is mark


def test_a_list_with_a_later_revocation_is_not_called_clean(desk: Desk):
    signed = desk.sign(b"x", SignatureFormat.CMS)
    serial = x509.load_der_x509_certificate(production_leaf(desk.pki)).serial_number
    earlier = NOW - 2 * _DAY  # the list says: revoked a day ago
    status = desk.verify("a", signed, at=earlier, crls=(Supplied("l", _crl(desk, serial)),))
    assert value(status, LineId.REVOCATION)[0] is Mark.UNCONFIRMED


def _ocsp(desk: Desk, answer: ocsp.OCSPCertStatus, since: dt.datetime, until: dt.datetime | None) -> Supplied:
    leaf = x509.load_der_x509_certificate(production_leaf(desk.pki))
    authority = x509.load_der_x509_certificate(desk.pki.ca_certificate(Authority(Purpose.SIGNATURE)))
    revoked = NOW - dt.timedelta(days=2) if answer is ocsp.OCSPCertStatus.REVOKED else None
    response = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=leaf, issuer=authority, algorithm=hashes.SHA1(), cert_status=answer, this_update=since,
            next_update=until, revocation_time=revoked, revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, authority)
        .sign(desk.pki._keys.rsa_key(Authority(Purpose.SIGNATURE).key_name), hashes.SHA256())
    )  # fmt: skip
    return Supplied("o", response.public_bytes(Encoding.DER))


# -- the command ---------------------------------------------------------------------------------------


@pytest.fixture
def command(desk: Desk, monkeypatch):
    from jpkidoctor.commands import verify as command

    monkeypatch.setattr(command, "verify_request", lambda now: replace(pinned_request(desk.pki), now=now))
    return lambda *words: CliRunner().invoke(main, ["verify", *map(str, words)])


def test_exit_codes_are_0_1_2_3(desk: Desk, command):
    signed = desk.sign(b"x", SignatureFormat.CMS)
    good, bad = desk.put("good", signed), desk.put("bad", signed + b"!")
    none = desk.put("none", b"text")
    assert command(good).exit_code == 0
    assert command(good, bad).exit_code == 1
    assert command(good, none).exit_code == 2
    assert command(good, "--at", "yesterday").exit_code == 3
    assert command(good, "--content", desk.directory / "nowhere").exit_code == 3
    assert command(desk.directory / "nowhere").exit_code == 2


def test_three_verdicts_are_kept_apart_and_never_one_word(desk: Desk, command):
    shown = command(desk.put("a", desk.sign(b"x", SignatureFormat.CMS))).output
    assert "改ざんはありません。\nJPKIの認証局の証明書です。\n失効は未確認です。\n" in shown
    assert "有効です" not in shown


def test_json_masks_the_person_until_asked(desk: Desk, command):
    path = desk.put("a.pdf", desk.sign(make_pdf(), SignatureFormat.PDF_TOUKI))
    masked = command(path, "--json", "--touki").output
    body = json.loads(masked)
    assert body["schema"] == "jpkidoctor.verify/1"
    assert body["files"][0]["judgement"] == "good" and len(body["files"][0]["touki"]) == 9
    assert all("params" in line for line in body["files"][0]["touki"])
    assert [one["is_timestamp"] for one in body["files"][0]["signatures"]] == [False]
    assert "練習" not in masked and "花子" not in masked
    assert "花子" in command(path, "--json", "--reveal").output


def test_every_word_that_the_verifier_can_say_has_a_sentence():
    import re

    from jpkidoctor.knowledge.words import load_words

    words = load_words("ja")
    source = Path(__file__).parents[3] / "jpkidoctor" / "signing" / "verify"
    text = "\n".join(path.read_text() for path in source.glob("*.py"))
    said = set(re.findall(r"Line\(\s*LineId\.(\w+),\s*Mark\.\w+(?: if [^,]+)?,\s*\"(\w+)\"", text))
    assert len(said) > 60
    for line, word in said:
        assert words.text(f"verify.value.{line.lower()}.{word}", **dict.fromkeys(_BLANKS, "x"))


_BLANKS = (
    *("limit", "found", "checked", "size", "after", "sub_filter", "name", "generation", "until", "from"),
    *("day", "oids", "time", "file", "hash", "key", "bits", "later"),
)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=400), st.binary(max_size=200).map(lambda tail: b"%PDF-1.7\n" + tail),
                 st.binary(max_size=200).map(lambda tail: b"0\x82\x01\x00\x06\t*\x86H\x86\xf7\r\x01\x07\x02" + tail),
                 st.text(max_size=100).map(lambda tail: ("<a>" + tail).encode())))  # fmt: skip
def test_any_bytes_are_judged_and_never_good(tmp_path_factory, data: bytes):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    request = _bare_request()
    assert verify_file(path, request).judgement is not Judgement.GOOD


def _bare_request():
    from jpkidoctor.signing.verify.request import Request

    return Request(pins=(), now=NOW)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_a_signature_with_any_byte_changed_is_never_good_with_another_content(desk_signed, data):
    path, signed, request = desk_signed
    place = data.draw(st.integers(0, len(signed) - 1))
    spoilt = bytearray(signed)
    spoilt[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(spoilt))
    status = verify_file(path, request)
    if status.judgement is Judgement.GOOD:  # a byte that says nothing, such as the version or a tag of an unread part
        content = next(line for line in status.signatures[0].lines if line.id is LineId.CONTENT)
        assert dict(content.params)["sha256"] == "2D711642B726B04401627CA9FBAC32F5C8530FB1903CC4DB02258717921A4881"


@pytest.fixture(scope="module")
def desk_signed(pki, tmp_path_factory):
    directory = tmp_path_factory.mktemp("fuzz")
    desk = Desk(pki, directory, pinned_request(pki))
    return directory / "a", desk.sign(b"x", SignatureFormat.CMS), desk.request
