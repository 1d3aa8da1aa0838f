from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from msgspec.structs import replace

from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import PinnedCa
from jpkidoctor.signing.certificate_view import view_certificate
from jpkidoctor.signing.chain import ChainCheck, Mark, Origin, StepId, check_chain
from jpkidoctor.signing.trust import Anchor, TrustError, TrustProblem, TrustStore, sha256_of
from jpkidoctor.simulator.practice_pki import Authority, PracticePki, Purpose
from tests.signing.conftest import NOW, VALIDITY

PINS = load_known().authorities
EARLIER = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)


def _ca(pki: PracticePki, generation: int, purpose: Purpose = Purpose.SIGNATURE) -> bytes:
    return pki.ca_certificate(Authority(purpose, generation))


def _anchor(der: bytes) -> Anchor:
    return Anchor(der, sha256_of(der), "signature", None)


def _mark(check: ChainCheck, step: StepId) -> Mark:
    return next(found.mark for found in check.steps if found.id is step)


@pytest.mark.parametrize("generation", [1, 2, 3])
def test_the_right_generation_is_found_by_signature(pki: PracticePki, generation: int) -> None:
    cas = {number: _ca(pki, number) for number in (1, 2, 3)}
    view = view_certificate(pki.signature_certificate(Authority(Purpose.SIGNATURE, generation), VALIDITY), EARLIER)
    anchors = [_anchor(der) for der in cas.values()]
    check = check_chain(view, "signature", at=EARLIER, pins=PINS, anchors=anchors)
    assert (check.origin, check.authority_sha256) == (Origin.OWN, sha256_of(cas[generation]))
    assert check.chained and _mark(check, StepId.LIBRARY) is Mark.OK
    assert _mark(check, StepId.REVOCATION) is Mark.UNCONFIRMED
    missing = [anchor for anchor in anchors if anchor.der != cas[generation]]
    check = check_chain(view, "signature", at=EARLIER, pins=PINS, anchors=missing)
    assert (check.origin, check.chained) == (Origin.UNPINNED_GENERATION, False)


def test_a_pin_of_ours_names_the_generation_but_test_policy_is_no_production(pki: PracticePki) -> None:
    der = _ca(pki, 3)
    pins: tuple[PinnedCa, ...] = (*PINS[:2], replace(PINS[2], sha256=sha256_of(der)), *PINS[3:])
    view = view_certificate(pki.signature_certificate(Authority(Purpose.SIGNATURE, 3), VALIDITY), NOW)
    check = check_chain(view, "signature", at=NOW, pins=pins, candidates=[der])
    assert check.origin is Origin.PINNED and check.authority is not None and check.authority.generation == 3
    assert _mark(check, StepId.POLICY) is Mark.NG and not check.chained
    root = check_chain(view_certificate(der, NOW), "signature", at=NOW, pins=pins)
    assert root.origin is Origin.PINNED and root.chained
    assert check_chain(view, "authentication", at=NOW, pins=pins, candidates=[der]).origin is not Origin.PINNED


def test_expired_authority_and_leaf_do_not_chain(pki: PracticePki) -> None:
    view = view_certificate(pki.signature_certificate(Authority(Purpose.SIGNATURE, 1), VALIDITY), NOW)
    check = check_chain(view, "signature", at=NOW, pins=PINS, anchors=[_anchor(_ca(pki, 1))])
    assert _mark(check, StepId.ISSUER_VALIDITY) is Mark.NG and _mark(check, StepId.LIBRARY) is Mark.NG
    assert not check.chained
    late = VALIDITY.not_after + dt.timedelta(seconds=1)
    view = view_certificate(pki.signature_certificate(Authority(Purpose.SIGNATURE, 3), VALIDITY), late)
    check = check_chain(view, "signature", at=late, pins=PINS, anchors=[_anchor(_ca(pki, 3))])
    assert _mark(check, StepId.VALIDITY) is Mark.NG and not check.chained


def test_each_kind_of_stranger_has_its_own_origin(pki: PracticePki, monkeypatch: pytest.MonkeyPatch) -> None:
    def origin(der: bytes, *candidates: bytes) -> Origin:
        return check_chain(view_certificate(der, NOW), "signature", at=NOW, pins=PINS, candidates=candidates).origin

    authority = Authority(Purpose.SIGNATURE, 3)
    foreign = Authority(Purpose.SIGNATURE, 3, foreign=True)
    assert origin(pki.signature_certificate(authority, VALIDITY), pki.ca_certificate(authority)) is Origin.TEST
    assert origin(pki.signature_certificate(foreign, VALIDITY), pki.ca_certificate(foreign)) is Origin.FOREIGN
    monkeypatch.setattr("jpkidoctor.simulator.practice_pki.TEST_ORGANIZATION", "JPKI")
    leaf, root = pki.signature_certificate(authority, VALIDITY), pki.ca_certificate(authority)
    assert origin(leaf, root) is Origin.LOOK_ALIKE
    assert origin(root) is Origin.LOOK_ALIKE_SELF_SIGNED
    assert origin(leaf) is Origin.UNPINNED_GENERATION


def test_only_what_is_pinned_can_be_added(pki: PracticePki, tmp_path: Path) -> None:
    store, der = TrustStore(tmp_path / "trust", PINS), _ca(pki, 3)
    assert store.anchors() == ()

    def refused(data: bytes, pin: str | None, *, is_ca: bool = True) -> TrustProblem:
        with pytest.raises(TrustError) as caught:
            store.add(data, "signature", is_ca=is_ca, own_pin=pin)
        return caught.value.problem

    assert refused(der, None) is TrustProblem.NOT_PINNED
    assert refused(der, "0" * 64) is TrustProblem.PIN_DIFFERS
    assert refused(der, "12") is TrustProblem.BAD_PIN
    assert refused(der, sha256_of(der), is_ca=False) is TrustProblem.NOT_A_CA
    assert not (tmp_path / "trust").exists()
    added = store.add(der, "signature", is_ca=True, own_pin=sha256_of(der).lower())
    assert store.anchors() == (added,)
    (file,) = (tmp_path / "trust").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    file.write_bytes(_ca(pki, 2))
    assert store.anchors() == ()


def test_a_pin_counts_for_its_purpose_only(pki: PracticePki, tmp_path: Path) -> None:
    der = _ca(pki, 3)
    store = TrustStore(tmp_path / "trust", (replace(PINS[2], sha256=sha256_of(der)),))
    with pytest.raises(TrustError) as caught:
        store.add(der, "authentication", is_ca=True, own_pin=sha256_of(der))
    assert caught.value.problem is TrustProblem.OTHER_PURPOSE
    anchor = store.add(der, "signature", is_ca=True, own_pin=None)
    assert anchor.pinned is not None and store.anchors() == (anchor,)
