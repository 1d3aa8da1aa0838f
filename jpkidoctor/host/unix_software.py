"""Browsers, manifests, extensions and products on macOS and Linux: files in known places, the same code for both.

Sources: host-probes.md §3.3 (places of browsers, profiles and manifests), §3.4 (products). Profiles are counted and
their names are not kept; folders of a person's are looked into and not recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from jpkidoctor.facts import Browser, Extension, Fact, FactStatus, NativeHost, Product
from jpkidoctor.host.browser_profiles import parse_chromium, parse_firefox, wanted_extensions
from jpkidoctor.host.native_manifests import is_of_the_cards_world, native_host
from jpkidoctor.host.probe import PARTLY_CLOSED, seen, unseen
from jpkidoctor.host.property_list import parse_property_list
from jpkidoctor.host.tree import Tree
from jpkidoctor.host.unix_browser_places import MAC, BrowserPlace
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.product_types import MacPlaces, ProductModel
from jpkidoctor.safe_text import safe_text

_MOST_PROFILES = 20
_LARGEST_PROFILE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class UnixSoftware:
    """The software of one computer. ``home`` is absolute, or empty when it is not known."""

    tree: Tree
    home: str
    places: tuple[BrowserPlace, ...]
    default_browser: Callable[[], Fact[str]] = Fact
    """Asked within the probe: it reads files too."""

    def browsers(self) -> Fact[tuple[Browser, ...]]:
        """Installed browsers, a sandboxed copy beside an ordinary one.

        Note ``default_unknown`` when the setting that names the usual one is closed to us.
        """
        chosen, note = self._chosen()
        found = []
        for place in self.places:
            program = next((name for name in place.programs if self._is_here(place, name)), "")
            if program:
                version = self._bundle_version(program) if program.endswith(".app") else self._written_version(place)
                default = place.id == chosen
                found.append(Browser(id=place.id, version=version, is_default=default, sandbox=place.sandbox))
        return seen(tuple(found), "files", note if found else "")

    def _chosen(self) -> tuple[str, str]:
        try:
            fact = self.default_browser()
        except PermissionError:
            return "", "default_unknown"
        told = fact.known or fact.status is FactStatus.ABSENT or fact == Fact()
        return fact.value or "", "" if told else "default_unknown"

    def native_hosts(self) -> Fact[tuple[NativeHost, ...]]:
        """Manifests of the card's world."""
        return seen(tuple(self._native_hosts()), "files")

    def extensions(self) -> Fact[tuple[Extension, ...]]:
        """Extensions of the card's world in every profile."""
        if not self.home:
            return unseen(FactStatus.ABSENT, "files", "no_home")
        hosts = tuple(self._native_hosts())
        wanted = wanted_extensions(_products(), hosts)
        found: list[Extension] = []
        for place in self.places:
            if place.profiles:
                found += self._extensions(place, wanted)
        hidden = any(host.manifest_readable is None for host in hosts)  # it may name an extension that no table has
        return seen(tuple(found), "files", PARTLY_CLOSED if hidden else "")

    def products(self) -> Fact[tuple[Product, ...]]:
        """Programs of the table of products."""
        is_mac = self.places is MAC
        found = (self._mac_product(p, p.macos) if is_mac else self._linux_product(p) for p in _products())
        return seen(tuple(product for product in found if product is not None), "files")

    # -- inside ----------------------------------------------------------------------------------------------

    def _path(self, name: str) -> str:
        return name.replace("~", self.home, 1) if name.startswith("~") and self.home else name

    def _names(self, name: str) -> list[str]:
        if not name or (name.startswith("~") and not self.home):
            return []
        # A folder that is closed to us raises: the fact is then DENIED, and nobody's fault.
        return self.tree.names(self._path(name))

    def _is_here(self, place: BrowserPlace, program: str) -> bool:
        if (program.startswith("~") and not self.home) or not self.tree.exists(self._path(program)):
            return False
        if place.sandbox or not program.startswith("/usr/bin/"):
            return True
        # /usr/bin/firefox of Ubuntu is a little script that starts the snap, and no browser of its own.
        return b"/snap/bin/" not in (self.tree.read(program, 4096) or b"")

    def _bundle_version(self, bundle: str) -> str:
        return self._plist_text(f"{bundle}/Contents/Info.plist", "CFBundleShortVersionString")

    def _plist_text(self, name: str, key: str) -> str:
        """A text in a property list; empty when it is not told, also when the file is closed to us."""
        try:
            content = parse_property_list(self.tree.read(name) or b"")
        except PermissionError:
            return ""
        text = content.get(key, "") if isinstance(content, dict) else ""
        return safe_text(text, 30) if isinstance(text, str) else ""

    def _written_version(self, place: BrowserPlace) -> str:
        """The version that a Chromium browser writes into its profiles' folder; empty for the others."""
        if place.id == "firefox" or not self.home:
            return ""
        return safe_text(self.tree.glance(f"{self._path(place.profiles)}/Last Version"), 30)

    def _native_hosts(self) -> Iterator[NativeHost]:
        products = _products()
        for place in self.places:
            for scope, folder in (("user", place.user_hosts), *(("system", name) for name in place.system_hosts)):
                for file in self._names(folder):
                    name = file.removesuffix(".json")
                    if file.endswith(".json") and is_of_the_cards_world(name, products):
                        yield native_host(
                            browser=place.id,
                            name=name,
                            scope=scope,
                            read=partial(self.tree.read, f"{self._path(folder)}/{file}", 1 << 20),
                            program_exists=self._seen_from_outside if place.sandbox else self.tree.exists,
                        )

    def _seen_from_outside(self, program: str) -> bool | None:
        """A sandbox shows its browser other files than ours: only the person's own folders are the same on both
        sides. What is there for us is not yet there for the browser.
        """
        own = self.home and program.startswith((f"{self.home}/.var/app/", f"{self.home}/snap/"))
        return self.tree.exists(program) if own else None

    def _extensions(self, place: BrowserPlace, wanted: dict[str, str]) -> list[Extension]:
        folder = self._path(place.profiles)
        mark = "extensions.json" if place.id == "firefox" else "Preferences"
        profiles = [name for name in self._names(place.profiles) if self.tree.exists(f"{folder}/{name}/{mark}")]
        found: list[Extension] = []
        for number, name in enumerate(profiles[:_MOST_PROFILES]):
            inside = f"{folder}/{name}"
            if place.id == "firefox":
                found += parse_firefox(self.tree.read(f"{inside}/{mark}", _LARGEST_PROFILE) or b"", wanted, number)
            else:
                files = tuple(
                    self.tree.read(f"{inside}/{file}", _LARGEST_PROFILE)
                    for file in ("Preferences", "Secure Preferences")
                )
                found += parse_chromium(files, wanted, place.id, number)
        return found

    def _mac_product(self, model: ProductModel, places: MacPlaces) -> Product | None:
        bundle = next((name for name in places.bundles if self.tree.exists(name)), "")
        receipt = next((p for p in places.packages if self.tree.exists(f"/var/db/receipts/{p}.plist")), "")
        modules = tuple(name.rpartition("/")[2] for name in places.modules if self.tree.exists(name))
        here = bundle or receipt or modules or any(self.tree.exists(name) for name in places.files)
        if not here:
            return None
        # A receipt stays when the program was thrown away by hand.
        missing = tuple(name.rpartition("/")[2] for name in places.bundles[:1]) if not bundle else ()
        version = self._bundle_version(bundle) if bundle else self._receipt_version(receipt)
        return Product(
            id=model.id,
            version=version,
            found_by="files" if bundle or modules else "package",
            arch="x86_64" if places.intel_only else "",
            modules=tuple(dict.fromkeys(modules)),
            missing=missing,
        )

    def _receipt_version(self, package: str) -> str:
        return self._plist_text(f"/var/db/receipts/{package}.plist", "PackageVersion") if package else ""

    def _linux_product(self, model: ProductModel) -> Product | None:
        files = any(self.tree.exists(self._path(name)) for name in model.linux.files if self.home or name[:1] != "~")
        hosts = any(host.name in model.native_hosts for host in self._native_hosts()) if model.native_hosts else False
        return Product(id=model.id, found_by="files") if files or hosts else None


def _products() -> Sequence[ProductModel]:
    return load_known().products
