"""One file in, one FileStatus out, whatever the file holds."""

from __future__ import annotations

import hashlib
import logging
import stat
from pathlib import Path

from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.limits import LimitReachedError, within_limits
from jpkidoctor.signing.verify.content import BLOCK, Content
from jpkidoctor.signing.verify.recognise import HEAD, RAW_SIZES, der_of_text, recognise
from jpkidoctor.signing.verify.request import MAX_CMS, MAX_PDF, MAX_XML, Request
from jpkidoctor.signing.verify.signer import SignerJudge
from jpkidoctor.signing.verify.status import FileStatus, Kind, Line, LineId, SignatureStatus, ToukiLine

logger = logging.getLogger(__name__)

_LIMITS = {Kind.PDF: MAX_PDF, Kind.CMS: MAX_CMS, Kind.CMS_TEXT: MAX_CMS, Kind.XML: MAX_XML, Kind.RAW: 4096}
_CERTIFICATES = (".cer", ".crt", ".der", ".pem")
_DETACHED = frozenset({".p7s", ".p7m", ".p7", ".sig", ".cms", ".der", ".pem"})


class FileVerifier:
    """Verifies files one after another for one request. Not shared between threads."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._judge = SignerJudge(request)

    def verify(self, path: Path) -> FileStatus:
        """Never raises for what a file is or holds."""
        try:
            about = path.stat()
            if not stat.S_ISREG(about.st_mode):
                return _unread(path, "not_a_file")
            size = about.st_size
            with path.open("rb") as file:
                head = file.read(HEAD)
                beside = size in RAW_SIZES and self._certificate_of(path) is not None
                kind = recognise(head, size, certificate_beside=beside)
                limit = _LIMITS.get(kind)
                if limit is not None and size > limit:
                    large = Line(LineId.CONTAINER, Mark.UNCONFIRMED, "too_large", (("limit", limit >> 20),))
                    return FileStatus(str(path), kind, size, "", (large,))
                if kind is Kind.UNKNOWN:
                    unknown = Line(LineId.CONTAINER, Mark.UNCONFIRMED, "unknown")
                    return FileStatus(str(path), kind, size, _hash(head, file), (unknown, _count(0, 0)))
                data = head + file.read()
        except (FileNotFoundError, NotADirectoryError):
            return _unread(path, "missing")
        except (OSError, ValueError):  # ValueError: a NUL character in the name
            return _unread(path, "unreadable")
        digest = hashlib.sha256(data).hexdigest().upper()
        try:
            lines, signatures, touki = within_limits(lambda: self._judge_data(path, kind, data))
        except LimitReachedError as error:
            lines, signatures, touki = (Line(LineId.CONTAINER, Mark.UNCONFIRMED, error.value),), (), None
        except Exception:  # bytes may be anything, and asn1crypto parses late: what breaks it is no signature
            logger.debug("judging crashed", exc_info=True)
            lines, signatures, touki = (Line(LineId.CONTAINER, Mark.NG, "unreadable"),), (), None
        return FileStatus(str(path), kind, size, digest, lines, signatures, touki)

    def _judge_data(
        self, path: Path, kind: Kind, data: bytes
    ) -> tuple[tuple[Line, ...], tuple[SignatureStatus, ...], tuple[ToukiLine, ...] | None]:
        if kind is Kind.PDF:
            return self._pdf(data)
        if kind is Kind.XML:
            from jpkidoctor.signing.safe_xml import NotXmlError
            from jpkidoctor.signing.verify.xml import judge_xml

            try:
                count, statuses = judge_xml(data, self._judge)
            except NotXmlError as error:
                return (
                    (Line(LineId.CONTAINER, Mark.NG if error.value == "doctype" else Mark.UNCONFIRMED, error.value),),
                    (),
                    None,
                )
            return (_container(kind), _count(count, len(statuses))), statuses, None
        if kind is Kind.RAW:
            from jpkidoctor.signing.verify.raw import judge_raw

            certificate = self._certificate_of(path)
            if certificate is None:
                return (Line(LineId.CONTAINER, Mark.UNCONFIRMED, "no_certificate"),), (), None
            return (
                (_container(kind), _count(1, 1)),
                (judge_raw(data, certificate, self._original(path), self._judge),),
                None,
            )
        return self._cms(path, kind, data)

    def _pdf(self, data: bytes) -> tuple[tuple[Line, ...], tuple[SignatureStatus, ...], tuple[ToukiLine, ...] | None]:
        from jpkidoctor.signing.verify.pdf import NotPdfError, judge_pdf, read_pdf
        from jpkidoctor.signing.verify.touki import judge_touki

        try:
            file = read_pdf(data)
        except NotPdfError as error:
            return (Line(LineId.CONTAINER, Mark.UNCONFIRMED, error.value),), (), None
        statuses = judge_pdf(file, self._judge)
        touki = judge_touki(file, statuses) if self._request.touki else None
        judged = sum(
            any(line.id is LineId.SIGNER or line.id is LineId.TIMESTAMP for line in one.lines) for one in statuses
        )
        return (_container(Kind.PDF), _count(file.found, judged)), statuses, touki

    def _cms(self, path: Path, kind: Kind, data: bytes) -> tuple[tuple[Line, ...], tuple[SignatureStatus, ...], None]:
        from jpkidoctor.signing.verify.cms import NotCmsError, judge_cms, parse_cms

        der = data if kind is Kind.CMS else der_of_text(data)
        if der is None:
            return (Line(LineId.CONTAINER, Mark.NG, "unreadable"),), (), None
        try:
            parsed = parse_cms(der)
        except NotCmsError as error:
            return (Line(LineId.CONTAINER, Mark.NG, error.value),), (), None
        content = self._original(path) if parsed.detached else None
        statuses = judge_cms(parsed, content, self._judge, "cms")
        count = len(parsed.signed["signer_infos"])
        container = Line(LineId.CONTAINER, Mark.OK, f"{kind.value}_{'detached' if parsed.detached else 'attached'}")
        return (container, _count(count, len(statuses))), statuses, None

    def _original(self, path: Path) -> Content | None:
        """The original of a detached signature: the one given, else the file of the same name without the suffix."""
        if self._request.content is not None:
            return Content(self._request.content)
        if path.suffix.lower() in _DETACHED:
            beside = path.with_suffix("")
            if beside.is_file():
                return Content(beside)
        return None

    def _certificate_of(self, path: Path) -> Path | None:
        if self._request.certificate is not None:
            return self._request.certificate
        for suffix in _CERTIFICATES:
            beside = path.with_name(path.name + suffix)
            if beside.is_file():
                return beside
        return None


def verify_file(path: Path, request: Request) -> FileStatus:
    """Verify one file. Never raises for what it is or holds."""
    return FileVerifier(request).verify(path)


def _container(kind: Kind) -> Line:
    return Line(LineId.CONTAINER, Mark.OK, kind.value)


def _count(found: int, checked: int) -> Line:
    params = (("found", found), ("checked", checked))
    if found == 0:
        return Line(LineId.COUNT, Mark.UNCONFIRMED, "none", params)
    return Line(
        LineId.COUNT, Mark.OK if found == checked else Mark.UNCONFIRMED, "all" if found == checked else "some", params
    )


def _unread(path: Path, value: str) -> FileStatus:
    return FileStatus(str(path), Kind.UNKNOWN, -1, "", (Line(LineId.CONTAINER, Mark.UNCONFIRMED, value),))


def _hash(head: bytes, file: object) -> str:
    """SHA-256 of a file whose first bytes were read."""
    digest = hashlib.sha256(head)
    while block := file.read(BLOCK):  # type: ignore[attr-defined]
        digest.update(block)
    return digest.hexdigest().upper()
