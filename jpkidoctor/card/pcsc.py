"""The system's PC/SC service through pyscard's thin binding. The only module that imports pyscard.

pyscard's own monitoring classes are not used: they print tracebacks when the service stops and end hot-plug
(anchors.md A4). Result codes come back signed and are made unsigned here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from jpkidoctor.card.winscard import (
    E_NO_READERS_AVAILABLE,
    SUCCESS,
    Connection,
    Context,
    LibraryMissingError,
    PcscError,
    ReaderState,
    State,
)

_FLAGS_MASK = 0xFFFF & ~State.CHANGED


def _check(result: int, call: str) -> None:
    code = result & 0xFFFFFFFF
    if code != SUCCESS:
        raise PcscError(code, call)


class PyscardConnection:
    """A card connected in shared mode."""

    def __init__(self, scard: ModuleType, handle: int, protocol: int) -> None:
        self._scard = scard
        self._handle = handle
        names = {scard.SCARD_PROTOCOL_T0: "T=0", scard.SCARD_PROTOCOL_T1: "T=1"}
        self._protocol = names.get(protocol, "RAW")
        pci = {scard.SCARD_PROTOCOL_T0: scard.SCARD_PCI_T0, scard.SCARD_PROTOCOL_T1: scard.SCARD_PCI_T1}
        self._pci = pci.get(protocol, scard.SCARD_PCI_RAW)

    @property
    def protocol(self) -> str:
        return self._protocol

    def transmit(self, command: bytes | bytearray) -> bytes:
        result, answer = self._scard.SCardTransmit(self._handle, self._pci, list(command))
        _check(result, "SCardTransmit")
        return bytes(answer)

    def begin(self) -> None:
        _check(self._scard.SCardBeginTransaction(self._handle), "SCardBeginTransaction")

    def end(self) -> None:
        # The card may be gone by now; whoever transmits next will be told.
        self._scard.SCardEndTransaction(self._handle, self._scard.SCARD_LEAVE_CARD)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._scard.SCardDisconnect(self._handle, self._scard.SCARD_LEAVE_CARD)

    def close_unpowered(self) -> None:
        # Both with UNPOWER: the first takes the power before another program can send anything.
        with contextlib.suppress(Exception):
            self._scard.SCardEndTransaction(self._handle, self._scard.SCARD_UNPOWER_CARD)
        with contextlib.suppress(Exception):
            self._scard.SCardDisconnect(self._handle, self._scard.SCARD_UNPOWER_CARD)


class PyscardContext:
    """An established context of the system's PC/SC service."""

    def __init__(self, scard: ModuleType, handle: int) -> None:
        self._scard = scard
        self._handle = handle

    def list_readers(self) -> tuple[str, ...]:
        result, names = self._scard.SCardListReaders(self._handle, [])
        if result & 0xFFFFFFFF == E_NO_READERS_AVAILABLE:
            return ()
        _check(result, "SCardListReaders")
        return tuple(names)

    def status_change(
        self, known: Mapping[str, ReaderState], names: tuple[str, ...], timeout_ms: int
    ) -> tuple[ReaderState, ...]:
        asked = []
        for name in names:
            state = known.get(name)
            asked.append((name, state.flags | state.event_count << 16 if state else int(State.UNAWARE)))
        result, answers = self._scard.SCardGetStatusChange(self._handle, timeout_ms, asked)
        _check(result, "SCardGetStatusChange")
        return tuple(
            ReaderState(name, flags & _FLAGS_MASK, flags >> 16 & 0xFFFF, bytes(atr)) for name, flags, atr in answers
        )

    def connect(self, reader: str) -> Connection:
        scard = self._scard
        protocols = scard.SCARD_PROTOCOL_T0 | scard.SCARD_PROTOCOL_T1
        result, handle, protocol = scard.SCardConnect(self._handle, reader, scard.SCARD_SHARE_SHARED, protocols)
        _check(result, "SCardConnect")
        return PyscardConnection(scard, handle, protocol)

    def cancel(self) -> None:
        self._scard.SCardCancel(self._handle)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._scard.SCardReleaseContext(self._handle)


class PyscardResourceManager:
    """The computer's PC/SC service.

    Raises LibraryMissingError when pyscard or the library under it (libpcsclite, winscard, PCSC.framework)
    cannot be loaded; the program goes on and says so.
    """

    def __init__(self) -> None:
        try:
            from smartcard.scard import scard
        except (ImportError, OSError) as error:
            raise LibraryMissingError(type(error).__name__) from error
        self._scard: ModuleType = scard

    @property
    def version(self) -> str:
        # importlib.metadata would cost more than everything else here. A frozen build carries no metadata.
        found = next(Path(self._scard.__file__ or "").parents[2].glob("pyscard-*.dist-info"), None)
        return f"pyscard {found.stem.removeprefix('pyscard-')}" if found else "pyscard"

    def establish(self) -> Context:
        result, handle = self._scard.SCardEstablishContext(self._scard.SCARD_SCOPE_USER)
        _check(result, "SCardEstablishContext")
        return PyscardContext(self._scard, handle)
