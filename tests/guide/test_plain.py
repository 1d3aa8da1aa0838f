"""The guide line by line: numbers in, sentences out."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from click.testing import CliRunner

from jpkidoctor.cli import main
from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.guide_plain import guide_by_lines
from jpkidoctor.guide.beginning import begin_typed
from jpkidoctor.guide.easy import load_easy_guide
from jpkidoctor.guide.tables import load_guide
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words

CANNOT_CONNECT = "1"
LOST = "15"


def talk(typed: str, *, lang: Lang = "ja", code: str | None = None) -> tuple[Exit, str]:
    out = io.StringIO()
    begin = None if code is None else begin_typed(load_guide(), code)
    return guide_by_lines(io.StringIO(typed), out, lang=lang, begin=begin, clock=lambda: 0.0), out.getvalue()


def test_a_turned_card_is_found_with_digits_only() -> None:
    done, told = talk("\n".join([CANNOT_CONNECT, "1", "2", *"11111", "1", ""]))
    assert done is Exit.NOTHING_FAILED
    assert "原因はこれと考えられます。" in told
    assert "D-03 カードが応答しません" in told
    assert "1 カードを抜きます。" in told
    assert "電話の記録" in told
    assert "‹" not in told


def test_full_width_digits_are_digits_and_anything_else_is_asked_again() -> None:
    _, told = talk("１\nはい\n7\n０\n")
    assert told.count("その番号は選べません。") == 2
    assert "質問 2" in told


def test_back_asks_the_question_before_again() -> None:
    _, told = talk(f"{CANNOT_CONNECT}\n1\nb\n")
    assert told.count("質問 1 ") == 2


def test_the_end_of_the_input_ends_the_call_with_what_is_known() -> None:
    done, told = talk(f"{CANNOT_CONNECT}\n1\n")
    assert done is Exit.COULD_NOT_EXAMINE
    assert "1. カードは、奥まで入れるか" in told
    assert "まだ分かっていません" in told
    assert talk("")[0] is Exit.COULD_NOT_EXAMINE


def test_a_lost_card_gets_the_number_at_once() -> None:
    done, told = talk(f"{LOST}\n")
    assert done is Exit.NOTHING_FAILED
    assert "0120-95-0178" in told
    assert "質問" not in told


def test_a_code_begins_the_call_and_an_unknown_one_is_told() -> None:
    assert "質問 1" in talk("", code="EW044-C300")[1]
    assert "表にありません" in talk("", code="ZZ999")[1]


def test_a_fix_that_did_not_help_leads_on() -> None:
    _, told = talk("\n".join([CANNOT_CONNECT, "1", "2", *"111", "2", *"0" * 12, "1", ""]))
    assert "試しましたが、直りませんでした: D-03" in told


@pytest.mark.parametrize("lang", ["ja", "en"])
def test_every_line_can_be_shown_on_an_old_console(lang: Lang) -> None:
    talk("\n".join([CANNOT_CONNECT, *"1" * 12]), lang=lang)[1].encode("cp932")


def test_the_command_says_how_to_do_without_a_screen() -> None:
    runner = CliRunner()
    plain = runner.invoke(main, ["guide", "--plain", "--lang", "en"], input=f"{LOST}\n")
    assert plain.exit_code == 0
    assert "The card was lost or stolen." in plain.output


def report_of(scenario: str, folder: Path) -> Path:
    path = folder / "report.json"
    CliRunner().invoke(main, ["check", "--scenario", scenario, "--report", str(path)])
    return path


def test_a_saved_report_answers_beforehand(tmp_path: Path) -> None:
    path = report_of("card-upside-down", tmp_path)
    told = CliRunner().invoke(main, ["guide", "--plain", "--report", str(path)], input="1\n")
    assert told.exit_code == 0
    assert "機械で調べた結果: D-03" in told.output
    assert "質問 1" not in told.output
    assert "1 カードを抜きます。" in told.output


def test_a_damaged_report_is_used_with_a_warning(tmp_path: Path) -> None:
    path = report_of("card-upside-down", tmp_path)
    path.write_text(path.read_text(encoding="utf-8").replace("Windows 11", "Windows 12", 1), encoding="utf-8")
    told = CliRunner().invoke(main, ["guide", "--plain", "--report", str(path)], input="1\n")
    assert "確認番号が合いません" in told.output


def test_a_report_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    for arguments in (["--plain"], []):
        told = CliRunner().invoke(main, ["guide", *arguments, "--report", str(tmp_path / "none.json")])
        assert told.exit_code == Exit.COULD_NOT_EXAMINE
        assert told.output.count("\n") == 1 and "none.json" in told.output


def test_a_support_code_begins_the_call_and_a_misheard_one_names_the_group() -> None:
    code = CliRunner().invoke(main, ["check", "--scenario", "card-upside-down"]).output
    number = next(line for line in code.splitlines() if "対応番号" in line).split(":")[-1].strip()
    told = CliRunner().invoke(main, ["guide", "--plain", "--code", number], input="1\n1\n1\n1\n1\n1\n")
    assert "機械で調べた結果: D-03" in told.output
    wrong = f"{number[0]}{(int(number[1]) + 1) % 10}{number[2:]}"
    told = CliRunner().invoke(main, ["guide", "--plain", "--code", wrong])
    assert told.exit_code == Exit.WRONG_USAGE
    assert "1" in told.output and told.output.count("\n") == 1


def test_code_and_report_are_not_given_together(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["guide", "--code", "EW044-C300", "--report", str(tmp_path / "x.json")])
    assert told.exit_code == Exit.WRONG_USAGE
    assert "どちらか一つ" in told.output


def test_e_says_the_same_in_easy_japanese_and_back() -> None:
    plain = load_guide()
    easy = load_easy_guide()
    _, told = talk(f"e\n{CANNOT_CONNECT}\n1\ne\n", lang="en")
    first = next(iter(plain.symptoms.values()))
    assert easy.symptom(first) in told
    asked = [question for question in plain.questions.values() if easy.question(question) in told.splitlines()]
    assert len(asked) >= 2
    assert asked[-1].say.en in told.splitlines()  # the second e: the same question in the agent's language again


def test_easy_words_are_kept_to_the_end() -> None:
    done, easy = talk("\n".join([CANNOT_CONNECT, "e", "1", "2", *"11111", "1", ""]))
    assert done is Exit.NOTHING_FAILED
    for step in load_words("ja").easy_steps("D-03"):
        assert f" {step}" in easy


def test_a_lost_card_in_easy_words() -> None:
    _, told = talk(f"e\n{LOST}\n")
    easy = load_easy_guide()
    assert any(easy.stop_say(stop) in told for stop in load_guide().stops.values())
