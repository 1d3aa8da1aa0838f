"""Faults, each a change from a healthy world to one with a single thing wrong, so that two can be put together."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from msgspec.structs import replace

from jpkidoctor.facts import (
    Availability,
    CardKind,
    Fact,
    Facts,
    FactStatus,
    LinkFacts,
    PcscAccess,
    PinId,
    PinState,
    ReaderDevice,
    ServiceFacts,
    ServiceState,
    SessionKind,
    StateSample,
)

from .worlds import (
    ACR122U,
    EMPTY,
    MUTE,
    NOT_HERE,
    NOW,
    PRESENT,
    RC_S330,
    RC_S380,
    connected,
    contact_reader,
    device_of,
    lost,
    sam_slot,
    with_card,
    with_certificate,
    with_certificates,
    with_host,
    with_link,
    with_os,
    with_pcsc,
    with_pin,
    with_reader,
    with_readers,
    without_card_facts,
)

NO_SERVICE = 0x8010001D
SECURITY_VIOLATION = 0x8010006A
UNPOWERED = 0x80100067


# --- the service and the session --------------------------------------------------------------------


def pcsc_refuses(facts: Facts, code: int = NO_SERVICE) -> Facts:
    """Establishing a context fails, so nothing is known of readers and card."""
    return without_card_facts(with_pcsc(facts, context=code, readers=lost(FactStatus.UNKNOWN), examined=None))


def service(facts: Facts, state: ServiceState) -> Facts:
    name = "SCardSvr" if facts.host.kernel_modules.status is FactStatus.NOT_APPLICABLE else "pcscd"
    return with_host(pcsc_refuses(facts), service=ServiceFacts(name=name, state=state))


def service_stopped(facts: Facts) -> Facts:
    return service(facts, ServiceState.STOPPED)


def service_disabled(facts: Facts) -> Facts:
    return service(facts, ServiceState.DISABLED)


def service_not_installed(facts: Facts) -> Facts:
    return service(facts, ServiceState.NOT_INSTALLED)


def library_missing(facts: Facts) -> Facts:
    no_pcsc = with_pcsc(pcsc_refuses(facts), context=lost(FactStatus.UNKNOWN))
    return with_pcsc(no_pcsc, library=lost(FactStatus.ABSENT))


def refused_by_polkit(facts: Facts) -> Facts:
    return pcsc_refuses(facts, SECURITY_VIOLATION)


def refused_by_socket(facts: Facts) -> Facts:
    return with_host(pcsc_refuses(facts), pcsc_access=PcscAccess.REFUSED_BY_SOCKET)


def session(*kinds: SessionKind) -> Callable[[Facts], Facts]:
    return lambda facts: with_host(facts, session=kinds)


def in_sandbox(facts: Facts) -> Facts:
    return session(SessionKind.SANDBOX)(pcsc_refuses(facts))


# --- readers and drivers ----------------------------------------------------------------------------


def no_pcsc_readers(facts: Facts) -> Facts:
    return without_card_facts(with_readers(facts))


def _devices(facts: Facts, *devices: ReaderDevice) -> Fact[tuple[ReaderDevice, ...]] | tuple[ReaderDevice, ...]:
    """Only Windows has a device manager."""
    return devices if facts.host.reader_devices.known else NOT_HERE


def reader_unplugged(facts: Facts) -> Facts:
    return with_host(no_pcsc_readers(facts), usb_devices=(), reader_devices=_devices(facts))


def driver_missing(facts: Facts) -> Facts:
    """On USB, but neither PC/SC nor the device manager's reader class has it."""
    return with_host(no_pcsc_readers(facts), reader_devices=_devices(facts))


def driver_too_old_for_reader(facts: Facts) -> Facts:
    devices = tuple(replace(usb, listed_by_driver=False) for usb in facts.host.usb_devices.value or ())
    return with_host(driver_missing(facts), usb_devices=devices)


def pasori_380_without_software(facts: Facts) -> Facts:
    return with_host(driver_missing(facts), usb_devices=(RC_S380,))


def problem_code(code: int) -> Callable[[Facts], Facts]:
    """The device manager's trouble mark on the reader, which PC/SC therefore does not show."""

    def fault(facts: Facts) -> Facts:
        devices = tuple(device_of(usb, problem_code=code) for usb in facts.host.usb_devices.value or ())
        return with_host(no_pcsc_readers(facts), reader_devices=devices)

    return fault


def driver_older_than_windows(facts: Facts) -> Facts:
    old = device_of((facts.host.usb_devices.value or ())[0], driver_provider="Identiv", driver_date=dt.date(2015, 1, 1))
    return with_host(no_pcsc_readers(facts), reader_devices=(old,))


def plugged_in_before_driver(facts: Facts) -> Facts:
    early = device_of(
        (facts.host.usb_devices.value or ())[0],
        driver_provider="Identiv",
        driver_date=dt.date(2026, 1, 1),
        first_connected_at=NOW - dt.timedelta(hours=2),
        driver_installed_at=NOW - dt.timedelta(hours=1),
    )
    return with_host(no_pcsc_readers(facts), reader_devices=(early,))


def old_pasori(facts: Facts) -> Facts:
    """RC-S330: a source says it cannot be used."""
    return with_host(driver_missing(facts), usb_devices=(RC_S330,))


def kernel_holds_reader(facts: Facts) -> Facts:
    held = replace(ACR122U, bound_driver="pn533_usb")
    return with_host(no_pcsc_readers(facts), usb_devices=(held,), kernel_modules=("pn533_usb",))


def only_sam_slot(facts: Facts) -> Facts:
    return without_card_facts(with_readers(facts, sam_slot(), examined=None))


def bound_to(driver: str) -> Callable[[Facts], Facts]:
    """Another driver has the reader, which left the class of readers for it."""

    def fault(facts: Facts) -> Facts:
        devices = tuple(replace(usb, bound_driver=driver) for usb in facts.host.usb_devices.value or ())
        return with_host(no_pcsc_readers(facts), usb_devices=devices, reader_devices=_devices(facts))

    return fault


def behind_hub(facts: Facts) -> Facts:
    return with_host(
        facts, usb_devices=tuple(replace(usb, behind_hub=True) for usb in facts.host.usb_devices.value or ())
    )


def may_sleep(facts: Facts) -> Facts:
    return with_host(
        facts, usb_devices=tuple(replace(usb, may_sleep=True) for usb in facts.host.usb_devices.value or ())
    )


# --- the card in the reader ---------------------------------------------------------------------------


def no_card(facts: Facts) -> Facts:
    return without_card_facts(with_reader(facts, flags=EMPTY, atr="", connect=Fact()))


def wrong_way_round(facts: Facts) -> Facts:
    """As pcsc-lite shows a turned card: PRESENT and MUTE, connecting gives "unpowered" (pcsc-lab.md §5)."""
    return without_card_facts(
        with_reader(facts, flags=PRESENT | MUTE, atr="", connect=connected(UNPOWERED), mute_insertions=1)
    )


def silent_again_and_again(facts: Facts) -> Facts:
    return with_reader(wrong_way_round(facts), mute_insertions=3)


def silent_in_two_readers(facts: Facts) -> Facts:
    mute = contact_reader(flags=PRESENT | MUTE, atr="", connect=Fact())
    return without_card_facts(with_readers(facts, mute, replace(mute, name="Another Reader 1")))


def samples(*flags: int) -> tuple[StateSample, ...]:
    return tuple(StateSample(at_ms=n * 500.0, flags=flag) for n, flag in enumerate(flags))


def comes_and_goes(facts: Facts) -> Facts:
    """A contactless card at the edge of the field."""
    return with_reader(no_card(facts), samples=samples(EMPTY, PRESENT, EMPTY, PRESENT, EMPTY))


def torn_out(code: int) -> Callable[[Facts], Facts]:
    def fault(facts: Facts) -> Facts:
        broken = with_certificates(facts, authentication=Fact(), authentication_ca=Fact(), issued_by_card_ca=Fact())
        broken = with_card(broken, pins=(), expires_on=Fact())
        return with_link(broken, lost=True, lost_code=code, lost_in="certificate")

    return fault


def silent_card(facts: Facts) -> Facts:
    """Answered the first question and then nothing more."""
    return with_link(torn_out(0)(facts), lost=False, silent=True)


def garbled(facts: Facts) -> Facts:
    return with_link(facts, protocol_errors=4)


def sometimes_connects(facts: Facts) -> Facts:
    return with_reader(facts, connect=connected(attempts=4, failures=3))


def never_connects(facts: Facts) -> Facts:
    """The reader answers "not transacted" for ever: a cable, a hub."""
    return without_card_facts(with_reader(facts, connect=connected(0x80100016, attempts=5, failures=5)))


def held_by_another_program(facts: Facts) -> Facts:
    return without_card_facts(with_reader(facts, connect=connected(0x8010000B, attempts=5)))


def long_answers_fail(facts: Facts) -> Facts:
    broken = with_certificates(facts, authentication=lost(FactStatus.ERROR, "pcsc=0x80100016"))
    return with_certificates(broken, authentication_ca=Fact(), issued_by_card_ca=Fact())


# --- the card itself ----------------------------------------------------------------------------------


def _no_jpki(facts: Facts, other: str) -> Facts:
    card = facts.card.value
    assert card is not None
    probe = replace(card.probes[0], sw=0x6A82)
    plain = with_certificates(facts, authentication=Fact(), authentication_ca=Fact(), issued_by_card_ca=Fact())
    return with_card(
        plain,
        kind=CardKind.OTHER,
        other_card=other,
        probes=(probe,),
        token_label=Fact(),
        availability=Fact(),
        pins=(),
        expires_on=Fact(),
        municipality=Fact(),
        link=LinkFacts(commands=9, bytes_sent=120, bytes_received=18),
    )


def transit_card(facts: Facts) -> Facts:
    return _no_jpki(facts, "felica")


def strange_card(facts: Facts) -> Facts:
    return _no_jpki(facts, "")


def juki_card(facts: Facts) -> Facts:
    return with_card(facts, kind=CardKind.JUKI, token_label="JPKIAPICCTOKEN", expires_on=Fact())


def newer_card(facts: Facts) -> Facts:
    return with_card(facts, kind=CardKind.UNKNOWN_JPKI, token_label="JPKIAPICCTOKEN3", pins=(), expires_on=Fact())


def newer_key(facts: Facts) -> Facts:
    return with_card(with_certificate(facts, key_type="EC", key_bits=384), pins=())


def signature_locked(facts: Facts) -> Facts:
    return with_pin(facts, PinId.SIGNATURE, PinState.BLOCKED, 0, 0x63C0)


def authentication_locked(facts: Facts) -> Facts:
    return with_pin(facts, PinId.AUTHENTICATION, PinState.BLOCKED, 0, 0x6984)


def no_certificates(facts: Facts) -> Facts:
    empty = with_card(facts, availability=Availability(signature=False, authentication=False))
    empty = with_certificates(empty, authentication=lost(FactStatus.ABSENT, "sw=6A82"))
    return with_certificates(empty, authentication_ca=Fact(), issued_by_card_ca=Fact())


def certificate_unreadable(facts: Facts) -> Facts:
    broken = with_certificates(facts, authentication=lost(FactStatus.ERROR, "not_der"))
    return with_certificates(broken, authentication_ca=Fact(), issued_by_card_ca=Fact())


def certificate_expired(facts: Facts) -> Facts:
    return with_certificate(facts, not_after=NOW - dt.timedelta(days=10))


def card_expired(facts: Facts) -> Facts:
    return with_card(facts, expires_on=dt.date(2026, 11, 1))


def not_issued_by_its_ca(facts: Facts) -> Facts:
    return with_certificates(facts, issued_by_card_ca=False)


# --- system and browser ---------------------------------------------------------------------------------


def windows_7(facts: Facts) -> Facts:
    return with_os(facts, name="Windows 7", version="6.1", build=7601)


def old_macos(facts: Facts) -> Facts:
    return with_os(facts, name="macOS 12", version="12.7.6")


def without_rosetta(facts: Facts) -> Facts:
    return with_host(facts, rosetta=False)


def internet_explorer(facts: Facts) -> Facts:
    return with_host(facts, default_browser="internet_explorer")


def s_mode(facts: Facts) -> Facts:
    """Nothing of the card's programs is there, and Windows would not take them."""
    return with_host(facts, s_mode=True, products=(), extensions=(), native_hosts=())
