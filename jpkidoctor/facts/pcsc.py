"""PC/SC as it was seen: the service, its readers, and how connecting went."""

from __future__ import annotations

from enum import StrEnum

from jpkidoctor.facts.fact import Data, Fact
from jpkidoctor.privacy import Device, Public


class ReaderKind(StrEnum):
    CONTACT = "contact"
    CONTACTLESS = "contactless"
    SAM = "sam"
    VIRTUAL = "virtual"
    """No card of the caller can ever be in it: Windows Hello, a TPM virtual smart card."""
    UNKNOWN = "unknown"


class StateSample(Data, frozen=True, kw_only=True):
    at_ms: float
    flags: int


class ConnectFacts(Data, frozen=True, kw_only=True):
    """How SCardConnect to the examined reader went. ``code`` is the last result, 0 is success."""

    code: int
    protocol: Public = ""
    attempts: int = 1
    failures: int = 0
    ms: float = 0.0
    blocked: bool = False
    """The call did not come back in time: another program holds a transaction."""


class ReaderFacts(Data, frozen=True, kw_only=True):
    """One PC/SC reader (a slot). ``flags`` are SCARD_STATE_* without the event counter."""

    name: Device
    model: Public = ""
    """Id in the reader table when the name or USB id is known, else empty."""
    kind: ReaderKind = ReaderKind.UNKNOWN
    flags: int = 0
    event_count: int = 0
    atr: Public = ""
    samples: tuple[StateSample, ...] = ()
    """State changes seen while the card was awaited; a bad position shows as flapping."""
    mute_insertions: int = 0
    """How many insertions in a row ended without an answer (PRESENT and MUTE)."""
    connect: Fact[ConnectFacts] = Fact()


class PcscFacts(Data, frozen=True, kw_only=True):
    library: Fact[Public] = Fact()
    """Version of pyscard; absent when it or the system's PC/SC library is missing."""
    context: Fact[int] = Fact()
    """Result of SCardEstablishContext: 0, or the PC/SC error code as an unsigned number."""
    contexts_rebuilt: int = 0
    readers: Fact[tuple[ReaderFacts, ...]] = Fact()
    examined: int | None = None
    """Index of the reader whose card was examined."""

    @property
    def examined_reader(self) -> ReaderFacts | None:
        """The reader whose card was examined, if any."""
        readers = self.readers.value or ()
        if self.examined is None or not 0 <= self.examined < len(readers):
            return None
        return readers[self.examined]
