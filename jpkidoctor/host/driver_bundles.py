"""PC/SC driver bundles (``ifd-ccid.bundle``) of Linux and macOS: which readers does a driver list?

host-probes §1.3: libccid's Info.plist holds three parallel lists; a reader of class 0B that stands in none of
them has a driver that is too old for it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jpkidoctor.facts import DriverBundle, Fact, FactStatus
from jpkidoctor.host.probe import PARTLY_CLOSED, seen, unseen
from jpkidoctor.host.property_list import parse_property_list
from jpkidoctor.host.tree import Tree
from jpkidoctor.safe_text import safe_text

UsbId = tuple[int, int]


@dataclass(frozen=True, slots=True)
class BundleInfo:
    """What a bundle's Info.plist says."""

    version: str
    reader_ids: frozenset[UsbId]


@dataclass(frozen=True, slots=True)
class DriverCatalogue:
    """All installed bundles. ``reader_ids`` is None when no list could be read, which is not an empty list."""

    bundles: tuple[DriverBundle, ...]
    reader_ids: frozenset[UsbId] | None
    closed: bool = False
    """A list may not be read by us: what stands in none of the others may stand there."""

    def lists(self, usb_id: UsbId) -> bool | None:
        """Whether a driver names this device; None when no list was read."""
        if self.reader_ids is None:
            return None
        return True if usb_id in self.reader_ids else None if self.closed else False


def parse_bundle_info(data: bytes) -> BundleInfo | None:
    """Version and readers of an Info.plist; None when it is no property list. Never raises.

    Lists of unequal length are read as far as they pair, entries that are no numbers are passed over.
    """
    plist = parse_property_list(data)
    if not isinstance(plist, dict):
        return None
    version = plist.get("CFBundleShortVersionString", "")
    vendors, products = plist.get("ifdVendorID"), plist.get("ifdProductID")
    if not isinstance(vendors, list):  # a driver for one reader may write plain strings
        vendors, products = [vendors], [products]
    products = products if isinstance(products, list) else []
    pairs = ((_number(vid), _number(pid)) for vid, pid in zip(vendors, products, strict=False))
    ids = frozenset((vid, pid) for vid, pid in pairs if vid is not None and pid is not None)
    return BundleInfo(safe_text(version, 40) if isinstance(version, str) else "", ids)


def _number(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        number = int(value.strip()[:10], 16)
    except ValueError:
        return None
    return number if 0 <= number <= 0xFFFF else None


def read_catalogue(tree: Tree, folders: Iterable[str]) -> DriverCatalogue:
    """Read every bundle below the folders; one that cannot be read is named with no readers.

    Never raises for what is closed to us: the catalogue says that it is not whole.
    """
    bundles: list[DriverBundle] = []
    ids: frozenset[UsbId] | None = None
    closed = False
    done = set()
    for folder in folders:
        try:
            names = tree.names(folder)
        except PermissionError:
            names, closed = [], True
        for name in names:
            place = f"{folder}/{name}"
            real = tree.real(place)  # /usr/lib64 is often a link to /usr/lib
            if not name.endswith(".bundle") or real in done:
                continue
            done.add(real)
            try:
                info = parse_bundle_info(tree.read(f"{place}/Contents/Info.plist") or b"")
            except PermissionError:
                info, closed = None, True
            title = safe_text(name.removesuffix(".bundle"), 80)
            if info is None:
                bundles.append(DriverBundle(name=title))
                continue
            bundles.append(DriverBundle(name=title, version=info.version, reader_count=len(info.reader_ids)))
            ids = (ids or frozenset()) | info.reader_ids
    return DriverCatalogue(tuple(bundles), ids, closed)


def driver_bundles_fact(catalogue: DriverCatalogue) -> Fact[tuple[DriverBundle, ...]]:
    """The bundles as a fact; ABSENT when no driver is installed, note ``partly_closed`` when we may not see all."""
    note = PARTLY_CLOSED if catalogue.closed else ""
    if not catalogue.bundles:
        return unseen(FactStatus.DENIED if catalogue.closed else FactStatus.ABSENT, "bundles", note)
    return seen(catalogue.bundles, "bundles", note)
