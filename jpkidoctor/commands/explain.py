"""``jpkidoctor explain``: what a code, a message, a reader or a word means, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from enum import IntEnum
from io import TextIOWrapper

from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import Words, load_words
from jpkidoctor.report.plain import cp932_safe
from jpkidoctor.safe_text import safe_text
from jpkidoctor.search.entry import Result
from jpkidoctor.search.index import load_index

SCHEMA = "jpkidoctor.explain/1"
_QUERY_SHOWN = 200
_QUERY_KEPT = 2000
_FIRST_STEPS = 5


class Found(IntEnum):
    """Exit codes of this command; wrong usage is 2, as everywhere."""

    SOMETHING = 0
    NOTHING = 1


def run_explain(query: str, *, as_json: bool, lang: Lang, limit: int) -> Found:
    """Search and print, best first; an empty query gives what is asked most. Raises KnowledgeError."""
    results = load_index().search(query, limit=limit, lang=lang)
    if as_json:
        body = {"schema": SCHEMA, "query": safe_text(query, _QUERY_KEPT), "results": [_row(hit) for hit in results]}
        sys.stdout.buffer.write(indented(body))
    else:
        if isinstance(sys.stdout, TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")  # a redirected Windows console may be cp932
        for line in _lines(query, results, load_words(lang)):
            print(cp932_safe(line))  # noqa: T201
    return Found.SOMETHING if results else Found.NOTHING


def _row(hit: Result) -> dict[str, object]:
    # An organisation's own tables are strings from outside too.
    title = safe_text(hit.title)
    return {"kind": hit.kind, "id": safe_text(hit.id), "title": title, "nodes": list(hit.nodes), "score": hit.score}


def _lines(query: str, results: tuple[Result, ...], words: Words) -> Iterator[str]:
    if not results:
        yield words.text("search.nothing", query=safe_text(query, _QUERY_SHOWN))
        yield words.text("search.try")
        return
    if query.strip():
        yield from _best(results[0], words)
        yield words.text("search.hits", number=len(results))
    else:
        yield words.text("search.most_asked")
    for hit in results:
        kind = words.text(f"search.kind.{hit.kind}")
        yield "  " + words.text("search.row", kind=kind, id=hit.id, title=hit.title)


def _best(hit: Result, words: Words) -> Iterator[str]:
    """Title, meaning and the first fix steps of the likeliest node."""
    yield safe_text(hit.title)
    meaning = words.meaning(hit.id) if hit.kind == "node" else hit.snippet
    if meaning:
        yield words.text("search.meaning", text=meaning)
    node = next((node for node in hit.nodes if node in words.flow.nodes), None)
    if node is not None:
        yield words.text("search.fix", node=node, title=words.title(node))
        yield from (f"  {number}. {step}" for number, step in enumerate(words.steps(node)[:_FIRST_STEPS], 1))
        yield words.text("search.who", who=words.who_text(words.who(node)))
    yield ""
