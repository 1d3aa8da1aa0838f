"""What each step of signing says, as paragraphs: pure functions of the plan and of what the card answered."""

from __future__ import annotations

from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View
from jpkidoctor.signing.certificate_view import grouped
from jpkidoctor.signing.job import FileState, JobResult
from jpkidoctor.signing.job_hands import Progress
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.plan import PlannedFile, SigningPlan
from jpkidoctor.signing.readiness import Caution, Readiness

FORMS = tuple(SignatureFormat)
"""In the order of their digits."""


def format_paragraphs(view: View) -> list[Para]:
    """Step 1: seven purposes, a digit each."""
    paragraphs = [Para(view.say("sign.page.step1"), style="bold")]
    for digit, form in enumerate(FORMS, 1):
        paragraphs.append(Para(view.say(f"sign.form.{form.value}"), lead=f"{digit} ", gap=digit == 1))
        paragraphs.append(Para(view.say(f"sign.for.{form.value}"), style="dim", indent=2))
    return paragraphs


def plan_paragraphs(view: View, plan: SigningPlan, readiness: Readiness | None) -> list[Para]:
    """Step 3: everything that would be signed, the notice about personal data, and what the card says."""
    paragraphs = [
        Para(view.say("sign.page.step3"), style="bold"),
        Para(view.say("sign.plan.form", form=view.say(f"sign.form.{plan.form.value}")), gap=True),
    ]
    for number, file in enumerate(plan.files, 1):
        paragraphs += _file(view, number, file)
    paragraphs.append(Para(view.say("sign.personal_data"), style="bold", gap=True))
    paragraphs += card_paragraphs(view, readiness)
    if not plan.ready:
        paragraphs.append(Para(view.say("sign.plan.not_ready"), style="bold $error", gap=True))
    elif readiness is not None and readiness.ready():
        paragraphs.append(Para(view.say("sign.page.go_on"), style="bold", gap=True))
    return paragraphs


def _file(view: View, number: int, file: PlannedFile) -> list[Para]:
    path = safe_text(str(file.path))
    if file.problem is not None:
        return [Para(view.say(f"sign.problem.{file.problem.value}", path=path), style="bold $error", gap=True)]
    kind = view.say(f"sign.kind.{file.kind.value}")
    found = [
        Para(view.say("sign.plan.file", number=number, path=path, size=file.size, kind=kind), gap=True),
        Para(view.say("sign.plan.sha256", sha256=grouped(file.sha256)), style="dim"),
    ]
    found += [Para(view.say("sign.plan.line", line=line), style="dim") for line in file.first_lines]
    if file.pdf is not None:
        pdf = file.pdf
        numbers = {"pages": pdf.pages, "signatures": pdf.signatures, "fields": pdf.form_fields}
        found.append(Para(view.say("sign.plan.pdf", **numbers), style="dim"))
        if pdf.scripts:
            found.append(Para(view.say("sign.plan.pdf.scripts"), style="$warning"))
        if pdf.attachments:
            found.append(Para(view.say("sign.plan.pdf.attachments"), style="$warning"))
    found.append(Para(view.say("sign.plan.output", path=safe_text(str(file.output)))))
    return found


def card_paragraphs(view: View, readiness: Readiness | None) -> list[Para]:
    """Whether the card can sign now, and the tries left."""
    if readiness is None:
        return [Para(view.say("sign.page.no_card"), style="bold $warning", gap=True)]
    model = view.known.pin(readiness.pin)
    reset = model.reset.get(view.words.lang) if model is not None else ""
    blanks: dict[str, str | int] = {"pin": readiness.pin.value, "reset": reset, "days": readiness.days_left or 0}
    said = [
        Para(view.say(f"sign.obstacle.{obstacle.value}", **blanks), style="bold $error", gap=True)
        for obstacle in readiness.obstacles
    ]
    said += [
        Para(view.say(f"sign.caution.{caution.value}", **blanks), style="$warning", gap=True)
        for caution in readiness.cautions
    ]
    if readiness.tries_left is not None and not readiness.obstacles and Caution.TWO_LEFT not in readiness.cautions:
        said.append(Para(view.say("pin.left", pin=readiness.pin.value, tries=readiness.tries_left), gap=True))
    return said


def running_paragraphs(view: View, progress: Progress | None, stopping: bool) -> list[Para]:
    """Step 5: how far it is."""
    paragraphs = [Para(view.say("sign.page.step5"), style="bold")]
    if progress is not None and progress.current is not None:
        blanks: dict[str, str | int] = {
            "done": progress.done + 1,
            "total": progress.total,
            "path": safe_text(progress.current.path.name),
        }
        if progress.seconds_left is None:
            paragraphs.append(Para(view.say("sign.progress", **blanks), gap=True))
        else:
            seconds = max(1, round(progress.seconds_left))
            paragraphs.append(Para(view.say("sign.progress.left", **blanks, seconds=seconds), gap=True))
    paragraphs.append(Para(view.say("sign.page.stopping" if stopping else "sign.page.can_stop"), gap=True))
    return paragraphs


def result_paragraphs(view: View, result: JobResult) -> list[Para]:
    """Step 6: what became of each file."""
    style = "bold $success" if result.complete else "bold $error"
    head = view.say("sign.page.signed", signed=result.signed, total=len(result.plan.files))
    paragraphs = [Para(view.say("sign.page.step6"), style="bold"), Para(head, style=style, gap=True)]
    if result.stopped is not None:
        paragraphs.append(Para(view.say(f"sign.stop.{result.stopped.value}"), style="bold $error"))
    for outcome in result.outcomes:
        name = safe_text(str(outcome.file.output if outcome.state is FileState.SIGNED else outcome.file.path))
        state = view.say(f"sign.state.{outcome.state.value}")
        paragraphs.append(Para(f"{name}: {state}", gap=outcome is result.outcomes[0]))
    paragraphs.append(Para(view.say("verify.verdict.revocation.unconfirmed"), gap=True))
    return paragraphs
