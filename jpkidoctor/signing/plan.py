"""What would be signed, before any PIN: each file with its size, hash, kind and output name. Pure data.

The person confirms this list as a whole. The hash is what binds: a file that is different when its turn comes
is not signed (sign-verify.md §7.1 items 5 and 14).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from jpkidoctor.safe_text import safe_text
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.pdf_contents import PdfContents, read_pdf_contents
from jpkidoctor.signing.request import PDF_FORMATS, XML_FORMATS, SigningRequest
from jpkidoctor.signing.verify.request import MAX_CMS, MAX_PDF, MAX_XML

MAX_SIZE = 512 * 1024 * 1024
"""A file is held in memory once, so that what is hashed is what is signed."""
_MAX_SIZES = {
    SignatureFormat.PDF_TOUKI: MAX_PDF,
    SignatureFormat.PADES: MAX_PDF,
    SignatureFormat.CMS: MAX_CMS,
    SignatureFormat.XML: MAX_XML,
    SignatureFormat.XADES: MAX_XML,
}
"""What our own verifier reads: nothing is signed that it could not check afterwards."""
MANY_FILES = 50
"""A longer list needs a confirmation of its own."""
_BLOCK = 1024 * 1024
_FIRST_LINES = 5
_HEAD = 4096
_LAST_NUMBER = 999


class FileKind(StrEnum):
    """What a file is, by its first bytes and not by its name."""

    PDF = "pdf"
    XML = "xml"
    TEXT = "text"
    OTHER = "other"


class PlanProblem(StrEnum):
    """Why a file cannot be signed; each has a sentence ``sign.problem.<id>``."""

    MISSING = "missing"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_PDF = "not_pdf"
    NOT_XML = "not_xml"
    LISTED_TWICE = "listed_twice"
    NO_FREE_NAME = "no_free_name"
    PDF_ENCRYPTED = "pdf_encrypted"
    PDF_LOCKED = "pdf_locked"
    """A certification signature in it forbids further signatures."""
    PDF_UNREADABLE = "pdf_unreadable"


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One file as it was looked at. ``output`` was free then and is never overwritten."""

    path: Path
    output: Path
    size: int = 0
    sha256: str = ""
    """Upper-case hex of the whole content."""
    kind: FileKind = FileKind.OTHER
    first_lines: tuple[str, ...] = ()
    """Of a text or XML file; empty when the content cannot be shown as lines."""
    pdf: PdfContents | None = None
    problem: PlanProblem | None = None


@dataclass(frozen=True, slots=True)
class SigningPlan:
    """The whole list, in the order of signing."""

    request: SigningRequest
    files: tuple[PlannedFile, ...]

    @property
    def form(self) -> SignatureFormat:
        return self.request.form

    @property
    def ready(self) -> bool:
        """Whether there is something to sign and every file can be."""
        return bool(self.files) and all(file.problem is None for file in self.files)

    @property
    def many(self) -> bool:
        """Whether the list needs the confirmation for long lists."""
        return len(self.files) > MANY_FILES

    @property
    def total_size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


_SUFFIXES = {SignatureFormat.CMS: ".p7m", SignatureFormat.CMS_DETACHED: ".p7s", SignatureFormat.RAW: ".sig"}


def make_plan(
    request: SigningRequest,
    *,
    looked_at: Callable[[PlannedFile], object] = lambda file: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SigningPlan:
    """Look at every file.

    Never raises for what a file is: its ``problem`` says so. ``looked_at`` is called after each file; a cancelled
    plan holds the files up to then, so the caller throws it away.
    """
    taken: set[str] = set()
    seen: set[Path] = set()
    files: list[PlannedFile] = []
    for path in request.files:
        if cancelled():
            break
        file = _look(path, request, taken)
        if file.problem is None:
            place = path.resolve()
            if place in seen:
                file = replace(file, first_lines=(), pdf=None, problem=PlanProblem.LISTED_TWICE)
            seen.add(place)
        files.append(file)
        looked_at(file)
    return SigningPlan(request, tuple(files))


def replanned(plan: SigningPlan, request: SigningRequest) -> SigningPlan:
    """The same files, seen as they were, for a request that differs in place, timestamp or stamp alone.

    No file is read again: the hashes that the person looked at stay the ones that bind. Only the names of the
    outputs are looked for anew. Raises ValueError for another format or other files.
    """
    if request.form is not plan.form or request.files != plan.request.files:
        raise ValueError("another format or other files need a new look")
    taken: set[str] = set()
    files = [_renamed(file, request, taken) for file in plan.files]
    return SigningPlan(request, tuple(files))


def without_problems(plan: SigningPlan) -> SigningPlan:
    """Only what can be signed, as it was looked at. Of two files that are one, the first stays."""
    files = tuple(file for file in plan.files if file.problem is None)
    return SigningPlan(replace(plan.request, files=tuple(file.path for file in files)), files)


def _renamed(file: PlannedFile, request: SigningRequest, taken: set[str]) -> PlannedFile:
    if file.problem not in (None, PlanProblem.NO_FREE_NAME):
        return file
    output = _free_name(file.path, request.form, request.out or file.path.parent, taken)
    if output is None:
        return replace(file, output=file.path, problem=PlanProblem.NO_FREE_NAME)
    return replace(file, output=output, problem=None)


def read_for_signing(file: PlannedFile) -> bytes | None:
    """The content of a planned file, None when it is not what was confirmed. Raises OSError."""
    with file.path.open("rb") as stream:
        content = stream.read(MAX_SIZE + 1)
    same = len(content) == file.size and hashlib.sha256(content).hexdigest().upper() == file.sha256
    return content if same else None


def _look(path: Path, request: SigningRequest, taken: set[str]) -> PlannedFile:
    form = request.form

    def refused(problem: PlanProblem) -> PlannedFile:
        return PlannedFile(path, path, problem=problem)

    try:
        if not path.exists():
            return refused(PlanProblem.MISSING)
        if not path.is_file():
            return refused(PlanProblem.NOT_A_FILE)
        size, sha256, head = _hash(path)
    except (OSError, ValueError):  # ValueError: a NUL character in the name
        return refused(PlanProblem.UNREADABLE)
    if size == 0:
        return refused(PlanProblem.EMPTY)
    if size > _MAX_SIZES.get(form, MAX_SIZE):
        return refused(PlanProblem.TOO_LARGE)
    kind = _kind(head)
    output = _free_name(path, form, request.out or path.parent, taken)
    pdf = read_pdf_contents(path) if kind is FileKind.PDF and form in PDF_FORMATS else None
    problem = _problem(form, kind, pdf)
    if output is None:
        problem, output = PlanProblem.NO_FREE_NAME, path
    lines = _lines(head) if kind in (FileKind.TEXT, FileKind.XML) else ()
    return PlannedFile(path, output, size, sha256, kind, lines, pdf, problem)


def _hash(path: Path) -> tuple[int, str, bytes]:
    """Size, SHA-256 and the first bytes; stops reading when the file is too large to be signed."""
    digest = hashlib.sha256()
    size = 0
    head = b""
    with path.open("rb") as stream:
        while size <= MAX_SIZE and (block := stream.read(_BLOCK)):
            head = head or block[:_HEAD]
            digest.update(block)
            size += len(block)
    return size, digest.hexdigest().upper(), head


def _kind(head: bytes) -> FileKind:
    if b"%PDF-" in head[:1024]:
        return FileKind.PDF
    text = _text(head)
    if text is None:
        return FileKind.OTHER
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("<?xml") or (start.startswith("<") and start[1:2].isalpha() and not start.startswith("<htm")):
        return FileKind.XML
    return FileKind.TEXT


def _text(head: bytes) -> str | None:
    """The beginning as text, None when it is none. UTF-8 and the two encodings of Japanese offices."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if b"\0" in head:
        return None
    for encoding in ("utf-8", "cp932"):
        for cut in range(4):  # the last character may be cut in two
            try:
                return head[: len(head) - cut].decode(encoding)
            except UnicodeDecodeError:
                continue
    return None


def _lines(head: bytes) -> tuple[str, ...]:
    text = _text(head) or ""
    return tuple(safe_text(line, 120) for line in text.splitlines()[:_FIRST_LINES])


def _problem(form: SignatureFormat, kind: FileKind, pdf: PdfContents | None) -> PlanProblem | None:
    if form in PDF_FORMATS:
        if kind is not FileKind.PDF:
            return PlanProblem.NOT_PDF
        if pdf is None:
            return PlanProblem.PDF_UNREADABLE
        if pdf.encrypted:
            return PlanProblem.PDF_ENCRYPTED
        if pdf.locked:
            return PlanProblem.PDF_LOCKED
    if form in XML_FORMATS and kind is not FileKind.XML:
        return PlanProblem.NOT_XML
    return None


def _free_name(path: Path, form: SignatureFormat, directory: Path, taken: set[str]) -> Path | None:
    """A name that neither a file nor another output of the plan has; compared as Windows and macOS do."""
    suffix = _SUFFIXES.get(form)
    for number in range(1, _LAST_NUMBER + 1):
        count = "" if number == 1 else f"-{number}"
        name = f"{path.stem}-signed{count}{path.suffix}" if suffix is None else f"{path.name}{count}{suffix}"
        candidate = directory / name
        key = str(candidate).casefold()
        if key not in taken and not candidate.exists() and not candidate.is_symlink():
            taken.add(key)
            return candidate
    return None
