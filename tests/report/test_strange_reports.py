"""A report that a stranger has changed anywhere is refused in one clear way, or can be shown like any other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jpkidoctor.report.envelope import build_report, encode_json
from jpkidoctor.report.html import render_html
from jpkidoctor.report.markdown import render_markdown
from jpkidoctor.report.plain import plain_lines
from jpkidoctor.report.read import ReportReadError, parse_report
from jpkidoctor.report.redact import redact
from jpkidoctor.report.text import render_text
from jpkidoctor.report.view import build_view
from tests.report.conftest import FakePins, FakeWords, judge

PATH = Path("strange.json")

_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(
        ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "2026-02-30", "\x1b[2J", "reader-A", "</p>", "-" * 999]
    )
)
_VALUES = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=2)
)


def places(value, here=()):
    yield here
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from places(item, (*here, key))


def replaced(value, place, new):
    if not place:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[place[0]] = replaced(copy[place[0]], place[1:], new)
    return copy


@pytest.fixture
def whole(facts) -> dict:
    return json.loads(encode_json(build_report(facts, judge(facts), FakeWords("ja"))))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_value_is_refused_or_shown(whole, data):
    place = data.draw(st.sampled_from(sorted(places(whole), key=str)))
    strange = replaced(whole, place, data.draw(_VALUES))
    try:
        saved = parse_report(json.dumps(strange).encode(), PATH)
    except ReportReadError:
        return
    assert redact(saved.facts).facts.redacted
    if saved.report is not None:
        view = build_view(saved.report, FakeWords("ja"), FakePins())
        shown = [render_html(view), render_markdown(view), render_text(view), *plain_lines(view)]
        assert "\x1b" not in "".join(shown)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_refused_in_one_way(data):
    with pytest.raises(ReportReadError):
        parse_report(data, PATH)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.floats(min_value=0, max_value=0.999))
def test_a_report_cut_anywhere_is_called_truncated(whole, cut):
    data = json.dumps(whole, ensure_ascii=True).encode()
    with pytest.raises(ReportReadError) as caught:
        parse_report(data[: int(len(data) * cut)], PATH)
    assert caught.value.reason == "truncated"
