"""A scrolling area for texts that are exchanged often."""

from __future__ import annotations

from jpkidoctor.screens.text_scroll import TextScroll


class SettledScroll(TextScroll):
    """Says that there is more only after the layout came to rest.

    While a new text is laid out the scroll bar may come and go again; what is true then is not told by any change
    of size.
    """

    def on_mount(self) -> None:
        """Look again after each change."""
        super().on_mount()
        for name in ("show_vertical_scrollbar", "virtual_size", "size"):
            self.watch(self, name, self._look_again, init=False)

    def _look_again(self) -> None:
        self.call_after_refresh(self._say_more)
