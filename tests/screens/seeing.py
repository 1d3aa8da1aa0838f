"""What a person sees of a running app, as text."""

from __future__ import annotations

from typing import Any

from jpkidoctor.app import JpkiDoctorApp


def seen(app: JpkiDoctorApp) -> str:
    """The screen as lines of text, as the terminal gets it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def at_rest(app: JpkiDoctorApp, pilot: Any) -> None:
    """Until the picture stays the same: the layout settles in several steps, slowly on a busy computer."""
    same, before = 0, ""
    for _ in range(60):
        await pilot.pause(0.05)
        now = seen(app)
        same, before = (same + 1 if now == before else 0), now
        if same == 4:
            return
