"""What is said while files are signed and after: counts, and our own verifier's lines over each output, NG first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.ports import SigningOutcome
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.verify_text import JUDGEMENT_STYLES, MARK_STYLES
from jpkidoctor.screens.view import View
from jpkidoctor.signing.chain import Mark
from jpkidoctor.signing.job import FileOutcome, FileState, JobResult
from jpkidoctor.signing.job_hands import Progress
from jpkidoctor.signing.verify.folder import worst_first
from jpkidoctor.signing.verify.lines import folder_row, row, verdict_rows
from jpkidoctor.signing.verify.status import FileStatus, Judgement

MOST_ROWS = 300
"""Files told on the page; the list that was saved has all."""
_RANK = {Mark.NG: 0, Mark.UNCONFIRMED: 1, Mark.OK: 2, Mark.NOT_APPLICABLE: 3}


def running_paragraphs(view: View, progress: Progress | None, stopping: bool) -> list[Para]:
    """Step 8: how far it is."""
    paragraphs = [Para(view.say("sign.page.step8"), style="bold")]
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


def outcome_paragraphs(view: View, outcome: SigningOutcome) -> list[Para]:
    """Step 9: what became of each file, or why nothing was begun."""
    if outcome.result is None:
        paragraphs = [Para(outcome.sentence, style="bold $error"), Para(view.say("sign.page.nothing_signed"), gap=True)]
        if outcome.expired:
            paragraphs.append(Para(view.say("sign.page.expired.after"), gap=True))
        return paragraphs
    result = outcome.result
    style = "bold $success" if result.complete else "bold $error"
    paragraphs = [Para(view.say("sign.page.signed", signed=result.signed, total=len(result.plan.files)), style=style)]
    if result.stopped is not None:
        paragraphs.append(Para(view.say(f"sign.stop.{result.stopped.value}"), style="bold $error"))
    if len(result.plan.files) == 1:
        return [*paragraphs, *_one(view, result.outcomes[0])]
    return [*paragraphs, *_batch(view, result, outcome)]


def _one(view: View, outcome: FileOutcome) -> list[Para]:
    if outcome.state is not FileState.SIGNED:
        return [_not_signed(view, outcome)]
    paragraphs = [Para(view.say("sign.page.saved", path=safe_text(str(outcome.file.output))))]
    status = outcome.status
    if status is not None:
        paragraphs.append(Para(view.say("sign.page.verified"), style="bold $heading", gap=True))
        paragraphs += status_paragraphs(view, status)
    return paragraphs


def status_paragraphs(view: View, status: FileStatus) -> list[Para]:
    """The three verdicts apart, then each line: NG first, then what is not confirmed."""
    marks = (status.verdicts.intact, status.verdicts.authority, status.verdicts.revocation)
    paragraphs = [
        Para(sentence, style=MARK_STYLES[mark])
        for sentence, mark in zip(verdict_rows(status.verdicts, view.words), marks, strict=True)
    ]
    lines = sorted(status.all_lines(), key=lambda line: _RANK[line.mark])
    for place, line in enumerate(lines):
        paragraphs.append(Para(row(line, view.words), style=MARK_STYLES[line.mark], gap=place == 0))
    return paragraphs


def _not_signed(view: View, outcome: FileOutcome) -> Para:
    state = view.say(f"sign.state.{outcome.state.value}")
    told = view.say("sign.outcome", state=state, path=safe_text(str(outcome.file.path)))
    if outcome.state is FileState.REFUSED or outcome.reason.startswith("timestamp_"):
        told = f"{told} - {view.say(f'sign.format.{outcome.reason}')}"
    return Para(told, style="bold $error")


def _batch(view: View, result: JobResult, outcome: SigningOutcome) -> list[Para]:
    signed = {one.file.output: one for one in result.outcomes if one.state is FileState.SIGNED}
    statuses = [one.status for one in signed.values() if one.status is not None]
    count = {judgement: sum(status.judgement is judgement for status in statuses) for judgement in Judgement}
    numbers = {"bad": count[Judgement.BAD], "unjudged": count[Judgement.UNJUDGED], "good": count[Judgement.GOOD]}
    paragraphs = [Para(view.say("sign.page.verified"), style="bold $heading", gap=True)]
    paragraphs.append(Para(view.say("verify.folder_total", total=len(statuses), **numbers)))
    paragraphs.append(Para(view.say("verify.verdict.revocation.unconfirmed")))
    if outcome.summary is not None:
        paragraphs.append(Para(view.say("sign.summary.saved", path=safe_text(str(outcome.summary))), gap=True))
    elif outcome.summary_problem:
        paragraphs.append(Para(outcome.summary_problem, style="bold $error", gap=True))
    left_out = [one for one in result.outcomes if one.state is not FileState.SIGNED]
    rows = [_not_signed(view, one) for one in left_out]
    for status in worst_first(statuses):
        named = replace(status, path=Path(status.path).name)  # the folder was said with the name of the list
        rows.append(Para(folder_row(named, view.words), style=JUDGEMENT_STYLES[status.judgement]))
    paragraphs.append(Para("", literal=True))
    paragraphs += rows[:MOST_ROWS]
    if len(rows) > MOST_ROWS:
        paragraphs.append(Para(view.say("sign.page.more_files", count=len(rows) - MOST_ROWS), gap=True))
    return paragraphs
