"""Options that several commands share."""

from __future__ import annotations

from typing import Literal

import click

Lang = Literal["ja", "en"]

SPOKEN = "jpkidoctor.lang"


def _remember(ctx: click.Context, param: click.Parameter, lang: Lang) -> Lang:
    """Errors are told in the language of the command that failed, not of the group around it."""
    ctx.meta[SPOKEN] = lang
    return lang


LANG = click.option(
    "--lang",
    type=click.Choice(["ja", "en"]),
    default="ja",
    envvar="JPKIDOCTORLANG",
    show_default=True,
    callback=_remember,
    help="言語 / language",
)
SCENARIO = click.option("--scenario", metavar="NAME|FILE", help="練習の場面で動かします / use a practice case")
READER = click.option("--reader", metavar="NAME", help="このリーダーを使います / use this reader")
PIN_STDIN = click.option(
    "--pin-stdin",
    "from_stdin",
    is_flag=True,
    help="暗証番号を標準入力の1行から読みます。命令の行には書けません / read the PIN from a line of standard input",
)
