"""Signatures of strangers by RSA-PSS, ECDSA and Ed25519, in CMS, PDF and XML, made by openssl, pyHanko and others."""

from __future__ import annotations

import asyncio
import datetime as dt
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from jpkidoctor.signing.chain import Mark, Origin
from jpkidoctor.signing.verify.status import FileStatus, Judgement, LineId
from tests.signing.formats.conftest import make_pdf
from tests.signing.verify.conftest import Desk, ng, value
from tests.signing.verify.openssl_signer import openssl_sign

KEYS: dict[str, Any] = {
    "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
    "p256": ec.generate_private_key(ec.SECP256R1()),
    "p521": ec.generate_private_key(ec.SECP521R1()),
    "ed25519": ed25519.Ed25519PrivateKey.generate(),
}
_DAY = dt.timedelta(days=1)


def stranger(kind: str) -> x509.Certificate:
    """A certificate that its own key signed; of no authority that counts."""
    key, now = KEYS[kind], dt.datetime.now(dt.UTC)
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.COMMON_NAME, f"Practice Stranger {kind}")])
    uses = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only",
         "decipher_only"), False,
    )  # fmt: skip
    return (
        x509.CertificateBuilder(name, name, key.public_key(), 7)
        .not_valid_before(now - _DAY)
        .not_valid_after(now + _DAY)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **uses), critical=True)
        .sign(key, None if kind == "ed25519" else hashes.SHA256())
    )


def verify(desk: Desk, data: bytes) -> FileStatus:
    return desk.verify("a", data, now=dt.datetime.now(dt.UTC))


def intact(status: FileStatus) -> None:
    """Right in itself, and by nobody who counts."""
    assert ng(status) == set(), ng(status)
    assert value(status, LineId.SIGNATURE) == (Mark.OK, "verified")
    assert status.verdicts.intact is Mark.OK and status.signatures[0].origin is Origin.FOREIGN
    assert status.judgement is Judgement.UNJUDGED


# -- CMS -----------------------------------------------------------------------------------------------

PSS = ("-keyopt", "rsa_padding_mode:pss")


@pytest.mark.peer
@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("rsa", PSS),
        ("rsa", (*PSS, "-keyopt", "rsa_pss_saltlen:20", "-keyopt", "rsa_mgf1_md:sha384")),
        ("rsa", (*PSS, "-noattr")),
        ("p256", ()),
        ("p521", ("-md", "sha512")),
    ],
    ids=["pss", "pss with other salt and mask", "pss without attributes", "p256", "p521"],
)
def test_cms_by_openssl(desk: Desk, kind: str, options: tuple[str, ...]):
    der = stranger(kind).public_bytes(Encoding.DER)
    made = openssl_sign(desk.directory, KEYS[kind], der, b"text", "-binary", "-nodetach", "-outform", "DER", *options)
    intact(verify(desk, made))
    changed = made.replace(b"text", b"tex!", 1)
    word = (LineId.SIGNATURE if "-noattr" in options else LineId.DIGEST, "differs")
    assert changed != made and word in ng(verify(desk, changed))


def _pyhanko_signer(kind: str, *, pss: bool = False) -> Any:
    from asn1crypto import keys
    from asn1crypto import x509 as asn1_x509
    from pyhanko.sign import signers
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    key = KEYS[kind].private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return signers.SimpleSigner(
        signing_cert=asn1_x509.Certificate.load(stranger(kind).public_bytes(Encoding.DER)),
        signing_key=keys.PrivateKeyInfo.load(key), cert_registry=SimpleCertificateStore(), prefer_pss=pss,
    )  # fmt: skip


def test_what_is_not_judged_has_a_line_that_says_so(desk: Desk):
    signer = _pyhanko_signer("ed25519")
    made = asyncio.run(signer.async_sign_general_data(b"text", "sha512", detached=False)).dump()
    status = verify(desk, made)
    assert value(status, LineId.SIGNATURE) == (Mark.UNCONFIRMED, "unknown_algorithm")
    assert value(status, LineId.ALGORITHM) == (Mark.UNCONFIRMED, "unknown")
    assert status.judgement is Judgement.UNJUDGED and ng(status) == set()


# -- PDF -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "pss"), [("rsa", True), ("p256", False)], ids=["pss", "ecdsa"])
def test_pdf_by_pyhanko(desk: Desk, kind: str, pss: bool):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    meta = signers.PdfSignatureMetadata(field_name="P", md_algorithm="sha256")
    writer = IncrementalPdfFileWriter(io.BytesIO(make_pdf()))
    made = asyncio.run(signers.PdfSigner(meta, _pyhanko_signer(kind, pss=pss)).async_sign_pdf(writer)).getvalue()
    intact(verify(desk, made))
    changed = made.replace(b"/MediaBox [ 0 0 595 842 ]", b"/MediaBox [ 0 0 595 841 ]")
    assert (LineId.DIGEST, "differs") in ng(verify(desk, changed))


# -- XML -----------------------------------------------------------------------------------------------

DOCUMENT = b'<order xml:lang="ja" xmlns="urn:x" xmlns:q="urn:q"><!-- c --><item n="2">1</item></order>'


@pytest.mark.parametrize(
    ("kind", "method"),
    [("rsa", "SHA256_RSA_MGF1"), ("rsa", "RSA_SHA512"), ("p256", "ECDSA_SHA256"), ("p521", "ECDSA_SHA512")],
)
def test_xml_by_signxml(desk: Desk, kind: str, method: str):
    from lxml import etree
    from signxml import SignatureMethod, XMLSigner, methods

    algorithm = "http://www.w3.org/2006/12/xml-c14n11"
    signer = XMLSigner(
        method=methods.enveloped, signature_algorithm=getattr(SignatureMethod, method), c14n_algorithm=algorithm
    )
    # signxml leaves xml:lang out of the canonical form of a part, as lxml does; xmlsec1 below has it in.
    document = etree.fromstring(DOCUMENT.replace(b' xml:lang="ja"', b""))
    made = etree.tostring(signer.sign(document, key=KEYS[kind], cert=[stranger(kind)]))
    intact(verify(desk, made))
    assert (LineId.DIGEST, "differs") in ng(verify(desk, made.replace(b'n="2"', b'n="3"')))


TEMPLATE = """<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><SignedInfo>
<CanonicalizationMethod Algorithm="{way}"/><SignatureMethod Algorithm="{method}"/>
<Reference URI=""><Transforms><Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
<Transform Algorithm="{way}"/></Transforms><DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
<DigestValue/></Reference></SignedInfo><SignatureValue/><KeyInfo><X509Data/></KeyInfo></Signature>"""
_MORE = "http://www.w3.org/2001/04/xmldsig-more#"
_10, _11 = "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", "http://www.w3.org/2006/12/xml-c14n11"


def xmlsec1_sign(directory: Path, kind: str, document: bytes) -> bytes:
    key, certificate, path = directory / "key.pem", directory / "certificate.pem", directory / "template.xml"
    key.write_bytes(KEYS[kind].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    certificate.write_bytes(stranger(kind).public_bytes(Encoding.PEM))
    path.write_bytes(document)
    return subprocess.run(
        ["xmlsec1", "--sign", "--privkey-pem", f"{key},{certificate}", path], capture_output=True, check=True
    ).stdout


@pytest.mark.peer
@pytest.mark.parametrize(
    ("kind", "method", "way"),
    [
        ("rsa", "rsa-sha256", _10),
        ("rsa", "rsa-sha512", _11),
        ("rsa", "rsa-sha256", f"{_10}#WithComments"),
        ("rsa", "rsa-sha256", "http://www.w3.org/2001/10/xml-exc-c14n#"),
        ("p256", "ecdsa-sha256", _11),
    ],
    ids=["1.0", "1.1", "with comments", "exclusive", "ecdsa"],
)
@pytest.mark.parametrize("attributes", ['xml:lang="ja" xml:space="preserve"', 'xml:id="top" xmlns:p="urn:p"'])
def test_xml_by_xmlsec1_with_attributes_that_are_inherited(desk: Desk, kind: str, method: str, way: str, attributes):
    template = TEMPLATE.format(way=way, method=_MORE + method)
    document = f'<order {attributes} xmlns="urn:x"><!-- c --><item n="2"/><deep xml:lang="en">{template}</deep></order>'
    made = xmlsec1_sign(desk.directory, kind, document.encode())
    intact(verify(desk, made))
    assert (LineId.DIGEST, "differs") in ng(verify(desk, made.replace(b'n="2"', b'n="3"')))
    assert verify(desk, made.replace(b"urn:x", b"urn:y")).judgement is Judgement.BAD


def test_xml_base_in_canonical_xml_1_1_is_left_open(desk: Desk):
    """Joining the addresses of all ancestors is not done here; it is said, and not called wrong."""
    template = TEMPLATE.format(way=_11, method=f"{_MORE}rsa-sha256")
    made = xmlsec1_sign(desk.directory, "rsa", f'<order xml:base="http://x.example/a/">{template}</order>'.encode())
    status = verify(desk, made)
    assert value(status, LineId.SIGNATURE) == (Mark.UNCONFIRMED, "unknown_algorithm")
    assert status.judgement is Judgement.UNJUDGED
