"""What a person sees of a running app, as text."""

from __future__ import annotations

from jpkidoctor.app import JpkiDoctorApp


def seen(app: JpkiDoctorApp) -> str:
    """The screen as lines of text, as the terminal gets it."""
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)
