"""An organisation's directory over the shipped tables: adds, replaces, is strict, and is told apart."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from jpkidoctor.cli import main
from jpkidoctor.guide.easy import load_easy_guide
from jpkidoctor.guide.engine import start
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.library import load_library
from jpkidoctor.knowledge.load import KnowledgeError, data_directory
from jpkidoctor.knowledge.overlay import VARIABLE, knowledge_directories, overlay_in_use
from jpkidoctor.knowledge.words import load_words

CONTACTS = """
[[contact]]
id = "own_desk"
origin = "shipped"  # a file cannot pass for ours
title = { ja = "市役所 情報課", en = "City IT desk" }
number = "000-0000-0000"
checked = 2026-11-01
confidence = "A"

[[contact]]
id = "jpki_desk"
title = { ja = "利用者ヘルプデスク", en = "JPKI desk" }
number = "000-0000-0001"
checked = 2026-11-01
confidence = "A"
"""
ERRORS = """
[[error]]
code = "OWN-001"
kind = "service"
meaning = { ja = "庁内のシステムが止まっています。", en = "The office's own system is down." }
nodes = ["K-12"]
checked = 2026-11-01
confidence = "A"

[[error]]
code = "ed1108"
kind = "service"
meaning = { ja = "明日また試します。", en = "Try again tomorrow." }
nodes = ["J-07"]
checked = 2026-11-01
confidence = "A"
"""


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "own"
    (directory / "words").mkdir(parents=True)
    (directory / "contacts.toml").write_text(CONTACTS, encoding="utf-8")
    (directory / "errors.toml").write_text(ERRORS, encoding="utf-8")
    (directory / "words" / "own.toml").write_text(
        "[text]\n'who.administrator' = { ja = '情報課', en = 'the IT desk' }\n", encoding="utf-8"
    )
    (directory / "README.md").write_text("ours", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(directory))
    return directory


def use(directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(directory))


def test_without_a_directory_only_the_shipped_tables_are_read() -> None:
    assert knowledge_directories({}) == knowledge_directories({VARIABLE: " "}) == (data_directory(),)


def test_own_contacts_come_first_and_replace_shipped_ones_in_place(overlay: Path) -> None:
    own = load_known().contacts
    shipped = load_known(data_directory()).contacts
    assert own[0].id == "own_desk"
    assert [contact.id for contact in own[1:]] == [contact.id for contact in shipped]
    replaced = load_known().contact("jpki_desk")
    assert replaced and replaced.number == "000-0000-0001"


def test_own_entries_are_marked_as_the_organisations(overlay: Path) -> None:
    marked = {contact.id for contact in load_known().contacts if contact.origin == "organisation"}
    assert marked == {"own_desk", "jpki_desk"}
    assert {contact.origin for contact in load_known(data_directory()).contacts} == {"shipped"}


def test_a_code_is_replaced_whatever_the_case_of_its_letters(overlay: Path) -> None:
    replaced = load_known().error("service", "ED1108")
    assert replaced and replaced.meaning.en == "Try again tomorrow."
    assert load_known().error("service", "OWN-001")
    assert len(load_known().errors) == len(load_known(data_directory()).errors) + 1


def test_own_words_replace_shipped_ones(overlay: Path) -> None:
    assert load_words("ja").who_text("administrator") == "情報課"
    assert load_words("ja", data_directory()).who_text("administrator") == "パソコンの管理者"


def test_every_table_that_may_be_laid_over_is_read(overlay: Path) -> None:
    base = {"checked": "2026-11-01", "confidence": '"A"'}
    text, none = '{ ja = "x", en = "x" }', "[]"
    rows = {
        "notices": ("notice", {"date": "2026-11-01", "text": text}),
        "glossary": ("term", {"kana": '"え"', "romaji": '"e"', "meaning": text}),
        "procedures": ("procedure", {"kind": '"pin"', "summary": text}),
        "services": ("service", {"summary": text, "needs": none, "environments": none, "checklist": none}),
    }
    for name, (row, fields) in rows.items():
        values = {"id": '"own"', "title": text} | fields | base
        body = "\n".join(f"{key} = {value}" for key, value in values.items())
        (overlay / f"{name}.toml").write_text(f"[[{row}]]\n{body}\n", encoding="utf-8")
    (overlay / "sources.toml").write_text('[[source]]\nid = "OURS"\ntitle = "our own"\n', encoding="utf-8")
    library = load_library((data_directory(), overlay))
    assert {notice.id for notice in library.notices} == {"own"}
    for entry in (library.term("own"), library.procedure("own"), library.service("own")):
        assert entry and entry.origin == "organisation"
    assert "OURS" in library.known.sources


def test_a_wrong_field_is_named_with_its_file(overlay: Path) -> None:
    (overlay / "contacts.toml").write_text(CONTACTS.replace("number", "nummer", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match=r"contacts\.toml: .*nummer.*\$\.contact\[0\]") as caught:
        load_library((data_directory(), overlay)).items("contact:*")
    assert caught.value.path == overlay / "contacts.toml"


def test_an_id_that_stands_twice_is_refused(overlay: Path) -> None:
    (overlay / "contacts.toml").write_text(CONTACTS + CONTACTS, encoding="utf-8")
    with pytest.raises(KnowledgeError, match="own_desk stands twice"):
        load_library((data_directory(), overlay)).items("contact:*")


def test_a_message_the_program_does_not_have_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "own.toml").write_text("[text]\n'who.admin' = { ja = 'x', en = 'x' }\n", encoding="utf-8")
    use(tmp_path, monkeypatch)
    with pytest.raises(KnowledgeError, match=r"who\.admin is no message"):
        load_words("ja")


@pytest.mark.parametrize("name", ["contact.toml", "flow", "pins.toml"])
def test_a_file_that_nobody_would_read_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / name).write_text("", encoding="utf-8")
    use(tmp_path, monkeypatch)
    with pytest.raises(KnowledgeError, match=r"holds contacts\.toml, .*, words/ and guide/ only"):
        load_known()


def test_a_directory_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    use(tmp_path / "gone", monkeypatch)
    with pytest.raises(KnowledgeError, match="is not there"):
        load_known()


def test_the_directory_is_in_use_for_one_run_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    with overlay_in_use(tmp_path):
        assert os.environ[VARIABLE] == str(tmp_path.resolve())
    assert VARIABLE not in os.environ
    with overlay_in_use(None):
        assert VARIABLE not in os.environ


def test_the_option_of_the_command_line_lays_it_over(overlay: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    plain = json.loads(CliRunner().invoke(main, ["knowledge", "status", "--json"]).stdout)
    run = CliRunner().invoke(main, ["--knowledge", str(overlay), "knowledge", "status", "--json"])
    assert plain["organisation"] == 0
    assert json.loads(run.stdout)["organisation"] == 4
    assert VARIABLE not in os.environ


def test_a_damaged_directory_ends_the_command_with_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "contacts.toml").write_text("[[contact]]\nid = 3\n", encoding="utf-8")
    run = CliRunner().invoke(main, ["--knowledge", str(tmp_path), "knowledge", "status"])
    assert run.exit_code == 3
    assert run.stderr.startswith("jpkidoctor: contacts.toml: ")
    assert "$.contact[0]" in run.stderr
    assert len(run.stderr.splitlines()) == 1


# --- the telephone guide ------------------------------------------------------------------------------

GUIDE_TABLES = {
    "symptoms.toml": """
checked = 2026-11-01
confidence = "C"
estimate = true
[[symptom]]
id = "own_kiosk"
text = { ja = "庁内の端末が止まっています。", en = "The kiosk of the office is down." }
times = { K-12 = 900 }
[[code]]
codes = ["KIOSK-9"]
times = { K-12 = 900 }
""",
    "stops.toml": """
checked = 2026-11-01
sources = []
[[stop]]
id = "lost"
node = "L-03"
title = { ja = "紛失です。庁内の窓口にも知らせます。", en = "Lost: the office is told as well." }
say = { ja = "すぐに電話してください。", en = "Please call at once." }
steps = [{ ja = "窓口に知らせます。", en = "Tell the office." }]
contacts = ["lost_card", "own_desk"]
""",
    "questions-own.toml": """
checked = 2026-11-01
confidence = "C"
estimate = true
[[question]]
id = "own_kiosk_lamp"
node = "K-12"
say = { ja = "端末の赤いランプは光っていますか。", en = "Is the red lamp of the kiosk on?" }
seconds = 5
[[question.answer]]
ja = "はい。"
en = "Yes."
share = 0.5
times = { K-12 = 50 }
[[question.answer]]
ja = "いいえ。"
en = "No."
share = 0.5
""",
    "causes.toml": """
checked = 2026-11-01
[[cause]]
node = "K-12"
weight = 500
""",
}


@pytest.fixture
def own_guide(overlay: Path) -> Path:
    (overlay / "guide").mkdir()
    for name, text in GUIDE_TABLES.items():
        (overlay / "guide" / name).write_text(text, encoding="utf-8")
    return overlay


def test_an_organisation_has_its_own_first_words_questions_stops_and_base_rates(own_guide: Path) -> None:
    shipped, own = load_guide(data_directory()), load_guide()
    assert list(own.symptoms) == ["own_kiosk", *shipped.symptoms]
    assert set(own.questions) == {"own_kiosk_lamp", *shipped.questions}
    assert set(own.stops) == set(shipped.stops)
    assert own.stops["lost"].contacts == ("lost_card", "own_desk")
    assert len(own.causes) == len(shipped.causes)
    assert own.cause("K-12").weight == 500
    assert start(symptom="own_kiosk").candidates[0].node == "K-12"
    assert start(code="kiosk-9").candidates[0].node == "K-12"


def test_the_guide_asks_with_the_tables_of_the_knowledge_option(own_guide: Path) -> None:
    told = CliRunner().invoke(main, ["--knowledge", str(own_guide), "guide", "--plain"], input="0\nq\n")
    assert "1 庁内の端末が止まっています。" in told.output


def test_easy_words_of_a_shipped_stop_are_not_said_for_an_organisations_own(own_guide: Path) -> None:
    own, easy = load_guide(), load_easy_guide()
    assert easy.stop_say(own.stops["lost"]) == "すぐに電話してください。"
    assert easy.stop_steps(own.stops["lost"]) == ("窓口に知らせます。",)
    assert "（" in "".join(easy.stop_steps(own.stops["fraud"]))
    assert easy.question(own.questions["own_kiosk_lamp"]) == own.questions["own_kiosk_lamp"].say.ja


def test_a_damaged_own_guide_is_refused_by_name(own_guide: Path) -> None:
    path = own_guide / "guide" / "stops.toml"
    path.write_text(GUIDE_TABLES["stops.toml"].replace("own_desk", "nobody"), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="stop lost: no such node or contact"):
        load_guide()


def test_limits_are_not_an_organisations(own_guide: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "guide").mkdir(parents=True)
    (other / "guide" / "limits.toml").write_text("sure = 0.1", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(other))
    with pytest.raises(KnowledgeError, match="guide/ holds"):
        load_guide()
