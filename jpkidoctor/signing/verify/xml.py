"""Enveloped and enveloping XML signatures, and XAdES. No DTD, no entities, nothing is fetched.

What a signature covers is compared with what a reader sees: a reference that leaves the root out proves nothing
about the document (signature wrapping). signxml cannot read Japanese element names (sign-verify.md §4.4), so the
canonical form and the digests are taken from lxml here for every document alike.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.canonical import PLAIN, Canonical, NotCanonicalError, algorithm_of, canonical
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.der import UnreadableCertificateError, certificate_der
from jpkidoctor.signing.safe_xml import parse_xml
from jpkidoctor.signing.verify.cms import in_order
from jpkidoctor.signing.verify.signature_value import Algorithm, key_words, public_key
from jpkidoctor.signing.verify.signer import SignerJudge, Times, algorithm_line
from jpkidoctor.signing.verify.status import Line, LineId, SignatureStatus
from jpkidoctor.signing.verify.xml_methods import DS, METHODS, hash_of, unbase64, verify_xml_value
from jpkidoctor.signing.verify.xml_timestamp import judge_xml_timestamps

if TYPE_CHECKING:
    from lxml import etree

_XADES = "{http://uri.etsi.org/01903/v1.3.2#}"
_ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
MAX_SIGNATURES = 32
_ID_NAMES = ("Id", "ID", "id", "{http://www.w3.org/XML/1998/namespace}id")


def signatures_in(tree: etree._ElementTree) -> list[etree._Element]:
    """All ds:Signature elements, in document order, but not those inside of another one's objects."""
    found = list(tree.getroot().iter(f"{DS}Signature"))
    return [one for one in found if not any(parent in found for parent in one.iterancestors())]


def judge_xml(data: bytes, judge: SignerJudge) -> tuple[int, tuple[SignatureStatus, ...]]:
    """The number of signatures and a status for each. Raises NotXmlError."""
    count = len(signatures_in(parse_xml(data)))
    statuses = []
    for place in range(min(count, MAX_SIGNATURES)):
        # Each on a tree of its own: the enveloped transform takes its signature out.
        statuses.append(_Signature(parse_xml(data), place, judge).status())
    return count, tuple(statuses)


@dataclass(frozen=True, slots=True)
class _Reference:
    mark: Mark
    value: str
    covers_root: bool = False
    own_object: bool = False
    """Something inside of the signature, but not the properties of XAdES, which are no content."""
    weak: bool = False
    target: etree._Element | None = None


class _Signature:
    def __init__(self, tree: etree._ElementTree, place: int, judge: SignerJudge) -> None:
        self._tree = tree
        self._element = signatures_in(tree)[place]
        self._number = place + 1
        self._judge = judge
        self._root = tree.getroot()

    def status(self) -> SignatureStatus:
        info = self._element.find(f"{DS}SignedInfo")
        certificate = self._certificate()
        xades = self._element.find(f".//{_XADES}SignedProperties") is not None
        form = "xades" if xades else "xmldsig"
        if info is None:
            return SignatureStatus(self._number, form, (Line(LineId.SIGNATURE, Mark.NG, "unreadable"),))
        value, algorithm, key = self._value(info, certificate)  # before the references change the tree
        claimed = self._claimed() if xades else None
        attributes = (
            self._attributes(info, certificate) if xades else Line(LineId.ATTRIBUTES, Mark.NOT_APPLICABLE, "xml")
        )
        references = [self._reference(one) for one in info.findall(f"{DS}Reference")]
        others = tuple(self._certificates())
        token = judge_xml_timestamps(self._element, self._judge.request.anchors, others)
        times = Times(claimed, token.stamped, token.stamped if token.proven else None)
        report = self._judge.judge(certificate, others, times) if certificate else None
        weak = any(one.weak for one in references)
        strength = (
            Line(LineId.ALGORITHM, Mark.UNCONFIRMED, "unknown")
            if algorithm is None
            else algorithm_line("sha1" if weak else algorithm.hash, algorithm.scheme, key, certificate)
        )
        lines = (
            self._content(references),
            _digest_line(references),
            attributes,
            value,
            *(report.lines if report else (Line(LineId.SIGNER, Mark.NG, "missing"),)),
            token.line,
            strength,
        )
        return SignatureStatus(
            self._number,
            form,
            in_order(lines),
            report.origin if report else None,
            report.authority if report else "",
            report.name if report else None,
            claimed,
            token.stamped,
        )

    # -- parts ---------------------------------------------------------------------------------

    def _certificates(self) -> list[bytes]:
        found = []
        for element in self._element.findall(f"{DS}KeyInfo/{DS}X509Data/{DS}X509Certificate"):
            try:
                found.append(certificate_der(unbase64(element.text)))
            except UnreadableCertificateError:
                continue
        return found

    def _certificate(self) -> bytes | None:
        """The first certificate that is no CA's, as XML-DSig does not name the signer's otherwise."""
        from cryptography import x509

        for der in self._certificates():
            try:
                constraints = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(
                    x509.BasicConstraints
                )
            except x509.ExtensionNotFound:
                return der
            except Exception:  # noqa: S112 - a certificate may hold anything; the next one may be the signer's
                continue
            if not constraints.value.ca:
                return der
        return next(iter(self._certificates()), None)

    def _value(self, info: etree._Element, certificate: bytes | None) -> tuple[Line, Algorithm | None, tuple[str, int]]:
        from cryptography import x509

        if certificate is None:
            return Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "no_certificate"), None, ("?", 0)
        try:
            key = public_key(x509.load_der_x509_certificate(certificate))
        except ValueError:
            return Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "no_certificate"), None, ("?", 0)
        method = info.find(f"{DS}SignatureMethod")
        algorithm = METHODS.get(method.get("Algorithm", "")) if method is not None else None
        way = algorithm_of(info.find(f"{DS}CanonicalizationMethod"))
        words = key_words(key)
        try:
            signed = canonical(info, way) if way is not None else b""
        except NotCanonicalError:
            way = None
        if algorithm is None or way is None:
            return Line(LineId.SIGNATURE, Mark.UNCONFIRMED, "unknown_algorithm"), None, words
        digest = hashlib.new(algorithm.hash, signed, usedforsecurity=False).digest()
        value = unbase64(self._element.findtext(f"{DS}SignatureValue"))
        return Line(LineId.SIGNATURE, *verify_xml_value(key, value, digest, algorithm)), algorithm, words

    def _reference(self, reference: etree._Element) -> _Reference:
        """One ds:Reference. The enveloped transform takes the signature out for the time of hashing."""
        name = hash_of(reference)
        if name is None:
            return _Reference(Mark.UNCONFIRMED, "unknown_algorithm")
        target = self._target(reference.get("URI"))
        if isinstance(target, str):
            return _Reference(Mark.NG if target == "ambiguous" else Mark.UNCONFIRMED, target)
        whole = target is self._tree
        covers_root = whole or target is self._root
        inside = (
            not whole
            and not covers_root
            and target.tag != f"{_XADES}SignedProperties"
            and self._element in list(target.iterancestors())
        )
        enveloped, way = False, PLAIN
        for transform in reference.findall(f"{DS}Transforms/{DS}Transform"):
            known = algorithm_of(transform)
            if transform.get("Algorithm", "") == _ENVELOPED:
                enveloped = True
            elif known is not None:
                way = known
            else:
                return _Reference(Mark.UNCONFIRMED, "unknown_transform")
        try:
            same = self._same(reference, target, name, way, enveloped)
        except NotCanonicalError:
            return _Reference(Mark.UNCONFIRMED, "unknown_transform")
        return _Reference(
            Mark.OK if same else Mark.NG,
            "same" if same else "differs",
            covers_root,
            inside,
            name == "sha1",
            None if whole else target,
        )

    def _same(
        self,
        reference: etree._Element,
        target: etree._ElementTree | etree._Element,
        name: str,
        way: Canonical,
        enveloped: bool,
    ) -> bool:
        """Whether the digest fits. References by "" and by id leave comments out (XML-DSig §4.4.3.3), also where the
        transform says WithComments; some programs keep them, and a digest over more than must be is no worse."""
        wanted = unbase64(reference.findtext(f"{DS}DigestValue"))
        for one in dict.fromkeys((replace(way, comments=False), way)):
            content = self._without_signature(target, one) if enveloped else canonical(target, one)
            if hashlib.new(name, content, usedforsecurity=False).digest() == wanted:
                return True
        return False

    def _target(self, uri: str | None) -> etree._ElementTree | etree._Element | str:
        if uri == "":
            return self._tree
        if uri is None or not uri.startswith("#"):
            return "external"
        name = uri[1:]
        if name.startswith("xpointer("):
            return "external"
        found = [element for element in self._root.iter("*") if any(element.get(key) == name for key in _ID_NAMES)]
        if len(found) != 1:
            return "ambiguous" if found else "external"
        return found[0]

    def _without_signature(
        self,
        target: etree._ElementTree | etree._Element,
        way: Canonical,
    ) -> bytes:
        parent = self._element.getparent()
        if parent is None:
            return b""  # the signature is the root: nothing is left
        place, tail = parent.index(self._element), self._element.tail
        before = self._element.getprevious()
        # lxml takes the text after an element away with it; it belongs to the document and must stay.
        kept_before = before.tail if before is not None else parent.text
        if tail:
            if before is not None:
                before.tail = (kept_before or "") + tail
            else:
                parent.text = (kept_before or "") + tail
        parent.remove(self._element)
        try:
            return canonical(target, way)
        finally:
            if before is not None:
                before.tail = kept_before
            else:
                parent.text = kept_before
            parent.insert(place, self._element)
            self._element.tail = tail

    def _content(self, references: list[_Reference]) -> Line:
        params = (("references", len(references)),)
        if not references:
            return Line(LineId.CONTENT, Mark.NG, "nothing", params)
        if any(one.value == "ambiguous" for one in references):
            return Line(LineId.CONTENT, Mark.NG, "ambiguous", params)
        if self._unsigned_object(references):
            return Line(LineId.CONTENT, Mark.NG, "unsigned_object", params)
        if self._element.find(f".//{DS}Manifest") is not None:
            return Line(LineId.CONTENT, Mark.UNCONFIRMED, "manifest", params)  # a list of what is nowhere checked here
        if any(one.covers_root for one in references):
            if not any(one.covers_root and one.target is None for one in references) and self._instructions():
                return Line(LineId.CONTENT, Mark.NG, "instructions", params)
            return Line(LineId.CONTENT, Mark.OK, "whole_document", params)
        if self._element is self._root and any(one.own_object for one in references):
            return Line(LineId.CONTENT, Mark.OK, "own_object", params)
        if any(one.value == "external" for one in references):
            return Line(LineId.CONTENT, Mark.UNCONFIRMED, "external", params)
        return Line(LineId.CONTENT, Mark.NG, "part_only", params)

    def _instructions(self) -> bool:
        """Whether processing instructions stand around the root, such as a style sheet. A reference to the root by its
        id leaves them out, and they can change what is shown."""
        from lxml import etree

        around = (*self._root.itersiblings(preceding=True), *self._root.itersiblings())
        return any(one.tag is etree.PI for one in around)

    def _unsigned_object(self, references: list[_Reference]) -> bool:
        """Whether a ds:Object is there that no reference covers: a reader may take it for what was signed.

        XAdES keeps its properties in one; they are not content. The enveloped transform takes all objects out, so
        covering the root does not cover them.
        """
        covered = [one.target for one in references if one.own_object]
        for holder in self._element.findall(f"{DS}Object"):
            children = list(holder)
            text = (holder.text or "") + "".join(child.tail or "" for child in children)
            alone = len(children) == 1 and not text.strip()
            if any(target is holder or (alone and target is children[0]) for target in covered):
                continue
            if not (alone and children[0].tag == f"{_XADES}QualifyingProperties"):
                return True
        return False

    def _attributes(self, info: etree._Element, certificate: bytes | None) -> Line:
        """XAdES: the signed properties are referenced, and name the certificate by its digest."""
        properties = self._element.findall(f".//{_XADES}SignedProperties")
        if len(properties) != 1:
            return Line(LineId.ATTRIBUTES, Mark.NG, "twice")
        name = properties[0].get("Id")
        referenced = [one.get("URI") for one in info.findall(f"{DS}Reference")]
        if name is None or f"#{name}" not in referenced:
            return Line(LineId.ATTRIBUTES, Mark.NG, "not_referenced")
        for tag in ("SigningCertificateV2", "SigningCertificate"):
            cert = properties[0].find(f".//{_XADES}{tag}/{_XADES}Cert/{_XADES}CertDigest")
            if cert is None:
                continue
            algorithm = hash_of(cert)
            if algorithm is None or certificate is None:
                return Line(LineId.ATTRIBUTES, Mark.UNCONFIRMED, "no_signing_certificate")
            same = hashlib.new(algorithm, certificate, usedforsecurity=False).digest() == unbase64(
                cert.findtext(f"{DS}DigestValue")
            )
            return Line(LineId.ATTRIBUTES, Mark.OK if same else Mark.NG, "fits" if same else "other_certificate")
        return Line(LineId.ATTRIBUTES, Mark.UNCONFIRMED, "no_signing_certificate")

    def _claimed(self) -> dt.datetime | None:
        text = self._element.findtext(f".//{_XADES}SignedProperties//{_XADES}SigningTime") or ""
        try:
            when = dt.datetime.fromisoformat(safe_text(text.strip(), 40))
        except ValueError:
            return None
        return when if when.tzinfo is not None else None


def _digest_line(references: list[_Reference]) -> Line:
    for mark in (Mark.NG, Mark.UNCONFIRMED):
        if found := next((one for one in references if one.mark is mark), None):
            return Line(LineId.DIGEST, mark, found.value)
    if not references:
        return Line(LineId.DIGEST, Mark.NG, "missing")
    return Line(LineId.DIGEST, Mark.OK, "same")
