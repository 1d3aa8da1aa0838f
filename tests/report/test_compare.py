"""Before and after: what is mended, new, left, and what is only no longer known."""

import datetime as dt
import json
import subprocess
import sys

import msgspec
import pytest

from jpkidoctor.cli import main
from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import (
    CardFacts,
    CardKind,
    Fact,
    Facts,
    FactStatus,
    PcscFacts,
    PinFacts,
    PinId,
    PinState,
    ReaderFacts,
    ReaderKind,
)
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.compare import Comparison, Examined, compare
from jpkidoctor.report.compare_text import comparison_lines
from jpkidoctor.report.envelope import encode_json, redacted_report

NOON = dt.datetime(2026, 11, 24, 3, 0, tzinfo=dt.UTC)
OK, ATTENTION, FAILED, UNKNOWN = Status.OK, Status.ATTENTION, Status.FAILED, Status.UNKNOWN


def facts(at: int = 0, *, reader: str = "", name: str = "A", tries: int | None = None) -> Facts:
    card = None
    if tries is not None:
        pin = PinFacts(id=PinId.SIGNATURE, state=PinState.TRIES, tries_left=tries)
        card = CardFacts(kind=CardKind.MY_NUMBER, pins=(pin,))
    readers = (ReaderFacts(name=name, model=reader, kind=ReaderKind.CONTACT),)
    return Facts(
        taken_at=NOON + dt.timedelta(seconds=at),
        tool_version="1",
        pcsc=PcscFacts(readers=Fact(FactStatus.OK, readers)),
        card=Fact(FactStatus.OK, card) if card else Fact(),
    )


def examined(at: int = 0, /, cause: str | None = None, **status: Status) -> Examined:
    findings = tuple(Finding(id=node.replace("_", "-"), status=each) for node, each in status.items())
    return Examined(facts(at), Diagnosis(findings=findings, first_cause=cause))


def ids(changes) -> list[str]:
    return [change.id for change in changes]


@pytest.mark.parametrize(
    "before,after,group",
    [
        (FAILED, OK, "fixed"),
        (ATTENTION, OK, "fixed"),
        (OK, FAILED, "new"),
        (UNKNOWN, FAILED, "new"),
        (ATTENTION, FAILED, "new"),
        (OK, ATTENTION, "new"),
        (FAILED, ATTENTION, "changed"),
        (FAILED, UNKNOWN, "changed"),
        (FAILED, Status.NOT_APPLICABLE, "changed"),
        (UNKNOWN, OK, "changed"),
        (OK, UNKNOWN, "changed"),
        (FAILED, FAILED, "same"),
        (OK, OK, "same"),
    ],
)
def test_every_pair_of_states_has_its_group(before, after, group):
    comparison = compare(examined(D_03=before), examined(D_03=after))
    groups = {name: ids(getattr(comparison, name)) for name in ("fixed", "new", "changed", "same")}
    assert groups == {name: ["D-03"] if name == group else [] for name in groups}


def test_the_same_examination_twice_differs_in_nothing():
    one = examined(0, "D-03", B_01=OK, D_03=FAILED, I_02=ATTENTION)
    comparison = compare(one, one)
    assert not comparison.fixed and not comparison.new and not comparison.changed and not comparison.facts
    assert ids(comparison.left) == ["D-03", "I-02"]
    assert comparison.seconds == 0
    assert not comparison.solved


def test_another_wording_of_the_same_fault_is_a_change():
    was, now = (
        Examined(facts(), Diagnosis(findings=(Finding(id="B-01", status=FAILED, variant=variant),)))
        for variant in ("", "polkit")
    )
    assert ids(compare(was, now).changed) == ["B-01"]


def test_a_node_of_one_side_only_is_told():
    comparison = compare(examined(B_01=OK), examined(B_01=OK, C_13=FAILED))
    assert ids(comparison.new) == ["C-13"]
    assert comparison.new[0].before is None


def test_a_fault_that_cannot_be_judged_any_more_is_not_called_solved():
    comparison = compare(examined(0, "D-03", D_03=FAILED), examined(60, None, D_03=UNKNOWN))
    assert not comparison.solved
    lines = [line.text for line in comparison_lines(comparison, load_words("ja"))]
    assert lines[0] == "いま、異常は見えません。前の異常は、確かめられていません。"
    assert compare(examined(0, "D-03", D_03=FAILED), examined(60, None, D_03=OK)).solved


@pytest.mark.parametrize(
    "seconds,words", [(5, "5秒"), (130, "2分"), (7300, "2時間"), (200_000, "2日"), (-1, "「後」の方が古い検査です")]
)
def test_the_time_between_is_said_in_round_numbers(seconds, words):
    comparison = compare(examined(0), examined(seconds))
    assert comparison.seconds == seconds
    assert any(words in line.text for line in comparison_lines(comparison, load_words("ja")) if line.kind == "time")


def test_tries_left_and_the_reader_are_watched_and_names_are_not():
    well = Diagnosis(findings=())
    before = Examined(facts(reader="ntt-scr3310", name="A", tries=3), well)
    after = Examined(facts(reader="ntt-scr3310", name="reader-A", tries=2), well)
    (change,) = compare(before, after).facts
    assert (change.key, change.before, change.after) == ("pin.signature", "3", "2")
    other = Examined(facts(reader="sony-rcs380"), well)
    assert [each.key for each in compare(before, other).facts] == ["readers", "card", "pin.signature"]


@pytest.mark.parametrize("lang", ["ja", "en"])
@pytest.mark.parametrize("pin", list(PinId))
@pytest.mark.parametrize("state", list(PinState))
def test_every_pin_and_state_has_words(lang, pin, state):
    card = CardFacts(kind=CardKind.MY_NUMBER, pins=(PinFacts(id=pin, state=state, tries_left=2),))
    after = msgspec.structs.replace(facts(), card=Fact(FactStatus.OK, card))
    comparison = compare(Examined(facts(), Diagnosis(findings=())), Examined(after, Diagnosis(findings=())))
    words = load_words(lang)
    for line in comparison_lines(comparison, words):
        assert "‹" not in line.text
        if lang == "ja":
            line.text.encode("cp932")


# --- the command ------------------------------------------------------------------------------------


@pytest.fixture
def reports(tmp_path):
    """Two saved reports: no reader is plugged in; later a reader is there, without a card."""
    paths = []
    for name, each in (("before", facts()), ("after", facts(90, tries=3))):
        path = tmp_path / f"{name}.json"
        path.write_bytes(encode_json(redacted_report(each, load_judge(), load_words("ja"))))
        paths.append(path)
    return paths


def run(*args, capsysbinary) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["compare", *map(str, args)])
    out, err = capsysbinary.readouterr()
    return ended.value.code, out.decode(), err.decode()


def test_command_prints_json_that_reads_back(reports, capsysbinary):
    code, out, err = run(*reports, "--json", capsysbinary=capsysbinary)
    comparison = msgspec.json.decode(out.encode(), type=Comparison)
    judge = load_judge()
    assert code == (1 if judge(facts(90, tries=3)).failed else 0)
    assert comparison.schema == "jpkidoctor.compare/1"
    assert comparison.seconds == 90
    assert err == ""
    assert json.loads(out)["facts"]


def test_exit_code_follows_the_second_report(reports, capsysbinary):
    before, after = reports
    judge = load_judge()
    for first, second, facts_ in ((before, after, facts(90, tries=3)), (after, before, facts())):
        code, out, _ = run(first, second, capsysbinary=capsysbinary)
        assert code == (1 if judge(facts_).failed else 0)
        assert "前: 2026-11-24" in out


def test_unreadable_report_is_one_sentence_and_exit_3(reports, tmp_path, capsysbinary):
    code, out, err = run(reports[0], tmp_path / "none.json", capsysbinary=capsysbinary)
    assert (code, out) == (3, "")
    assert "ファイルがありません" in err
    bad = tmp_path / "bad.json"
    bad.write_text("{]", encoding="utf-8")
    assert run(bad, reports[0], capsysbinary=capsysbinary)[0] == 3


def test_a_changed_report_is_compared_with_a_warning(reports, capsysbinary):
    text = reports[0].read_text(encoding="utf-8")
    reports[0].write_text(text.replace('"tool_version": "1"', '"tool_version": "2"'), encoding="utf-8")
    code, out, err = run(*reports, capsysbinary=capsysbinary)
    assert code in (0, 1)
    assert out
    assert "before.json" in err


def test_no_device_name_of_an_unredacted_file_is_printed(tmp_path, reports, capsysbinary):
    bare = tmp_path / "facts.json"
    bare.write_bytes(msgspec.json.encode(facts(name="Serial 21120535200123")))
    _, out, _ = run(bare, reports[1], "--json", capsysbinary=capsysbinary)
    assert "21120535200123" not in out


def test_compare_loads_neither_textual_nor_pyscard():
    code = "import sys, jpkidoctor.commands.compare; print([m for m in ('textual', 'smartcard') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
