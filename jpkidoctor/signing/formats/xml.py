"""Enveloped XML-DSig and XAdES-BES, on lxml's canonical form.

One builder for all documents: signxml cannot sign element names in Japanese (sign-verify.md §4.4), and two ways to
the same bytes would have to be kept the same. xmlsec1 and signxml judge the result in the tests. This is generic
XML-DSig and makes no file that e-Tax or e-Gov asks for (sign-verify.md §7.2 item 17).
"""

from __future__ import annotations

import base64
import hashlib
import io

from asn1crypto import x509
from lxml import etree

from jpkidoctor.signing.canonical import canonical
from jpkidoctor.signing.formats.result import FormatRefusedError, SignedDocument, SigningDetails
from jpkidoctor.signing.key import SigningKey
from jpkidoctor.signing.safe_xml import NotXmlError, parse_xml

DS = "http://www.w3.org/2000/09/xmldsig#"
XADES = "http://uri.etsi.org/01903/v1.3.2#"
C14N = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315"
ENVELOPED = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
SHA256 = "http://www.w3.org/2001/04/xmlenc#sha256"
RSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"
SIGNED_PROPERTIES = "http://uri.etsi.org/01903#SignedProperties"


def sign_xml(content: bytes, key: SigningKey, details: SigningDetails, *, xades: bool) -> SignedDocument:
    """The document with a ds:Signature as the root's last child. UTF-8. Raises FormatRefusedError."""
    if details.timestamps is not None:
        raise FormatRefusedError("xml_timestamp")
    try:
        tree = parse_xml(content)
    except NotXmlError as error:
        raise FormatRefusedError(f"xml_{error.value}") from error
    root = tree.getroot()
    number = len(root.findall(f".//{{{DS}}}Signature")) + 1
    identity = f"jpkidoctor-signature-{number}"
    # The enveloped transform takes away the signature that holds the reference, and no other: the digest is of
    # the document as it is now, with the signatures that are in it.
    document = canonical(tree)
    signature = etree.SubElement(root, f"{{{DS}}}Signature", nsmap={"ds": DS}, Id=identity)
    info = etree.SubElement(signature, f"{{{DS}}}SignedInfo")
    etree.SubElement(info, f"{{{DS}}}CanonicalizationMethod", Algorithm=C14N)
    etree.SubElement(info, f"{{{DS}}}SignatureMethod", Algorithm=RSA_SHA256)
    _reference(info, "", (ENVELOPED, C14N), document)
    value = etree.SubElement(signature, f"{{{DS}}}SignatureValue")
    data = etree.SubElement(etree.SubElement(signature, f"{{{DS}}}KeyInfo"), f"{{{DS}}}X509Data")
    etree.SubElement(data, f"{{{DS}}}X509Certificate").text = _base64(key.certificate)
    if xades:
        properties = _properties(signature, identity, key.certificate, details)
        name = properties.get("Id")
        _reference(info, f"#{name}", (C14N,), canonical(properties), kind=SIGNED_PROPERTIES)
    value.text = _base64(key.sign_digest(hashlib.sha256(canonical(info)).digest()))
    out = io.BytesIO()
    tree.write(out, encoding="UTF-8", xml_declaration=True)
    return SignedDocument(out.getvalue())


def _reference(
    info: etree._Element, uri: str, transforms: tuple[str, ...], content: bytes, *, kind: str | None = None
) -> None:
    reference = etree.SubElement(info, f"{{{DS}}}Reference", URI=uri)
    if kind is not None:
        reference.set("Type", kind)
    parent = etree.SubElement(reference, f"{{{DS}}}Transforms")
    for transform in transforms:
        etree.SubElement(parent, f"{{{DS}}}Transform", Algorithm=transform)
    etree.SubElement(reference, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
    etree.SubElement(reference, f"{{{DS}}}DigestValue").text = _base64(hashlib.sha256(content).digest())


def _properties(
    signature: etree._Element, identity: str, certificate: bytes, details: SigningDetails
) -> etree._Element:
    """xades:SignedProperties with the time and the certificate (ETSI EN 319 132-1 §5.2)."""
    parsed = x509.Certificate.load(certificate)
    holder = etree.SubElement(signature, f"{{{DS}}}Object")
    qualifying = etree.SubElement(
        holder, f"{{{XADES}}}QualifyingProperties", nsmap={"xades": XADES}, Target=f"#{identity}"
    )
    properties = etree.SubElement(qualifying, f"{{{XADES}}}SignedProperties", Id=f"{identity}-properties")
    signed = etree.SubElement(properties, f"{{{XADES}}}SignedSignatureProperties")
    when = details.signing_time.replace(microsecond=0).isoformat().replace("+00:00", "Z")
    etree.SubElement(signed, f"{{{XADES}}}SigningTime").text = when
    cert = etree.SubElement(etree.SubElement(signed, f"{{{XADES}}}SigningCertificateV2"), f"{{{XADES}}}Cert")
    digest = etree.SubElement(cert, f"{{{XADES}}}CertDigest")
    etree.SubElement(digest, f"{{{DS}}}DigestMethod", Algorithm=SHA256)
    etree.SubElement(digest, f"{{{DS}}}DigestValue").text = _base64(hashlib.sha256(certificate).digest())
    issuer_serial = _issuer_serial(parsed)
    etree.SubElement(cert, f"{{{XADES}}}IssuerSerialV2").text = _base64(issuer_serial)
    return properties


def _issuer_serial(parsed: x509.Certificate) -> bytes:
    """DER of IssuerSerial (RFC 5035)."""
    from asn1crypto import tsp

    value = {
        "issuer": [x509.GeneralName("directory_name", parsed.issuer)],
        "serial_number": parsed.serial_number,
    }
    der: bytes = tsp.IssuerSerial(value).dump()
    return der


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
