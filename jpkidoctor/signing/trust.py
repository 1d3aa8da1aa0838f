"""The authorities that count: pinned by us, or pinned by the person who compared the fingerprint.

We ship fingerprints, not certificates (knowledge/trust.toml). The bytes come from a card, a signature or a file
that was added once, and count only when their SHA-256 is pinned for that purpose.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal

from jpkidoctor.files import FileWriteError, WriteProblem, write_atomically
from jpkidoctor.knowledge.types import PinnedCa
from jpkidoctor.signing.certificate_view import Purpose
from jpkidoctor.signing.der import MAX_INPUT, UnreadableCertificateError, certificate_der

AnchorPurpose = Purpose | Literal["timestamp"]
"""What an authority counts for. JPKI has none for timestamps: those are all the person's own."""
PURPOSES: tuple[AnchorPurpose, ...] = ("signature", "authentication", "timestamp")
_NAME = re.compile(r"(signature|authentication|timestamp)-(ours|own)-([0-9A-F]{64})\.der")


class TrustProblem(StrEnum):
    """Why a file was not added; each has a sentence ``trust.refused.<id>``."""

    BAD_PIN = "bad_pin"
    PIN_DIFFERS = "pin_differs"
    NOT_PINNED = "not_pinned"
    OTHER_PURPOSE = "other_purpose"
    NOT_A_CA = "not_a_ca"


class TrustError(Exception):
    """A certificate may not be added. ``sha256`` is what it has, upper-case hex."""

    def __init__(self, problem: TrustProblem, sha256: str) -> None:
        super().__init__(problem.value)
        self.problem = problem
        self.sha256 = sha256


@dataclass(frozen=True, slots=True)
class Anchor:
    """A CA certificate that counts for one purpose."""

    der: bytes
    sha256: str
    purpose: AnchorPurpose
    pinned: PinnedCa | None
    """Our pin; None when the person's own ``--pin`` makes it count."""


def sha256_of(der: bytes) -> str:
    """Upper-case hex."""
    return hashlib.sha256(der).hexdigest().upper()


def pin_for(sha256: str, purpose: AnchorPurpose, pins: tuple[PinnedCa, ...]) -> PinnedCa | None:
    """Our pin with this fingerprint and purpose."""
    return next((pin for pin in pins if pin.sha256 == sha256 and pin.purpose == purpose), None)


class TrustStore:
    """Added CA certificates in a directory of the user's, one file each, named by purpose, kind and fingerprint."""

    def __init__(self, directory: Path, pins: tuple[PinnedCa, ...]) -> None:
        self._directory = directory
        self.pins = pins

    def anchors(self) -> tuple[Anchor, ...]:
        """All added certificates that still count. Files that are damaged or not ours are passed over."""
        found: list[Anchor] = []
        try:
            paths = sorted(self._directory.iterdir())
        except OSError:
            return ()
        for path in paths:
            name = _NAME.fullmatch(path.name)
            if name is None:
                continue
            purpose = next(purpose for purpose in PURPOSES if purpose == name[1])
            try:
                with path.open("rb") as file:
                    der = certificate_der(file.read(MAX_INPUT + 1))
            except (OSError, UnreadableCertificateError):
                continue
            pin = pin_for(name[3], purpose, self.pins)
            if sha256_of(der) == name[3] and (pin is not None or name[2] == "own"):
                found.append(Anchor(der, name[3], purpose, pin))
        return tuple(found)

    def add(self, der: bytes, purpose: AnchorPurpose, *, is_ca: bool, own_pin: str | None) -> Anchor:
        """Keep a CA certificate (0600, atomically), or that of a timestamp server. Adding it again changes nothing.

        Raises TrustError when it is not pinned for this purpose by us or by ``own_pin``; FileWriteError.
        """
        sha256 = sha256_of(der)
        pin = pin_for(sha256, purpose, self.pins)
        if not is_ca:
            raise TrustError(TrustProblem.NOT_A_CA, sha256)
        if own_pin is not None:
            wanted = re.sub(r"[\s:]", "", own_pin).upper()
            if not re.fullmatch(r"[0-9A-F]{64}", wanted):
                raise TrustError(TrustProblem.BAD_PIN, sha256)
            if wanted != sha256:
                raise TrustError(TrustProblem.PIN_DIFFERS, sha256)
        if any(other.sha256 == sha256 and other.purpose != purpose for other in self.pins):
            raise TrustError(TrustProblem.OTHER_PURPOSE, sha256)
        if pin is None and own_pin is None:
            raise TrustError(TrustProblem.NOT_PINNED, sha256)
        try:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise FileWriteError(self._directory, WriteProblem.NOT_WRITABLE) from error
        kind = "own" if pin is None else "ours"
        write_atomically(self._directory / f"{purpose}-{kind}-{sha256}.der", der, 0o600)
        return Anchor(der, sha256, purpose, pin)
