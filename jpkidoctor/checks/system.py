"""H: the operating system and the browser."""

from __future__ import annotations

import datetime as dt

from jpkidoctor.checks.hardware import family
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, unobserved
from jpkidoctor.checks.versions import version_numbers
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, OsFamily
from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.types import Platform

WINDOWS_10 = 10240
ENDS_SOON = dt.timedelta(days=90)
JAPANESE_CODEPAGE = 932


def _supported_by(platform: Platform | None) -> tuple[Evidence, ...]:
    """What the client software, e-Tax and the portal say of this system: three columns that are never merged with
    the support of the system's maker. Nothing where no source speaks of it.
    """
    words = None if platform is None else (platform.client, platform.etax, platform.portal)
    if platform is None or words == ("unknown",) * 3:
        return ()
    return (
        seen(
            "supported_by",
            client=platform.client,
            etax=platform.etax,
            portal=platform.portal,
            confidence=platform.columns_confidence,
        ),
    )


def windows_is_supported(facts: Facts, known: Known) -> Finding:
    """H-01. The maker's support of this Windows by the table. Windows 10 and later still run the client."""
    node = "H-01"
    system = facts.host.os.value
    if system is None:
        return unobserved(node, facts.host.os, "host.os")
    if system.family is not OsFamily.WINDOWS:
        return not_applicable(node)
    if system.build is None:
        return unknown(node, seen("os", name=system.name, version=system.version))
    platform = known.windows(system.build, system.edition)
    evidence = seen("os_build", name=system.name, version=system.version, build=system.build)
    services = _supported_by(platform)
    if system.build < WINDOWS_10:
        return failed(node, evidence, *services, variant="ended")
    if platform is None or platform.ends is None:
        return ok(node, evidence, *services)
    ends = seen("support_ends", date=str(platform.ends))
    today = facts.taken_at.date()
    if platform.ends < today:
        return attention(node, evidence, ends, *services, variant="ended")
    if platform.ends - today <= ENDS_SOON:
        return attention(node, evidence, ends, *services, variant="ends_soon")
    return ok(node, evidence, ends, *services)


def mac_runs_the_client(facts: Facts, known: Known) -> Finding:
    """H-02. macOS too old for the client, or no Rosetta 2 on Apple silicon."""
    node = "H-02"
    system = facts.host.os.value
    if system is None:
        return unobserved(node, facts.host.os, "host.os")
    if system.family is not OsFamily.MACOS:
        return not_applicable(node)
    evidence = seen("os", name=system.name, version=system.version)
    version = version_numbers(system.version)
    if not version:
        return unknown(node, evidence)
    services = _supported_by(known.macos(system.version))
    if version < version_numbers(known.macos_minimum):
        return failed(node, evidence, seen("os_minimum", version=known.macos_minimum), *services, variant="old")
    if system.arch == "arm64" and facts.host.rosetta.value is False:
        return failed(node, evidence, seen("no_rosetta"), variant="no_rosetta")
    if system.arch == "arm64" and not facts.host.rosetta.known:
        return unobserved(node, facts.host.rosetta, "host.rosetta")
    return ok(node, evidence, *services)


def system_is_official(facts: Facts, known: Known) -> Finding:
    """H-03. Linux works with this tool, but no official software supports it."""
    node = "H-03"
    system = facts.host.os.value
    if system is None:
        return unobserved(node, facts.host.os, "host.os")
    if system.family is OsFamily.LINUX:
        services = _supported_by(next((p for p in known.platforms if p.family == "linux"), None))
        return attention(node, seen("os", name=system.name, version=system.version), *services)
    if system.family is OsFamily.OTHER:
        return unknown(node, seen("os", name=system.name, version=system.version))
    return ok(node, seen("os", name=system.name, version=system.version))


def browser_is_current(facts: Facts, known: Known) -> Finding:
    """H-04. Internet Explorer was required in 2017 and is unusable today; so is a page that Edge opens in its mode.
    A browser in a sandbox may not reach the card (host-probes.md §1.3).
    """
    node = "H-04"
    browser = facts.host.default_browser.value
    if browser is None:
        return unobserved(node, facts.host.default_browser, "host.default_browser")
    evidence = seen("browser", name=browser)
    if browser == "internet_explorer":
        return failed(node, evidence)
    if facts.host.ie_mode.value:
        return attention(node, evidence, seen("ie_mode"), variant="ie_mode")
    defaults = [found for found in facts.host.browsers.value or () if found.is_default]
    if defaults and all(found.sandbox for found in defaults):  # an ordinary copy beside it may be the one in use
        boxed = (seen("sandboxed_browser", browser=found.id, sandbox=found.sandbox) for found in defaults)
        return attention(node, evidence, *boxed, variant="sandbox")
    return ok(node, evidence)


def windows_is_japanese(facts: Facts, known: Known) -> Finding:
    """H-05. The client shows garbled text when the language of non-Unicode programs is not Japanese."""
    node = "H-05"
    if family(facts) is not OsFamily.WINDOWS:
        return not_applicable(node)
    locale = facts.host.locale.value
    if locale is None:
        return unobserved(node, facts.host.locale, "host.locale")
    if locale.ansi_codepage is None:
        return unknown(node)
    evidence = seen("codepage", codepage=locale.ansi_codepage, locale=locale.system_locale)
    return ok(node, evidence) if locale.ansi_codepage == JAPANESE_CODEPAGE else attention(node, evidence)


_CLOCK_MAY_DIFFER = 300.0
"""Seconds between this clock and a time server's that no certificate minds."""


def clock_is_right(facts: Facts, known: Known) -> Finding:
    """H-08. A clock that stands before this program was made, or before the card's certificate began, is wrong.

    Whether it runs a few hours off shows only against a time server, which is asked on a key press alone.
    """
    node = "H-08"
    clock = facts.host.clock.value
    if clock is None:
        return unobserved(node, facts.host.clock, "host.clock")
    date = str(clock.utc.date())
    compared = clock.server_offset_s is not None
    evidence = seen("clock_compared", date=date) if compared else seen("clock", date=date)
    if clock.server_offset_s is not None and abs(clock.server_offset_s) > _CLOCK_MAY_DIFFER:
        return failed(node, evidence, seen("clock_off", seconds=round(clock.server_offset_s)))
    day = dt.timedelta(days=1)
    if clock.built_at is not None and clock.utc.date() < clock.built_at.date():
        return failed(node, evidence, seen("clock_before_program", date=str(clock.built_at.date())))
    card = facts.card.value
    certificate = card.certificates.authentication.value if card is not None else None
    if certificate is not None and certificate.not_before - clock.utc > day:
        return failed(node, evidence, seen("clock_before_certificate"))
    return ok(node, evidence)
