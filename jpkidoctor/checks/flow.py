"""The flow: the checks in their order, and the diagnosis made of them.

A check that crashes becomes an unknown finding and the others go on. A failure that follows from a deeper
one (a reader that is not listed, because its driver is missing) names that one in ``because`` and is not the
first cause; which hides which stands in ``knowledge/flow``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

import msgspec

from jpkidoctor.checks import (
    card_kind,
    certificates,
    client_setting,
    driver,
    link,
    pins,
    presence,
    reader,
    service,
    software,
    system,
    taken,
)
from jpkidoctor.checks.closing import all_is_well
from jpkidoctor.checks.hardware import family
from jpkidoctor.checks.verdicts import seen, unknown
from jpkidoctor.diagnosis import Diagnosis, Finding, Status
from jpkidoctor.facts import Facts, OsFamily
from jpkidoctor.knowledge.known import Known

logger = logging.getLogger(__name__)

Check = Callable[[Facts, Known], Finding]

FLOW: Mapping[str, Check] = {
    "B-01": service.service_runs,
    "B-02": service.session_is_here,
    "B-03": service.not_sandboxed,
    "B-04": service.access_is_allowed,
    "C-01": reader.reader_is_found,
    "C-02": reader.one_reader_is_clear,
    "C-03": driver.driver_is_installed,
    "C-04": driver.reader_speaks_ccid,
    "C-05": driver.device_has_no_problem,
    "C-06": driver.driver_is_newer_than_system,
    "C-07": driver.driver_came_first,
    "C-08": driver.only_one_driver,
    "C-09": reader.model_is_usable,
    "C-10": taken.reader_is_not_taken,
    "C-11": driver.mac_driver_takes_reader,
    "C-12": reader.phone_may_help,
    "C-13": reader.nfc_panel_finds_type_b,
    "D-01": presence.card_is_in,
    "D-02": presence.card_lies_still,
    "D-03": presence.card_is_right_way_round,
    "D-04": presence.chip_is_clean,
    "D-05": presence.other_readers_agree,
    "E-01": card_kind.card_is_jpki,
    "E-02": card_kind.card_is_not_juki,
    "E-03": card_kind.card_is_my_number,
    "E-04": card_kind.certificates_were_issued,
    "E-05": card_kind.card_is_known_to_us,
    "F-01": link.connects_every_time,
    "F-02": link.link_holds,
    "F-03": link.card_is_free,
    "F-04": link.long_answers_work,
    "G-01": pins.pins_are_told_apart,
    "G-02": pins.tries_are_left,
    "G-04": pins.signature_pin_is_open,
    "G-05": pins.authentication_pin_is_open,
    "G-06": pins.other_pins_are_open,
    "H-01": system.windows_is_supported,
    "H-02": system.mac_runs_the_client,
    "H-03": system.system_is_official,
    "H-04": system.browser_is_current,
    "H-05": system.windows_is_japanese,
    "H-08": system.clock_is_right,
    "I-01": software.client_is_installed,
    "I-02": client_setting.client_is_new,
    "I-03": software.client_is_whole,
    "I-04": client_setting.reader_setting_fits,
    "I-05": software.browser_reaches_program,
    "I-06": client_setting.network_is_direct,
    "I-07": software.extension_is_on,
    "I-08": client_setting.java_is_there,
    "J-01": certificates.certificate_is_readable,
    "J-02": certificates.certificate_has_not_expired,
    "J-03": certificates.certificate_lasts,
    "J-06": certificates.issuer_is_jpki,
    "J-07": certificates.certificate_has_settled,
    "J-08": certificates.card_has_not_expired,
}
"""Node id to check, in flow order. G-03 (what was typed wrongly) can only be asked, not probed."""


def _judge(node: str, check: Check, facts: Facts, known: Known) -> Finding:
    try:
        return check(facts, known)
    except Exception as error:
        logger.debug("check %s crashed", node, exc_info=True)
        return unknown(node, seen("check_crashed", error=type(error).__name__))


def _root_of(node: str, failed: frozenset[str], hides: Mapping[str, tuple[str, ...]]) -> str:
    """The deepest failed node that explains this failure, or an empty string."""
    cause, walked = "", {node}
    while True:
        deeper = next((n for n in FLOW if n in failed and n not in walked and (cause or node) in hides.get(n, ())), "")
        if not deeper:
            return cause
        walked.add(deeper)
        cause = deeper


def _is_a_fault_of_the_service(finding: Finding, facts: Facts) -> bool:
    """No reader and no driver explains it. Only Windows lets the service sleep for want of a reader, and even there
    somebody switched off what is disabled.
    """
    return finding.id == "B-01" and (family(facts) is not OsFamily.WINDOWS or finding.variant != "stopped")


def _of_the_service(failed: frozenset[str]) -> frozenset[str]:
    return frozenset(node for node in failed if node.startswith("B-"))


def diagnose(
    facts: Facts, known: Known, hides: Mapping[str, tuple[str, ...]], *, flow: Mapping[str, Check] = FLOW
) -> Diagnosis:
    """Judge facts. Pure, and never raises for any facts.

    ``hides`` maps a node to the nodes whose failure follows from its own.
    """
    findings = {node: _judge(node, check, facts, known) for node, check in flow.items()}
    failed = frozenset(node for node, finding in findings.items() if finding.status is Status.FAILED)
    for node in failed:
        deeper = _of_the_service(failed) if _is_a_fault_of_the_service(findings[node], facts) else failed
        if root := _root_of(node, deeper, hides):
            findings[node] = msgspec.structs.replace(findings[node], because=root)
    first = next((node for node in findings if node in failed and not findings[node].because), None)
    findings["L-01"] = all_is_well(findings)
    return Diagnosis(findings=tuple(findings.values()), first_cause=first)
