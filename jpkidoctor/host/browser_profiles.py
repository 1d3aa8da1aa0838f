"""Extensions in the profiles of Chromium's family and of Firefox. Pure, for all systems.

Chromium keeps them in ``Preferences`` and ``Secure Preferences`` as ``extensions.settings.<id>`` with ``state``
(0 off, 1 on; newer versions leave it out) and ``disable_reasons`` (a bit mask, newer: a list of numbers; the
numbers are those of Chromium's ``disable_reason.h``). Firefox keeps them in ``extensions.json``. Only extensions
that are asked for are looked at, and no profile's name is kept: host-probes §3.3, §6.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jpkidoctor.facts import Extension, NativeHost
from jpkidoctor.host.json_files import parse_json_object, string, table
from jpkidoctor.knowledge.product_types import ProductModel
from jpkidoctor.safe_text import safe_text

_REASONS = {
    1 << 0: "user_action",
    1 << 1: "permissions_increase",
    1 << 3: "unsupported",
    1 << 8: "not_verified",
    1 << 9: "blocklisted",
    1 << 10: "corrupted",
    1 << 13: "not_confirmed",
    1 << 14: "policy",
    1 << 15: "custodian",
    1 << 16: "policy",
}
_UNINSTALLED = 2
"""``state`` of an extension that a program had installed and the person removed."""
_HIGHEST_BIT = 40


def wanted_extensions(products: Sequence[ProductModel], hosts: Sequence[NativeHost]) -> dict[str, str]:
    """Extension id to product id ("" when no product of the table): those of the table, and those that a
    manifest lets in.
    """
    by_host = {name: product.id for product in products for name in product.native_hosts}
    wanted = {id_: by_host.get(host.name, "") for host in hosts for id_ in host.allowed}
    wanted |= {id_: product.id for product in products for id_ in product.extensions}
    return wanted


def parse_chromium(
    files: Sequence[bytes | None], wanted: Mapping[str, str], browser: str, profile: int
) -> tuple[Extension, ...]:
    """The wanted extensions of one profile. ``files``: ``Preferences`` and ``Secure Preferences``, any bytes.

    An extension may stand in both files in parts. Never raises.
    """
    settings = [_settings(data) for data in files if data is not None]
    found = []
    for id_, product in wanted.items():
        entry: dict[str, object] = {}
        for part in settings:
            entry |= table(part.get(id_))
        if entry and entry.get("state") != _UNINSTALLED:
            found.append(_chromium_extension(entry, id_, product, browser, profile))
    return tuple(found)


def _settings(data: bytes) -> dict[str, object]:
    file = parse_json_object(data)
    return table(table(file.content.get("extensions")).get("settings")) if file is not None else {}


def _chromium_extension(entry: Mapping[str, object], id_: str, product: str, browser: str, profile: int) -> Extension:
    reasons = disable_reasons(entry.get("disable_reasons"))
    state = entry.get("state")
    enabled: bool | None = not reasons
    if isinstance(state, int):
        enabled = bool(state) and not reasons
    elif "disable_reasons" not in entry and "manifest" not in entry and "path" not in entry:
        enabled = None  # only a trace of it
    return Extension(
        browser=browser,
        id=safe_text(id_, 80),
        product=product,
        version=safe_text(string(table(entry.get("manifest")).get("version")), 30),
        profile=profile,
        enabled=enabled,
        disable_reasons=reasons,
    )


def disable_reasons(value: object) -> tuple[str, ...]:
    """Words for Chromium's numbers: one bit mask, or a list of masks. Unknown bits are ``other``. Never raises."""
    masks = value if isinstance(value, list) else [value]
    bits: dict[int, None] = {}
    for mask in masks[:_HIGHEST_BIT]:
        if isinstance(mask, int) and not isinstance(mask, bool) and 0 < mask < 1 << _HIGHEST_BIT:
            bits |= {1 << place: None for place in range(_HIGHEST_BIT) if mask >> place & 1}
    return tuple(dict.fromkeys(_REASONS.get(bit, "other") for bit in bits))


def parse_firefox(data: bytes, wanted: Mapping[str, str], profile: int) -> tuple[Extension, ...]:
    """The wanted extensions of a Firefox profile's ``extensions.json``, any bytes. Never raises."""
    file = parse_json_object(data)
    addons = file.content.get("addons") if file is not None else None
    found = []
    for addon in addons if isinstance(addons, list) else ():
        entry = table(addon)
        id_ = string(entry.get("id"))
        if id_ in wanted:
            active = entry.get("active")
            by_user = entry.get("userDisabled") is True
            found.append(
                Extension(
                    browser="firefox",
                    id=safe_text(id_, 80),
                    product=wanted[id_],
                    version=safe_text(string(entry.get("version")), 30),
                    profile=profile,
                    enabled=active if isinstance(active, bool) else None,
                    disable_reasons=("user_action",) if by_user else ("other",) if active is False else (),
                )
            )
    return tuple(found)
