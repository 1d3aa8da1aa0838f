"""Shape of ``products.toml``: the programs of the card's world, and where each one is found."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from msgspec import Struct

from jpkidoctor.knowledge.types import Entry, Sourced, Text


class RegistryPlace(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A registry value that names the program's folder or says that it is there."""

    hive: Literal["HKLM", "HKCU"] = "HKLM"
    key: str
    name: str = ""


class WindowsPlaces(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a product leaves traces on Windows. Paths may hold ``%NAME%`` of the environment."""

    registry: tuple[RegistryPlace, ...] = ()
    uninstall: tuple[str, ...] = ()
    """Parts of the DisplayName of its entry in the list of programs; any of them will do."""
    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """File names of PKCS#11 modules, in the folder that the registry names or beside ``files``."""
    providers: tuple[str, ...] = ()
    """Names of keys below ``Cryptography\\Defaults\\Provider``."""


class MacPlaces(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a product leaves traces on macOS."""

    packages: tuple[str, ...] = ()
    """Receipts (``pkgutil --pkg-info``)."""
    bundles: tuple[str, ...] = ()
    """``.app`` folders; the first that is there gives the version."""
    files: tuple[str, ...] = ()
    modules: tuple[str, ...] = ()
    """PKCS#11 modules with their folders."""
    intel_only: bool = False
    """Runs on Apple silicon through Rosetta 2 alone."""


class LinuxPlaces(Entry, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a product leaves traces on Linux. ``~`` is the person's folder."""

    files: tuple[str, ...] = ()


class ProductModel(Sourced, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A program of the card's world."""

    id: str
    title: Text
    role: Literal["client", "portal", "service_part", "runtime", "other_card"]
    """``client``: J-LIS's own; ``portal``: the program behind the portal's extension; ``service_part``: of one
    service; ``runtime``: Java; ``other_card``: for another kind of card, which may get in the way."""
    official: bool = True
    extensions: tuple[str, ...] = ()
    """Extension ids that a source names. Others are read from the manifests, never guessed."""
    native_hosts: tuple[str, ...] = ()
    seen_windows: str = ""
    """A version for Windows that a source names, which need not be the newest: older ones are old for certain."""
    newest_windows: str = ""
    newest_macos: str = ""
    """Newest version that a source names; empty when none does, and then no version is called old or new."""
    windows: WindowsPlaces = WindowsPlaces()
    macos: MacPlaces = MacPlaces()
    linux: LinuxPlaces = LinuxPlaces()
    note: Text | None = None


class ProductsFile(Struct, frozen=True, forbid_unknown_fields=True):
    as_of: dt.date
    product: tuple[ProductModel, ...]
