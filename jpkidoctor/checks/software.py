"""I: the client software, and the way from a browser to it."""

from __future__ import annotations

from jpkidoctor.checks.hardware import family
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unobserved
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Extension, Facts, NativeHost, OsFamily, Product
from jpkidoctor.knowledge.known import Known

_HAS_CLIENT = frozenset({OsFamily.WINDOWS, OsFamily.MACOS})
_ROLES = frozenset({"client", "portal"})

# Edge looks for manifests under the keys of Chromium and Chrome as well.
_LOOKS_UNDER = {"edge": ("edge", "chromium", "chrome")}


def _no_official_client(facts: Facts) -> bool:
    return family(facts) not in _HAS_CLIENT


def _told(product: Product) -> Evidence:
    return seen("product", product=product.id, version=product.version)


def _card_products(facts: Facts, known: Known) -> tuple[Product, ...]:
    models = {model.id for model in known.products if model.role in _ROLES}
    return tuple(product for product in facts.host.products.value or () if product.id in models)


def client_is_installed(facts: Facts, known: Known) -> Finding:
    """I-01. Fails only when no program of the card, no manifest and no extension left any trace.

    Windows in S mode takes no program from outside the Store ([K] of host-probes.md §3.1), so installing fails too.
    """
    node = "I-01"
    if _no_official_client(facts):
        return not_applicable(node)
    found = _card_products(facts, known)
    if any(product.id == "jpki" for product in found):
        return ok(node, *(_told(product) for product in found))
    for fact, name in (
        (facts.host.products, "host.products"),
        (facts.host.native_hosts, "host.native_hosts"),
        (facts.host.extensions, "host.extensions"),
    ):
        if not fact.known:
            return unobserved(node, fact, name)
    if found or facts.host.native_hosts.value or facts.host.extensions.value:
        return attention(node, *(_told(product) for product in found), seen("no_jpki_client"))
    if facts.host.s_mode.value:
        return failed(node, seen("no_card_program"), seen("s_mode"), variant="s_mode")
    return failed(node, seen("no_card_program"))


def client_is_whole(facts: Facts, known: Known) -> Finding:
    """I-03. Installed, and none of its known parts is there. File names are of low confidence (one source), so one
    missing part is no more than an attention.
    """
    node = "I-03"
    if _no_official_client(facts):
        return not_applicable(node)
    if not facts.host.products.known:
        return unobserved(node, facts.host.products, "host.products")
    client = next((product for product in facts.host.products.value or () if product.id == "jpki"), None)
    if client is None:
        return not_applicable(node)
    missing = tuple(seen("missing_part", part=part) for part in client.missing)
    if client.missing and not client.modules:
        return failed(node, _told(client), *missing)
    keys = [part for part in client.missing if "Provider" in part]
    return attention(node, _told(client), *missing) if keys else ok(node, _told(client))


def _hosts_of(extension: Extension, facts: Facts, known: Known) -> tuple[NativeHost, ...]:
    """Manifests that this extension's browser finds, of the extension's product or with its id."""
    model = known.product(extension.product)
    names = model.native_hosts if model is not None else ()
    browsers = _LOOKS_UNDER.get(extension.browser, (extension.browser,))
    return tuple(
        host
        for host in facts.host.native_hosts.value or ()
        if host.browser in browsers and (host.name in names or extension.id in host.allowed)
    )


def _is_whole(host: NativeHost, extension: Extension) -> bool:
    return host.manifest_readable is not False and host.program_exists is not False and extension.id in host.allowed


def _trouble(extension: Extension, hosts: tuple[NativeHost, ...]) -> Evidence | None:
    """Why this extension gets no answer; None when a way leads to its program."""
    if any(_is_whole(host, extension) for host in hosts):
        return None
    browser = extension.browser
    if not hosts:
        return seen("no_manifest", browser=browser)
    if all(host.manifest_readable is False for host in hosts):
        return seen("manifest_unreadable", browser=browser)
    if all(host.program_exists is False for host in hosts):
        return seen("program_gone", browser=browser)
    return seen("extension_not_let_in", browser=browser)


def browser_reaches_program(facts: Facts, known: Known) -> Finding:
    """I-05. An extension that is on, and no program behind it: EW044-C300."""
    node = "I-05"
    if _no_official_client(facts):
        return not_applicable(node)
    for fact, name in ((facts.host.extensions, "host.extensions"), (facts.host.native_hosts, "host.native_hosts")):
        if not fact.known:
            return unobserved(node, fact, name)
    active = [extension for extension in facts.host.extensions.value or () if extension.enabled]
    if not active:
        return not_applicable(node)
    troubles = [_trouble(extension, _hosts_of(extension, facts, known)) for extension in active]
    evidence = tuple(trouble for trouble in troubles if trouble is not None)
    if not evidence:
        return ok(node)
    return failed(node, *evidence) if len(evidence) == len(active) else attention(node, *evidence)


def extension_is_on(facts: Facts, known: Known) -> Finding:
    """I-07. Turned off everywhere it stands; mostly because an update asks for more permissions."""
    node = "I-07"
    if _no_official_client(facts):
        return not_applicable(node)
    if not facts.host.extensions.known:
        return unobserved(node, facts.host.extensions, "host.extensions")
    found = facts.host.extensions.value or ()
    off = [extension for extension in found if extension.enabled is False]
    evidence = tuple(
        seen("extension_off", browser=extension.browser, off_reason=(*extension.disable_reasons, "other")[0])
        for extension in off
    )
    if not off:
        return ok(node) if any(extension.enabled for extension in found) else not_applicable(node)
    return attention(node, *evidence) if any(extension.enabled for extension in found) else failed(node, *evidence)
