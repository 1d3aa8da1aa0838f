"""Timestamps from a server on loopback whose answers openssl makes, and judges."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import replace

import pytest

from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import FormatRefusedError
from jpkidoctor.signing.formats.timestamp import TimestampServer
from jpkidoctor.signing.key import SignatureFormat
from tests.signing.formats.conftest import ASCII_XML, DETAILS
from tests.signing.formats.tsa import Authority, serve

DIGEST = bytes(range(32))


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def url(authority: Authority) -> Iterator[str]:
    authority.asked.clear()
    with serve(authority.answer) as address:
        yield address


def test_openssl_accepts_the_token_for_the_hash_that_was_sent(authority, url, tmp_path):
    (tmp_path / "t").write_bytes(TimestampServer(url).token(DIGEST))
    judged = subprocess.run(
        [
            "openssl", "ts", "-verify", "-token_in", "-in", str(tmp_path / "t"), "-digest", DIGEST.hex(),
            "-CAfile", str(authority.certificate),
        ],
        capture_output=True, check=False,
    )  # fmt: skip
    assert b"Verification: OK" in judged.stdout + judged.stderr
    assert DIGEST in authority.asked[0]


@pytest.mark.parametrize("form", [SignatureFormat.CMS_DETACHED, SignatureFormat.PADES, SignatureFormat.PDF_TOUKI])
def test_a_signature_carries_the_token_and_the_server_is_asked_once(form, key, pdf, authority, url):
    from asn1crypto import cms

    made = make_signature(pdf, form, key, replace(DETAILS, timestamps=TimestampServer(url))).data
    if form is not SignatureFormat.CMS_DETACHED:
        start = made.rindex(b"/Contents <") + len(b"/Contents <")
        made = bytes.fromhex(made[start : made.index(b">", start)].decode())
    signer = cms.ContentInfo.load(made)["content"]["signer_infos"][0]
    assert [attribute["type"].native for attribute in signer["unsigned_attrs"]] == ["signature_time_stamp_token"]
    assert len(authority.asked) == 1 and key.used == 1


def test_nothing_is_sent_without_a_server(key, authority):
    authority.asked.clear()
    make_signature(b"x", SignatureFormat.CMS, key, DETAILS)
    assert authority.asked == []


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda query: (200, b"no timestamp"), "timestamp_garbage"),
        (lambda query: (200, bytes(70_000)), "timestamp_garbage"),
        (lambda query: (200, bytes.fromhex("30053003020102")), "timestamp_denied"),
        (lambda query: (503, b""), "timestamp_denied"),
        (lambda query: (302, b"http://127.0.0.1:9/elsewhere"), "timestamp_denied"),
    ],
    ids=["garbage", "too long", "refused", "busy", "redirect"],
)
def test_a_server_that_does_not_play_along_is_told_in_one_word(answer, reason):
    with serve(answer) as address, pytest.raises(FormatRefusedError, match=reason):
        TimestampServer(address, limit_s=5).token(DIGEST)


def test_a_token_of_another_hash_or_an_old_nonce_is_refused(authority):
    old: list[bytes] = []

    def replayed(query: bytes) -> tuple[int, bytes]:
        if not old:
            old.append(authority.answer(query)[1])
        return 200, old[0]

    with serve(replayed) as address:
        TimestampServer(address).token(DIGEST)
        for digest in (DIGEST, bytes(32)):  # the same hash with a new nonce, and another hash
            with pytest.raises(FormatRefusedError, match="timestamp_mismatch"):
                TimestampServer(address).token(digest)


@pytest.mark.parametrize("address", ["", "ftp://a/", "file:///etc/hostname", "http://", "http://[", "a b"])
def test_an_address_that_is_none_is_refused_at_once(address):
    with pytest.raises(FormatRefusedError, match="timestamp_url"):
        TimestampServer(address)


def test_nobody_there_is_told_in_one_word():
    with pytest.raises(FormatRefusedError, match="timestamp_unreachable"):
        TimestampServer("http://127.0.0.1:9/", limit_s=2).token(DIGEST)


@pytest.mark.parametrize("form", [SignatureFormat.RAW, SignatureFormat.XML])
def test_formats_without_a_place_for_a_token_say_so_before_the_key_is_used(form, key):
    details = replace(DETAILS, timestamps=TimestampServer("http://127.0.0.1:9/"))
    with pytest.raises(FormatRefusedError, match=r"(raw|xml)_timestamp"):
        make_signature(ASCII_XML, form, key, details)
    assert key.used == 0
