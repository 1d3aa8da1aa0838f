"""Commands and bytes on the wire, ours and OpenSC's (counted from OpenSC's own trace)."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

from benchmarks.lab import READER, lab_with, practice_card
from benchmarks.row import Count
from jpkidoctor.card import applications as app
from jpkidoctor.card.inspector import CardInspector
from jpkidoctor.card.pcsc import PyscardResourceManager
from jpkidoctor.card.trace import Trace, TraceEntry, total_bytes
from jpkidoctor.examination import surroundings
from jpkidoctor.knowledge.known import load_known


def _traffic_of_opensc(*arguments: str) -> tuple[int, int]:
    """Commands, and bytes both ways, by the tool's debug output."""
    env = {**os.environ, "OPENSC_DEBUG": "9"}
    log = subprocess.run(["pkcs15-tool", *arguments], capture_output=True, env=env, check=False, timeout=60)
    text = (log.stderr + log.stdout).decode(errors="replace")
    sizes = [int(size) for size in re.findall(r"(?:Outgoing|Incoming) APDU \((\d+) bytes?\)", text)]
    sizes = sizes or [int(size) for size in re.findall(r"(?:Outgoing|Incoming) APDU.*?(\d+) byte", text)]
    return text.count("Outgoing APDU"), sum(sizes)


def _certificate_commands(entries: tuple[TraceEntry, ...]) -> list[TraceEntry]:
    """The commands that reading the authentication certificate needs: SELECT, SELECT EF, its READ BINARYs."""
    jpki = app.JPKI_AID.hex().upper()
    selects = [e for e in entries if e.application == jpki and e.file_id is None][:1]
    wanted = [e for e in entries if e.application == jpki and e.file_id == app.EF_AUTHENTICATION_CERTIFICATE]
    return selects + wanted


def _pin_commands(entries: tuple[TraceEntry, ...]) -> list[TraceEntry]:
    places = {(reference.aid.hex().upper(), reference.file_id) for reference in app.PIN_REFERENCES}
    return [e for e in entries if (e.application, e.file_id) in places or e.file_id is None]


def rows() -> Iterator[Count]:
    """Traffic rows."""
    card = practice_card()
    with lab_with(card):
        trace = Trace()
        inspector = CardInspector(PyscardResourceManager(), surroundings(load_known()), trace=trace)
        try:
            facts = inspector.inspect(f"{READER} 00 00", card.atr).card.value
        finally:
            inspector.stop()
        assert facts is not None
        assert facts.certificates.authentication.value is not None
        size = facts.certificates.authentication.value.size
        commands, traffic = _traffic_of_opensc("--read-certificate", "1")
        ours = _certificate_commands(trace.entries())
        _, received = total_bytes(ours)
        beside = f"OpenSC {commands} commands, {traffic} bytes"
        yield Count("read the authentication certificate: commands", len(ours), 9, beside)
        framing = 2 * len(ours)
        yield Count("  bytes received, certificate and framing", received, size + framing, beside)
        commands, traffic = _traffic_of_opensc("--list-pins")
        pins = _pin_commands(trace.entries())
        applications = sum(1 for entry in pins if entry.file_id is None)
        queries = 2 * len([pin for pin in facts.pins if pin.sw])
        beside = f"OpenSC {commands} commands for 2 PINs, {traffic} bytes"
        yield Count(f"state of {len(facts.pins)} PINs: commands", len(pins), queries + applications, beside)
        both = [e for e in pins if e.application == app.JPKI_AID.hex().upper()]
        # The JPKI application is selected a second time for its CA certificates; that is not for the PINs.
        once = [e for e in both if e.file_id is not None] + [e for e in both if e.file_id is None][:1]
        yield Count("  of these for the 2 PINs that OpenSC reads", len(once), 1 + 2 * 2, beside)
