"""From a timestamp's certificate over the certificates that came with it to an authority that the person added.

A path of its own: the library's verifier is made for TLS, and JPKI's chain (``chain.py``) has one tier.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from jpkidoctor.signing.trust import Anchor

if TYPE_CHECKING:
    from cryptography import x509

MAX_CERTIFICATES = 32
MAX_DEPTH = 5
"""Intermediates between the timestamp's certificate and the authority."""
_KNOWN_CRITICAL = frozenset({"2.5.29.15", "2.5.29.19", "2.5.29.32", "2.5.29.37"})
"""keyUsage, basicConstraints, certificatePolicies, extendedKeyUsage; name constraints are not followed here."""
_WEAK = frozenset({"md5", "sha1"})


def is_for_timestamps(certificate: x509.Certificate) -> bool:
    """RFC 3161 §2.3: extendedKeyUsage, critical, with timeStamping and nothing else."""
    from cryptography import x509

    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return False
    return uses.critical and list(uses.value) == [x509.oid.ExtendedKeyUsageOID.TIME_STAMPING]


def leads_to_anchor(
    certificate: x509.Certificate, others: Iterable[bytes], anchors: Iterable[Anchor], when: dt.datetime
) -> bool:
    """Whether a path of certificates, all in their time at ``when``, ends at an anchor for timestamps."""
    from cryptography import x509

    trusted = [x509.load_der_x509_certificate(a.der) for a in anchors if a.purpose == "timestamp"]
    if not trusted or not _in_time(certificate, when):
        return False
    return _Search(trusted, tuple(_authorities(others, when)), when).ends_well(certificate, 0)


def _authorities(ders: Iterable[bytes], when: dt.datetime) -> Iterator[x509.Certificate]:
    from cryptography import x509

    for place, der in enumerate(ders):
        if place >= MAX_CERTIFICATES:
            return
        try:
            certificate = x509.load_der_x509_certificate(der)
            if _may_issue(certificate) and _in_time(certificate, when):
                yield certificate
        except Exception:  # noqa: S112 - a certificate that came along may hold anything
            continue


def _may_issue(certificate: x509.Certificate) -> bool:
    from cryptography import x509

    values = {extension.oid.dotted_string: extension for extension in certificate.extensions}
    if any(extension.critical and oid not in _KNOWN_CRITICAL for oid, extension in values.items()):
        return False
    constraints = values.get("2.5.29.19")
    usage = values.get("2.5.29.15")
    uses = values.get("2.5.29.37")
    fitting = {x509.oid.ExtendedKeyUsageOID.TIME_STAMPING, x509.oid.ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    return (
        constraints is not None
        and bool(constraints.value.ca)
        and (usage is None or bool(usage.value.key_cert_sign))
        and (uses is None or bool(fitting & set(uses.value)))
    )


def _in_time(certificate: x509.Certificate, when: dt.datetime) -> bool:
    return certificate.not_valid_before_utc <= when <= certificate.not_valid_after_utc


def _most_below(certificate: x509.Certificate) -> int:
    from cryptography import x509

    length = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.path_length
    return MAX_DEPTH if length is None else length


@dataclass(frozen=True, slots=True)
class _Search:
    trusted: list[x509.Certificate]
    between: tuple[x509.Certificate, ...]
    when: dt.datetime
    tried: set[tuple[int, int]] = field(default_factory=set)
    """Where it was already: certificates that issue each other would lead around for ever."""

    def ends_well(self, certificate: x509.Certificate, below: int) -> bool:
        """``below``: intermediates between this certificate and the timestamp's."""
        if certificate in self.trusted:
            return True
        if below > MAX_DEPTH or (id(certificate), below) in self.tried:
            return False
        self.tried.add((id(certificate), below))
        for anchor in self.trusted:
            if _in_time(anchor, self.when) and _may_issue(anchor) and self._issued(certificate, anchor, below):
                return True
        return any(
            authority != certificate
            and self._issued(certificate, authority, below)
            and self.ends_well(authority, below + 1)
            for authority in self.between
        )

    def _issued(self, certificate: x509.Certificate, authority: x509.Certificate, below: int) -> bool:
        from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

        try:
            algorithm = certificate.signature_hash_algorithm
            if algorithm is not None and algorithm.name in _WEAK:
                return False
            certificate.verify_directly_issued_by(authority)
            return below <= _most_below(authority)
        except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
            return False
