"""Native-messaging manifests: how a browser finds the program behind an extension. Pure, for all systems.

Four things matter (host-probes §3.3): the manifest is named, it can be read, its program exists, and the id of
the installed extension may talk to it. Only names of the card's world are kept: other manifests are nobody's
business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from jpkidoctor.facts import NativeHost
from jpkidoctor.host.json_files import parse_json_object, string, strings
from jpkidoctor.knowledge.product_types import ProductModel
from jpkidoctor.safe_text import safe_text

_ORIGIN = re.compile(r"(?:chrome-)?extension://([a-p]{32})/?")
_FIREFOX_ID = re.compile(r"[\w.{}@+-]{1,80}")
_GOVERNMENT = "jp.go."
"""A new or renamed official program: its name is in no table yet."""
_MOST_ALLOWED = 30


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a manifest says. ``program`` may be relative to the manifest's folder on Windows."""

    program: str = ""
    allowed: tuple[str, ...] = ()
    browser_reads_it: bool = True


def is_of_the_cards_world(name: str, products: Sequence[ProductModel]) -> bool:
    """The name of a native-messaging host that belongs to the card."""
    return name.startswith(_GOVERNMENT) or any(name in product.native_hosts for product in products)


def parse_manifest(data: bytes) -> Manifest | None:
    """Any bytes; None when they hold no JSON object. Never raises."""
    file = parse_json_object(data)
    if file is None:
        return None
    content = file.content
    origins = (_ORIGIN.fullmatch(text) for text in strings(content.get("allowed_origins"))[:_MOST_ALLOWED])
    firefox = strings(content.get("allowed_extensions"))[:_MOST_ALLOWED]
    allowed = [match[1] for match in origins if match is not None]
    allowed += [text for text in firefox if _FIREFOX_ID.fullmatch(text)]
    return Manifest(string(content.get("path"))[:1000], tuple(dict.fromkeys(allowed)), file.browser_reads_it)


def native_host(
    *,
    browser: str,
    name: str,
    scope: str,
    read: Callable[[], bytes | None],
    program_exists: Callable[[str], bool | None],
) -> NativeHost:
    """The fact of one manifest. ``read`` gives None when the file is not there.

    Both calls may raise PermissionError; what is then not known is None in the fact.
    """
    try:
        data = read()
    except PermissionError:
        return NativeHost(browser=browser, name=safe_text(name, 80), scope=scope)
    manifest = parse_manifest(data) if data is not None else None
    readable = manifest is not None and manifest.browser_reads_it and bool(manifest.program)
    return NativeHost(
        browser=browser,
        name=safe_text(name, 80),
        scope=scope,
        manifest_readable=readable,
        program_exists=_told(program_exists, manifest.program) if manifest is not None and manifest.program else None,
        allowed=manifest.allowed if manifest is not None else (),
    )


def _told(exists: Callable[[str], bool | None], program: str) -> bool | None:
    try:
        return exists(program)
    except PermissionError:
        return None
