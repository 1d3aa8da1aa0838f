"""The judge: today's rules and tables, ready to turn facts into a diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jpkidoctor.checks.flow import diagnose
from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.facts import Facts
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.knowledge.known import Known, load_known


@dataclass(frozen=True)
class Judge:
    """Facts in, diagnosis out. Never raises and does no I/O."""

    known: Known
    hides: Mapping[str, tuple[str, ...]]

    def __call__(self, facts: Facts) -> Diagnosis:
        return diagnose(facts, self.known, self.hides)


@cache
def load_judge(directory: Path | None = None) -> Judge:
    """The judge with the tables of this directory, or the built-in ones. Raises KnowledgeError."""
    flow = load_flow(directory)
    return Judge(load_known(directory), {node.id: node.hides for node in flow.nodes.values() if node.hides})
