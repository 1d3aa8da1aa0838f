"""Readers for practice, under the names that the real ones show on each operating system.

Names and USB ids: readers.toml of the fact sheets. A model that is not listed here can be made in a scenario by
giving a name; what this program knows of real readers stands in ``knowledge/readers.toml``, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jpkidoctor.facts import OsFamily, ReaderKind

CCID = 0x0B
VENDOR = 0xFF


@dataclass(frozen=True, slots=True)
class PracticeReader:
    """A reader model. The names are those of its slots, without the number that the system adds."""

    slots: tuple[ReaderKind, ...]
    windows: tuple[str, ...]
    macos: tuple[str, ...] | None = None
    """None is as on Windows; empty where no PC/SC driver exists."""
    linux: tuple[str, ...] | None = None
    vid: int = 0
    pid: int = 0
    manufacturer: str = ""
    product: str = ""
    interface_classes: tuple[int, ...] = (CCID,)
    listed: bool = True
    """Its USB id stands in libccid's list."""
    provider: str = "Microsoft"
    """Who made the Windows driver that works with it."""

    @property
    def usb(self) -> bool:
        """A device on the USB bus; virtual readers are none."""
        return self.vid != 0

    def names(self, family: OsFamily, instance: int) -> tuple[str, ...]:
        """PC/SC names of the slots; ``instance`` counts readers of one system from 0.

        Empty where this model has no PC/SC driver.
        """
        if family is OsFamily.WINDOWS:
            return tuple(f"{name} {instance + slot}" for slot, name in enumerate(self.windows))
        if family is OsFamily.MACOS:
            macos = self.windows if self.macos is None else self.macos
            return tuple(name if instance == 0 else f"{name} {instance:02}" for name in macos)
        linux = self.windows if self.linux is None else self.linux
        return tuple(f"{name} {instance:02} {slot:02}" for slot, name in enumerate(linux))


_CONTACT = (ReaderKind.CONTACT,)
_CONTACTLESS = (ReaderKind.CONTACTLESS,)


PRACTICE_READERS: Mapping[str, PracticeReader] = {
    "scr3310-nttcom": PracticeReader(
        _CONTACT,
        windows=("NTT Communications SCR3310-NTTCom",),
        macos=("SCR3310-NTTCom USB SmartCard Reader",),
        linux=("NTT Communications Corp. SCR3310-NTTCom USB SmartCard Reader",),
        vid=0x04E6,
        pid=0x511A,
        manufacturer="NTT Communications Corp.",
        product="SCR3310-NTTCom USB SmartCard Reader",
        interface_classes=(VENDOR,),
        provider="SCM Microsystems Inc.",
    ),
    "acr39-nttcom": PracticeReader(
        _CONTACT,
        windows=("ACS ACR39U ICC Reader",),
        vid=0x072F,
        pid=0xB100,
        manufacturer="ACS",
        product="ACR39U ICC Reader",
        provider="Advanced Card Systems Ltd.",
    ),
    "ct30": PracticeReader(
        _CONTACT,
        windows=("Gemalto USB Smart Card Reader",),
        macos=("Gemalto USB SmartCard Reader",),
        linux=("Gemalto PC Twin Reader",),
        vid=0x08E6,
        pid=0x3437,
        manufacturer="Gemalto",
        product="USB SmartCard Reader",
    ),
    "au9540": PracticeReader(
        _CONTACT,
        windows=("Generic EMV Smartcard Reader",),
        macos=("EMV Smartcard Reader",),
        linux=("Alcor Micro AU9540",),
        vid=0x058F,
        pid=0x9540,
        manufacturer="Generic",
        product="EMV Smartcard Reader",
    ),
    "rc-s300": PracticeReader(
        _CONTACTLESS,
        windows=("Sony FeliCa Port/PaSoRi 4.0",),
        macos=("SONY FeliCa RC-S300/P",),
        linux=("SONY FeliCa RC-S300/P",),
        vid=0x054C,
        pid=0x0DC9,
        manufacturer="SONY",
        product="FeliCa RC-S300/P",
        interface_classes=(CCID, VENDOR),
        provider="Sony",
    ),
    "rc-s380": PracticeReader(
        _CONTACTLESS,
        windows=("Sony FeliCa Port/PaSoRi 3.0",),
        macos=(),
        linux=(),
        vid=0x054C,
        pid=0x06C3,
        manufacturer="SONY",
        product="RC-S380/P",
        interface_classes=(VENDOR,),
        listed=False,
        provider="Sony",
    ),
    "acr122u": PracticeReader(
        _CONTACTLESS,
        windows=("ACS ACR122",),
        macos=("ACS ACR122U PICC Interface",),
        linux=("ACS ACR122U PICC Interface",),
        vid=0x072F,
        pid=0x2200,
        manufacturer="ACS",
        product="ACR122U PICC Interface",
        provider="Advanced Card Systems Ltd.",
    ),
    "acr1251cl-nttcom": PracticeReader(
        _CONTACTLESS,
        windows=("ACS ACR1251 CL Reader",),
        vid=0x072F,
        pid=0x2229,
        manufacturer="ACS",
        product="ACR1251 CL Reader",
        listed=False,
        provider="Advanced Card Systems Ltd.",
    ),
    "acr1252u": PracticeReader(
        (ReaderKind.CONTACTLESS, ReaderKind.SAM),
        windows=("ACS ACR1252 1S CL Reader PICC", "ACS ACR1252 1S CL Reader SAM"),
        vid=0x072F,
        pid=0x223B,
        manufacturer="ACS",
        product="ACR1252 Dual Reader",
        provider="Advanced Card Systems Ltd.",
    ),
    "prox-du": PracticeReader(
        (ReaderKind.CONTACT, ReaderKind.CONTACTLESS),
        windows=("Gemalto Prox-DU Contact Reader", "Gemalto Prox-DU Contactless Reader"),
        vid=0x08E6,
        pid=0x5503,
        manufacturer="Gemalto",
        product="Prox Dual USB PC Link Reader",
    ),
    "windows-hello": PracticeReader((ReaderKind.VIRTUAL,), windows=("Windows Hello for Business",), macos=(), linux=()),
    "virtual-smart-card": PracticeReader(
        (ReaderKind.VIRTUAL,), windows=("Microsoft Virtual Smart Card",), macos=(), linux=()
    ),
    "unlisted": PracticeReader(
        (ReaderKind.UNKNOWN,),
        windows=("Renshu Denki IC Reader",),
        vid=0xFFFE,
        pid=0x0001,
        manufacturer="Renshu Denki",
        product="IC Reader",
        listed=False,
    ),
}
"""Reader id to model."""
