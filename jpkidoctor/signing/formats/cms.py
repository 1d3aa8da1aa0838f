"""CMS SignedData in the shape of CAdES-BES (ETSI EN 319 122-1 §6), built on asn1crypto.

Signed attributes: contentType, messageDigest, signingTime, signingCertificateV2. cryptography's builder cannot
write the last one (sign-verify.md §4.2), and without it another certificate of the same key could be put in.
"""

from __future__ import annotations

import hashlib
from typing import Any

from asn1crypto import algos, cms, core, tsp, x509

from jpkidoctor.signing.formats.result import SignedDocument, SigningDetails
from jpkidoctor.signing.key import SigningKey

_SHA256 = {"algorithm": "sha256"}


def sign_cms(content: bytes, key: SigningKey, details: SigningDetails, *, detached: bool) -> SignedDocument:
    """DER of a ContentInfo. Raises what the key and the timestamp server raise."""
    certificate = x509.Certificate.load(key.certificate)
    attributes = _attributes(hashlib.sha256(content).digest(), certificate, details)
    # RFC 5652 §5.4: what is signed is the SET itself, not its [0] in the SignerInfo.
    signature = key.sign_digest(hashlib.sha256(attributes.dump()).digest())
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                "issuer_and_serial_number",
                cms.IssuerAndSerialNumber({"issuer": certificate.issuer, "serial_number": certificate.serial_number}),
            ),
            "digest_algorithm": algos.DigestAlgorithm(_SHA256),
            "signed_attrs": attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15"}),
            "signature": signature,
        }
    )
    if details.timestamps is not None:
        signer["unsigned_attrs"] = _timestamp(details.timestamps.token(hashlib.sha256(signature).digest()))
    encapsulated: dict[str, Any] = {"content_type": "data"}
    if not detached:
        encapsulated["content"] = core.OctetString(content)
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms([algos.DigestAlgorithm(_SHA256)]),
            "encap_content_info": encapsulated,
            "certificates": [certificate],
            "signer_infos": [signer],
        }
    )
    return SignedDocument(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _attributes(digest: bytes, certificate: Any, details: SigningDetails) -> Any:  # noqa: ANN401 - asn1crypto has no types
    reference = tsp.ESSCertIDv2(
        {
            "hash_algorithm": _SHA256,
            "cert_hash": hashlib.sha256(certificate.dump()).digest(),
            "issuer_serial": {
                "issuer": [x509.GeneralName("directory_name", certificate.issuer)],
                "serial_number": certificate.serial_number,
            },
        }
    )
    when = cms.Time({"utc_time": details.signing_time.replace(microsecond=0)})
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
            cms.CMSAttribute({"type": "signing_time", "values": [when]}),
            cms.CMSAttribute(
                {"type": "signing_certificate_v2", "values": [tsp.SigningCertificateV2({"certs": [reference]})]}
            ),
        ]
    )


def _timestamp(token: bytes) -> Any:  # noqa: ANN401
    content = cms.ContentInfo.load(token)
    return cms.CMSAttributes([cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [content]})])
