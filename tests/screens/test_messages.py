"""Every message the screens ask for exists in both languages and can be shown on a Japanese console."""

import re
import tomllib
from pathlib import Path

import pytest

from jpkidoctor.knowledge.words import load_words

ROOT = Path(__file__).parents[2]
SOURCES = [*(ROOT / "jpkidoctor" / "screens").glob("*.py"), *(ROOT / "jpkidoctor").glob("app*.py")]
MESSAGES = tomllib.loads((ROOT / "knowledge" / "words" / "screen.toml").read_text(encoding="utf-8"))["text"]
ASKED = re.compile(r"""(?:say|text|_section)\(\s*(?:view,\s*)?(f?)["']([a-z_]+\.[a-z_.{}\[\]]+)["']""")
ANY_KEY = re.compile(r"""["']((?:key|more|save|event|busy|rest|banner|page|card|notice)\.[a-z_.]+)["']""")


def asked_keys():
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        yield from ((path.name, key) for formatted, key in ASKED.findall(text) if not formatted)
        yield from ((path.name, key) for key in ANY_KEY.findall(text))


@pytest.mark.parametrize("name,key", sorted(set(asked_keys())))
def test_message_exists(name, key):
    for lang in ("ja", "en"):
        assert load_words(lang).text(key) != f"‹{key}›", f"{name} asks for {key}"


@pytest.mark.parametrize("key", sorted(MESSAGES))
def test_message_is_whole_in_both_languages(key):
    text = MESSAGES[key]
    assert text["ja"] and text["en"]
    text["ja"].encode("cp932")
    blanks = [set(re.findall(r"\{(\w+)\}", text[lang])) for lang in ("ja", "en")]
    assert blanks[0] == blanks[1]


def test_no_blank_is_named_like_an_id_that_would_be_translated():
    texts = load_words("ja")._texts
    spoken = {"card", "pin", "model"} | {key.split(".")[1] for key in texts if key.startswith("param.")}
    wanted = {"compare.reader"}  # says the title of a reader's model
    for key, text in MESSAGES.items():
        if key in wanted:
            continue
        assert not set(re.findall(r"\{(\w+)\}", text["ja"])) & spoken, key
