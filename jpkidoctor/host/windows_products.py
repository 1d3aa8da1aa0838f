"""Programs of the card's world on Windows, by the table of products (host-probes §3.4, portal-knowledge §3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jpkidoctor.facts import Product
from jpkidoctor.host.windows_files import Files, expand, folder_of
from jpkidoctor.host.windows_registry import Hive, Registry
from jpkidoctor.knowledge.product_types import ProductModel
from jpkidoctor.safe_text import safe_text

_UNINSTALL = r"Microsoft\Windows\CurrentVersion\Uninstall"
_PROVIDERS = r"Microsoft\Cryptography\Defaults\Provider"
_READER_SETTING = r"SOFTWARE\JPKI"
"""Below HKCU: ``Name`` and ``RWType``. That they hold the reader chosen in the client's settings is an inference
(host-probes §3.4, §7.3): a fact of low confidence, and the check says so."""
_JPKI = "jpki"


@dataclass(frozen=True, slots=True)
class _Program:
    """An entry in the list of installed programs."""

    name: str
    version: str


def products(
    registry: Registry, files: Files, environ: Mapping[str, str], table: Sequence[ProductModel]
) -> tuple[Product, ...]:
    """The programs of the table that left a trace here."""
    installed = tuple(_installed(registry))
    found = (_product(registry, files, environ, model, installed) for model in table)
    return tuple(product for product in found if product is not None)


def _views(key: str) -> tuple[str, str]:
    return rf"SOFTWARE\{key}", rf"SOFTWARE\WOW6432Node\{key}"


def _installed(registry: Registry) -> Iterator[_Program]:
    places: list[tuple[Hive, str]] = [("HKLM", key) for key in _views(_UNINSTALL)]
    places.append(("HKCU", rf"SOFTWARE\{_UNINSTALL}"))
    for hive, key in places:
        for entry in registry.subkeys(hive, key):
            name = registry.value(hive, rf"{key}\{entry}", "DisplayName")
            if isinstance(name, str) and name:
                version = registry.value(hive, rf"{key}\{entry}", "DisplayVersion")
                yield _Program(name, version if isinstance(version, str) else "")


def _product(
    registry: Registry, files: Files, environ: Mapping[str, str], model: ProductModel, installed: Sequence[_Program]
) -> Product | None:
    places = model.windows
    registered = [text for place in places.registry for text in _texts(registry, place.hive, place.key, place.name)]
    entry = next((p for p in installed if any(part.casefold() in p.name.casefold() for part in places.uninstall)), None)
    paths = [path for text in places.files if (path := expand(text, environ)) and files.exists(path)]
    if not registered and entry is None and not paths:
        return None
    folders = [*(text.rstrip("\\") for text in registered), *(folder_of(path) for path in paths)]
    there, missing = _parts(registry, files, model, folders)
    program = next((path for path in paths if path.lower().endswith((".exe", ".dll"))), "")
    version = entry.version if entry is not None and entry.version else files.version(program) if program else ""
    if model.role == "runtime" and registered:
        version = version or registered[0]
    setting, kind = _reader_setting(registry) if model.id == _JPKI else (None, "")
    return Product(
        id=model.id,
        version=safe_text(version, 30),
        found_by="registry" if registered else "uninstall" if entry is not None else "files",
        modules=there,
        missing=missing,
        reader_setting=setting,
        reader_type=kind,
    )


def _texts(registry: Registry, hive: Hive, key: str, name: str) -> Iterator[str]:
    """The value in the 64-bit and, below HKLM, the 32-bit view."""
    keys = [key]
    if hive == "HKLM" and key.upper().startswith("SOFTWARE\\"):
        keys.append("SOFTWARE\\WOW6432Node" + key[len("SOFTWARE") :])
    for place in keys:
        value = registry.value(hive, place, name)
        if isinstance(value, str) and value.strip():
            yield value.strip()


def _parts(
    registry: Registry, files: Files, model: ProductModel, folders: Sequence[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Modules and key providers that are there, and those that are not."""
    there: list[str] = []
    missing: list[str] = []
    for module in model.windows.modules:
        present = any(folder and files.exists(rf"{folder}\{module}") for folder in folders)
        (there if present else missing).append(module)
    names = {name for key in _views(_PROVIDERS) for name in registry.subkeys("HKLM", key)}
    for provider in model.windows.providers:
        (there if provider in names else missing).append(provider)
    return tuple(there), tuple(missing)


_READER_NAME = re.compile(r".*\S \d{1,2}")
"""Windows ends the PC/SC name of every reader with a number; what does not look so cannot be held against one."""


def _reader_setting(registry: Registry) -> tuple[str | None, str]:
    name = registry.value("HKCU", _READER_SETTING, "Name")
    kind = registry.value("HKCU", _READER_SETTING, "RWType")
    text = safe_text(name, 120) if isinstance(name, str) else ""
    setting = text if _READER_NAME.fullmatch(text) else None
    return setting, safe_text(str(kind), 20) if isinstance(kind, str | int) else ""
