"""Diagnoses and facts to make codes of, as strategies of hypothesis."""

from __future__ import annotations

import datetime as dt

from hypothesis import strategies as st

from jpkidoctor.checks.closing import NEEDED
from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import (
    CardFacts,
    CardKind,
    Fact,
    Facts,
    FactStatus,
    HostFacts,
    OsFacts,
    OsFamily,
    PcscFacts,
    PinFacts,
    PinId,
    PinState,
    ReaderFacts,
    ReaderKind,
)
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.support_code.numbers import load_numbers

NAMES = sorted(load_numbers().by_name)
FLOW_ORDER = {node: place for place, node in enumerate(load_flow().nodes)}


def found(value):
    return Fact(status=FactStatus.OK, value=value, source="test")


def finding(name: str, status: Status, because: str = "") -> Finding:
    node, _, variant = name.partition("/")
    return Finding(id=node, status=status, variant=variant, because=because)


PINS = st.builds(
    lambda state, tries: (state, tries if state is PinState.TRIES else None),
    st.sampled_from(PinState),
    st.one_of(st.none(), st.integers(0, 10)),
)


@st.composite
def facts(draw) -> Facts:
    """An examination in which any part may be missing."""
    system = draw(st.none() | st.sampled_from(OsFamily))
    kinds = draw(st.lists(st.sampled_from(ReaderKind), max_size=3))
    examined = draw(st.none() | st.integers(-1, 3))
    kind = draw(st.none() | st.sampled_from(CardKind))
    signature, authentication = draw(PINS), draw(PINS)
    card = CardFacts(
        kind=kind or CardKind.OTHER,
        pins=(
            PinFacts(id=PinId.SIGNATURE, state=signature[0], tries_left=signature[1]),
            PinFacts(id=PinId.AUTHENTICATION, state=authentication[0], tries_left=authentication[1]),
        ),
    )
    readers = tuple(ReaderFacts(name=f"SCR3310 2112053520012{n}", kind=kind) for n, kind in enumerate(kinds))
    return Facts(
        taken_at=dt.datetime(2026, 11, 24, 1, 42, tzinfo=dt.UTC),
        tool_version="0.1.0",
        host=HostFacts(os=found(OsFacts(family=system)) if system else Fact()),
        pcsc=PcscFacts(readers=found(readers), examined=examined),
        card=found(card) if kind else Fact(),
    )


@st.composite
def diagnoses(draw, smallest: int = 0, largest: int = 4) -> Diagnosis:
    """Findings in flow order: so many failed or in need of attention, and the rest of no interest."""
    names = draw(
        st.lists(
            st.sampled_from(NAMES), min_size=smallest, max_size=largest, unique_by=lambda name: name.partition("/")[0]
        )
    )
    loud = [finding(name, draw(st.sampled_from((Status.FAILED, Status.ATTENTION)))) for name in names]
    taken = {f.id for f in loud}
    quiet = [
        Finding(id=node, status=draw(st.sampled_from((Status.OK, Status.UNKNOWN))))
        for node in NEEDED
        if node not in taken
    ]
    failed = [f.id for f in loud if f.status is Status.FAILED]
    first = draw(st.sampled_from(failed)) if failed else None
    findings = sorted((*loud, *quiet), key=lambda f: FLOW_ORDER[f.id])
    return Diagnosis(findings=tuple(findings), first_cause=first)


def loud(diagnosis: Diagnosis) -> set[tuple[str, Status, str]]:
    """What a code has to carry."""
    return {(f.id, f.status, f.variant) for f in diagnosis.findings if f.status in (Status.FAILED, Status.ATTENTION)}
