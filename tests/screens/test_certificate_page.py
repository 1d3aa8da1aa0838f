"""The certificate page, end to end on the practice card: read once, masked, saved for the owner only."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from cryptography import x509

from jpkidoctor.card import applications as card_files
from jpkidoctor.commands.card_errands import CardErrands
from jpkidoctor.commands.cert import to_pem
from jpkidoctor.screens.certificate_page import CertificatePage
from jpkidoctor.screens.certificate_text import PLACES, Place
from jpkidoctor.screens.pin_page import Stage
from jpkidoctor.screens.ports import FoundCertificate
from jpkidoctor.screens.prose import Prose
from tests.one_card import case_file
from tests.screens.practising import VERIFY, card_is_read, practising, shown, until, with_data

PERSON = ("練習", "花子", "架空町", "2000-01-01", "99999A")
FILES = (
    card_files.EF_AUTHENTICATION_CERTIFICATE,
    card_files.EF_AUTHENTICATION_CA,
    card_files.EF_SIGNATURE_CA,
    card_files.EF_SIGNATURE_CERTIFICATE,
)


@pytest.fixture(autouse=True)
def own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platformdirs.user_data_path", lambda *args, **kwargs: tmp_path / "data")
    monkeypatch.setattr("platformdirs.user_documents_path", lambda *args, **kwargs: tmp_path)


def selected(hands, file_id: int) -> int:
    """How often this file was opened on the card."""
    select = bytes.fromhex("00A4020C02") + file_id.to_bytes(2, "big")
    return sum(raw.startswith(select) for raw in hands.world.commands_sent())


def detail(page: CertificatePage) -> str:
    return page.query_one("#detail", Prose).plain


async def opened(app, pilot) -> CertificatePage:
    await card_is_read(app, pilot)
    await pilot.press("f5", "1")
    page = app.screen
    assert isinstance(page, CertificatePage)
    await until(pilot, lambda: len(page._shelf.places) >= 3)
    return page


async def read_signature(pilot, page: CertificatePage, password: str = "abc123") -> None:
    await pilot.press("3", "1", *password, "enter")
    await until(pilot, lambda: page._stage in (Stage.CHOOSE, Stage.RESULT))


def personal(app) -> list[str]:
    text = shown(app)
    return [value for value in PERSON if value in text.replace("練習です", "").replace("練習の", "")]


async def test_each_file_of_the_card_is_read_once_and_needs_no_code():
    async with practising() as (app, pilot, hands):
        await card_is_read(app, pilot)
        examined = [selected(hands, file_id) for file_id in FILES]  # the examination reads for itself
        page = await opened(app, pilot)
        for digit in ("1", "2", "4", "1"):
            await pilot.press(digit)
        app._tick()
        app._examination.refresh()
        twice_and_once = [2 * theirs + ours for theirs, ours in zip(examined, (1, 1, 1, 0), strict=True)]
        await until(pilot, lambda: [selected(hands, file_id) for file_id in FILES] >= twice_and_once)
        await card_is_read(app, pilot)
        assert [selected(hands, file_id) for file_id in FILES] == twice_and_once
        assert page._shelf.places == {*PLACES} - {Place.SIGNATURE, Place.FILE}
        assert with_data(hands, VERIFY) == []


async def test_the_signature_certificate_is_masked_until_v_and_whenever_one_looks_elsewhere():
    async with practising(size=(132, 43)) as (app, pilot, hands):
        page = await opened(app, pilot)
        await read_signature(pilot, page)
        await until(pilot, lambda: "氏名:＊＊＊" in shown(app))
        for words in ("残りは5回です", "有効期間の中です", "令和", "RSA2048", "否認防止", "署名用（テスト）"):
            assert words in shown(app)
        assert personal(app) == []
        for away, back in (("1", "3"), ("enter", "escape"), ("ctrl+p", "escape"), ("s", "escape")):
            await pilot.press("v")
            await until(pilot, lambda: personal(app) == list(PERSON))
            await pilot.press(away, back)
            await until(pilot, lambda: app.screen is page and not personal(app))
        hands.remove()
        await until(pilot, lambda: not page._shelf.places)
        assert "カードなし" in shown(app) and "＊＊＊" not in shown(app)


async def test_a_wrong_password_and_a_locked_one_show_no_certificate(tmp_path):
    async with practising(case_file(tmp_path, "pins = { signature = 3 }")) as (app, pilot, hands):
        page = await opened(app, pilot)
        await read_signature(pilot, page, "wrong99")
        assert page._stage is Stage.RESULT and "残りは2回です" in shown(app)
        assert Place.SIGNATURE not in page._shelf.places
        await pilot.press("escape")
        await card_is_read(app, pilot)
        await pilot.press("3", "1")
        assert page._stage is Stage.READY and "よければ2" in shown(app)
        await pilot.press("2", *"wrong99", "enter")
        await until(pilot, lambda: page._stage is Stage.RESULT)
        await pilot.press("escape")
        await card_is_read(app, pilot)
        await pilot.press("3", "1", "2")
        assert page._stage is Stage.READY and "あと1回" in shown(app)
        assert len(with_data(hands, VERIFY)) == 2


async def test_a_certificate_is_saved_for_the_owner_only_and_replaces_nothing(tmp_path):
    async with practising() as (app, pilot, _):
        page = await opened(app, pilot)
        for key, load in (("s", x509.load_pem_x509_certificate), ("d", x509.load_der_x509_certificate)):
            await pilot.press("1", key)
            out = Path(page.query_one("#path").value)
            assert out.parent == tmp_path and "個人の情報です" in detail(page) and not out.exists()
            await pilot.press("enter")
            await until(pilot, lambda: "保存しました" in detail(page))
            assert "保存した証明書は個人の情報です" in detail(page)
            assert out.stat().st_mode & 0o777 == 0o600
            load(out.read_bytes())
            before = out.read_bytes()
            await pilot.press(key, "enter")
            await until(pilot, lambda: "置き換えません" in detail(page))
            assert out.read_bytes() == before
        assert sorted(path.suffix for path in tmp_path.iterdir()) == [".der", ".pem"]


async def test_a_certificate_of_a_file_is_shown_and_what_is_none_is_told(tmp_path):
    async with practising() as (app, pilot, _):
        page = await opened(app, pilot)
        der = page._shelf.certificate(Place.SIGNATURE_CA).view.der
        (tmp_path / "ca.der").write_bytes(der + b"\0\0\0")
        (tmp_path / "ca.cer").write_bytes(to_pem(der))
        (tmp_path / "no.pem").write_text("no certificate")
        for name, words in (
            ("ca.der", "有効期間の中です"),
            ("ca.cer", "有効期間の中です"),
            ("no.pem", "証明書のファイルではありません"),
            ("missing.pem", "ファイルを開けません"),
        ):
            page._shelf._found.pop(Place.FILE, None)
            await pilot.press("5")
            page.query_one("#path").value = str(tmp_path / name)
            await pilot.press("enter")
            await until(pilot, lambda words=words: page._board.place is Place.FILE and words in shown(app))
            found = page._shelf.at(Place.FILE)
            assert isinstance(found, FoundCertificate) is name.startswith("ca")
            assert not isinstance(found, FoundCertificate) or found.view.der == der


async def test_a_card_that_reads_slowly_never_holds_the_screen():
    waits, reads = threading.Event(), []

    class Slow(CardErrands):
        def read_card(self, reader):
            reads.append(threading.current_thread())
            waits.wait(10)
            return super().read_card(reader)

    worlds = []
    async with practising(cards=Slow(lambda: worlds[0].world)) as (app, pilot, hands):
        worlds.append(hands)
        await card_is_read(app, pilot)
        await pilot.press("f5", "1")
        page = app.screen
        await until(pilot, lambda: reads)
        await pilot.press("2")
        assert page._board.place is Place.AUTHENTICATION_CA and "カードから読んでいます" in shown(app)
        waits.set()
        await until(pilot, lambda: page._shelf.certificate(Place.AUTHENTICATION))
        assert len(reads) == 1 and reads[0] is not threading.main_thread()
