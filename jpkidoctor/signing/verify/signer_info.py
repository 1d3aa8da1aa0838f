"""Parts of a CMS SignerInfo that several lines ask for: its certificate, its attributes and its algorithm."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from jpkidoctor.signing.der import MAX_INPUT
from jpkidoctor.signing.verify.content import HASHES
from jpkidoctor.signing.verify.signature_value import Algorithm, public_key

if TYPE_CHECKING:
    from cryptography import x509

MAX_CERTIFICATES = 200
ESS_V1, ESS_V2 = "signing_certificate", "signing_certificate_v2"


class OtherHashError(Exception):
    """The signing certificate is recorded by a digest that this does not know."""


def certificates_of(signed: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - asn1crypto has no types
    """DER of the certificates that came along, as many as make sense."""
    return tuple(islice(_certificates(signed), MAX_CERTIFICATES))


def _certificates(signed: Any) -> Iterator[bytes]:  # noqa: ANN401
    for choice in signed["certificates"] or ():
        if choice.name == "certificate" and len(der := choice.chosen.dump()) <= MAX_INPUT:
            yield der


@dataclass(frozen=True, slots=True)
class Found:
    """A signer's certificate, its DER and its key (None for a kind that the library does not know)."""

    certificate: x509.Certificate
    der: bytes
    key: object | None


@dataclass(frozen=True, slots=True)
class _Names:
    serial: int
    issuer: bytes
    key_id: bytes | None


@lru_cache(maxsize=64)  # a folder is often signed by one person
def _names(der: bytes) -> _Names:
    from asn1crypto import x509 as asn1_x509

    certificate = asn1_x509.Certificate.load(der)
    return _Names(certificate.serial_number, certificate.issuer.dump(), certificate.key_identifier)


@lru_cache(maxsize=64)
def _found(der: bytes) -> Found:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(der)
    return Found(certificate, der, public_key(certificate))


def find_certificate(signed: Any, signer: Any, more: Iterable[bytes] = ()) -> Found | None:  # noqa: ANN401
    """The certificate that the signer names by issuer and serial, or by key id; None when it is missing.

    ``more`` are certificates (DER) from elsewhere that may be the signer's.
    """
    sid = signer["sid"]
    by_serial = sid.name == "issuer_and_serial_number"
    wanted = (sid.chosen["serial_number"].native, sid.chosen["issuer"].dump()) if by_serial else sid.chosen.native
    for der in chain(_certificates(signed), more):
        names = _names(der)
        if ((names.serial, names.issuer) if by_serial else names.key_id) == wanted:
            return _found(der)
    return None


def attributes_of(signer: Any) -> dict[str, Any]:  # noqa: ANN401
    """Signed attributes by name; one that is there twice, or with two values, has the value None."""
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"] or ():
        name = attribute["type"].native
        values = attribute["values"]
        found[name] = None if name in found or len(values) != 1 else values[0]
    return found


def signed_attributes(signer: Any) -> bytes:  # noqa: ANN401
    """What was signed: RFC 5652 §5.4, the SET OF itself, so its own tag stands in the place of [0].

    The bytes are those that came: writing them anew takes asn1crypto ten times as long as all the rest.
    """
    came: bytes = signer["signed_attrs"].dump()
    if came[1:2] == b"\x80":  # indefinite length: what was signed is the DER of it
        came = signer["signed_attrs"].untag().dump(force=True)
    return b"\x31" + came[1:]


def recorded_certificate_fits(attributes: dict[str, Any], der: bytes) -> bool | None:
    """Whether the attributes record this certificate as the signer's (RFC 5035); None when they record none.

    Raises OtherHashError.
    """
    named = [name for name in (ESS_V2, ESS_V1) if name in attributes]
    for name in named:
        first = attributes[name]["certs"][0]
        algorithm = first["hash_algorithm"]["algorithm"].native if name == ESS_V2 else "sha1"
        if algorithm not in HASHES:
            raise OtherHashError
        if hashlib.new(algorithm, der, usedforsecurity=False).digest() != first["cert_hash"].native:
            return False
    return True if named else None


def algorithm_of(signer: Any) -> Algorithm | None:  # noqa: ANN401
    """How the signature value was made; None when this does not know it."""
    name = signer["digest_algorithm"]["algorithm"].native
    if name not in HASHES:
        return None
    signature = signer["signature_algorithm"]
    try:
        kind = signature.signature_algo
    except ValueError:
        return None
    if kind == "rsassa_pkcs1v15":
        return Algorithm("pkcs1", name)
    if kind == "rsassa_pss":
        return _pss(signature["parameters"], name)
    return Algorithm("ecdsa", name) if kind == "ecdsa" else None


def _pss(parameters: Any, name: str) -> Algorithm | None:  # noqa: ANN401
    """RFC 4055 §3.1; the defaults are SHA-1's."""
    mask = parameters["mask_gen_algorithm"]
    mask_hash = mask["parameters"]["algorithm"].native
    if (
        parameters["hash_algorithm"]["algorithm"].native != name
        or mask["algorithm"].native != "mgf1"
        or mask_hash not in HASHES
        or parameters["trailer_field"].native not in (1, "trailer_field_bc")
    ):
        return None
    return Algorithm("pss", name, int(parameters["salt_length"].native), mask_hash)
