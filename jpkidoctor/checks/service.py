"""B: the PC/SC service, and whether this session may use it."""

from __future__ import annotations

from jpkidoctor.checks.hardware import (
    NO_SERVICE,
    SERVICE_STOPPED,
    family,
    pcsc_was_asked,
    plugged_in,
    sessions,
    sleeps_unseen,
    usable_readers,
)
from jpkidoctor.checks.verdicts import attention, failed, not_applicable, ok, seen, unknown, unobserved
from jpkidoctor.diagnosis import Evidence, Finding
from jpkidoctor.facts import Facts, FactStatus, OsFamily, PcscAccess, ServiceState, SessionKind
from jpkidoctor.knowledge.known import Known

SECURITY_VIOLATION = 0x8010006A


def _context_failed(facts: Facts) -> bool:
    return bool(facts.pcsc.context.value)


def _context(code: int) -> Evidence:
    return seen("pcsc_context", code=f"0x{code:08X}")


def _refused(facts: Facts) -> str:
    """Who refused this session the service: ``socket``, ``polkit``, or empty when nobody did.

    polkit's refusal reaches a client as 0x8010006A, on some systems as "no service" although pcscd runs
    (host-probes.md §1.3), which is believed only for a session that polkit treats as remote or inactive.
    """
    access = facts.host.pcsc_access
    code = facts.pcsc.context.value
    if not code or family(facts) not in (OsFamily.LINUX, None):
        return ""
    if access.value is PcscAccess.REFUSED_BY_SOCKET:
        return "socket"
    if code == SECURITY_VIOLATION or access.value is PcscAccess.REFUSED_BY_POLKIT:
        return "polkit"
    service = facts.host.service.value
    runs = service is not None and service.state is ServiceState.RUNNING
    return "polkit" if runs and code == NO_SERVICE and access.note.startswith("polkit_") else ""


_TELLS_OF_CARDS, _LOCKS_ON_REMOVAL = "ScDeviceEnum", "SCPolicySvc"


def _helpers(facts: Facts) -> Finding:
    """B-01 while the service runs: its helper may be disabled, so that programs do not hear of cards, and the removal
    policy may lock the screen when a card is taken out, which is no fault (host-probes.md §2.1, [K]).
    """
    helpers = {helper.name: helper.state for helper in facts.host.helper_services.value or ()}
    if helpers.get(_TELLS_OF_CARDS) is ServiceState.DISABLED:
        told = seen("service_state", service=_TELLS_OF_CARDS, state=ServiceState.DISABLED.value)
        return attention("B-01", _context(0), told, variant="helper")
    if helpers.get(_LOCKS_ON_REMOVAL) is ServiceState.RUNNING:
        return ok("B-01", _context(0), seen("removal_policy", service=_LOCKS_ON_REMOVAL))
    return ok("B-01", _context(0))


def service_runs(facts: Facts, known: Known) -> Finding:
    """B-01. On Windows the service stops by itself with the last reader, which is no fault of its own."""
    node = "B-01"
    if facts.pcsc.library.status is FactStatus.ABSENT:
        return failed(node, seen("library_missing"), variant="library_missing")
    code = facts.pcsc.context.value
    if code is None:
        return unobserved(node, facts.pcsc.context, "pcsc.context")
    if code == 0:
        return _helpers(facts)
    service = facts.host.service.value
    evidence = [_context(code)]
    if service is not None:
        evidence.append(seen("service_state", service=service.name, state=service.state.value))
        if service.state is ServiceState.NOT_INSTALLED:
            return failed(node, *evidence, variant="not_installed")
        if service.state is ServiceState.DISABLED:
            return failed(node, *evidence, variant="disabled")
    if _refused(facts):
        return ok(node, *evidence)  # it runs and refuses us: B-04 says so
    devices_seen = facts.host.reader_devices.known or facts.host.usb_devices.known
    no_reader_seen = devices_seen and not plugged_in(facts, known)
    if family(facts) is OsFamily.WINDOWS and (no_reader_seen or sleeps_unseen(facts)):
        return attention(node, *evidence, seen("service_sleeps_without_reader"), variant="stopped")
    return failed(node, *evidence, variant="stopped")


_REMOTE_SCREENS = frozenset({SessionKind.RDP, SessionKind.CITRIX})

# The session kinds whose readers are somewhere else, most telling first.
_ELSEWHERE = (
    SessionKind.RDP,
    SessionKind.CITRIX,
    SessionKind.WSL,
    SessionKind.CONTAINER,
    SessionKind.VM,
    SessionKind.SERVICE,
    SessionKind.SSH,
)


def _service_is_down_here(facts: Facts) -> bool:
    """Somebody put the service in here, and it does not run: a fault of its own that being elsewhere does not
    explain, so B-01 says it. A service that was never installed is just what being elsewhere looks like, and on
    Windows it stops by itself for want of a reader.
    """
    service = facts.host.service.value
    if service is None:
        return False
    stopped = service.state is ServiceState.STOPPED and family(facts) is not OsFamily.WINDOWS
    return stopped or service.state is ServiceState.DISABLED


def _own_readers_are_out_of_reach(kind: SessionKind, facts: Facts) -> bool:
    """On Windows a remote desktop talks to the readers of the caller's computer only, and a service account may
    get no service at all, whatever is plugged in here (host-probes.md §0.2, §2.2).
    """
    if family(facts) is not OsFamily.WINDOWS or usable_readers(facts):
        return False
    return kind in _REMOTE_SCREENS or (kind is SessionKind.SERVICE and _context_failed(facts))


def session_is_here(facts: Facts, known: Known) -> Finding:
    """B-02. A remote or virtual session looks for readers on another computer."""
    node = "B-02"
    if not facts.host.session.known:
        return unobserved(node, facts.host.session, "host.session")
    here = sessions(facts)
    kind = next((kind for kind in _ELSEWHERE if kind in here), None)
    if kind is None:
        return ok(node, seen("session", kind="local"))
    evidence = seen("session", kind=kind.value)
    reader_is_here = bool(usable_readers(facts)) or plugged_in(facts, known)
    if reader_is_here and not _own_readers_are_out_of_reach(kind, facts):
        # The reader is here after all, handed through.
        return attention(node, evidence, variant=kind.value) if kind in _REMOTE_SCREENS else ok(node, evidence)
    if kind is SessionKind.SSH:
        return attention(node, evidence, variant=kind.value)
    if not pcsc_was_asked(facts):
        return unknown(node, evidence)
    if _context_failed(facts) and _service_is_down_here(facts):
        return attention(node, evidence, variant=kind.value)
    return failed(node, evidence, variant=kind.value)


def not_sandboxed(facts: Facts, known: Known) -> Finding:
    """B-03. Flatpak and Snap bring their own pcsc-lite, which may not fit the system's."""
    node = "B-03"
    if family(facts) not in (OsFamily.LINUX, None):
        return not_applicable(node)
    if not facts.host.session.known:
        return unobserved(node, facts.host.session, "host.session")
    if SessionKind.SANDBOX not in sessions(facts):
        return ok(node)
    evidence = seen("session", kind=SessionKind.SANDBOX.value)
    code = facts.pcsc.context.value
    if code in (NO_SERVICE, SERVICE_STOPPED):
        return failed(node, evidence, _context(code), variant="sandbox")
    return attention(node, evidence, variant="sandbox")


def access_is_allowed(facts: Facts, known: Known) -> Finding:
    """B-04. polkit, or the socket's rights, refuse this session."""
    node = "B-04"
    if family(facts) not in (OsFamily.LINUX, None):
        return not_applicable(node)
    code = facts.pcsc.context.value
    if code is None:
        return unobserved(node, facts.pcsc.context, "pcsc.context")
    if code == 0:
        return ok(node, _context(0))
    if by := _refused(facts):
        return failed(node, _context(code), seen("access", access=f"refused_by_{by}"), variant=by)
    access = facts.host.pcsc_access.value
    if access is PcscAccess.ALLOWED:
        return ok(node, seen("access", access=access.value))
    return unknown(node, _context(code))
