"""Services of Windows, as the service manager and the registry tell them (host-probes §2.1)."""

from __future__ import annotations

from jpkidoctor.facts import ServiceFacts, ServiceState
from jpkidoctor.host.windows_api import ServiceEntry, WindowsApi
from jpkidoctor.safe_text import safe_text

START_TYPES = {2: "automatic", 3: "manual", 4: "disabled"}


def service_facts(api: WindowsApi, name: str, registered: str) -> ServiceFacts | None:
    """A service by its key name; None when it is closed to us. ``registered``: its start type in the registry,
    which still tells "disabled" when the service manager is closed.
    """
    try:
        entry = api.service(name)
    except PermissionError:
        if registered != "disabled":
            return None
        entry = ServiceEntry(status="", start_type=registered)
    if entry is None:
        return ServiceFacts(name=name, state=ServiceState.NOT_INSTALLED)
    return ServiceFacts(name=name, state=service_state(entry), start_type=safe_text(entry.start_type, 20))


def service_state(entry: ServiceEntry) -> ServiceState:
    """A stopped manual service is in order: it starts when a reader comes, stops with the last one (§2.1)."""
    if entry.status in ("running", "start_pending", "continue_pending"):
        return ServiceState.RUNNING
    if entry.start_type == "disabled":
        return ServiceState.DISABLED
    return ServiceState.ON_DEMAND if entry.start_type == "manual" else ServiceState.STOPPED
