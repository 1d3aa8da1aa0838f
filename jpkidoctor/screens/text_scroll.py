"""A scrolling area that says in words, on a border, when there is more to read."""

from __future__ import annotations

from textual.containers import VerticalScroll
from textual.widget import Widget

from jpkidoctor.screens.view import View


class TextScroll(VerticalScroll):
    """Scrolled with PgUp and PgDn from its page. The words stand on its own border or on its parent's."""

    DEFAULT_CSS = """
    TextScroll { scrollbar-size-vertical: 1; }
    """

    def __init__(self, *children: Widget, id: str, on_parent: bool = False, can_focus: bool = False) -> None:
        super().__init__(*children, id=id, can_focus=can_focus)
        self._on_parent = on_parent
        self._view: View | None = None

    def on_mount(self) -> None:
        """Keep the words true while the text or the place changes."""
        for name in ("scroll_y", "virtual_size", "size"):
            self.watch(self, name, self._changed, init=False)

    def show(self, view: View) -> None:
        """Use the words of this view."""
        self._view = view
        self._say_more()

    def turn_page(self, direction: int) -> None:
        """One page down (1) or up (-1)."""
        self.scroll_relative(y=direction * max(self.size.height - 2, 1), animate=False)

    def _changed(self) -> None:
        """The sizes of the area and of its text change one after the other: only then is it known what fits."""
        self._say_more()
        self.call_after_refresh(self._say_more)

    def _say_more(self) -> None:
        frame = self.parent if self._on_parent else self
        if self._view is None or not isinstance(frame, Widget):
            return
        words = ""
        if self.display and self.max_scroll_y > 0:
            words = self._view.say("more.below" if self.scroll_y < self.max_scroll_y else "more.above")
        set_border_words(frame, subtitle=words)


def set_border_words(frame: Widget, *, title: str | None = None, subtitle: str | None = None) -> None:
    """Write on a border only what is not there yet: each write repaints. Words of ours only, never from outside."""
    if title is not None and title != frame.border_title:
        frame.border_title = title
    if subtitle is not None and subtitle != (frame.border_subtitle or ""):
        frame.border_subtitle = subtitle
