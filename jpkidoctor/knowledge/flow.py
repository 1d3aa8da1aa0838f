"""The decision flow as loaded: its steps, its nodes in order, and which node explains which."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table
from jpkidoctor.knowledge.types import FlowFile, Node, Step


@dataclass(frozen=True, slots=True)
class Flow:
    """All steps (A to L) and nodes (A-01 to L-03), in the order they are gone through."""

    steps: tuple[Step, ...]
    nodes: Mapping[str, Node]

    def node(self, node: str) -> Node:
        """One node. Raises KeyError for an id that is not in the flow."""
        return self.nodes[node]

    def step_of(self, node: str) -> Step:
        """The step a node belongs to. Raises KeyError when there is none."""
        letter = node.partition("-")[0]
        for step in self.steps:
            if step.id == letter:
                return step
        raise KeyError(node)

    def nodes_of(self, step: str) -> tuple[Node, ...]:
        """The nodes of one step (``C``), in order."""
        return tuple(node for node in self.nodes.values() if node.id.partition("-")[0] == step)

    @property
    def hides(self) -> Mapping[str, tuple[str, ...]]:
        """Node id to the ids of the nodes whose failure follows from its own."""
        return {node.id: node.hides for node in self.nodes.values()}


def load_flow(directory: Path | None = None) -> Flow:
    """Read ``flow/*.toml`` below ``directory`` (the shipped tables when None, read once).

    Raises KnowledgeError for a file of the wrong shape, an id that stands twice or in the wrong file, and a
    ``hides`` or ``when`` that names nothing.
    """
    return _shipped() if directory is None else _read(directory)


@functools.cache
def _shipped() -> Flow:
    return _read(data_directory())


def _read(directory: Path) -> Flow:
    steps: list[Step] = []
    nodes: dict[str, Node] = {}
    places: dict[str, Path] = {}
    for path in sorted((directory / "flow").glob("*.toml")):
        table = read_table(path, FlowFile)
        if any(step.id == table.step.id for step in steps):
            raise KnowledgeError(path, f"step {table.step.id} stands in two files")
        steps.append(table.step)
        for node in table.node:
            if node.id.partition("-")[0] != table.step.id:
                raise KnowledgeError(path, f"node {node.id} is not of step {table.step.id}")
            if node.id in nodes:
                raise KnowledgeError(path, f"node {node.id} stands twice")
            nodes[node.id] = node
            places[node.id] = path
    if not steps:
        raise KnowledgeError(directory / "flow", "no flow files")
    for node in nodes.values():
        _check_names(node, nodes, places[node.id])
    return Flow(steps=tuple(steps), nodes=MappingProxyType(nodes))


def _check_names(node: Node, nodes: Mapping[str, Node], path: Path) -> None:
    for hidden in node.hides:
        if hidden not in nodes or hidden == node.id:
            raise KnowledgeError(path, f"{node.id} hides {hidden}, which is not another node")
    for step in node.fix:
        for variant in step.when:
            if variant and variant not in node.variants:
                raise KnowledgeError(path, f"{node.id} has no variant {variant!r}")
