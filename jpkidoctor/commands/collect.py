"""``jpkidoctor collect``: see what there is on this computer and write it down, without a verdict.

This is what an administrator's tool runs on every computer; ``check --facts FOLDER`` judges what comes back.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jpkidoctor.commands.background import Background
from jpkidoctor.commands.exits import Exit
from jpkidoctor.commands.sources import observe
from jpkidoctor.json_text import indented
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang

STDOUT = Path("-")


def run_collect(*, out: Path, redact: bool, reader: str | None, scenario: str | None, lang: Lang) -> Exit:
    """Examine once and write the facts as one JSON document to a file or, for ``-``, to stdout.

    0 when they were written, whatever they say: whether the computer is well is for ``check`` to judge.
    Raises UnknownReaderError, ScenarioError, FileWriteError.
    """

    from jpkidoctor.report.clean import clean

    facts = Background(lambda: observe(load_known(), reader=reader, scenario=scenario), "examination").result()
    if redact:
        from jpkidoctor.report.redact import redact as hide

        facts = hide(facts).facts
    data = indented(clean(facts))
    if out == STDOUT:
        sys.stdout.buffer.write(data)
        sys.stdout.flush()
        return Exit.NOTHING_FAILED
    from jpkidoctor.files import write_atomically
    from jpkidoctor.knowledge.words import load_words
    from jpkidoctor.report.plain import cp932_safe

    write_atomically(out, data)
    words = load_words(lang)
    print(cp932_safe(words.text("collect.saved", path=str(out))), file=sys.stderr)  # noqa: T201
    if not redact:
        print(cp932_safe(words.text("collect.personal")), file=sys.stderr)  # noqa: T201
    return Exit.NOTHING_FAILED
