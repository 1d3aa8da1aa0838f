"""Browsers, extensions and programs around the card, and the setting they run in.

Sources: host-probes.md §3.3 (browsers, extensions, native-messaging hosts), §3.4 (client software), §3.5
(environment), §5.1 (console).
"""

from __future__ import annotations

import datetime as dt

from jpkidoctor.facts.fact import Data
from jpkidoctor.privacy import Device, Public


class Browser(Data, frozen=True, kw_only=True):
    """An installed browser."""

    id: Public
    """``edge chrome chromium firefox safari internet_explorer``."""
    version: Public = ""
    is_default: bool = False
    sandbox: Public = ""
    """``snap`` or ``flatpak`` when the browser lives in one and may not reach PC/SC, else empty."""


class Extension(Data, frozen=True, kw_only=True):
    """A browser extension that has to do with the card, in one profile."""

    browser: Public
    id: Public
    product: Public = ""
    """Id in the table of products (``jpki``, ``myna_portal``), empty when only a manifest names it."""
    version: Public = ""
    profile: int = 0
    """Ordinal of the profile: its name may be a person's."""
    enabled: bool | None = None
    disable_reasons: tuple[Public, ...] = ()
    """Words for the browser's own numbers: ``user_action``, ``permissions_increase``, ``policy``."""


class NativeHost(Data, frozen=True, kw_only=True):
    """A native-messaging manifest: how a browser finds the program behind an extension."""

    browser: Public
    name: Public
    """``jp.go.jpki``, ``jp.go.myna``."""
    scope: Public = ""
    """``user`` or ``system``."""
    manifest_readable: bool | None = None
    program_exists: bool | None = None
    allowed: tuple[Public, ...] = ()
    """Extension ids that may talk to it."""


class Product(Data, frozen=True, kw_only=True):
    """An installed program of the card's world: the client software, a service's parts, Java."""

    id: Public
    """Id in the table of products."""
    version: Public = ""
    found_by: Public = ""
    """``registry uninstall files package``; ``native_host`` when only a browser's manifest leads to it."""
    arch: Public = ""
    modules: tuple[Public, ...] = ()
    """Parts of the table that are there: file names of PKCS#11 modules without their folders, names of key
    providers."""
    missing: tuple[Public, ...] = ()
    """Parts of the table that were looked for and are not there, in the same form."""
    reader_setting: Device | None = None
    """The reader chosen in the program's own settings; None: not known."""
    reader_type: Public = ""
    """The program's own word for the kind of reader, where it keeps one."""


class Clock(Data, frozen=True, kw_only=True):
    """What this computer's clock says, and what it was held against."""

    utc: dt.datetime
    zone: Public = ""
    built_at: dt.datetime | None = None
    """When this program was built: a clock before it is wrong for certain."""
    server_offset_s: float | None = None
    """This clock minus a time server's, only when a person asked for it."""


class Proxy(Data, frozen=True, kw_only=True):
    """Whether a proxy stands between this computer and the services. Its address is not kept."""

    configured: bool
    automatic: bool = False
    """By a script (PAC) or discovery."""


class Console(Data, frozen=True, kw_only=True):
    """The terminal this program runs in."""

    kind: Public = ""
    """``windows_terminal conhost legacy_conhost terminal_app other none``."""
    interactive: bool = True
    escape_codes: bool | None = None
    encoding: Public = ""
    columns: int | None = None
    rows: int | None = None
