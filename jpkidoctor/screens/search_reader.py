"""What the table says about a reader model, always marked as reference only (readers.toml)."""

from __future__ import annotations

from jpkidoctor.knowledge.types import ReaderModel
from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.prose import Para
from jpkidoctor.screens.view import View


def reader_paras(view: View, row: ReaderModel) -> list[Para]:
    """Kind, drivers by system, known trouble, names and ids."""
    comma = view.say("list.comma")
    lines = [Para(view.say("find.reader.note"), style="$status-attention", gap=True)]
    lines.append(Para(view.say(f"find.reader.interface.{row.interface}"), gap=True))
    if row.usable == "no":
        lines.append(Para(view.say("find.reader.usable.no"), style="bold $status-failed"))
    if row.chip_side != "unknown":
        lines.append(Para(view.say(f"find.reader.chip.{row.chip_side}")))
    if row.discontinued:
        lines.append(Para(view.say("find.reader.gone")))
    for key in (f"windows.{row.driver_windows}", f"mac.{row.driver_macos}", f"linux.{row.linux}"):
        lines.append(Para(view.say(f"find.reader.{key}")))
    if row.trouble:
        lines.append(Para(view.say("find.reader.trouble"), style="bold $heading", gap=True))
        lines += [Para(safe_text(text.get(view.words.lang)), indent=2) for text in row.trouble]
    facts = (
        ("maker", "maker", row.maker),
        ("models", "models", comma.join(row.models)),
        ("names", "names", comma.join(row.pcsc_names)),
        ("usb", "ids", comma.join(row.usb_ids)),
        ("maybe", "ids", comma.join(row.usb_ids_candidate)),
    )
    told = [Para(view.say(f"find.reader.{key}", **{blank: text}), indent=2) for key, blank, text in facts if text]
    return [*lines, Para(""), *told] if told else lines
