"""Signing and checking in the screens, end to end on the practice card; strangers judge the files."""

from __future__ import annotations

import asyncio
import subprocess
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.events import Paste

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.practice import Practice
from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.knowledge.load import data_directory
from jpkidoctor.screens.pin_entry import PinEntry
from jpkidoctor.screens.sign_page import SignPage, Step
from jpkidoctor.screens.verify_page import VerifyPage
from tests.screens.seeing import seen
from tests.signing.formats.conftest import make_pdf

PASSWORD = "abc123"  # the practice card's, typed in lower case


@asynccontextmanager
async def practising(scenario: str = "healthy-contact"):
    hands = Practice()
    app = JpkiDoctorApp(hands.start(scenario), practice=hands, signatures=Signatures(lambda: hands.world))
    async with app.run_test(size=(80, 24)) as pilot:
        try:
            yield app, pilot, hands
        finally:
            hands.stop()


async def until(pilot, true, seconds: float = 20.0) -> None:
    """Wait until something holds; fail when it does not in time."""
    for _ in range(int(seconds / 0.05)):
        await pilot.pause()
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not come: " + seen(pilot.app))


async def to_the_plan(app, pilot, path: Path, opens=("f5", "5")) -> SignPage:
    await until(pilot, lambda: app._facts is not None and app._facts.card.known and not app._busy)
    await pilot.press(*opens, "1")
    page = app.screen
    assert isinstance(page, SignPage)
    app.screen.query_one("#path").value = str(path)
    await pilot.press("enter")
    await until(pilot, lambda: page._step is Step.PLAN)
    return page


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    path = tmp_path / "a.pdf"
    path.write_bytes(make_pdf())
    return path


async def test_a_person_signs_a_pdf_and_a_stranger_accepts_it(pdf):
    before = pdf.read_bytes()
    async with practising() as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf)
        text = seen(app)
        assert "氏名・住所・生年月日・性別" in text and "残りは5回" in text
        await pilot.press("1")
        await until(pilot, lambda: page._step is Step.PIN)
        await pilot.press(*PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert "1件のうち1件に署名し、確かめました" in seen(app)
        signed = pdf.with_name("a-signed.pdf")
        judged = subprocess.run(["pdfsig", str(signed)], capture_output=True, check=False).stdout.decode()
        assert "Signature is Valid." in judged and pdf.read_bytes() == before
        await pilot.press("escape", "f5", "6")
        assert isinstance(app.screen, VerifyPage)
        app.screen.query_one("#path").value = str(signed)
        await pilot.press("enter")
        await until(pilot, lambda: "失効は未確認です" in seen(app))
        told = seen(app)
        assert "改ざんはありません。" in told and "テスト用（JPKI-TEST）" in told and "花子" not in told


async def test_a_wrong_password_says_how_many_are_left_and_signs_nothing(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf)
        await pilot.press("1", *"wrong99", "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        assert "残りは4回" in seen(app) and "署名したファイルはありません" in seen(app)
        assert list(pdf.parent.iterdir()) == [pdf]


async def test_at_one_try_left_the_field_does_not_open(pdf, tmp_path_factory):
    case = tmp_path_factory.mktemp("case") / "one-left.toml"
    text = (data_directory() / "scenarios" / "two-tries-left.toml").read_text(encoding="utf-8")
    assert "pins = { signature = 2 }" in text
    case.write_text(text.replace("pins = { signature = 2 }", "pins = { signature = 1 }"), encoding="utf-8")
    async with practising(str(case)) as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf, opens=("f9", "s"))
        assert "あと1回" in "".join(seen(app).split())
        await pilot.press("1")
        assert page._step is Step.PLAN


async def test_at_two_left_a_second_yes_is_needed(pdf):
    async with practising("two-tries-left") as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf)
        await pilot.press("1")
        assert page._step is Step.PLAN and "よければ2" in "".join(seen(app).split())
        await pilot.press("2")
        assert page._step is Step.PIN


async def test_a_card_taken_out_wipes_what_was_typed(pdf):
    async with practising() as (app, pilot, hands):
        page = await to_the_plan(app, pilot, pdf)
        await pilot.press("1", *"abc")
        entry = page.query_one(PinEntry)
        assert entry.count == 3
        hands.remove()
        await until(pilot, lambda: page._step is Step.PLAN)
        assert entry.count == 0


async def test_no_character_of_a_pin_is_drawn_pasted_or_kept(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf)
        await pilot.press("1", *"QZX7")
        entry = page.query_one(PinEntry)
        assert "QZX7" not in app.export_screenshot() and "QZX7" not in seen(app)
        assert not any("QZX7" in repr(value) for value in vars(entry).values() if not isinstance(value, bytearray))
        entry.post_message(Paste("ABC123"))
        await until(pilot, lambda: "貼り付けはできません" in seen(app))
        assert entry.count == 4
        await pilot.press("exclamation_mark")
        await until(pilot, lambda: "使えない文字" in seen(app))
        typed = entry._typed
        page.query_one("#body").focus()
        await until(pilot, lambda: entry.count == 0)
        assert bytes(typed) == b""


async def test_a_pin_that_nobody_finishes_is_forgotten(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf)
        await pilot.press("1")
        entry = page.query_one(PinEntry)
        entry._forget_after_s = 0.2
        await pilot.press("a")
        await until(pilot, lambda: "打った字を消しました" in seen(app))
        assert entry.count == 0


async def test_a_file_that_cannot_be_signed_stops_before_the_pin(tmp_path):
    broken = tmp_path / "a.txt"
    broken.write_text("no pdf")
    async with practising() as (app, pilot, _):
        page = await to_the_plan(app, pilot, broken)
        assert "PDFではありません" in "".join(seen(app).split())
        await pilot.press("1")
        assert page._step is Step.PLAN


async def test_a_folder_is_listed_worst_first_and_one_opens(tmp_path, pdf):
    (tmp_path / "b.p7m").write_bytes(bytes.fromhex("300b06092a864886f70d010702"))
    async with practising() as (app, pilot, _):
        await pilot.press("f5", "6")
        app.screen.query_one("#path").value = str(tmp_path)
        await pilot.press("enter")
        page = app.screen
        assert isinstance(page, VerifyPage)
        await until(pilot, lambda: len(page._statuses) == 2 and not page._running)
        assert seen(app).index("b.p7m") < seen(app).index("a.pdf")
        await pilot.press("enter")
        await until(pilot, lambda: "壊れているか、読めません" in seen(app))
        await pilot.press("escape")
        assert page._opened is None


@pytest.mark.parametrize("key", ["f1", "f2", "f8"])
async def test_no_key_takes_the_page_away_while_it_signs(key, tmp_path, tmp_path_factory):
    for number in range(3):
        (tmp_path / f"{number}.pdf").write_bytes(make_pdf())
    case = tmp_path_factory.mktemp("case") / "slow-key.toml"
    text = (data_directory() / "scenarios" / "healthy-contact.toml").read_text(encoding="utf-8")
    card = "[[card]]\nmodel = 'my_number'\n"
    assert card in text
    case.write_text(text.replace(card, card + "faults = { signature_delay_ms = 400 }\n"), encoding="utf-8")
    async with practising(str(case)) as (app, pilot, _):
        page = await to_the_plan(app, pilot, tmp_path)
        await pilot.press("1", *PASSWORD, "enter")
        await until(pilot, lambda: page._progress is not None)
        await pilot.press(key)
        assert page._step is Step.SIGNING and app.screen is page
        assert "Escで止めます" in seen(app)
        await until(pilot, lambda: page._step is Step.RESULT)
        assert "3件のうち3件" in seen(app)


@pytest.mark.parametrize("digit", ["5", "6"])
async def test_a_home_of_nobody_is_a_missing_file_and_no_crash(digit):
    async with practising() as (app, pilot, _):
        await until(pilot, lambda: app._facts is not None and app._facts.card.known and not app._busy)
        await pilot.press("f5", digit, *("1" if digit == "5" else ""))
        app.screen.query_one("#path").value = "~nosuchperson/x.pdf"
        await pilot.press("enter")
        missing = "ファイルがありません"
        await until(pilot, lambda: missing in "".join(seen(app).split()))


async def test_a_folder_that_is_closed_to_us_is_told(tmp_path, monkeypatch):
    def closed(self):
        raise PermissionError(self)

    monkeypatch.setattr(Path, "iterdir", closed)
    async with practising() as (app, pilot, _):
        await to_the_plan(app, pilot, tmp_path)
        assert "ふつうのファイルではありません" in "".join(seen(app).split())


async def test_more_than_fifty_files_need_a_yes_of_their_own(tmp_path):
    for number in range(51):
        (tmp_path / f"{number}.txt").write_text(str(number))
    async with practising() as (app, pilot, _):
        await until(pilot, lambda: app._facts is not None and app._facts.card.known and not app._busy)
        await pilot.press("f5", "5", "3")
        page = app.screen
        page.query_one("#path").value = str(tmp_path)
        await pilot.press("enter")
        await until(pilot, lambda: page._step is Step.PLAN)
        await pilot.press("1")
        assert page._step is Step.PLAN and "50件を超えています" in seen(app)
        await pilot.press("3")
        assert page._step is Step.PIN


async def test_the_palette_over_the_field_wipes_it(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf)
        await pilot.press("1", *"abc")
        entry = page.query_one(PinEntry)
        assert entry.count == 3
        await pilot.press("ctrl+p")
        await until(pilot, lambda: entry.count == 0)


async def test_v_shows_the_signer_of_a_single_file(pdf):
    async with practising() as (app, pilot, _):
        page = await to_the_plan(app, pilot, pdf)
        await pilot.press("1", *PASSWORD, "enter")
        await until(pilot, lambda: page._step is Step.RESULT)
        await pilot.press("escape", "f5", "6")
        app.screen.query_one("#path").value = str(pdf.with_name("a-signed.pdf"))
        await pilot.press("enter")
        await until(pilot, lambda: "改ざんはありません" in seen(app))
        assert "花子" not in seen(app)
        await pilot.press("v")
        await until(pilot, lambda: "花子" in seen(app))
