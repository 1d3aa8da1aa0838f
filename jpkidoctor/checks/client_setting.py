"""I: how the client software is set up: its version, its reader, the network it goes through, Java.

None of these can be seen well enough from outside to be called broken: they are things to look at.
"""

from __future__ import annotations

from jpkidoctor.checks.hardware import family, usable_readers
from jpkidoctor.checks.verdicts import attention, not_applicable, ok, seen, unobserved
from jpkidoctor.checks.versions import version_numbers
from jpkidoctor.diagnosis import Finding
from jpkidoctor.facts import Facts, OsFamily, Product
from jpkidoctor.knowledge.known import Known

_CLIENT, _JAVA = "jpki", "java"
_FIRST_FOR_THIS_CARD = 3
"""Version 3 of the client came with the My Number card."""


def _product(facts: Facts, wanted: str) -> Product | None:
    return next((product for product in facts.host.products.value or () if product.id == wanted), None)


def _has_no_client(facts: Facts) -> bool:
    return family(facts) in (OsFamily.LINUX, OsFamily.OTHER)


def client_is_new(facts: Facts, known: Known) -> Finding:
    """I-02. Older than a version that a source names. For Windows no source names the newest, so nothing is called
    new there: the evidence sends people to the official page (official-updates.md §1).
    """
    node = "I-02"
    if _has_no_client(facts):
        return not_applicable(node)
    if not facts.host.products.known:
        return unobserved(node, facts.host.products, "host.products")
    client, model = _product(facts, _CLIENT), known.product(_CLIENT)
    own = version_numbers(client.version) if client is not None else ()
    if client is None or model is None or not own or own[0] < _FIRST_FOR_THIS_CARD:
        return not_applicable(node)  # a number that is none of the client's: an installer may count for itself
    told = seen("product", product=client.id, version=client.version)
    mac = family(facts) is OsFamily.MACOS
    newest = model.newest_macos if mac else model.newest_windows or model.seen_windows
    if newest and own < version_numbers(newest):
        return attention(node, told, seen("newest_seen", version=newest))
    if mac and model.newest_macos:
        return ok(node, told)
    return not_applicable(node, told, seen("newest_not_known"))


def reader_setting_fits(facts: Facts, known: Known) -> Finding:
    """I-04. The reader named in the client's own setting is not among those of PC/SC.

    Where the setting is kept was seen in old versions only (host-probes.md §3.4), so it never fails.
    """
    node = "I-04"
    if _has_no_client(facts):
        return not_applicable(node)
    if not facts.host.products.known:
        return unobserved(node, facts.host.products, "host.products")
    client = _product(facts, _CLIENT)
    if client is None or not client.reader_setting:
        return not_applicable(node)
    if not facts.pcsc.readers.known:
        return unobserved(node, facts.pcsc.readers, "pcsc.readers")
    readers = usable_readers(facts)
    told = seen("reader_setting", reader=client.reader_setting)
    if not readers:
        return not_applicable(node, told)
    if any(reader.name == client.reader_setting for reader in readers):
        return ok(node, told)
    return attention(node, told, *(seen("reader", reader=r.name, kind=r.kind.value, model=r.model) for r in readers))


def network_is_direct(facts: Facts, known: Known) -> Finding:
    """I-06. A proxy may stand in the way of the validity check and of filing; most do not."""
    node = "I-06"
    if _has_no_client(facts):
        return not_applicable(node)
    proxy = facts.host.proxy.value
    if proxy is None:
        return unobserved(node, facts.host.proxy, "host.proxy")
    if not proxy.configured:
        return not_applicable(node)
    return attention(node, seen("proxy", automatic=int(proxy.automatic)), variant="proxy")


def java_is_there(facts: Facts, known: Known) -> Finding:
    """I-08. Only some services need Java, and only the person knows which. On a Mac the client's proxy tool needs
    Oracle's Java 8, at one fixed place (portal-knowledge.md §3).
    """
    node = "I-08"
    if _has_no_client(facts):
        return not_applicable(node)
    if not facts.host.products.known:
        return unobserved(node, facts.host.products, "host.products")
    java = _product(facts, _JAVA)
    if java is not None:
        return ok(node, seen("product", product=java.id, version=java.version))
    proxy = facts.host.proxy.value
    needs = family(facts) is OsFamily.MACOS and _product(facts, _CLIENT) is not None
    if needs and proxy is not None and proxy.configured:
        return attention(node, seen("no_java"), seen("java_for_proxy"))
    return not_applicable(node)
