"""``jpkidoctor explain``."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from jpkidoctor.cli import main


def explain(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["explain", *arguments])
    return result.exit_code, result.output


def test_json_is_the_documented_envelope() -> None:
    code, output = explain("--json", "--limit", "3", "ＥＷ０４４－Ｃ３００")
    body = json.loads(output)
    assert code == 0
    assert list(body) == ["schema", "query", "results"]
    assert body["schema"] == "jpkidoctor.explain/1"
    assert body["query"] == "ＥＷ０４４－Ｃ３００"
    assert 1 <= len(body["results"]) <= 3
    assert all(list(row) == ["kind", "id", "title", "nodes", "score"] for row in body["results"])
    assert body["results"][0]["id"] == "EW044-C300"
    assert body["results"][0]["nodes"] == ["I-05"]
    scores = [row["score"] for row in body["results"]]
    assert scores == sorted(scores, reverse=True)


def test_text_gives_the_meaning_and_the_first_steps() -> None:
    code, output = explain("0x8010001D")
    assert code == 0
    assert "意味: " in output
    assert "B-01" in output
    assert "  1. " in output


def test_text_in_english_is_english() -> None:
    code, output = explain("--lang", "en", "0x8010001D")
    assert code == 0
    assert output.isascii()


def test_a_negative_number_is_a_code_and_not_an_option() -> None:
    assert "0x8010001D" in explain("-2146435043")[1]


def test_nothing_found_is_exit_one() -> None:
    code, output = explain("--json", "qqqzzzxxx")
    assert code == 1
    assert json.loads(output)["results"] == []
    assert explain("qqqzzzxxx")[0] == 1


@pytest.mark.parametrize("arguments", [(), ("--limit", "0", "x"), ("--nonsense", "x")])
def test_wrong_usage_is_exit_two(arguments: tuple[str, ...]) -> None:
    assert explain(*arguments)[0] == 2


def test_an_empty_text_shows_what_is_asked_most() -> None:
    code, output = explain("")
    assert code == 0
    assert output.splitlines()[0] == "よくあるお困りごと"


def test_an_escape_sequence_does_not_reach_the_terminal() -> None:
    for arguments in (("--json",), ()):
        output = explain(*arguments, "\x1b]0;owned\x07qqqzzzxxx\u202e")[1]
        assert "\x1b" not in output
        assert "\\u001b" not in output
        assert "\u202e" not in output


def test_words_with_spaces_need_no_quotes() -> None:
    assert "D-03" in explain("カード", "読めない")[1]


def test_searching_loads_no_screen_and_no_card_library() -> None:
    script = (
        "import sys; from jpkidoctor.search.index import load_index; load_index().search('D-03');"
        "import jpkidoctor.commands.explain; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True, timeout=60)
    loaded = set(done.stdout.split())
    assert loaded.isdisjoint({"textual", "rich", "smartcard", "cryptography", "psutil", "lxml"})
