"""Easy Japanese (やさしい日本語) for the flow: short sentences, readings beside kanji words.

For people who find ordinary Japanese hard: old people, children, foreign residents.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from jpkidoctor.knowledge.library_types import EasyFile, EasyNode
from jpkidoctor.knowledge.load import KnowledgeError, read_table


@cache
def load_easy(directory: Path) -> Mapping[str, EasyNode]:
    """Node id to its easy words, from ``easy/*.toml`` below ``directory``; empty when there are none.

    Raises KnowledgeError for a file of the wrong shape and a node that stands twice.
    """
    nodes: dict[str, EasyNode] = {}
    for path in sorted((directory / "easy").glob("*.toml")):
        for node in read_table(path, EasyFile).node:
            if node.id in nodes:
                raise KnowledgeError(path, f"node {node.id} stands twice")
            nodes[node.id] = node
    return MappingProxyType(nodes)
