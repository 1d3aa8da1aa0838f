from __future__ import annotations

import itertools
import re
from html.parser import HTMLParser

import msgspec
import pytest
from markdown_it import MarkdownIt

from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import Fact, Facts
from jpkidoctor.report.envelope import build_report, encode_json
from jpkidoctor.report.html import render_html
from jpkidoctor.report.markdown import markdown_text, render_markdown
from jpkidoctor.report.plain import cp932_safe, plain_lines
from jpkidoctor.report.text import encode_text, render_text
from jpkidoctor.report.view import build_view
from tests.report.conftest import CANARIES, FakePins, FakeWords, judge

VOID = {"meta", "br", "hr", "img", "link", "input"}


@pytest.fixture
def view(public_report, words):
    return build_view(public_report, words, FakePins())


class Outline(HTMLParser):
    """Notes tags and attributes, and fails on an end tag that closes the wrong element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag

    def all(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def every_format(view) -> dict[str, str]:
    return {
        "html": render_html(view),
        "markdown": render_markdown(view),
        "text": render_text(view),
        "plain": "\n".join(plain_lines(view)),
    }


def test_no_format_tells_a_canary(view, public_report):
    formats = every_format(view) | {"json": encode_json(public_report).decode()}
    for name, text in formats.items():
        assert [canary for canary in CANARIES if canary in text] == [], name
        assert "reader-A" in text, name


def test_every_format_has_answer_steps_caveat_and_checksum(view, public_report):
    for name, text in every_format(view).items():
        assert "G-01" in text, name
        assert "題 G-01" in text, name
        assert "二をします。" in text, name
        assert re.search("失効は未確認|Revocation was not checked", text), name
        assert public_report.checksum in text, name


def test_html_is_balanced_and_loads_nothing(view):
    outline = Outline(render_html(view))
    assert outline.open == []
    names = {tag for tag, _ in outline.tags}
    assert not names & {"script", "link", "img", "iframe", "object", "embed", "base", "form"}
    # The one picture is the QR code, drawn in the page itself.
    assert not names & {"image", "use", "a", "foreignobject", "animate"}
    for _, attributes in outline.tags:
        assert not {"src", "href", "style", "onload", "onclick"} & attributes.keys()
    style = render_html(view).split("<style>")[1].split("</style>")[0]
    assert "url(" not in style and "@import" not in style


def test_html_can_be_read_aloud(view, words):
    outline = Outline(render_html(view))
    assert outline.all("html") == [{"lang": words.lang}]
    assert [len(outline.all(tag)) for tag in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]
    ids = [attributes["id"] for _, attributes in outline.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for section in outline.all("section"):
        assert section["aria-labelledby"] in ids
    assert {th["scope"] for th in outline.all("th")} == {"col", "row"}
    levels = [int(tag[1]) for tag, _ in outline.tags if re.fullmatch("h[1-6]", tag)]
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_html_escapes_what_it_is_given(view):
    text = render_html(view)
    assert "<b>" not in text
    assert "&lt;b&gt;一&lt;/b&gt;" in text


def test_the_first_cause_comes_before_everything_else(view):
    text = render_html(view)
    assert text.index('class="node"') < text.index("C-03") < text.index('id="steps"')
    assert render_text(view).index("二をします。") < render_text(view).index("段 B")


def test_a_failure_that_follows_from_another_gets_no_instructions(view):
    assert [finding.id for finding in view.others] == ["C-03"]
    because = {f.id: f.because for step in view.steps for f in step.findings}
    assert "G-01" in because["J-01"]


def test_steps_carry_their_worst_status(view):
    assert {step.id: step.status for step in view.steps} == {
        "B": Status.OK,
        "C": Status.ATTENTION,
        "D": Status.NOT_APPLICABLE,
        "G": Status.FAILED,
        "J": Status.FAILED,
    }


def test_tables_tell_pins_dates_and_readers(view):
    tables = {table.id: table for table in view.tables}
    assert [row[0].split()[-1] for row in tables["pins"].rows] == ["signature", "authentication"]
    assert "3" in tables["pins"].rows[1][1]
    assert tables["certificates"].rows[0][1:3] == ("2022-05-01", "2027-05-17")
    assert "reader-A" in tables["readers"].rows[0][0]
    assert tables["readers"].rows[0][0] != "reader-A"
    assert tables["readers"].rows[1][0] == "reader-B"


def test_markdown_has_no_html_link_or_mention_in_it(view):
    hostile = "<img src=x> [a](http://e.example) **b** | `c` https://e.example www.e.example @all #12"
    rendered = MarkdownIt("gfm-like", {"linkify": True, "html": True}).render(f"- {markdown_text(hostile)}")
    assert "<img" not in rendered and "<a " not in rendered and "<strong>" not in rendered and "<code>" not in rendered
    assert "@all" in rendered and "https://e.example" in rendered
    assert "@all" not in markdown_text(hostile)


@pytest.mark.parametrize("text", ["1. one", "- x", "+ x", "= x", "12) x", "# x", "> x", "~~x~~", "| a | b |", "--- "])
def test_markdown_shows_exactly_the_text(text):
    rendered = MarkdownIt("gfm-like", {"linkify": True}).render(f"- {markdown_text(text)}")
    inner = re.fullmatch(r"<ul>\n<li>(.*)</li>\n</ul>\n", rendered)
    assert inner, rendered
    assert inner[1].replace("&gt;", ">") == text.strip()


def test_markdown_tables_are_tables(view):
    rendered = MarkdownIt("gfm-like").render(render_markdown(view))
    outline = Outline(rendered)
    assert outline.open == []
    assert len(outline.all("table")) == 1 + sum(bool(table.rows) for table in view.tables)


def test_text_for_windows_has_bom_and_crlf(view):
    text = render_text(view)
    assert encode_text(text, windows=False) == text.encode()
    data = encode_text(text, windows=True)
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == data.count(b"\n") > 20


def test_plain_begins_with_the_answer_and_gives_each_finding_one_line(view):
    lines = list(plain_lines(view))
    assert lines[0] == view.answer
    assert [line for line in lines if re.match(r"[1-9]\. ", line)] == [
        "1. windows で <b>一</b> をします。",
        "2. 二をします。",
    ]
    order = [line[:4] for line in lines if re.match(r"[A-Z]-[0-9]{2} ", line)]
    assert order == ["B-01", "C-03", "G-01", "G-02", "J-01"]
    assert any(line.startswith("G-01 異常: ") for line in lines)


def test_plain_fits_a_japanese_console(view):
    for line in plain_lines(view):
        line.encode("cp932")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("a — b", "a - b"), ("〜", "～"), ("é", "e"), ("✓", "?"), ("①…", "①…"), ("😀", "?"), ("−1", "-1")],
)
def test_what_the_console_lacks_is_replaced(text, shown):
    assert cp932_safe(text) == shown


def test_the_words_of_reports_fit_a_japanese_console():
    words = FakeWords("ja")
    for key, text in words._texts.items():
        assert cp932_safe(text.ja) == text.ja, key
        assert set(re.findall(r"{\w+}", text.ja)) == set(re.findall(r"{\w+}", text.en)), key


def answer_to(facts, words, *findings):
    diagnosis = Diagnosis(findings=tuple(Finding(id=node, status=status) for node, status in findings))
    return build_view(build_report(facts, diagnosis, words), words, FakePins())


def test_all_well_says_so_and_whom_to_call(facts, words):
    view = answer_to(facts, words, ("B-01", Status.OK), ("H-05", Status.UNKNOWN), ("L-01", Status.OK))
    assert (view.status, view.answer) == (Status.OK, "良い L-01")
    assert view.lead is not None and len(view.lead.steps) == 2
    for text in every_format(view).values():
        assert "二をします。" in text


def test_all_well_with_a_caution_says_both(facts, words):
    view = answer_to(facts, words, ("H-01", Status.ATTENTION), ("L-01", Status.OK))
    assert view.status is Status.ATTENTION
    assert view.answer == f"良い L-01 {words.text('report.answer.attention', count=1)}"


def test_what_was_not_examined_is_never_called_healthy(facts, words):
    view = answer_to(facts, words, ("B-01", Status.UNKNOWN), ("H-01", Status.ATTENTION), ("L-01", Status.UNKNOWN))
    assert view.answer == words.text("report.answer.not_all", attention=1, unknown=2)
    view = answer_to(facts, words, ("B-01", Status.UNKNOWN))
    assert (view.status, view.lead) == (Status.UNKNOWN, None)
    view = answer_to(msgspec.structs.replace(facts, card=Fact()), words, ("B-01", Status.OK))
    assert (view.status, view.answer) == (Status.UNKNOWN, words.text("report.answer.no_card"))


def test_failures_without_a_first_cause_are_counted(facts, words):
    view = answer_to(facts, words, ("B-01", Status.FAILED), ("L-01", Status.NOT_APPLICABLE))
    assert (view.status, view.answer) == (Status.FAILED, words.text("report.answer.failed_count", count=1))


def test_an_empty_examination_renders_in_every_format(words):
    import datetime as dt

    facts = Facts(taken_at=dt.datetime(9999, 12, 31, 23, tzinfo=dt.UTC), tool_version="0")
    view = build_view(build_report(facts, Diagnosis(findings=()), words), words, FakePins())
    for text in every_format(view).values():
        assert view.answer.split("。")[0][:8] in text


def test_a_hostile_reader_name_stays_text_everywhere(facts, words):
    evil = "</section><script>alert(1)</script>|\x1b[2J[red]"
    readers = tuple(msgspec.structs.replace(r, name=evil) for r in facts.pcsc.readers.value)
    pcsc = msgspec.structs.replace(facts.pcsc, readers=msgspec.structs.replace(facts.pcsc.readers, value=readers))
    odd = msgspec.structs.replace(facts, pcsc=pcsc)
    view = build_view(build_report(odd, judge(odd), words), words, FakePins())
    formats = every_format(view)
    assert "\x1b" not in "".join(formats.values())
    assert not Outline(formats["html"]).all("script")
    assert not Outline(MarkdownIt("gfm-like", {"html": True}).render(formats["markdown"])).all("script")


def test_the_first_page_of_html_stays_small(view):
    assert len(render_html(view).encode()) < 40_000


def test_what_could_not_be_judged_does_not_sound_like_a_verdict(view, words):
    finding = next(f for step in view.steps for f in step.findings if f.id == "G-02")
    assert finding.title == words.text("report.unknown", title="題 G-02")
    assert finding.title != "題 G-02"
    assert "not_asked" in finding.summary
