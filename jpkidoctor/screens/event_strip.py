"""The bottom strip: what is being done now, and the last things that happened."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.widget import Widget

from jpkidoctor.live import LENT, Event
from jpkidoctor.screens.text_line import Piece, TextLine
from jpkidoctor.screens.view import View

SLOW_AFTER = 8
"""Seconds after which waiting is called waiting."""


class EventStrip(Widget):
    """One line of state, then events, newest last. Its height is fixed, so nothing above it ever jumps."""

    DEFAULT_CSS = """
    EventStrip { height: 3; width: 1fr; layout: vertical; background: $panel; padding: 0 1; }
    EventStrip #log { height: 1fr; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._view: View | None = None
        self._esc_gives_up = False

    def compose(self) -> ComposeResult:
        """State line and log."""
        yield TextLine(id="state")
        yield TextLine(id="log")

    def show(self, view: View, *, esc_gives_up: bool = False) -> None:
        """Say what is going on. ``esc_gives_up``: on this page Esc gives up what is slow to see."""
        self._view, self._esc_gives_up = view, esc_gives_up
        text, style = state_line(view, esc_gives_up=esc_gives_up)
        self.query_one("#state", TextLine).put((text, style))
        log = self.query_one("#log", TextLine)
        rows = max(log.size.height, 1)
        if not view.events:
            log.put((view.say("events.none"), "$status-quiet"))
            return
        pieces: list[Piece] = []
        for event in view.events[-rows:]:
            pieces.append(("\n" if pieces else "") + f"{view.time(event.at)}  {event_text(view, event)}")
        log.put(*pieces)

    def on_resize(self) -> None:
        """Another height has room for other events."""
        if self._view is not None:
            self.show(self._view, esc_gives_up=self._esc_gives_up)


def state_line(view: View, *, esc_gives_up: bool = False) -> tuple[str, str]:
    """What is being done now, with its style."""
    if view.notice:
        return view.notice, "bold"
    if view.busy == LENT:
        return view.say(LENT, seconds=view.busy_seconds), "bold $status-attention"
    if view.busy:
        key = "busy.slow" if view.busy_seconds >= SLOW_AFTER else "busy.line"
        if view.cancelled:
            key = "busy.stopping"
        what = view.say(view.busy)
        return view.say(key, what=what, seconds=view.busy_seconds), "bold $status-attention"
    if view.looking:
        return _looked_at(view, esc_gives_up), "bold $status-attention"
    if view.saved is not None:
        return view.say("rest.saved"), "$status-quiet"
    return view.say("rest.cancelled" if view.cancelled else "rest.watching"), "$status-quiet"


def _looked_at(view: View, esc_gives_up: bool) -> str:
    """The slow fact that Esc gives up next, and how many more there are; those are marked in the list of steps."""
    key = "busy.looking" if esc_gives_up else "busy.looking.elsewhere"
    line = view.say(key, what=view.say("looking.fact", fact=f"host.{view.looking[0]}"))
    more = len(view.looking) - 1
    return view.say("busy.looking.more", line=line, number=more) if more else line


def event_text(view: View, event: Event) -> str:
    """One event in words. The titles of its node and of its fact are filled in when it names them."""
    params = dict(event.params)
    if "looked_at" in params:
        params["what"] = view.say("looking.fact", fact=params["looked_at"])
    node = params.get("id")
    if isinstance(node, str) and "title" not in params:
        finding = view.finding(node)
        params["title"] = view.words.title(finding) if finding else node
    return view.say(event.key, **params)
