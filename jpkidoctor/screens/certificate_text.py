"""The certificates as rows and paragraphs: pure functions of what was read."""

from __future__ import annotations

from enum import StrEnum

from jpkidoctor.screens.ports import FoundCertificate, ReadCertificate
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.certificate_lines import CertificateLine, Kind, Part, certificate_lines
from jpkidoctor.signing.certificate_view import Period
from jpkidoctor.signing.chain import Origin


class Place(StrEnum):
    """Where a certificate comes from, in the order of the digits; each has words ``certificate_page.<id>``."""

    AUTHENTICATION = "auth"
    AUTHENTICATION_CA = "auth-ca"
    SIGNATURE = "sign"
    SIGNATURE_CA = "sign-ca"
    FILE = "file"


PLACES = tuple(Place)
_ORDER = (Part.HOLDER, Part.NAMES, Part.VALIDITY, Part.TECHNICAL, Part.CHECKS)
_GOOD_ORIGINS = frozenset({Origin.PINNED, Origin.OWN})


def row_state(view: View, place: Place, found: ReadCertificate | None, *, reading: bool) -> str:
    """The last day of a certificate that was read, else how it stands."""
    if isinstance(found, FoundCertificate):
        return found.view.validity.last_day.isoformat()
    if found is not None:
        absent = found.key == "cert.card.absent"
        return view.say("certificate_page.state.absent" if absent else "certificate_page.state.problem")
    if place in (Place.SIGNATURE, Place.FILE):
        return view.say(f"certificate_page.state.{place.value}")
    return view.say("certificate_page.state.reading" if reading else "certificate_page.state.no_card")


def certificate_paragraphs(view: View, found: FoundCertificate, *, reveal: bool) -> list[Para]:
    """What matters first: whether it is in its time, and who issued it. Then the parts, each below its heading."""
    said = list(certificate_lines(found.view, found.check, view.words, reveal=reveal))
    period = "$success" if found.view.validity.period is Period.VALID else "$error"
    origin = "" if found.check.origin in _GOOD_ORIGINS else "$warning"
    paragraphs = [Para(line.text, style=f"bold {period}") for line in said if line.kind is Kind.PERIOD]
    paragraphs += [Para(line.text, style=origin) for line in said if line.kind is Kind.ORIGIN]
    if not reveal and not found.view.is_ca:
        paragraphs.append(Para(view.say("certificate_page.masked"), style="$status-quiet"))
    for part in _ORDER:
        paragraphs += _part(view, part, [line for line in said if line.part is part])
    return paragraphs


def _part(view: View, part: Part, lines: list[CertificateLine]) -> list[Para]:
    shown = [line for line in lines if line.kind in (Kind.VALUE, Kind.REMARK)]
    if not shown:
        return []
    heading = Para(view.say(f"certificate_page.part.{part.value}"), style="bold $heading", gap=True)
    return [heading, *(Para(line.text, lead="  ") for line in shown)]
