"""The report as one HTML file: nothing is loaded, nothing runs, and it prints on one or two A4 pages.

Read aloud, it has landmarks, headings in order, table headers and captions; no meaning hangs on a colour.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib import resources

from jpkidoctor.report.markup import Markup, element, void_element
from jpkidoctor.report.tables import Table
from jpkidoctor.report.view import FindingView, ReportView, StepView
from jpkidoctor.support_code import qr

# Even if a way past the escaping were found one day, the page may load nothing and run nothing.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_CODE = re.compile(r"[0-9]{8,28}")


def render_html(view: ReportView) -> str:
    """A whole HTML5 document."""
    style = resources.files("jpkidoctor.report").joinpath("style.css").read_text(encoding="utf-8")
    head = element(
        "head",
        void_element("meta", charset="utf-8"),
        void_element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        void_element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void_element("meta", name="robots", content="noindex"),
        element("title", f"{view.title}: {view.answer}"),
        element("style", Markup(style)),
    )
    body = element(
        "body",
        element("header", element("h1", view.title), element("p", view.taken, class_="taken")),
        element("main", _main(view)),
        element("footer", element("p", view.end, class_="end"), element("p", view.footer)),
    )
    return f"<!DOCTYPE html>\n{element('html', head, body, lang=view.lang)}\n"


def _main(view: ReportView) -> list[Markup]:
    parts = [element("p", view.answer, class_=f"answer {view.status.value}"), *_support_code(view)]
    if view.lead is not None:
        parts.append(_finding(view.lead, view, lead=True))
    parts.append(_side_by_side(_finding(finding, view) for finding in view.others))
    parts.append(_steps(view))
    parts.append(_side_by_side(_table(table) for table in view.tables))
    remarks = element("ul", [element("li", remark) for remark in view.remarks])
    parts.append(_section("remarks", element("h2", view.headings.remarks, id="remarks"), remarks))
    return parts


def _support_code(view: ReportView) -> list[Markup]:
    if not view.support_code:
        return []
    digits = view.support_code.replace(" ", "")
    # The code may come from somebody else's file, and a picture is made of what can be one only.
    picture = [Markup(qr.svg(digits, view.code_line))] if _CODE.fullmatch(digits) else []
    return [element("figure", picture, element("figcaption", view.code_line), class_="code")]


def _section(heading_id: str, *children: Markup, class_: str = "part") -> Markup:
    return element("section", *children, class_=class_, aria_labelledby=heading_id)


def _side_by_side(sections: Iterable[Markup]) -> Markup:
    """Two columns on paper, where the whole report is to fit on two pages; one below the other on a screen."""
    return element("div", sections, class_="columns")


def _finding(finding: FindingView, view: ReportView, *, lead: bool = False) -> Markup:
    heading_id = f"finding-{finding.id}"
    heading = element(
        "h2",
        element("span", finding.id, class_="node" if lead else "status"),
        " ",
        element("span", finding.title),
        " ",
        element("span", finding.status_word, class_=f"status {finding.status.value}"),
        id=heading_id,
    )
    names = view.headings
    parts = [heading]
    if finding.seen:
        parts += [element("h3", names.seen), element("ul", [element("li", text) for text in finding.seen])]
    if finding.meaning:
        parts += [element("h3", names.meaning), element("p", finding.meaning)]
    if finding.steps:
        parts += [element("h3", names.todo), element("ol", [element("li", text) for text in finding.steps])]
    if finding.who:
        parts += [element("h3", names.who), element("p", finding.who)]
    return _section(heading_id, *parts, class_="first" if lead else "part")


def _steps(view: ReportView) -> Markup:
    names = view.headings
    head = element("tr", [element("th", name, scope="col") for name in (names.step, names.status, names.details)])
    return _section(
        "steps",
        element("h2", names.all_steps, id="steps"),
        _scrolled(element("thead", head), element("tbody", [_step(step) for step in view.steps])),
    )


def _step(step: StepView) -> Markup:
    details = [element("li", finding.summary) for finding in step.noteworthy]
    cell = [element("ul", details)] if details else []
    return element(
        "tr",
        element("th", f"{step.id} {step.title}", scope="row"),
        element("td", step.status_word, class_=f"status {step.status.value}"),
        element("td", cell, step.ok_text),
    )


def _table(table: Table) -> Markup:
    heading = element("h2", table.title, id=table.id)
    if not table.rows:
        return _section(table.id, heading, element("p", table.empty))
    head = element("tr", [element("th", name, scope="col") for name in table.columns])
    rows = [
        element("tr", element("th", row[0], scope="row"), [element("td", cell) for cell in row[1:]])
        for row in table.rows
    ]
    return _section(table.id, heading, _scrolled(element("thead", head), element("tbody", rows)))


def _scrolled(*children: Markup) -> Markup:
    return element("div", element("table", *children), class_="scroll")
