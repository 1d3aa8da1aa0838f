"""Hand-made certificates for pictures: no key and no clock is behind them, so they never change."""

from __future__ import annotations

import datetime as dt

from jpkidoctor.knowledge.known import load_known
from jpkidoctor.privacy import Privacy
from jpkidoctor.screens.ports import FoundCertificate
from jpkidoctor.signing.certificate_view import (
    CertificateView,
    Period,
    PolicyKind,
    PolicyView,
    Purpose,
    ValidityView,
    grouped,
)
from jpkidoctor.signing.chain import ChainCheck, Mark, Origin, Step, StepId
from jpkidoctor.signing.holder import Birth, Holder, OtherEntry, Substituted
from jpkidoctor.signing.japanese_date import era_date, japanese_day
from jpkidoctor.signing.masked import Masked

_UNITS = {"signature": "JPKI for digital signature", "authentication": "JPKI for user authentication"}


def _view(purpose: Purpose, years: int, *, is_ca: bool, holder: Holder | None = None) -> CertificateView:
    start = dt.datetime(2024, 5, 16, 0, 0, tzinfo=dt.UTC)
    end = dt.datetime(2024 + years, 5, 16, 14, 59, 59, tzinfo=dt.UTC)
    first, last = japanese_day(start), japanese_day(end)
    privacy = Privacy.PUBLIC if is_ca else Privacy.PERSONAL
    issuer = f"OU=Japan Agency for Local Authority Information Systems,OU={_UNITS[purpose]},O=JPKI,C=JP"
    kind = PolicyKind.PRODUCTION_SIGNATURE if purpose == "signature" else PolicyKind.PRODUCTION_AUTHENTICATION
    oid = "1.2.392.200149.8.5.1.1.20" if purpose == "signature" else "1.2.392.200149.8.5.1.3.30"
    return CertificateView(
        der=b"0",
        subject=Masked(issuer if is_ca else "CN=00000000000000000000000001,C=JP", privacy),
        issuer=issuer,
        organization="JPKI",
        serial_hex=Masked("0B1C2D3E", privacy),
        serial_decimal=Masked("186396990", privacy),
        validity=ValidityView(
            start, end, first, last, era_date(first), era_date(last), Period.VALID, (last - dt.date(2026, 11, 24)).days
        ),
        key_type="RSA",
        key_bits=2048,
        is_ca=is_ca,
        key_usage=("key_cert_sign", "crl_sign") if is_ca else ("digital_signature", "content_commitment"),
        policies=() if is_ca else (PolicyView(oid, kind),),
        sha256=Masked(grouped("0123456789ABCDEF" * 4), privacy),
        sha1=Masked(grouped("0123456789ABCDEF" * 2 + "01234567"), privacy),
        subject_key_id=Masked(grouped("89ABCDEF" * 5), privacy),
        holder=holder,
    )


def _check(purpose: Purpose) -> ChainCheck:
    authority = [pin for pin in load_known().authorities if pin.purpose == purpose][-1]
    marks = {StepId.REVOCATION: Mark.UNCONFIRMED}
    steps = tuple(Step(step, marks.get(step, Mark.OK)) for step in StepId)
    return ChainCheck(Origin.PINNED, authority, "", steps, chained=True)


def authentication() -> FoundCertificate:
    return FoundCertificate(_view("authentication", 5, is_ca=False), _check("authentication"))


def authority(purpose: Purpose) -> FoundCertificate:
    return FoundCertificate(_view(purpose, 10, is_ca=True), _check(purpose))


def signature() -> FoundCertificate:
    holder = Holder(
        name=Substituted(Masked("練習　花子"), (1,)),
        address=Substituted(Masked("練習県見本市架空町一丁目２番３号"), ()),
        birth=Birth(Masked("平成12年1月1日 (2000-01-01)"), known=True, era_fits=True),
        sex=Masked("3"),
        others=(OtherEntry("1.2.392.200149.8.5.5.99", Masked("sample")),),
    )
    return FoundCertificate(_view("signature", 5, is_ca=False, holder=holder), _check("signature"))
