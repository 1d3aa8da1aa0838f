"""Facts: everything observed in one examination, as plain frozen data.

A fact is never a judgement. Each one says whether it could be observed, from where, and how long that
took; an unobserved fact says why. Facts are saved with a report and can be judged again on any computer.
Lengths are bytes, times are milliseconds, dates are UTC.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

from jpkidoctor.facts.card import (
    ApplicationProbe,
    AuthorityFacts,
    Availability,
    CardFacts,
    CardKind,
    CertificateFacts,
    Certificates,
    LinkFacts,
    PinFacts,
    PinId,
    PinState,
)
from jpkidoctor.facts.fact import Data, Fact, FactStatus
from jpkidoctor.facts.host import (
    CardUser,
    DriverBundle,
    HostFacts,
    LocaleFacts,
    OsFacts,
    OsFamily,
    PcscAccess,
    Pkcs11Module,
    ReaderDevice,
    ServiceFacts,
    ServiceState,
    SessionKind,
    TokenDriver,
    UsbDevice,
)
from jpkidoctor.facts.pcsc import ConnectFacts, PcscFacts, ReaderFacts, ReaderKind, StateSample
from jpkidoctor.facts.software import Browser, Clock, Console, Extension, NativeHost, Product, Proxy
from jpkidoctor.privacy import Public

__all__ = [
    "SCHEMA",
    "ApplicationProbe",
    "AuthorityFacts",
    "Availability",
    "Browser",
    "CardFacts",
    "CardKind",
    "CardUser",
    "CertificateFacts",
    "Certificates",
    "Clock",
    "ConnectFacts",
    "Console",
    "DriverBundle",
    "Extension",
    "Fact",
    "FactStatus",
    "Facts",
    "HostFacts",
    "LinkFacts",
    "LocaleFacts",
    "NativeHost",
    "OsFacts",
    "OsFamily",
    "PcscAccess",
    "PcscFacts",
    "PinFacts",
    "PinId",
    "PinState",
    "Pkcs11Module",
    "Product",
    "Proxy",
    "ReaderDevice",
    "ReaderFacts",
    "ReaderKind",
    "ServiceFacts",
    "ServiceState",
    "SessionKind",
    "StateSample",
    "TokenDriver",
    "UsbDevice",
]

SCHEMA: Literal["jpkidoctor.facts/1"] = "jpkidoctor.facts/1"


class Facts(Data, frozen=True, kw_only=True, omit_defaults=False):
    """One examination. Written with all its parts, so that a saved one says what it is."""

    schema: Literal["jpkidoctor.facts/1"] = SCHEMA
    taken_at: dt.datetime
    tool_version: Public
    redacted: bool = False
    host: HostFacts = HostFacts()
    pcsc: PcscFacts = PcscFacts()
    card: Fact[CardFacts] = Fact()
