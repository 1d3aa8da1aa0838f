"""XML as signing and verifying both read it: no DTD, no entities, nothing fetched, no huge trees."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree


class NotXmlError(Exception):
    """The bytes are no XML that may be read. ``value`` is ``unreadable`` or ``doctype``."""

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


def parse_xml(data: bytes) -> etree._ElementTree:
    """The document, comments kept. Raises NotXmlError."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        tree = etree.parse(io.BytesIO(data), parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise NotXmlError("unreadable") from error
    if tree.docinfo.doctype:
        raise NotXmlError("doctype")
    return tree
