"""Parts of a CMS SignerInfo that several lines ask for: its certificate and its algorithm."""

from __future__ import annotations

from typing import Any

from jpkidoctor.signing.verify.content import HASHES
from jpkidoctor.signing.verify.signature_value import Algorithm


def certificates_of(signed: Any) -> tuple[bytes, ...]:  # noqa: ANN401 - asn1crypto has no types
    """DER of every certificate that came along."""
    return tuple(choice.chosen.dump() for choice in signed["certificates"] or () if choice.name == "certificate")


def find_certificate(signed: Any, signer: Any) -> Any:  # noqa: ANN401
    """cryptography's certificate that the signer names by issuer and serial, or by key id; None when it is missing."""
    from cryptography import x509

    sid = signer["sid"]
    for choice in signed["certificates"] or ():
        if choice.name != "certificate":
            continue
        candidate = choice.chosen
        if sid.name == "issuer_and_serial_number":
            named = sid.chosen
            fits = (
                candidate.serial_number == named["serial_number"].native
                and candidate.issuer.dump() == named["issuer"].dump()
            )
        else:
            fits = candidate.key_identifier == sid.chosen.native
        if fits:
            return x509.load_der_x509_certificate(candidate.dump())
    return None


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
        parameters = signature["parameters"]
        if parameters["hash_algorithm"]["algorithm"].native != name:
            return None
        return Algorithm("pss", name, int(parameters["salt_length"].native))
    return Algorithm("ecdsa", name) if kind == "ecdsa" else None
