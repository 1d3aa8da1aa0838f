"""The top line: where one is, which reader is looked at, the time; and a banner when this is not the real thing."""

from __future__ import annotations

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.widget import Widget

from jpkidoctor.safe_text import safe_text
from jpkidoctor.screens.line_break import fit
from jpkidoctor.screens.text_line import TextLine
from jpkidoctor.screens.view import View


class Header(Widget):
    """One line, or two with a banner."""

    DEFAULT_CSS = """
    Header { height: auto; width: 1fr; layout: vertical; background: $panel; color: $foreground; }
    Header #banner { background: $status-attention; color: $background; text-style: bold; padding: 0 1; }
    Header #where { padding: 0 1; }
    """

    def __init__(self, page_key: str) -> None:
        super().__init__()
        self._page_key = page_key
        self._view: View | None = None

    def compose(self) -> ComposeResult:
        """The two lines."""
        yield TextLine(id="where")
        yield TextLine(id="banner")

    def show(self, view: View) -> None:
        """Say where one is."""
        self._view = view
        left = f"{view.say('app.name')}  {view.say(self._page_key)}"
        time = view.now.strftime("%H:%M")
        reader = _reader(view)
        # The reader's name gives way first: where one is and what time it is are always said.
        room = max((self.size.width or 80) - 2 - cell_len(left) - cell_len(time) - 4, 0)
        if cell_len(reader) > room:
            reader = fit(reader, room)
        gap = " " * (room - cell_len(reader) + 2)
        self.query_one("#where", TextLine).put((left, "bold"), gap, reader, f"  {time}")
        banner = self.query_one("#banner", TextLine)
        text = banner_text(view)
        banner.display = bool(text)
        banner.put(text)

    def on_resize(self) -> None:
        """The gap depends on the width."""
        if self._view is not None:
            self.show(self._view)


def banner_text(view: View) -> str:
    """What must not be overlooked: practice, or a report of another day. Empty otherwise."""
    if view.saved is not None:
        nothing = view.say("banner.nothing_wrong")
        then = view.saved.first_cause
        now = (view.diagnosis.first_cause if view.diagnosis else None) or ""
        return view.say(
            "banner.saved",
            date=view.saved.taken_at.astimezone(view.now.tzinfo).strftime("%Y-%m-%d"),
            then=then or nothing,
            now=now or nothing,
            same=view.say("banner.same" if then == now else "banner.differs"),
        )
    return view.say("banner.practice", scenario=view.scenario) if view.practice else ""


def _reader(view: View) -> str:
    if view.facts is None:
        return view.say("header.looking")
    reader = view.examined_reader or next(iter(view.readers), None)
    if reader is None:
        return view.say("header.no_reader")
    name = safe_text(reader.name, limit=40).replace("…", "..")
    return f"{name} ({view.say(f'reader.short.{reader.kind.value}')})"
