"""The decision flow as data: complete, well-formed, and worded as a caller can bear it."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from jpkidoctor.knowledge.flow import Flow, load_flow
from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.types import FlowFile, Node, SourcesFile, Text

FLOW = load_flow()
NODES = tuple(FLOW.nodes.values())

IDS = (
    [f"A-{n:02}" for n in range(1, 5)]
    + [f"B-{n:02}" for n in range(1, 5)]
    + [f"C-{n:02}" for n in range(1, 14)]
    + [f"D-{n:02}" for n in range(1, 6)]
    + [f"E-{n:02}" for n in range(1, 6)]
    + [f"F-{n:02}" for n in range(1, 5)]
    + [f"G-{n:02}" for n in range(1, 8)]
    + [f"H-{n:02}" for n in range(1, 10)]
    + [f"I-{n:02}" for n in range(1, 9)]
    + [f"J-{n:02}" for n in range(1, 9)]
    + ["K-01", "K-02", "K-03", "K-04", "K-10", "K-12", "K-13"]
    + ["L-01", "L-02", "L-03"]
)

EXTENDED = """
B-03 B-04 C-07 C-08 C-10 C-11 C-13 D-04 D-05 E-05 F-01 F-04 G-06 H-03 H-07 H-08 J-03 J-06 J-08 K-02 K-04 K-13
"""

VARIANTS = {
    "B-01": "library_missing not_installed stopped disabled helper",
    "B-02": "rdp citrix vm wsl container ssh service",
    "B-03": "sandbox",
    "B-04": "polkit socket",
    "C-02": "several sam virtual one_slot virtual_card",
    "C-03": "vendor too_new library_driver",
    "C-04": "other",
    "C-05": "no_driver disabled restart failed blocked usbccid damaged fault replug service_off unsigned",
    "C-09": "unsupported old",
    "C-10": "busy handed_over",
    "D-01": "contact contactless unknown",
    "D-02": "empty flapping",
    "D-04": "repeated two_readers",
    "E-01": "other unknown",
    "E-04": "no_signature no_certificates",
    "E-05": "label key",
    "F-01": "hub sleep",
    "F-02": "torn removed reset garbage hub",
    "F-03": "sharing blocked exclusive",
    "G-02": "one_left two_left verified",
    "G-04": "locked",
    "G-05": "locked",
    "G-06": "card_face_input resident",
    "H-01": "ended ends_soon",
    "H-02": "old no_rosetta",
    "H-04": "ie_mode sandbox",
    "I-01": "s_mode",
    "I-06": "proxy",
    "J-01": "unreadable absent",
    "J-06": "test unpinned foreign not_issued expired_ca",
}
"""What the checks may say. A variant without words would fall back silently, so the list stands here."""

POLITE = re.compile(r"(です|ます|ません|でした|ました|ください|ましょう)か?$")
BRACKETS = re.compile(r"（[^）]*）")
QUOTES = re.compile(r"「[^」]*」")
CHAIN = re.compile(r"その後|てから|、次に|、続いて")

# Names that stand on the screen, the machine or the box. Any other Latin word needs a Japanese one.
NAMES = """
/run/pcscd/pcscd.comm access_pcsc Android B C-06 CCID Chrome Citrix e-Tax ED ED1108 Edge EDZ207 EI EI123 EM044-C300
EW044-C300 Explorer FeliCa Flatpak G-04 G-05 Google H-09 Hello HJS HUB I I-04 Internet iOS iPhone J J-04 Java
JavaScript JPKI JPKI-TEST Linux M M1 Mac macOS Microsoft NFC O OS PaSoRi PC/SC pcsc-lite pcscd polkit RC-S300 RC-S380
Rosetta SAM Snap Update USB useIFDCCID Ver Windows WSL
"""
LATIN = re.compile(r"[A-Za-z/][A-Za-z0-9_./-]*")


def columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(ch) in "WFA" else 1 for ch in text)


def sentences(text: str) -> list[str]:
    return [part for part in BRACKETS.sub("", text).split("。") if part]


def prose(node: Node) -> Iterator[Text]:
    """Everything that is a sentence, not a title."""
    yield from (node.symptom, node.question, node.ok, node.meaning)
    yield from (Text(step.ja, step.en) for step in node.fix)
    yield from (variant.meaning for variant in node.variants.values() if variant.meaning)


def titles(node: Node) -> Iterator[Text]:
    yield node.title
    yield from (variant.title for variant in node.variants.values() if variant.title)


def every_text() -> Iterator[tuple[str, Text]]:
    for step in FLOW.steps:
        yield step.id, step.title
        yield step.id, step.short
    for node in NODES:
        for text in (*titles(node), *prose(node)):
            yield node.id, text


def shown(node: Node, variant: str, system: str) -> list[str]:
    return [
        step.ja for step in node.fix if (not step.when or variant in step.when) and (not step.os or system in step.os)
    ]


# --- shape ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted((data_directory() / "flow").glob("*.toml")), ids=lambda path: path.name)
def test_every_file_reads_strictly(path: Path) -> None:
    table = read_table(path, FlowFile)
    assert path.name.startswith(f"{table.step.id}-")


def test_the_flow_has_its_77_nodes_in_order() -> None:
    assert list(FLOW.nodes) == IDS
    assert len(IDS) == 77
    assert [step.id for step in FLOW.steps] == list("ABCDEFGHIJKL")


def test_core_and_extended_nodes_are_those_of_the_fact_sheet() -> None:
    assert {node.id for node in NODES if not node.core} == set(EXTENDED.split())
    assert sum(node.core for node in NODES) == 55


def test_every_variant_the_checks_may_say_has_words() -> None:
    assert {node.id: set(node.variants) for node in NODES if node.variants} == {
        node: set(variants.split()) for node, variants in VARIANTS.items()
    }


def test_every_claim_has_a_date_and_a_source() -> None:
    for node in NODES:
        assert node.checked >= dt.date(2026, 11, 22), node.id
        assert node.sources or node.confidence == "K", node.id


def test_every_source_is_in_the_list_of_sources() -> None:
    listed = {source.id for source in read_table(data_directory() / "sources.toml", SourcesFile).source}
    assert {source for node in NODES for source in node.sources} <= listed


# --- which failure explains which -----------------------------------------------------------------


def test_hides_has_no_cycle() -> None:
    done: set[str] = set()

    def walk(node: str, path: tuple[str, ...]) -> None:
        assert node not in path, " -> ".join((*path, node))
        if node not in done:
            for hidden in FLOW.hides[node]:
                walk(hidden, (*path, node))
            done.add(node)

    for node in FLOW.nodes:
        walk(node, ())


@pytest.mark.parametrize("cause", ["C-03", "C-04", "C-05", "C-10", "B-02", "B-03", "B-04"])
def test_a_missing_driver_or_permission_explains_service_and_empty_reader_list(cause: str) -> None:
    assert {"B-01", "C-01"} <= set(FLOW.hides[cause])


def test_an_absent_reader_never_explains_a_missing_driver() -> None:
    assert FLOW.hides["C-01"] == ()
    assert "C-03" not in FLOW.hides["B-01"]


# --- wording --------------------------------------------------------------------------------------


def test_every_text_is_there_in_both_languages() -> None:
    for node, text in every_text():
        assert text.ja.strip() == text.ja != "", node
        assert text.en.strip() == text.en != "", node
        assert text.en != text.ja or text.en.isascii(), node


def test_every_text_can_be_printed_on_a_japanese_windows_console() -> None:
    for _, text in every_text():
        text.ja.encode("cp932")
        text.en.encode("cp932")


def test_japanese_sentences_are_polite_and_short() -> None:
    for node in NODES:
        for text in prose(node):
            assert text.ja.endswith("。"), (node.id, text.ja)
            for sentence in sentences(text.ja):
                assert POLITE.search(sentence), (node.id, sentence)
                assert len(sentence) <= 60, (node.id, sentence)


def test_a_meaning_is_one_or_two_sentences() -> None:
    for node in NODES:
        for meaning in (node.meaning, *(v.meaning for v in node.variants.values() if v.meaning)):
            assert 1 <= len(sentences(meaning.ja)) <= 2, (node.id, meaning.ja)


def test_english_sentences_end_and_are_not_long() -> None:
    for node in NODES:
        for text in prose(node):
            assert text.en[-1] in ".?)" or ": " in text.en or text.en.endswith("pcscd"), (node.id, text.en)
            assert len(text.en) <= 160, (node.id, text.en)


def test_questions_ask() -> None:
    for node in NODES:
        assert "か。" in node.question.ja, node.id
        assert "?" in node.question.en, node.id


def test_titles_fit_beside_the_id() -> None:
    for node in NODES:
        for title in titles(node):
            assert columns(title.ja) <= 40, (node.id, title.ja)
            assert len(title.en) <= 50, (node.id, title.en)
            assert "。" not in title.ja


def test_short_step_titles_fit_a_narrow_screen() -> None:
    for step in FLOW.steps:
        assert columns(step.short.ja) <= 14, step.short.ja
        assert len(step.short.en) <= 14, step.short.en


def test_japanese_has_no_bare_english_words() -> None:
    for node, text in every_text():
        # What stands in 「 」 is on the caller's own screen or is a command to type.
        bare = LATIN.findall(re.sub(r"\{\w+\}", "", QUOTES.sub("", text.ja)))
        glossed = [word for word in bare if f"{word}（" in text.ja]
        assert set(bare) - set(glossed) <= set(NAMES.split()), (node, text.ja)


def test_nobody_is_asked_to_say_a_pin() -> None:
    asks = re.compile(r"(暗証番号|パスワード)を(そのまま)?(教え|言って|言い|読|お聞かせ)|番号を教え")
    asks_en = re.compile(r"\b(tell|say|read|give)( me| us)? (your|the) (\w+ )?(PIN|password)", re.IGNORECASE)
    for node in NODES:
        for text in (node.question, *prose(node)):
            assert not asks.search(text.ja), (node.id, text.ja)
            assert not asks_en.search(text.en.replace("do not say the PIN", "")), (node.id, text.en)
    for node in FLOW.nodes_of("G"):
        if re.search(r"桁|文字|まちがえ|番号ですか", node.question.ja):
            assert "番号は言わないでください" in node.question.ja, node.id
            assert "do not say the PIN" in node.question.en, node.id


def test_validity_is_never_claimed_without_the_word_on_revocation() -> None:
    for node, text in every_text():
        if re.search(r"有効(?!期限|性確認|に)", QUOTES.sub("", text.ja)):
            assert "失効" in text.ja, (node, text.ja)
        if re.search(r"\bvalid\b", text.en):
            assert "evocation" in text.en, (node, text.en)
    for node in ("J-02", "J-06"):
        assert "失効は未確認" in FLOW.node(node).ok.ja
    assert "失効は未確認" in FLOW.node("L-01").meaning.ja


def test_all_well_names_the_two_people_to_call_next() -> None:
    closing = FLOW.node("L-01")
    assert closing.title.ja == "カード・リーダー・ソフトは正常です"
    assert any("申請サービスの窓口" in step.ja for step in closing.fix)
    assert any("0120-95-0178" in step.ja for step in closing.fix)


# --- what to do -----------------------------------------------------------------------------------


@pytest.mark.parametrize("node", NODES, ids=lambda node: node.id)
def test_every_fault_has_one_to_six_steps_on_every_system(node: Node) -> None:
    for variant in ("", *node.variants):
        for system in ("windows", "macos", "linux"):
            steps = shown(node, variant, system)
            assert 1 <= len(steps) <= 6, (variant, system, steps)
            assert len(set(steps)) == len(steps), (variant, system)
    assert node.who


def test_a_fix_step_is_one_action() -> None:
    for node in NODES:
        for step in node.fix:
            assert len(sentences(step.ja)) == 1, (node.id, step.ja)
            assert not CHAIN.search(step.ja), (node.id, step.ja)


def test_orientation_follows_the_picture_on_the_reader() -> None:
    steps = " ".join(step.ja for step in FLOW.node("D-03").fix)
    assert "12桁の番号の面" in steps
    assert "リーダーに描かれた絵" in steps
    assert "裏返して" in steps
    assert "前後を替えて" in steps


# --- the loader -----------------------------------------------------------------------------------

STEP = """
[step]
id = 'B'
title = { ja = 'あ', en = 'a' }
short = { ja = 'あ', en = 'a' }
"""


def node_toml(node: str, extra: str = "", fix: str = "") -> str:
    texts = "\n".join(f"{key} = {{ ja = 'あ', en = 'a' }}" for key in ("title", "symptom", "question", "ok", "meaning"))
    return (
        f"[[node]]\nid = '{node}'\n{texts}\nwho = ['user']\nfix = [{fix}]\n"
        f"checked = 2026-11-22\nconfidence = 'K'\n{extra}\n"
    )


def write_flow(directory: Path, *files: str) -> Path:
    (directory / "flow").mkdir()
    for number, text in enumerate(files):
        (directory / "flow" / f"{number}.toml").write_text(text, encoding="utf-8")
    return directory


def test_flow_looks_up_nodes_and_their_step(tmp_path: Path) -> None:
    flow = load_flow(write_flow(tmp_path, STEP + node_toml("B-01") + node_toml("B-02", "hides = ['B-01']")))
    assert flow.step_of("B-02").id == "B"
    assert [node.id for node in flow.nodes_of("B")] == ["B-01", "B-02"]
    assert flow.hides == {"B-01": (), "B-02": ("B-01",)}
    with pytest.raises(KeyError):
        flow.node("B-99")
    with pytest.raises(KeyError):
        flow.step_of("Z-01")


def test_the_shipped_flow_is_read_once() -> None:
    assert load_flow() is load_flow()
    assert isinstance(load_flow(), Flow)


@pytest.mark.parametrize(
    ("files", "reason"),
    [
        ((), "no flow files"),
        ((STEP + node_toml("C-01"),), "not of step B"),
        ((STEP + node_toml("B-01") + node_toml("B-01"),), "stands twice"),
        ((STEP + node_toml("B-01"), STEP + node_toml("B-02")), "two files"),
        ((STEP + node_toml("B-01", "hides = ['B-07']"),), "hides B-07"),
        ((STEP + node_toml("B-01", "hides = ['B-01']"),), "hides B-01"),
        ((STEP + node_toml("B-01", fix="{ ja = 'あ', en = 'a', when = ['x'] }"),), "no variant 'x'"),
        ((STEP + node_toml("B-01", "hidse = []"),), "hidse"),
        ((STEP + node_toml("B-01").replace("'K'", "'Z'"),), "Invalid enum value"),
        (("[step",), "Expected"),
    ],
)
def test_a_wrong_flow_is_refused_with_file_and_reason(tmp_path: Path, files: tuple[str, ...], reason: str) -> None:
    with pytest.raises(KnowledgeError, match=re.escape(reason)) as caught:
        load_flow(write_flow(tmp_path, *files))
    assert caught.value.path.is_relative_to(tmp_path)
    assert reason in caught.value.reason


def test_a_missing_or_unreadable_table_is_a_knowledge_error(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="No such file"):
        read_table(tmp_path / "none.toml", FlowFile)
    (tmp_path / "sjis.toml").write_bytes("# 日本".encode("cp932"))
    with pytest.raises(KnowledgeError, match="utf-8"):
        read_table(tmp_path / "sjis.toml", FlowFile)
