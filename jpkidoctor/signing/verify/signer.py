"""The lines about the signer's certificate: whose, by which authority, valid when, meant for what.

The steps of ``chain.py`` give each its own line; the library's own path check has the last word on the issuer.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from jpkidoctor.signing.certificate_view import CertificateView, PolicyKind, Purpose, stated_purpose, view_certificate
from jpkidoctor.signing.chain import ChainCheck, Mark, Origin, Step, StepId, check_chain
from jpkidoctor.signing.der import UnreadableCertificateError
from jpkidoctor.signing.japanese_date import japanese_day
from jpkidoctor.signing.masked import Masked
from jpkidoctor.signing.trust import sha256_of
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.revocation import revocation_line
from jpkidoctor.signing.verify.status import Line, LineId

_KNOWN_CRITICAL = frozenset({"2.5.29.15", "2.5.29.17", "2.5.29.18", "2.5.29.19", "2.5.29.31", "2.5.29.32", "2.5.29.37"})
"""keyUsage, subjectAltName, issuerAltName, basicConstraints, cRLDistributionPoints, policies, extendedKeyUsage."""
_SKEW = dt.timedelta(minutes=10)
"""A signer's clock may be a little fast."""
MIN_RSA_BITS = 2048
MIN_EC_BITS = 224


@dataclass(frozen=True, slots=True)
class Times:
    """Moments of one signature. ``proven`` is the token's time when its authority is one the person added."""

    claimed: dt.datetime | None = None
    stamped: dt.datetime | None = None
    proven: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class SignerReport:
    """What the certificate's lines say; ``lines`` from SIGNER to CRITICAL without the validity by token's detail."""

    lines: tuple[Line, ...]
    origin: Origin | None = None
    authority: str = ""
    name: Masked | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What does not depend on the one signature; ``before`` and ``after`` the lines about its times."""

    view: CertificateView
    chain: ChainCheck
    before: tuple[Line, ...]
    after: tuple[Line, ...]


@dataclass(slots=True)
class SignerJudge:
    """Judges certificates for one request. Remembers them: a folder is often signed by one person."""

    request: Request
    _seen: dict[tuple[bytes, dt.datetime], _Known] = field(default_factory=dict)

    def judge(self, der: bytes, others: Iterable[bytes], times: Times) -> SignerReport:
        """The lines for the certificate ``der``; ``others`` are certificates that came with the signature."""
        moment = self.request.at or times.proven or self.request.now
        try:
            known = self._look(der, tuple(others), moment)
        except UnreadableCertificateError:
            return SignerReport((Line(LineId.SIGNER, Mark.NG, "unreadable"),))
        view, chain = known.view, known.chain
        lines = (
            *known.before,
            _validity_now(view, self.request, times),
            _validity_claimed(view, self.request, times),
            _validity_stamped(view, times),
            *known.after,
        )
        return SignerReport(lines, chain.origin, chain.authority.id if chain.authority else "", _name(view))

    def _look(self, der: bytes, others: tuple[bytes, ...], moment: dt.datetime) -> _Known:
        together = hashlib.sha256(b"".join(len(one).to_bytes(4, "big") + one for one in (der, *others)))
        key = (together.digest(), moment)
        found = self._seen.get(key)
        if found is None:
            view = view_certificate(der, moment)
            chain = check_chain(
                view,
                stated_purpose(view),
                at=moment,
                pins=self.request.pins,
                anchors=self.request.anchors,
                candidates=others,
            )
            if len(self._seen) >= 256:
                self._seen.clear()
            revocation = revocation_line(view, self._issuer(chain, others), self.request)
            after = (_usage(view, chain), _policy(view, chain), _critical(view), revocation)
            found = self._seen[key] = _Known(view, chain, (_signer(view), _issuer(view, chain)), after)
        return found

    def _issuer(self, chain: ChainCheck, others: Iterable[bytes]) -> bytes | None:
        """DER of the authority, only when it counts."""
        if chain.origin not in (Origin.PINNED, Origin.OWN):
            return None
        at_hand = (*(anchor.der for anchor in self.request.anchors), *others)
        return next((der for der in at_hand if sha256_of(der) == chain.authority_sha256), None)


def _name(view: CertificateView) -> Masked:
    if view.holder is not None and view.holder.name is not None:
        return view.holder.name.text
    return view.subject


def _signer(view: CertificateView) -> Line:
    params = (
        ("name", _name(view)),
        ("subject", view.subject),
        ("serial", view.serial_hex),
        ("sha256", view.sha256),
    )
    return Line(LineId.SIGNER, Mark.OK, "found", params)


def _step(chain: ChainCheck, wanted: StepId) -> Step:
    return next(step for step in chain.steps if step.id is wanted)


_ISSUER_MARK = {
    Origin.PINNED: Mark.OK,
    Origin.OWN: Mark.OK,
    Origin.TEST: Mark.NG,
    Origin.LOOK_ALIKE: Mark.NG,
    Origin.LOOK_ALIKE_SELF_SIGNED: Mark.NG,
    Origin.UNPINNED_GENERATION: Mark.UNCONFIRMED,
    Origin.FOREIGN: Mark.UNCONFIRMED,
}
"""A test certificate is no signature in a real procedure, so it is NG; pinned by the person it is OWN."""


def _issuer(view: CertificateView, chain: ChainCheck) -> Line:
    params: tuple[tuple[str, str | int], ...] = (
        ("authority", chain.authority.id if chain.authority else ""),
        ("generation", chain.authority.generation if chain.authority else 0),
        ("ca_sha256", chain.authority_sha256),
        ("issuer", view.issuer),
    )
    mark, value = _ISSUER_MARK[chain.origin], chain.origin.value
    if mark is Mark.OK:
        if _step(chain, StepId.ISSUER_VALIDITY).mark is Mark.NG:
            return Line(LineId.ISSUER, Mark.NG, "authority_out_of_time", params)
        library = _step(chain, StepId.LIBRARY)
        ours = all(step.mark is not Mark.NG for step in chain.steps if step.id is not StepId.LIBRARY)
        if ours and library.mark is Mark.NG and chain.origin is Origin.PINNED:
            return Line(LineId.ISSUER, Mark.NG, "library_refuses", params)
    if chain.origin is Origin.OWN and view.organization == "JPKI-TEST":
        value = "own_test"
    return Line(LineId.ISSUER, mark, value, params)


def _place(view: CertificateView, moment: dt.datetime) -> str:
    validity = view.validity
    return "not_yet" if moment < validity.not_before else "expired" if moment > validity.not_after else "valid"


def _day(moment: dt.datetime) -> str:
    return japanese_day(moment).isoformat()


def _validity_now(view: CertificateView, request: Request, times: Times) -> Line:
    moment = request.moment
    params = (("from", view.validity.first_day.isoformat()), ("until", view.validity.last_day.isoformat()),
              ("day", _day(moment)))  # fmt: skip
    place = _place(view, moment)
    if place == "expired" and times.proven is not None and request.at is None:
        return Line(LineId.VALIDITY_NOW, Mark.NOT_APPLICABLE, "expired_but_stamped", params)
    value = f"{place}_at" if request.at is not None else place
    return Line(LineId.VALIDITY_NOW, Mark.OK if place == "valid" else Mark.NG, value, params)


def _validity_claimed(view: CertificateView, request: Request, times: Times) -> Line:
    """A claimed time never proves anything; a claim outside of the validity is wrong by itself."""
    if times.claimed is None:
        return Line(LineId.VALIDITY_CLAIMED, Mark.NOT_APPLICABLE, "none")
    params = (("day", _day(times.claimed)), ("time", times.claimed.astimezone(dt.UTC).isoformat()))
    if times.claimed > request.now + _SKEW:
        return Line(LineId.VALIDITY_CLAIMED, Mark.NG, "future", params)
    place = _place(view, times.claimed)
    if place != "valid":
        return Line(LineId.VALIDITY_CLAIMED, Mark.NG, place, params)
    expired = _place(view, request.moment) == "expired"
    return Line(LineId.VALIDITY_CLAIMED, Mark.UNCONFIRMED, "only_claimed" if expired else "claimed", params)


def _validity_stamped(view: CertificateView, times: Times) -> Line:
    if times.stamped is None:
        return Line(LineId.VALIDITY_TIMESTAMP, Mark.NOT_APPLICABLE, "none")
    params = (("day", _day(times.stamped)), ("time", times.stamped.astimezone(dt.UTC).isoformat()))
    place = _place(view, times.stamped)
    if place != "valid":
        return Line(LineId.VALIDITY_TIMESTAMP, Mark.NG, place, params)
    proven = times.proven is not None
    mark = Mark.OK if proven else Mark.UNCONFIRMED
    return Line(LineId.VALIDITY_TIMESTAMP, mark, "valid" if proven else "token_unconfirmed", params)


def _usage(view: CertificateView, chain: ChainCheck) -> Line:
    params = (("usage", " ".join(view.key_usage)),)
    uses = set(view.key_usage)
    purpose: Purpose = stated_purpose(view)
    if view.is_ca:
        return Line(LineId.USAGE, Mark.NG, "authority", params)
    if purpose == "authentication" and chain.origin is not Origin.FOREIGN:
        return Line(LineId.USAGE, Mark.NG, "authentication_key", params)
    if chain.origin is Origin.FOREIGN:
        fits = not uses or bool(uses & {"digital_signature", "content_commitment"})
        return Line(LineId.USAGE, Mark.OK if fits else Mark.NG, "foreign" if fits else "not_for_signing", params)
    if not {"digital_signature", "content_commitment"} <= uses:
        return Line(LineId.USAGE, Mark.NG, "no_non_repudiation", params)
    return Line(LineId.USAGE, Mark.OK, "signature", params)


def _policy(view: CertificateView, chain: ChainCheck) -> Line:
    kinds = {policy.kind for policy in view.policies}
    params = (("oids", " ".join(policy.oid for policy in view.policies)),)
    if chain.origin is Origin.FOREIGN:
        return Line(LineId.POLICY, Mark.NOT_APPLICABLE, "foreign", params)
    if not kinds:
        return Line(LineId.POLICY, Mark.NG, "none", params)
    if kinds == {PolicyKind.PRODUCTION_SIGNATURE}:
        return Line(LineId.POLICY, Mark.OK, "production", params)
    if PolicyKind.PRODUCTION_AUTHENTICATION in kinds:
        return Line(LineId.POLICY, Mark.NG, "authentication", params)
    if kinds == {PolicyKind.TEST_SIGNATURE}:
        return Line(LineId.POLICY, Mark.OK if chain.origin is Origin.OWN else Mark.NG, "test", params)
    return Line(LineId.POLICY, Mark.NG, "other", params)


def _critical(view: CertificateView) -> Line:
    from cryptography import x509

    certificate = x509.load_der_x509_certificate(view.der)
    unknown = [e.oid.dotted_string for e in certificate.extensions
               if e.critical and e.oid.dotted_string not in _KNOWN_CRITICAL]  # fmt: skip
    if unknown:
        return Line(LineId.CRITICAL, Mark.NG, "unknown", (("oids", " ".join(unknown)),))
    return Line(LineId.CRITICAL, Mark.OK, "none")


def algorithm_line(hash_name: str, scheme: str, key: tuple[str, int], certificate: bytes | None) -> Line:
    """The ALGORITHM line: SHA-1, MD5 and short keys fail, whatever else fits."""
    params = (("hash", hash_name), ("scheme", scheme), ("key", key[0]), ("bits", key[1]))
    if hash_name in ("sha1", "md5"):
        return Line(LineId.ALGORITHM, Mark.NG, hash_name, params)
    if key[1] < {"RSA": MIN_RSA_BITS, "EC": MIN_EC_BITS}.get(key[0], 0):
        return Line(LineId.ALGORITHM, Mark.NG, "short_key", params)
    if certificate is not None and _certificate_hash(certificate) in ("sha1", "md5"):
        return Line(LineId.ALGORITHM, Mark.NG, "weak_certificate", params)
    return Line(LineId.ALGORITHM, Mark.OK, "strong", params)


@lru_cache(maxsize=64)
def _certificate_hash(der: bytes) -> str:
    from cryptography import x509
    from cryptography.exceptions import UnsupportedAlgorithm

    try:
        chosen = x509.load_der_x509_certificate(der).signature_hash_algorithm
    except (ValueError, TypeError, UnsupportedAlgorithm, x509.InvalidVersion):
        return ""
    return chosen.name if chosen is not None else ""
