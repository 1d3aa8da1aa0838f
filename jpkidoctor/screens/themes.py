"""Our own themes. Contrast of text to ground is 7:1 or better; a colour never stands without a word."""

from __future__ import annotations

from typing import Literal

from textual.theme import Theme

Look = Literal["dark", "light", "contrast", "large"]
LOOKS: tuple[Look, ...] = ("dark", "light", "contrast", "large")
"""In the order the menu goes through. ``large`` is the high-contrast ground with fewer, wider-spaced lines."""


def theme_name(look: Look) -> str:
    """Textual's name of the theme behind a look."""
    return "jpkidoctor-contrast" if look == "large" else f"jpkidoctor-{look}"


def _variables(ok: str, attention: str, failed: str, quiet: str, head: str, cursor: tuple[str, str]) -> dict[str, str]:
    return {
        "status-ok": ok,
        "status-attention": attention,
        "status-failed": failed,
        "status-quiet": quiet,
        "heading": head,
        "block-cursor-foreground": cursor[0],
        "block-cursor-background": cursor[1],
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-foreground": cursor[0],
        "block-cursor-blurred-background": cursor[1],
        "block-cursor-blurred-text-style": "none",
    }


THEMES: tuple[Theme, ...] = (
    Theme(
        name="jpkidoctor-dark",
        primary="#6CB6FF",
        foreground="#E6EAF0",
        background="#14181F",
        surface="#1B2029",
        panel="#252C38",
        warning="#F2C14E",
        error="#FF8A80",
        success="#7FD88F",
        accent="#F2C14E",
        dark=True,
        variables=_variables("#7FD88F", "#F2C14E", "#FF9A90", "#A9B4C2", "#8CC8FF", ("#FFFFFF", "#1F4E79")),
    ),
    Theme(
        name="jpkidoctor-light",
        primary="#0B4F8A",
        foreground="#1A1A1A",
        background="#FFFFFF",
        surface="#F4F6F8",
        panel="#E3E8EE",
        warning="#7A4B00",
        error="#A3001B",
        success="#0B5C22",
        accent="#7A4B00",
        dark=False,
        variables=_variables("#0B5C22", "#6B4200", "#A3001B", "#4A5360", "#0B4F8A", ("#FFFFFF", "#0B4F8A")),
    ),
    Theme(
        name="jpkidoctor-contrast",
        primary="#FFFFFF",
        foreground="#FFFFFF",
        background="#000000",
        surface="#000000",
        panel="#000000",
        warning="#FFFF00",
        error="#FFB0B0",
        success="#80FF80",
        accent="#FFFF00",
        dark=True,
        variables=_variables("#80FF80", "#FFFF00", "#FFB0B0", "#FFFFFF", "#00FFFF", ("#000000", "#FFFF00")),
    ),
)

VARIABLE_DEFAULTS: dict[str, str] = {
    key: THEMES[0].variables[key]
    for key in ("status-ok", "status-attention", "status-failed", "status-quiet", "heading")
}

STATUS_STYLES: dict[str, str] = {
    "ok": "$status-ok",
    "attention": "bold $status-attention",
    "failed": "bold $status-failed",
    "unknown": "$status-quiet",
    "not_applicable": "$status-quiet",
    "pending": "$status-quiet",
    "looking": "$status-attention",
    "ask": "$status-quiet",
}
"""Style of a status word."""
