"""What each step before the PIN says, as paragraphs: pure functions of the plan and of what the card answered."""

from __future__ import annotations

from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.certificate_view import grouped
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.plan import PlannedFile, SigningPlan
from jpkidoctor.signing.request import PDF_FORMATS, WITHOUT_TIMESTAMP, SigningRequest

FORMS = tuple(SignatureFormat)
"""In the order of their digits."""


def purpose_paragraphs(view: View) -> list[Para]:
    """Step 1: seven purposes, a digit each."""
    paragraphs = []
    for digit, form in enumerate(FORMS, 1):
        paragraphs.append(Para(view.say(f"sign.form.{form.value}"), lead=f"{digit} "))
        paragraphs.append(Para(view.say(f"sign.for.{form.value}"), style="$status-quiet", indent=2))
    return paragraphs


def files_paragraphs(view: View, plan: SigningPlan | None) -> list[Para]:
    """Step 2: how a file is chosen, and how many there are already."""
    paragraphs = [Para(view.say("sign.page.files"))]
    if plan is not None:
        paragraphs.append(Para(view.say("sign.page.files.so_far", count=len(plan.files)), style="bold"))
    return paragraphs


def content_paragraphs(view: View, plan: SigningPlan) -> list[Para]:
    """Step 3: everything that would be signed."""
    paragraphs = [Para(view.say("sign.plan", files=len(plan.files)), style="bold $heading")]
    for number, file in enumerate(plan.files, 1):
        paragraphs += _file(view, number, file)
    if not plan.ready:
        paragraphs.insert(1, Para(view.say("sign.plan.not_ready"), style="bold $error"))
    return paragraphs


def content_keys(view: View, plan: SigningPlan) -> str:
    """Step 3: the keys that do something."""
    bad = sum(file.problem is not None for file in plan.files)
    if not bad:
        return view.say("sign.page.content.keys")
    return view.say(
        "sign.page.content.keys.bad" if bad < len(plan.files) else "sign.page.content.keys.all_bad", count=bad
    )


def _file(view: View, number: int, file: PlannedFile) -> list[Para]:
    path = safe_text(str(file.path))
    if file.problem is not None:
        return [Para(view.say(f"sign.problem.{file.problem.value}", path=path), style="bold $error", gap=True)]
    kind = view.say(f"sign.kind.{file.kind.value}")
    found = [
        Para(view.say("sign.plan.file", number=number, path=path, size=file.size, kind=kind), gap=True),
        _below(view.say("sign.plan.sha256", sha256=grouped(file.sha256))),
    ]
    found += [_below(view.say("sign.plan.line", line=line)) for line in file.first_lines]
    if file.pdf is not None:
        pdf = file.pdf
        numbers = {"pages": pdf.pages, "signatures": pdf.signatures, "fields": pdf.form_fields}
        found.append(_below(view.say("sign.plan.pdf", **numbers)))
        if pdf.scripts:
            found.append(_below(view.say("sign.plan.pdf.scripts"), "$warning"))
        if pdf.attachments:
            found.append(_below(view.say("sign.plan.pdf.attachments"), "$warning"))
    return found


def _below(text: str, style: str = "$status-quiet") -> Para:
    """A line of a file's own: the words bring their indent, which wrapped lines keep."""
    return Para(text.strip(), style=style, indent=3)


def form_paragraphs(view: View, plan: SigningPlan) -> list[Para]:
    """Step 4: format, place and names, timestamp, stamp: all that may be chosen, each with what it is now."""
    request = plan.request
    title = view.say(f"sign.form.{plan.form.value}")
    place = safe_text(str(request.out)) if request.out is not None else view.say("sign.page.out.beside")
    paragraphs = [
        Para(view.say("sign.plan.form", form=title), style="bold $heading"),
        Para(view.say(f"sign.for.{plan.form.value}"), style="$status-quiet", indent=2),
        Para(view.say("sign.page.out", place=place), gap=True),
    ]
    for file in plan.files:
        if file.problem is not None:
            problem = view.say(f"sign.problem.{file.problem.value}", path=safe_text(str(file.path)))
            paragraphs.append(Para(problem, style="bold $error", indent=2))
            continue
        names = {"input": safe_text(file.path.name), "output": safe_text(file.output.name)}
        paragraphs.append(Para(view.say("sign.page.name", **names), indent=2))
    paragraphs.append(Para(view.say("sign.page.never_over"), style="$status-quiet", indent=2))
    paragraphs += [Para(timestamp_sentence(view, request), gap=True)]
    if plan.form in PDF_FORMATS:
        paragraphs.append(Para(view.say("sign.page.stamp.on" if request.stamp else "sign.page.stamp.off")))
    return paragraphs


def form_keys(view: View, plan: SigningPlan) -> str:
    """Step 4: the keys that this format has."""
    keys = ["sign.page.form.keys"]
    if plan.form not in WITHOUT_TIMESTAMP:
        keys.append("sign.page.form.keys.timestamp")
    if plan.form in PDF_FORMATS:
        keys.append("sign.page.form.keys.stamp")
    return "  ".join(view.say(key) for key in keys)


def timestamp_sentence(view: View, request: SigningRequest) -> str:
    """Whether a server is asked, which one, and what it gets."""
    if request.timestamp_url:
        return view.say("sign.page.timestamp.on", url=safe_text(request.timestamp_url))
    if request.form in WITHOUT_TIMESTAMP:
        return view.say("sign.page.timestamp.never")
    return view.say("sign.page.timestamp.off")


def server_paragraphs(view: View) -> list[Para]:
    """Within step 4: what naming a server means."""
    return [
        Para(view.say("sign.page.server.network"), style="bold"),
        Para(view.say("sign.page.server.hash"), gap=True),
        Para(view.say("sign.page.server.how"), gap=True),
    ]


def notice_paragraphs(view: View) -> list[Para]:
    """Step 5: what the receiver will see."""
    return [
        Para(view.say("sign.personal_data"), style="bold"),
        Para(view.say("sign.page.notice.who"), gap=True),
    ]
