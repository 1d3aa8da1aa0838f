"""Titles of the things that sentences name by their id: cards, PINs, readers, codes, programs."""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from jpkidoctor.knowledge.load import KnowledgeError, read_table
from jpkidoctor.knowledge.process_types import KnownProcess, ProcessesFile
from jpkidoctor.knowledge.product_types import ProductsFile
from jpkidoctor.knowledge.types import CardsFile, ErrorsFile, PinsFile, ReadersFile, Text

if TYPE_CHECKING:
    from jpkidoctor.knowledge.library_types import EasyNode

logger = logging.getLogger(__name__)

T = TypeVar("T")


class TitleTables:
    """Titles of the things that blanks name: cards, PINs, readers. A table is read when first asked."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def title(self, blank: str, value: str) -> Text | None:
        """Title of the table row ``value``, None when the blank has no table or the table no such row."""
        match blank:
            case "card":
                return self._cards.get(value)
            case "pin":
                return self._pins.get(value)
            case "model":
                return self._readers.get(value)
            case "problem":
                return self._problems.get(value)
            case "program":
                return self._programs.get(value)
            case "close":
                return self._closings.get(value)
        return None

    @functools.cached_property
    def _cards(self) -> Mapping[str, Text]:
        table = self._read("cards.toml", CardsFile)
        return {card.id: card.title for card in table.card} if table else {}

    @functools.cached_property
    def _pins(self) -> Mapping[str, Text]:
        table = self._read("pins.toml", PinsFile)
        return {pin.id: pin.title for pin in table.pin} if table else {}

    @functools.cached_property
    def _readers(self) -> Mapping[str, Text]:
        table = self._read("readers.toml", ReadersFile)
        if table is None:
            return {}
        virtual = {entry.id: entry.note for entry in table.not_a_reader if entry.id}
        return virtual | {reader.id: reader.title for reader in table.reader}

    @functools.cached_property
    def _problems(self) -> Mapping[str, Text]:
        """Device Manager's codes."""
        table = self._read("errors.toml", ErrorsFile)
        return {e.code: e.meaning for e in table.error if e.kind == "device_manager"} if table else {}

    @functools.cached_property
    def _processes(self) -> tuple[KnownProcess, ...]:
        table = self._read("processes.toml", ProcessesFile)
        return table.process if table else ()

    @functools.cached_property
    def _programs(self) -> Mapping[str, Text]:
        table = self._read("products.toml", ProductsFile)
        products = {product.id: product.title for product in table.product} if table else {}
        return products | {program.id: program.label for program in self._processes}

    @functools.cached_property
    def _closings(self) -> Mapping[str, Text]:
        return {program.id: program.close for program in self._processes}

    @functools.cached_property
    def easy(self) -> Mapping[str, EasyNode]:
        """The flow in easy Japanese; empty where it cannot be read."""
        from jpkidoctor.knowledge.easy import load_easy  # an examination has no use for it

        try:
            return load_easy(self._directory)
        except KnowledgeError:
            logger.debug("no easy words", exc_info=True)
            return {}

    def _read(self, name: str, table: type[T]) -> T | None:
        # A sentence with an id in it is better than no sentence, so a bad table does not stop the talk.
        try:
            return read_table(self._directory / name, table)
        except KnowledgeError:
            logger.debug("no titles from %s", name, exc_info=True)
            return None
