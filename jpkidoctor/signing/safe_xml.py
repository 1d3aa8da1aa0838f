"""XML as signing and verifying both read it: no DTD, no entities, nothing fetched, no huge trees."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree


MAX_ATTRIBUTES = 1000
"""Of one element."""
MAX_NAMESPACES = 64
"""In force at one place; with more, elements are counted too."""
MAX_STEPS = 200_000_000


class NotXmlError(Exception):
    """The bytes are no XML that may be read. ``value`` is ``unreadable``, ``doctype`` or ``too_complex``."""

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
    if _too_complex(tree, data):
        raise NotXmlError("too_complex")
    return tree


def _too_complex(tree: etree._ElementTree, data: bytes) -> bool:
    """Canonical XML takes the square of the attributes of an element, and of the namespaces in force for every
    element, in one call that nothing can stop: a file of 300 KB would take minutes."""
    from lxml import etree

    if tree.xpath(f"boolean(//*[count(@*) > {MAX_ATTRIBUTES}])"):
        return True
    if etree.tostring(tree).count(b"xmlns") <= MAX_NAMESPACES:
        return False
    most = now = 0
    for event, _ in etree.iterparse(io.BytesIO(data), ("start-ns", "end-ns"), resolve_entities=False, no_network=True):
        now += 1 if event == "start-ns" else -1
        most = max(most, now)
    elements: float = tree.xpath("count(//*)")
    return most > MAX_NAMESPACES and most * most * elements > MAX_STEPS
