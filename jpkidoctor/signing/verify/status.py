"""The result of verifying one file: frozen data first, text from it later (``lines.py``, ``as_json.py``).

Every line has its own mark and a machine word as value; what a person reads is ``verify.value.<line>.<word>``
in ``words/verify.toml``. The order is that of sign-verify.md §5. Small enough to keep thousands.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from jpkidoctor.signing.chain import Mark, Origin
from jpkidoctor.signing.masked import Masked


class Kind(StrEnum):
    """What a file is, by its content and never by its name."""

    PDF = "pdf"
    CMS = "cms"
    """DER or BER."""
    CMS_TEXT = "cms_text"
    """PEM, bare base64, or an S/MIME message."""
    XML = "xml"
    RAW = "raw"
    """A bare RSA signature; the certificate lies beside it."""
    UNKNOWN = "unknown"


class LineId(StrEnum):
    """The lines of a result, in the order in which they are shown."""

    CONTAINER = "container"
    COUNT = "count"
    CONTENT = "content"
    DIGEST = "digest"
    ATTRIBUTES = "attributes"
    SIGNATURE = "signature"
    SIGNER = "signer"
    ISSUER = "issuer"
    VALIDITY_NOW = "validity_now"
    VALIDITY_CLAIMED = "validity_claimed"
    VALIDITY_TIMESTAMP = "validity_timestamp"
    USAGE = "usage"
    POLICY = "policy"
    CRITICAL = "critical"
    TIMESTAMP = "timestamp"
    CHANGES = "changes"
    REVOCATION = "revocation"
    ALGORITHM = "algorithm"


ORDER = tuple(LineId)

Value = str | int | Masked


@dataclass(frozen=True, slots=True)
class Line:
    """One line: what was looked at, how it came out, and the values that its sentence names.

    ``params`` are public, or ``Masked``. Strings in it passed ``safe_text``.
    """

    id: LineId
    mark: Mark
    value: str
    params: tuple[tuple[str, Value], ...] = ()


DOCUMENT_TIMESTAMP = "ETSI.RFC3161"
"""The form of a PDF's document timestamp: no signature of a person (ISO 32000-2 §12.8.5)."""


class Judgement(StrEnum):
    """What a script wants to know; also the exit code of ``jpkidoctor verify`` (0, 1, 2)."""

    GOOD = "good"
    """Every cryptographic line is OK and an authority that we pin issued the certificate. Revocation is not known."""
    BAD = "bad"
    """At least one line is NG."""
    UNJUDGED = "unjudged"
    """Nothing is wrong, but something that decides could not be confirmed."""


@dataclass(frozen=True, slots=True)
class Verdicts:
    """The three answers that are never merged into one."""

    intact: Mark
    """改ざんなし: container, content, digest, attributes, signature value and later changes."""
    authority: Mark
    """JPKIの認証局: the chain to an authority that counts, with ``origin`` saying which kind."""
    origin: Origin | None
    revocation: Mark
    """失効: UNCONFIRMED unless the person gave a CRL or OCSP file that the authority signed."""


_INTACT = frozenset(
    {
        LineId.CONTAINER,
        LineId.COUNT,
        LineId.CONTENT,
        LineId.DIGEST,
        LineId.ATTRIBUTES,
        LineId.SIGNATURE,
        LineId.CHANGES,
        LineId.ALGORITHM,
    }
)
_AUTHORITY = frozenset(
    {LineId.SIGNER, LineId.ISSUER, LineId.VALIDITY_NOW, LineId.USAGE, LineId.POLICY, LineId.CRITICAL}
)
_MAY_STAY_OPEN = frozenset({LineId.REVOCATION, LineId.TIMESTAMP, LineId.VALIDITY_CLAIMED, LineId.VALIDITY_TIMESTAMP})


def worst(marks: list[Mark]) -> Mark:
    """NG before UNCONFIRMED before OK; nothing at all is UNCONFIRMED."""
    applicable = [mark for mark in marks if mark is not Mark.NOT_APPLICABLE]
    for mark in (Mark.NG, Mark.UNCONFIRMED):
        if mark in applicable:
            return mark
    return Mark.OK if applicable else Mark.UNCONFIRMED


@dataclass(frozen=True, slots=True)
class SignatureStatus:
    """One signature: its lines from CONTENT to ALGORITHM, in order."""

    number: int
    """From 1, as they stand in the file."""
    form: str
    """``adbe.pkcs7.detached``, ``cades``, ``cms``, ``xmldsig``, ``xades``, ``pkcs1`` and the like."""
    lines: tuple[Line, ...]
    origin: Origin | None = None
    authority: str = ""
    """Id of the pinned CA in ``trust.toml``; empty when it is none of ours."""
    signer: Masked | None = None
    """The name to show for the signer: 氏名 of the certificate, or its subject."""
    claimed: dt.datetime | None = None
    """When the signer says it was signed (UTC). A claim: it never proves."""
    stamped: dt.datetime | None = None
    """When a token says that the signature existed (UTC)."""
    proven: dt.datetime | None = None
    """Of a document timestamp: the same, when an authority that the person added says so."""

    @property
    def is_timestamp(self) -> bool:
        """It has no signer: it says when the document was there."""
        return self.form == DOCUMENT_TIMESTAMP

    def line(self, wanted: LineId) -> Line | None:
        """The line of this id."""
        return next((line for line in self.lines if line.id is wanted), None)


class ToukiId(StrEnum):
    """The nine entries a filing PDF for 登記 is asked for (sign-verify.md §3, §7.1 item 13)."""

    TYPE = "type"
    SUB_FILTER = "sub_filter"
    NAME = "name"
    M = "m"
    BYTE_RANGE = "byte_range"
    CONTENTS = "contents"
    SIGNER = "signer"
    DIGEST = "digest"
    ALGORITHM = "algorithm"


@dataclass(frozen=True, slots=True)
class ToukiLine:
    """One required entry of one signature: whether a filing would be refused for it, and why."""

    signature: int
    id: ToukiId
    mark: Mark
    value: str
    params: tuple[tuple[str, Value], ...] = ()


@dataclass(frozen=True, slots=True)
class FileStatus:
    """All there is to say about one file."""

    path: str
    """As it was given. It passes ``safe_text`` before it is shown."""
    kind: Kind
    size: int
    """Bytes; -1 when it could not be read."""
    sha256: str
    """Upper-case hex of the whole file; empty when it was not read to its end."""
    lines: tuple[Line, ...]
    """CONTAINER and COUNT."""
    signatures: tuple[SignatureStatus, ...] = ()
    touki: tuple[ToukiLine, ...] | None = None
    """None: not asked for, or no PDF."""

    def all_lines(self) -> tuple[Line, ...]:
        """The file's lines, then those of each signature."""
        return (*self.lines, *(line for signature in self.signatures for line in signature.lines))

    @property
    def judgement(self) -> Judgement:
        lines = self.all_lines()
        if any(line.mark is Mark.NG for line in lines):
            return Judgement.BAD
        open_ones = any(line.mark is Mark.UNCONFIRMED and line.id not in _MAY_STAY_OPEN for line in lines)
        signed = [one for one in self.signatures if not one.is_timestamp]
        pinned = bool(signed) and all(one.origin is Origin.PINNED for one in signed)
        return Judgement.GOOD if pinned and not open_ones else Judgement.UNJUDGED

    @property
    def verdicts(self) -> Verdicts:
        """Of all signatures together: the worst of each."""
        return self._verdicts(self.signatures)

    def verdicts_of(self, signature: SignatureStatus) -> Verdicts:
        """Of one signature, with what holds for the whole file."""
        return self._verdicts((signature,))

    def _verdicts(self, signatures: tuple[SignatureStatus, ...]) -> Verdicts:
        lines = [*self.lines, *(line for signature in signatures for line in signature.lines)]

        def of(ids: frozenset[LineId]) -> Mark:
            return worst([line.mark for line in lines if line.id in ids]) if signatures else Mark.UNCONFIRMED

        signed = [one for one in signatures if not one.is_timestamp]
        authority = of(_AUTHORITY)
        if authority is Mark.OK and any(one.origin is not Origin.PINNED for one in signed):
            authority = Mark.UNCONFIRMED  # the person's own authority is not JPKI's
        shown = sorted(signed, key=lambda one: one.origin is Origin.PINNED)
        intact = of(_INTACT) if signatures else worst([line.mark for line in self.lines])
        return Verdicts(intact, authority, shown[0].origin if shown else None, of(frozenset({LineId.REVOCATION})))
