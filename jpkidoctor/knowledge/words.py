"""Speaks: every sentence for people, in one language. Switching the language is taking another ``Words``.

Sentences come from ``words/*.toml`` and ``flow/*.toml``. A blank like ``{pin}`` is filled with a parameter of
the same name; a value that is an id is spoken by the text ``param.<blank>.<value>`` or by its table's title.
"""

from __future__ import annotations

import functools
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.knowledge.flow import Flow, load_flow
from jpkidoctor.knowledge.load import KnowledgeError, read_table
from jpkidoctor.knowledge.overlay import knowledge_directories, own_texts
from jpkidoctor.knowledge.titles import TitleTables
from jpkidoctor.knowledge.types import (
    FixStep,
    Lang,
    Node,
    Text,
    Variant,
    Who,
    WordsFile,
)
from jpkidoctor.safe_text import safe_text

if TYPE_CHECKING:
    pass

logger = logging.getLogger(__name__)

Param = str | int

T = TypeVar("T")

_BLANK = re.compile(r"(?P<space> ?)\{(?P<name>[a-z_][a-z0-9_]*)\}")
_NO_VARIANT = Variant()
_SYSTEMS = frozenset({"windows", "macos", "linux"})


class Words:
    """All sentences in one language. Nothing here raises for an unknown id: it comes back as ``‹id›``."""

    def __init__(self, lang: Lang, texts: Mapping[str, Text], flow: Flow, tables: TitleTables) -> None:
        self.lang: Lang = lang
        self.flow = flow
        self._texts = texts
        self._tables = tables

    # --- messages ---------------------------------------------------------------------------------

    def text(self, key: str, /, **params: Param) -> str:
        """The message ``key`` with its blanks filled. Strings pass ``safe_text`` first."""
        found = self._texts.get(key)
        return self._fill(found.get(self.lang), params) if found else _missing(key)

    def evidence(self, evidence: Evidence, /) -> str:
        """One thing a finding rests on, as a sentence.

        Where it is another node, the blanks ``fault`` and ``healthy`` say in words what that node is about.
        """
        params, node = dict(evidence.params), evidence.params.get("node")
        if isinstance(node, str):
            fault = self.title(node, str(params.get("variant", "")))
            params |= {"fault": fault, "healthy": self.ok(node).rstrip("。.")}
        return self.text(f"evidence.{evidence.key}", **params)

    def who_text(self, who: Who | Iterable[Who], /) -> str:
        """Somebody who can help, or several joined with commas."""
        people = (who,) if isinstance(who, str) else who
        return self.text("list.comma").join(self.text(f"who.{person}") for person in people)

    # --- nodes ------------------------------------------------------------------------------------

    def title(self, finding: Finding | str, /, variant: str = "", params: Mapping[str, Param] | None = None) -> str:
        """The fault in a few words. A finding brings its own variant and what fills the blanks."""
        return self._of_finding(finding, variant, params, lambda node, own: own.title or node.title)

    def meaning(self, finding: Finding | str, /, variant: str = "", params: Mapping[str, Param] | None = None) -> str:
        """What the fault means, one or two sentences."""
        return self._of_finding(finding, variant, params, lambda node, own: own.meaning or node.meaning)

    def ok(self, node: str, /) -> str:
        """The healthy state in one sentence."""
        return self._of_node(node, lambda found: found.ok)

    def symptom(self, node: str, /) -> str:
        """What the caller sees or says."""
        return self._of_node(node, lambda found: found.symptom)

    def question(self, node: str, /) -> str:
        """What to ask on the phone."""
        return self._of_node(node, lambda found: found.question)

    def steps(self, node: str, /, variant: str = "", os: str | None = None) -> tuple[str, ...]:
        """What to do, one action each.

        ``os`` is ``windows``, ``macos`` or ``linux``. For any other, steps of all systems are given, and one
        that holds for a single system says for which. Empty for an unknown node.
        """
        return tuple(self._step(step, self._own_language(step), os) for _, step in self._chosen(node, variant, os))

    # --- easy Japanese ----------------------------------------------------------------------------

    def easy_question(self, node: str, /) -> str:
        """What to ask on the phone, in easy Japanese whatever the language; the usual words where there are none."""
        easy = self._tables.easy.get(node)
        return easy.question if easy else self.question(node)

    def easy_steps(self, node: str, /, variant: str = "", os: str | None = None) -> tuple[str, ...]:
        """As ``steps``, the same ones in the same order, in easy Japanese whatever the language."""
        easy = self._tables.easy.get(node)
        chosen = self._chosen(node, variant, os)
        if easy is None or any(number >= len(easy.steps) for number, _ in chosen):
            return self.steps(node, variant, os)
        return tuple(self._step(step, easy.steps[number], os) for number, step in chosen)

    def who(self, node: str, /, variant: str = "") -> tuple[Who, ...]:
        """Who can mend it, the likeliest first. Empty for an unknown node."""
        found = self.flow.nodes.get(node)
        if found is None:
            return ()
        return found.variants.get(variant, _NO_VARIANT).who or found.who

    # --- steps of the flow ------------------------------------------------------------------------

    def step_title(self, step: str, /) -> str:
        """Title of a step (``B``); a node id gives the title of its step."""
        found = self._step_text(step)
        return found[0].get(self.lang) if found else _missing(step)

    def step_short(self, step: str, /) -> str:
        """The same in at most 14 columns."""
        found = self._step_text(step)
        return found[1].get(self.lang) if found else _missing(step)

    # --- inside -----------------------------------------------------------------------------------

    def _step_text(self, step: str) -> tuple[Text, Text] | None:
        try:
            found = self.flow.step_of(step)
        except KeyError:
            return None
        return found.title, found.short

    def _of_node(self, node: str, part: Callable[[Node], Text]) -> str:
        found = self.flow.nodes.get(node)
        return self._fill(part(found).get(self.lang), {}) if found else _missing(node)

    def _of_finding(
        self,
        finding: Finding | str,
        variant: str,
        params: Mapping[str, Param] | None,
        part: Callable[[Node, Variant], Text],
    ) -> str:
        filled: dict[str, Param] = {}
        if isinstance(finding, Finding):
            node, variant = finding.id, variant or finding.variant
            for evidence in reversed(finding.evidence):  # the first to name a thing wins
                filled.update(evidence.params)
        else:
            node = finding
        filled.update(params or {})
        found = self.flow.nodes.get(node)
        if found is None:
            return _missing(node)
        return self._fill(part(found, found.variants.get(variant, _NO_VARIANT)).get(self.lang), filled)

    def _chosen(self, node: str, variant: str, os: str | None) -> tuple[tuple[int, FixStep], ...]:
        """The fix steps for a variant and system, each with its place among all of the node's."""
        found = self.flow.nodes.get(node)
        if found is None:
            return ()
        # A variant this version does not know (an old report) gets the general wording.
        variant = variant if variant in found.variants else ""
        return tuple(
            (number, step)
            for number, step in enumerate(found.fix)
            if (not step.when or variant in step.when) and (os not in _SYSTEMS or not step.os or os in step.os)
        )

    def _own_language(self, step: FixStep) -> str:
        return step.ja if self.lang == "ja" else step.en

    def _step(self, step: FixStep, sentence: str, os: str | None) -> str:
        sentence = self._fill(sentence, {})
        for system in () if os in _SYSTEMS else step.os:
            sentence = self.text(f"fix.{system}", step=sentence)
        return sentence

    def _fill(self, sentence: str, params: Mapping[str, Param]) -> str:
        def blank(match: re.Match[str]) -> str:
            word = self._blank(match["name"], params)
            return match["space"] + word if word else ""

        return _BLANK.sub(blank, sentence) if "{" in sentence else sentence

    def _blank(self, name: str, params: Mapping[str, Param]) -> str:
        if name not in params:
            fallback = self._texts.get(f"blank.{name}")
            return fallback.get(self.lang) if fallback else _missing(name)
        value = params[name]
        value = int(value) if isinstance(value, bool) else value
        spoken = self._texts.get(f"param.{name}.{value}")
        if spoken is None and isinstance(value, str):
            spoken = self._tables.title(name, value)
        return spoken.get(self.lang) if spoken else safe_text(str(value))


def _missing(key: str) -> str:
    return f"‹{safe_text(key, 80)}›"


def load_words(lang: Lang, directory: Path | None = None) -> Words:
    """The words of one language, from ``directory`` or the shipped tables (read once).

    An organisation's words lie over the shipped ones (``overlay.py``), not over those of a named directory.
    Raises KnowledgeError when a table has the wrong shape, or a key stands in two files.
    """
    if directory is None:
        return _shipped(lang, knowledge_directories())
    return Words(lang, _read_texts(directory), load_flow(directory), TitleTables(directory))


@functools.cache
def _shipped(lang: Lang, directories: tuple[Path, ...]) -> Words:
    texts, tables = _shipped_texts(directories)
    return Words(lang, texts, load_flow(), tables)


@functools.cache
def _shipped_texts(directories: tuple[Path, ...]) -> tuple[Mapping[str, Text], TitleTables]:
    return own_texts(directories, _read_texts(directories[0])), TitleTables(directories[0])


def _read_texts(directory: Path) -> Mapping[str, Text]:
    texts: dict[str, Text] = {}
    for path in sorted((directory / "words").glob("*.toml")):
        words = read_table(path, WordsFile).text
        if double := texts.keys() & words.keys():
            raise KnowledgeError(path, f"{min(double)} stands in another file as well")
        texts.update(words)
    return texts
