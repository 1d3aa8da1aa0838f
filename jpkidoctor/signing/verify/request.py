"""What a verification is asked: whom to trust, for which moment, with which files beside."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from jpkidoctor.knowledge.types import PinnedCa
from jpkidoctor.signing.trust import Anchor

MAX_PDF = 100 * 1024 * 1024
"""Bytes. A larger PDF is refused with a sentence: judging later changes needs all of it in memory."""
MAX_CMS = 64 * 1024 * 1024
MAX_XML = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asks to have verified, as one frozen value: a command and the screens make the same.

    Paths alone; nothing of it was read yet. ``Request`` is made of it, with the authorities that count.
    """

    paths: tuple[Path, ...]
    """Files and folders."""
    content: Path | None = None
    """The original of a detached signature; None looks beside the signature."""
    certificate: Path | None = None
    """The certificate of a raw signature; None looks beside the signature."""
    at: dt.datetime | None = None
    """Judge the certificate at this moment instead of now (with tzinfo)."""
    crls: tuple[Path, ...] = ()
    ocsp: tuple[Path, ...] = ()
    touki: bool = False
    """Look for the entries that a filing PDF for 登記 must have."""


@dataclass(frozen=True, slots=True)
class Supplied:
    """A CRL or OCSP response that the person gave: the name it had, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """Everything a verification needs beside the file. It can be sent to another process."""

    pins: tuple[PinnedCa, ...]
    now: dt.datetime
    """With tzinfo."""
    anchors: tuple[Anchor, ...] = ()
    at: dt.datetime | None = None
    """Judge the certificate at this moment instead of now (with tzinfo)."""
    content: Path | None = None
    """The original of a detached signature; None looks beside the signature."""
    certificate: Path | None = None
    """The certificate of a raw signature; None looks beside the signature."""
    crls: tuple[Supplied, ...] = ()
    ocsp: tuple[Supplied, ...] = ()
    touki: bool = False
    """Look for the entries that a filing PDF for 登記 must have."""

    @property
    def moment(self) -> dt.datetime:
        """When the certificate has to be valid."""
        return self.at or self.now
