"""Any facts at all: a strategy for each type of ``facts.py``, read from its type hints.

Numbers, strings and dates are drawn mostly from those that the checks know, so that random facts reach
their branches. A field added to the facts tomorrow is built without a change here.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct, inspect

from jpkidoctor.facts import (
    ConnectFacts,
    Fact,
    Facts,
    FactStatus,
    LinkFacts,
    ReaderDevice,
    ReaderFacts,
    StateSample,
    UsbDevice,
)

from .worlds import AUTH_CA_3, NOW

_FLAGS = st.sampled_from([0, 0x10, 0x20, 0x22, 0xA0, 0x120, 0x220, 0x222])
_CODES = st.sampled_from([
    0, 0x6D, 0x80100003, 0x8010000B, 0x8010000C, 0x8010000F, 0x80100016, 0x8010001D, 0x8010001E, 0x80100066,
    0x80100067, 0x80100068, 0x80100069, 0x8010006A, 0xFFFFFFFF,
])  # fmt: skip
_NUMBERS = st.one_of(st.sampled_from([0, 1, 2, 3, 10, 22, 28, 52, 932, 7601, 19045, 26200]), st.integers(0, 2**32 - 1))
_TEXTS = st.one_of(
    st.sampled_from([
        "", "JPKI", "JPKI-TEST", "RSA", "EC", "Microsoft", "Identiv", "internet_explorer", "edge", "12.7", "26.1",
        "arm64", "felica", "juki", "port100", "pn533_usb", "not_der", "pcsc=0x80100016", "polkit_remote_session",
        "Gemalto USB SmartCard Reader 0", "Sony PaSoRi", "sony-rc-s380-p", "sony-rc-s330", "thales-k30",
        "acs-acr122u", AUTH_CA_3,
    ]),
    st.text(max_size=6),
)  # fmt: skip
_TIMES = st.one_of(
    st.integers(-400, 400).map(lambda days: NOW + dt.timedelta(days=days)),
    st.datetimes(timezones=st.just(dt.UTC)),
    st.sampled_from([moment.replace(tzinfo=dt.UTC) for moment in (dt.datetime.min, dt.datetime.max)]),
)
_DATES = st.one_of(st.integers(-400, 400).map(lambda days: NOW.date() + dt.timedelta(days=days)), st.dates())
_USB = st.sampled_from([(0x04E6, 0x5116), (0x054C, 0x06C3), (0x054C, 0x02E1), (0x072F, 0x2200), (0x08E6, 0x3438)])

_SPECIAL: dict[tuple[type, str], st.SearchStrategy[Any]] = {
    (ReaderFacts, "flags"): _FLAGS,
    (StateSample, "flags"): _FLAGS,
    (ConnectFacts, "code"): _CODES,
    (LinkFacts, "lost_code"): _CODES,
}
"""Fields whose numbers have a meaning that random ones would never hit."""


def _of(type_: inspect.Type) -> st.SearchStrategy[Any]:
    match type_:
        case inspect.Metadata():
            return _of(type_.type)
        case inspect.NoneType():
            return st.none()
        case inspect.BoolType():
            return st.booleans()
        case inspect.IntType():
            return _NUMBERS
        case inspect.FloatType():
            return st.floats(0, 1e6)
        case inspect.StrType():
            return _TEXTS
        case inspect.DateTimeType():
            return _TIMES
        case inspect.DateType():
            return _DATES
        case inspect.EnumType():
            return st.sampled_from(list(type_.cls))
        case inspect.LiteralType():
            return st.sampled_from(type_.values)
        case inspect.UnionType():
            return st.one_of(*(_of(member) for member in type_.types))
        case inspect.VarTupleType():
            return st.lists(_of(type_.item_type), max_size=3).map(tuple)
        case inspect.StructType():
            return _struct(type_)
    raise NotImplementedError(type_)


def _struct(type_: inspect.StructType) -> st.SearchStrategy[Any]:
    kind: type[Struct] = getattr(type_.cls, "__origin__", type_.cls)
    if kind is Fact:
        return _fact(next(field.type for field in type_.fields if field.name == "value"))
    fields = {
        field.name: _SPECIAL[kind, field.name] if (kind, field.name) in _SPECIAL else _of(field.type)
        for field in type_.fields
    }
    built = st.builds(kind, **fields)
    if kind in (UsbDevice, ReaderDevice):
        # Half of them are readers of the table.
        named = st.tuples(_USB, st.fixed_dictionaries({n: s for n, s in fields.items() if n not in ("vid", "pid")}))
        built = st.one_of(built, named.map(lambda pair: kind(vid=pair[0][0], pid=pair[0][1], **pair[1])))
    return built


def _fact(value: inspect.Type) -> st.SearchStrategy[Fact[Any]]:
    """Mostly observed, because a check ends early at a fact that was not."""
    seen = _of(value)
    unseen = st.builds(Fact, status=st.sampled_from([s for s in FactStatus if s is not FactStatus.OK]), note=_TEXTS)
    observed = st.builds(lambda value: Fact(FactStatus.OK, value, "test"), seen)
    return st.one_of(observed, observed, observed, unseen)


def any_facts() -> st.SearchStrategy[Facts]:
    """Facts of the right types, with no regard for what can be true together."""
    return _of(inspect.type_info(Facts))
