"""Where a Windows program runs: the pure part (host-probes §1.1.7)."""

from __future__ import annotations

from collections.abc import Mapping

from jpkidoctor.facts import SessionKind
from jpkidoctor.host.hypervisor import names_virtual_machine


def session_kinds(
    *,
    environ: Mapping[str, str],
    remote: bool | None,
    session_id: int | None,
    glass_session_id: int | None,
    firmware: tuple[str, ...],
) -> tuple[SessionKind, ...]:
    """The kinds that hold, in the order of ``SessionKind``; LOCAL when none does. Never raises.

    RDP counts most: there PC/SC sees the readers of the computer in front of the person, not of this one.
    ``glass_session_id`` is the session on the computer's own screen. SSH's server runs in the services' session.
    """
    kinds = set()
    ssh = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_CLIENT"))
    if ssh:
        kinds.add(SessionKind.SSH)
    elif session_id == 0:
        kinds.add(SessionKind.SERVICE)
    if session_id != 0 and _is_remote(environ, remote, session_id, glass_session_id):
        citrix = environ.get("SESSIONNAME", "").upper().startswith("ICA-")
        kinds.add(SessionKind.CITRIX if citrix else SessionKind.RDP)
    if names_virtual_machine(firmware):
        kinds.add(SessionKind.VM)
    return tuple(kind for kind in SessionKind if kind in kinds) or (SessionKind.LOCAL,)


def _is_remote(
    environ: Mapping[str, str], remote: bool | None, session_id: int | None, glass_session_id: int | None
) -> bool:
    """Sessions with a virtual GPU call themselves local, so the session numbers are compared too. SESSIONNAME
    stays as it was at sign-in when a person moves to another screen: it counts only when the rest is silent.
    """
    if remote:
        return True
    if session_id is not None and glass_session_id is not None:
        return session_id != glass_session_id
    return remote is None and environ.get("SESSIONNAME", "").upper().startswith(("RDP-", "ICA-"))
