"""Checking signatures in the screens: rows that explain themselves, the original, the registry entries, folders."""

from __future__ import annotations

import datetime as dt
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.screens.path_entry import PathField
from jpkidoctor.screens.verify_page import Mode, VerifyPage
from jpkidoctor.screens.verify_text import VERDICTS, explanation, status_rows, touki_rows
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.formats.making import make_signature
from jpkidoctor.signing.formats.result import SigningDetails
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.status import LineId, ToukiId
from jpkidoctor.signing.verify.verify_file import verify_file
from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from tests.screens.practising import shown, until
from tests.screens.run_fake import make_app
from tests.screens.seeing import seen
from tests.signing.conftest import VALIDITY
from tests.signing.formats.conftest import make_pdf
from tests.signing.soft_key import SoftKey

NOW = dt.datetime(2026, 11, 25, 3, 4, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def key() -> SoftKey:
    pki = PracticePki(KeyStore(None))
    return SoftKey(pki.signature_key, pki.signature_certificate(Authority(Purpose.SIGNATURE), VALIDITY))


@pytest.fixture
def signed(key, tmp_path: Path):
    """Signs a content and puts it into the folder; a detached signature lies there without its original."""

    def sign(name: str, form: SignatureFormat, content: bytes = b"letter") -> Path:
        path = tmp_path / name
        path.write_bytes(make_signature(content, form, key, SigningDetails(NOW)).data)
        return path

    return sign


@pytest.fixture
def signed_pdf(signed) -> Path:
    """Made before a test's event loop runs: the PDF signer runs one of its own."""
    return signed("a.pdf", SignatureFormat.PADES, make_pdf())


@asynccontextmanager
async def checking():
    """The app with nothing to watch: verifying needs no card."""
    app = make_app("well", signatures=Signatures(lambda: pytest.fail("verifying looks at no card")))
    async with app.run_test(size=(80, 24)) as pilot:
        yield app, pilot


async def opened(pilot, path: Path) -> VerifyPage:
    await pilot.press("f5", "6")
    page = pilot.app.screen
    assert isinstance(page, VerifyPage)
    await give(pilot, path)
    return page


async def give(pilot, path: Path) -> None:
    pilot.app.screen.query_one(PathField).value = str(path)
    await pilot.press("enter")


# -- words -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_line_verdict_and_entry_says_what_it_means_and_what_to_do(lang):
    words = load_words(lang)
    abouts = [*(f"line.{one.value}" for one in LineId), *(f"verdict.{name}" for name in VERDICTS)]
    keys = [f"verify.means.{about}" for about in abouts]
    keys += [f"verify.do.{about}.{mark}" for about in abouts for mark in ("ng", "unconfirmed")]
    entries = [*(one.value for one in ToukiId), "all"]
    keys += [f"verify.{what}" for one in entries for what in (f"means.touki.{one}", f"do.touki.{one}.ng")]
    keys += ["verify.do.ok", "verify.do.not_applicable"]
    assert [key for key in keys if words.text(key).startswith("‹")] == []


def test_every_row_of_a_real_file_has_its_explanation(signed_pdf):
    request = Request(load_known().authorities, NOW, touki=True)
    view = make_app("mute").current_view()
    status = verify_file(signed_pdf, request)
    rows = [*status_rows(status, view, reveal=False), *touki_rows(status, view)]
    assert {row.mark for row in rows} > {Mark.OK, Mark.NG, Mark.UNCONFIRMED}
    for row in rows:
        said = [para.text for para in explanation(view, row)]
        assert not any("‹" in text for text in said)
        assert len(said) == (2 if row.about else 1)


# -- the page --------------------------------------------------------------------------------------------------------


async def test_a_chosen_line_says_what_it_means_and_v_shows_the_signer(signed):
    path = signed("a.p7m", SignatureFormat.CMS)
    async with checking() as (app, pilot):
        page = await opened(pilot, path)
        await until(pilot, lambda: page._mode is Mode.FILE)
        await until(pilot, lambda: "改ざんはありません。" in shown(app) and "失効は未確認です。" in shown(app))
        assert "テスト用（JPKI-TEST）" in shown(app) and "花子" not in shown(app)
        await pilot.press("down", "down")
        await until(pilot, lambda: "ほかの二つがよくても" in shown(app))
        for _ in range(20):
            await pilot.press("down")
            if "名前は隠しています" in page.query_one("#text").plain:
                break
        await until(pilot, lambda: "名前は隠しています" in shown(app))
        await pilot.press("v")
        await until(pilot, lambda: "花子" in shown(app))
        await pilot.press("v")
        await until(pilot, lambda: "花子" not in shown(app))


async def test_the_original_of_a_detached_signature_is_given_with_a_key(signed, tmp_path):
    path = signed("a.p7s", SignatureFormat.CMS_DETACHED, b"letter")
    (tmp_path / "elsewhere.txt").write_bytes(b"letter")
    async with checking() as (app, pilot):
        page = await opened(pilot, path)
        await until(pilot, lambda: page._mode is Mode.FILE)
        await until(pilot, lambda: "元のファイルがありません" in shown(app))
        await pilot.press("o")
        await until(pilot, lambda: "elsewhere.txt" in seen(app))
        await give(pilot, tmp_path / "nowhere")
        await until(pilot, lambda: "そのファイルは読めません" in shown(app))
        await give(pilot, tmp_path / "elsewhere.txt")
        await until(pilot, lambda: page._mode is Mode.FILE and "改ざんはありません。" in shown(app))


async def test_the_nine_registry_entries_come_with_a_key_and_their_reasons(signed_pdf):
    async with checking() as (app, pilot):
        page = await opened(pilot, signed_pdf)
        await until(pilot, lambda: page._mode is Mode.FILE)
        await pilot.press("t")
        await until(pilot, lambda: "この形では、登記の申請で断られます。" in shown(app))
        assert sum(row.about.startswith("touki.") for row in page._rows.values()) == 10
        await pilot.press("down", "down", "down")
        await until(pilot, lambda: "PAdESなどの形式は断られます" in shown(app))
        await pilot.press("t")
        await until(pilot, lambda: "失効は未確認です。" in shown(app))


async def test_a_folder_is_listed_worst_first_and_one_opens(signed, tmp_path):
    signed("b.p7m", SignatureFormat.CMS)
    (tmp_path / "a.txt").write_text("no signature")
    (tmp_path / "z.p7m").write_bytes(bytes.fromhex("300b06092a864886f70d010702"))
    async with checking() as (app, pilot):
        page = await opened(pilot, tmp_path)
        await until(pilot, lambda: page._mode is Mode.FILES and not page._checking)
        assert "合計3件:NG2件、未確認1件" in shown(app)
        assert seen(app).index("z.p7m") < seen(app).index("a.txt")
        assert "..." not in page.query_one("#whole").plain and "本物の署名ではありません。" in shown(app)
        await pilot.press("down")
        await until(pilot, lambda: page.query_one("#whole").plain == "NG: z.p7m - 壊れているか、読めません。")
        await pilot.press("enter")
        await until(pilot, lambda: page._mode is Mode.FILE and "壊れているか、読めません" in seen(app))
        await pilot.press("escape")
        assert page._mode is Mode.FILES and page._opened is None
        await pilot.press("escape")
        assert page._mode is Mode.ASK and page.query_one(PathField).value == str(tmp_path)


async def test_a_list_that_still_grows_keeps_the_chosen_file_and_the_opened_one(signed, tmp_path, monkeypatch):
    good, bad = signed("good.p7m", SignatureFormat.CMS), tmp_path / "bad.p7m"
    bad.write_bytes(bytes.fromhex("300b06092a864886f70d010702"))
    request = Request(load_known().authorities, NOW)
    async with checking() as (app, pilot):
        await pilot.press("f5", "6")
        page = app.screen
        page._root, page._checking = tmp_path, True
        page.post_message(page.Found(page._run_number, [verify_file(good, request)], done=False))
        await until(pilot, lambda: page._mode is Mode.FILES)
        page.post_message(page.Found(page._run_number, [verify_file(bad, request)], done=False))
        await until(pilot, lambda: len(page._found) == 2)
        await pilot.press("enter")
        await until(pilot, lambda: page._mode is Mode.FILE)
        assert Path(page._shown_status().path) == good
        page.post_message(page.Found(page._run_number, [verify_file(tmp_path / "c", request)], done=True))
        await until(pilot, lambda: len(page._found) == 3)
        assert page._mode is Mode.FILE and Path(page._shown_status().path) == good


async def test_a_home_of_nobody_is_a_missing_file_and_no_crash(tmp_path):
    async with checking() as (app, pilot):
        await opened(pilot, Path("~nosuchperson/x.pdf"))
        await until(pilot, lambda: "ファイルがありません" in shown(app))
        await pilot.press("escape")
        (tmp_path / "empty").mkdir()
        await give(pilot, tmp_path / "empty")
        await until(pilot, lambda: "調べるファイルがありません" in shown(app))
