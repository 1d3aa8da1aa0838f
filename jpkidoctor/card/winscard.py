"""PC/SC as this program uses it: one small face that the real resource manager and the practice one share.

Names and numbers are those of the PC/SC API (winscard.h). Result codes are unsigned 32-bit numbers.
Nothing here imports pyscard, so the program can start and explain when it is missing.
"""

from __future__ import annotations

from enum import IntFlag
from typing import NamedTuple, Protocol

PNP_READER = "\\\\?PnP?\\Notification"
"""The pseudo reader whose state changes when a reader is plugged in or out."""

SUCCESS = 0
E_CANCELLED = 0x80100002
E_INVALID_HANDLE = 0x80100003
E_UNKNOWN_READER = 0x80100009
E_TIMEOUT = 0x8010000A
E_SHARING_VIOLATION = 0x8010000B
E_NO_SMARTCARD = 0x8010000C
E_PROTO_MISMATCH = 0x8010000F
E_NOT_READY = 0x80100010
E_SYSTEM_CANCELLED = 0x80100012
F_COMM_ERROR = 0x80100013
E_NOT_TRANSACTED = 0x80100016
E_READER_UNAVAILABLE = 0x80100017
E_NO_SERVICE = 0x8010001D
E_SERVICE_STOPPED = 0x8010001E
E_NO_READERS_AVAILABLE = 0x8010002E
E_COMM_DATA_LOST = 0x8010002F
W_UNRESPONSIVE_CARD = 0x80100066
W_UNPOWERED_CARD = 0x80100067
W_RESET_CARD = 0x80100068
W_REMOVED_CARD = 0x80100069
W_SECURITY_VIOLATION = 0x8010006A
ERROR_BROKEN_PIPE = 0x6D
ERROR_INVALID_HANDLE = 0x06

DEAD_CONTEXT = frozenset(
    {
        E_INVALID_HANDLE,
        E_NO_SERVICE,
        E_SERVICE_STOPPED,
        E_SYSTEM_CANCELLED,
        F_COMM_ERROR,
        ERROR_BROKEN_PIPE,
        ERROR_INVALID_HANDLE,
    }
)
"""After one of these the context is of no more use; a new one may work (host-probes.md §2.2)."""

CARD_LOST = frozenset({E_NOT_TRANSACTED, W_RESET_CARD, W_REMOVED_CARD, W_UNPOWERED_CARD, E_NO_SMARTCARD})
"""The card moved, was torn out, or was reset by another program while we talked."""


class State(IntFlag):
    """SCARD_STATE_* of a reader."""

    UNAWARE = 0x0000
    IGNORE = 0x0001
    CHANGED = 0x0002
    UNKNOWN = 0x0004
    UNAVAILABLE = 0x0008
    EMPTY = 0x0010
    PRESENT = 0x0020
    ATRMATCH = 0x0040
    EXCLUSIVE = 0x0080
    INUSE = 0x0100
    MUTE = 0x0200
    UNPOWERED = 0x0400


class ReaderState(NamedTuple):
    """Answer of SCardGetStatusChange for one reader."""

    name: str
    flags: int
    """SCARD_STATE_* without CHANGED and without the event counter."""
    event_count: int
    atr: bytes


class PcscError(Exception):
    """A PC/SC call failed. ``code`` is the unsigned result, ``call`` the name of the function."""

    def __init__(self, code: int, call: str) -> None:
        super().__init__(f"{call}: 0x{code:08X}")
        self.code = code
        self.call = call


class LibraryMissingError(Exception):
    """pyscard, or the system's PC/SC library under it, cannot be loaded."""


class Connection(Protocol):
    """A card that is connected in shared mode. Every method raises PcscError."""

    @property
    def protocol(self) -> str:
        """``T=0``, ``T=1`` or ``RAW``."""

    def transmit(self, command: bytes | bytearray) -> bytes:
        """Send one command APDU, return the raw answer (may be shorter than 2 bytes when the card died)."""

    def begin(self) -> None:
        """SCardBeginTransaction. Blocks while another program holds one."""

    def end(self) -> None:
        """SCardEndTransaction, leaving the card as it is."""

    def close(self) -> None:
        """SCardDisconnect with LEAVE_CARD. Never raises."""

    def close_unpowered(self) -> None:
        """End the transaction and disconnect with UNPOWER_CARD: the card forgets that a PIN was verified.

        A warm reset does not make it forget (card-protocol.md §4.6). Never raises.
        """


class Context(Protocol):
    """An established context. Every method raises PcscError; a dead one must be thrown away."""

    def list_readers(self) -> tuple[str, ...]:
        """Names of the readers; an empty tuple when there is none."""

    def status_change(
        self, known: dict[str, ReaderState], names: tuple[str, ...], timeout_ms: int
    ) -> tuple[ReaderState, ...]:
        """SCardGetStatusChange for ``names`` (the pseudo reader may be among them).

        ``known`` holds the states the caller has seen; a reader not in it is asked as UNAWARE, so the call
        returns at once. Raises PcscError with E_TIMEOUT when nothing changed in time.
        """

    def connect(self, reader: str) -> Connection:
        """SCardConnect in shared mode, T=0 or T=1. May block behind another program's transaction."""

    def cancel(self) -> None:
        """SCardCancel: a blocked ``status_change`` ends with E_CANCELLED. Callable from any thread."""

    def close(self) -> None:
        """SCardReleaseContext. Never raises."""


class ResourceManager(Protocol):
    """The PC/SC service: the system's own, or a practice one."""

    @property
    def version(self) -> str:
        """``pyscard 2.3.1``, or ``practice``."""

    def establish(self) -> Context:
        """SCardEstablishContext. Raises PcscError (E_NO_SERVICE when the service does not run)."""
