"""Canonical XML as signing and verifying both take it from lxml, with what lxml leaves out of a part of a document.

lxml writes a part without the ``xml:`` attributes that it has from its ancestors. Inclusive Canonical XML wants them
(Canonical XML 1.0 §2.4): without ``xml:lang`` of the root, no other program accepts the signature. With libxml2 2.14 it
also writes ``xmlns=""`` where a default namespace stands above the part. So a part becomes a document of its own first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_XML = "{http://www.w3.org/XML/1998/namespace}"
_EXCLUSIVE = "http://www.w3.org/2001/10/xml-exc-c14n#"
_INHERITED_11 = frozenset({f"{_XML}lang", f"{_XML}space"})
"""Canonical XML 1.1 §2.4: xml:id is not inherited; xml:base is joined, which this does not do."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """One canonicalization algorithm."""

    exclusive: bool = False
    comments: bool = False
    version_1_1: bool = False
    prefixes: tuple[str, ...] = ()
    """Of the exclusive one: prefixes that are treated as in the inclusive one."""


PLAIN = Canonical()
"""C14N 1.0, inclusive, without comments: what stands for "no transform"."""
_ALGORITHMS = {
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315": Canonical(),
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": Canonical(comments=True),
    "http://www.w3.org/2006/12/xml-c14n11": Canonical(version_1_1=True),
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": Canonical(version_1_1=True, comments=True),
    _EXCLUSIVE: Canonical(exclusive=True),
    f"{_EXCLUSIVE}WithComments": Canonical(exclusive=True, comments=True),
}


class NotCanonicalError(Exception):
    """The algorithm is known, and this case of it is not (xml:base in Canonical XML 1.1)."""


def algorithm_of(node: etree._Element | None) -> Canonical | None:
    """The algorithm that a CanonicalizationMethod or Transform names; None for one that this does not know."""
    if node is None:
        return None
    found = _ALGORITHMS.get(node.get("Algorithm", ""))
    inclusive = node.find(f"{{{_EXCLUSIVE}}}InclusiveNamespaces") if found is not None and found.exclusive else None
    if found is None or inclusive is None:
        return found
    return Canonical(True, found.comments, prefixes=tuple((inclusive.get("PrefixList") or "").split()))


def canonical(target: etree._ElementTree | etree._Element, way: Canonical = PLAIN) -> bytes:
    """The bytes of a document, or of an element in the context of its document. Raises NotCanonicalError."""
    from lxml import etree

    written: bytes = etree.tostring(
        _alone(target, way) if etree.iselement(target) else target,
        method="c14n",
        exclusive=way.exclusive,
        with_comments=way.comments,
        inclusive_ns_prefixes=list(way.prefixes) if way.exclusive else None,
    )
    return written


def _alone(element: etree._Element, way: Canonical) -> etree._ElementTree:
    """The element as a document of its own, with the namespaces and xml: attributes that it inherits."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(etree.tostring(element, encoding="UTF-8", with_tail=False), parser)
    for name, value in ({} if way.exclusive else _inherited(element, way)).items():
        root.set(name, value)
    return root.getroottree()


def _inherited(element: etree._Element, way: Canonical) -> dict[str, str]:
    found: dict[str, str] = {}
    for ancestor in element.iterancestors():
        for name, value in ancestor.attrib.items():
            if not str(name).startswith(_XML) or name in element.attrib or name in found:
                continue
            if way.version_1_1 and name == f"{_XML}base":
                raise NotCanonicalError
            if not way.version_1_1 or name in _INHERITED_11:
                found[str(name)] = str(value)
    return found
