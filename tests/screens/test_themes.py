"""Words stay readable in every look."""

import pytest
from textual.color import Color

from jpkidoctor.screens.themes import LOOKS, STATUS_STYLES, THEMES, theme_name


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        value = part / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = Color.parse(colour).rgb
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("ground", ["background", "panel"])
def test_every_text_colour_has_enough_contrast(theme, ground):
    colours = [theme.foreground, *(theme.variables[style.split("$")[-1]] for style in STATUS_STYLES.values())]
    for colour in [*colours, theme.variables["heading"]]:
        assert contrast(colour, getattr(theme, ground)) >= (7.0 if ground == "background" else 5.5), colour


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_the_cursor_row_has_enough_contrast(theme):
    pair = theme.variables["block-cursor-foreground"], theme.variables["block-cursor-background"]
    assert contrast(*pair) >= 7.0


def test_every_look_has_a_theme():
    assert {theme_name(look) for look in LOOKS} == {theme.name for theme in THEMES}
