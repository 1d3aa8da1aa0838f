"""The numbers that stand for findings: ``code_numbers.toml``, which only grows."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from msgspec import Struct

from jpkidoctor.knowledge.load import KnowledgeError, data_directory, read_table

CAPACITY = 250
"""Numbers 0 to 249 fit into version 1 of the code."""

_NAME = re.compile(r"[A-Z]-[0-9]{2}(?:/[a-z][a-z0-9_]*)?")


class CodeNumbersFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``code_numbers.toml``: ``C-03`` or ``C-03/vendor`` to its number."""

    numbers: dict[str, int]


@dataclass(frozen=True, slots=True)
class CodeNumbers:
    """Which number stands for which node and variant."""

    by_name: Mapping[str, int]
    names: Mapping[int, str]

    def of(self, node: str, variant: str) -> int | None:
        """The number of a finding; of its node alone when the variant has none; None for a strange node."""
        general = self.by_name.get(node)
        return self.by_name.get(f"{node}/{variant}", general) if variant else general

    def meaning(self, number: int) -> tuple[str, str] | None:
        """Node and variant of a number, None when this version knows no such number."""
        name = self.names.get(number)
        if name is None:
            return None
        node, _, variant = name.partition("/")
        return node, variant


def load_numbers(directory: Path | None = None) -> CodeNumbers:
    """Read the table below ``directory`` (the shipped one when None, read once).

    Raises KnowledgeError for a malformed name, a number that stands twice, and one that does not fit.
    """
    return _shipped() if directory is None else _read(directory)


@functools.cache
def _shipped() -> CodeNumbers:
    return _read(data_directory())


def _read(directory: Path) -> CodeNumbers:
    path = directory / "code_numbers.toml"
    by_name = read_table(path, CodeNumbersFile).numbers
    names: dict[int, str] = {}
    for name, number in by_name.items():
        if not _NAME.fullmatch(name):
            raise KnowledgeError(path, f"{name!r} is not a node or node/variant")
        if not 0 <= number < CAPACITY:
            raise KnowledgeError(path, f"{name} has the number {number}, which does not fit")
        if number in names:
            raise KnowledgeError(path, f"{name} and {names[number]} have the same number {number}")
        names[number] = name
    return CodeNumbers(MappingProxyType(by_name), MappingProxyType(names))
