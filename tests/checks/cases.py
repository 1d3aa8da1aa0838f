"""Every fault that can be the first cause, alone in its world, and how it must be told."""

from __future__ import annotations

from typing import NamedTuple

from jpkidoctor.facts import Fact, Facts, SessionKind

from . import faults
from .worlds import (
    EMPTY,
    contact_reader,
    contactless_reader,
    linux,
    macos,
    windows,
    windows_contactless,
    with_readers,
    without_card_facts,
)


class Case(NamedTuple):
    """A fault in a world, and the node and variant that must be told first."""

    facts: Facts
    node: str
    variant: str = ""


def _empty_mixed_slots(facts: Facts) -> Facts:
    slots = (contact_reader(flags=EMPTY, connect=Fact()), contactless_reader(flags=EMPTY, connect=Fact()))
    return without_card_facts(with_readers(facts, *slots))


CASES = {
    "service_stopped_linux": Case(faults.service_stopped(linux()), "B-01", "stopped"),
    "service_stopped_windows": Case(faults.service_stopped(windows()), "B-01", "stopped"),
    "service_disabled": Case(faults.service_disabled(windows()), "B-01", "disabled"),
    "service_not_installed": Case(faults.service_not_installed(linux()), "B-01", "not_installed"),
    "library_missing": Case(faults.library_missing(linux()), "B-01", "library_missing"),
    "rdp": Case(faults.session(SessionKind.RDP)(faults.reader_unplugged(windows())), "B-02", "rdp"),
    "virtual_machine": Case(faults.session(SessionKind.VM)(faults.reader_unplugged(windows())), "B-02", "vm"),
    "wsl": Case(faults.session(SessionKind.WSL)(faults.reader_unplugged(linux())), "B-02", "wsl"),
    "container": Case(faults.session(SessionKind.CONTAINER)(faults.reader_unplugged(linux())), "B-02", "container"),
    "service_account": Case(faults.session(SessionKind.SERVICE)(faults.pcsc_refuses(windows())), "B-02", "service"),
    "sandbox": Case(faults.in_sandbox(linux()), "B-03", "sandbox"),
    "polkit": Case(faults.refused_by_polkit(linux()), "B-04", "polkit"),
    "socket": Case(faults.refused_by_socket(linux()), "B-04", "socket"),
    "reader_unplugged": Case(faults.reader_unplugged(windows()), "C-01"),
    "only_sam_slot": Case(faults.only_sam_slot(windows()), "C-02", "sam"),
    "driver_missing": Case(faults.driver_missing(windows()), "C-03", "vendor"),
    "driver_too_old_for_reader": Case(faults.driver_too_old_for_reader(linux()), "C-03", "too_new"),
    "pasori_380_without_software": Case(faults.pasori_380_without_software(windows()), "C-04", "other"),
    "code_28": Case(faults.problem_code(28)(windows()), "C-05", "no_driver"),
    "code_22": Case(faults.problem_code(22)(windows()), "C-05", "disabled"),
    "code_14": Case(faults.problem_code(14)(windows()), "C-05", "restart"),
    "code_10": Case(faults.problem_code(10)(windows()), "C-05", "failed"),
    "code_24": Case(faults.problem_code(24)(windows()), "C-05", "replug"),
    "code_32": Case(faults.problem_code(32)(windows()), "C-05", "service_off"),
    "code_39": Case(faults.problem_code(39)(windows()), "C-05", "damaged"),
    "code_43": Case(faults.problem_code(43)(windows()), "C-05", "fault"),
    "code_48": Case(faults.problem_code(48)(windows()), "C-05", "blocked"),
    "winusb": Case(faults.bound_to("WinUSB")(windows()), "C-03", "library_driver"),
    "handed_to_wsl": Case(faults.bound_to("VBoxUSB")(windows()), "C-10", "handed_over"),
    "handed_over_by_linux": Case(faults.bound_to("usbip-host")(linux()), "C-10", "handed_over"),
    "bad_link_behind_hub": Case(faults.sometimes_connects(faults.behind_hub(windows())), "F-01", "hub"),
    "bad_link_power_saving": Case(faults.sometimes_connects(faults.may_sleep(windows())), "F-01", "sleep"),
    "torn_behind_hub": Case(faults.torn_out(0x80100016)(faults.behind_hub(windows())), "F-02", "hub"),
    "s_mode": Case(faults.s_mode(windows()), "I-01", "s_mode"),
    "code_52": Case(faults.problem_code(52)(windows()), "C-05", "unsigned"),
    "driver_older_than_windows": Case(faults.driver_older_than_windows(windows()), "C-06"),
    "plugged_in_before_driver": Case(faults.plugged_in_before_driver(windows()), "C-07"),
    "old_pasori": Case(faults.old_pasori(windows()), "C-09", "old"),
    "kernel_holds_reader": Case(faults.kernel_holds_reader(linux()), "C-10", "busy"),
    "mac_driver": Case(faults.driver_missing(macos()), "C-11"),
    "no_card_contact": Case(faults.no_card(windows()), "D-01", "contact"),
    "no_card_two_kinds": Case(_empty_mixed_slots(windows()), "D-01", "unknown"),
    "no_card_contactless": Case(faults.no_card(windows_contactless()), "D-02", "empty"),
    "comes_and_goes": Case(faults.comes_and_goes(windows_contactless()), "D-02", "flapping"),
    "wrong_way_round": Case(faults.wrong_way_round(windows()), "D-03"),
    "silent_again_and_again": Case(faults.silent_again_and_again(windows()), "D-04", "repeated"),
    "silent_in_two_readers": Case(faults.silent_in_two_readers(windows()), "D-04", "two_readers"),
    "transit_card": Case(faults.transit_card(windows_contactless()), "E-01", "other"),
    "strange_card": Case(faults.strange_card(windows()), "E-01", "unknown"),
    "juki_card": Case(faults.juki_card(windows()), "E-02"),
    "newer_card": Case(faults.newer_card(windows()), "E-05", "label"),
    "newer_key": Case(faults.newer_key(windows()), "E-05", "key"),
    "sometimes_connects": Case(faults.sometimes_connects(windows()), "F-01"),
    "never_connects": Case(faults.never_connects(windows()), "F-02", "garbage"),
    "torn": Case(faults.torn_out(0)(windows()), "F-02", "torn"),
    "removed": Case(faults.torn_out(0x80100069)(windows()), "F-02", "removed"),
    "reset": Case(faults.torn_out(0x80100068)(windows()), "F-02", "reset"),
    "silent_card": Case(faults.silent_card(windows()), "F-02"),
    "garbled": Case(faults.garbled(windows()), "F-02", "garbage"),
    "held_by_another_program": Case(faults.held_by_another_program(windows()), "F-03", "sharing"),
    "long_answers_fail": Case(faults.long_answers_fail(windows()), "F-04"),
    "signature_locked": Case(faults.signature_locked(windows()), "G-04"),
    "authentication_locked": Case(faults.authentication_locked(windows()), "G-05"),
    "windows_7": Case(faults.windows_7(windows()), "H-01", "ended"),
    "old_macos": Case(faults.old_macos(macos()), "H-02", "old"),
    "without_rosetta": Case(faults.without_rosetta(macos()), "H-02", "no_rosetta"),
    "internet_explorer": Case(faults.internet_explorer(windows()), "H-04"),
    "no_certificates": Case(faults.no_certificates(windows()), "J-01", "absent"),
    "certificate_unreadable": Case(faults.certificate_unreadable(windows()), "J-01", "unreadable"),
    "certificate_expired": Case(faults.certificate_expired(windows()), "J-02"),
    "not_issued_by_its_ca": Case(faults.not_issued_by_its_ca(windows()), "J-06", "not_issued"),
    "card_expired": Case(faults.card_expired(windows()), "J-08"),
}
"""Every fault that can be the first cause, alone in its world."""
