"""``sign``, ``card`` and ``pin``: options and nothing more. No option takes a PIN."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from jpkidoctor.cli_options import LANG, PIN_STDIN, READER, SCENARIO, Lang


@click.group(help="暗証番号について。\n\nAbout the PINs.")
def pin() -> None:
    """About the PINs."""


@pin.command(name="status", help="暗証番号の残り回数を出します。\n\nShow the tries left of each PIN.")
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@SCENARIO
@READER
@LANG
def pin_status(as_json: bool, scenario: str | None, reader: str | None, lang: Lang) -> None:
    """Show the tries left."""
    from jpkidoctor.commands.pin_status import run_pin_status

    sys.exit(run_pin_status(as_json=as_json, scenario=scenario, reader=reader, lang=lang))


@pin.command(
    name="change",
    help="暗証番号を変えます。いまの番号と、新しい番号を2回入力します。\n\n"
    "Change a PIN: the present one, then the new one twice.",
)
@click.argument("which", type=click.Choice(["auth", "sign", "card-face"]))
@PIN_STDIN
@SCENARIO
@READER
@LANG
def pin_change(which: str, from_stdin: bool, scenario: str | None, reader: str | None, lang: Lang) -> None:
    """Change a PIN."""
    from jpkidoctor.commands.pin_work import run_change
    from jpkidoctor.facts import PinId

    chosen = {"auth": PinId.AUTHENTICATION, "sign": PinId.SIGNATURE, "card-face": PinId.CARD_FACE_INPUT}[which]
    sys.exit(run_change(pin=chosen, from_stdin=from_stdin, scenario=scenario, reader=reader, lang=lang))


@click.group(help="カードが動くことを確かめます。\n\nProve that the card works.")
def card() -> None:
    """Prove that the card works."""


@card.command(
    name="check",
    help="カードの鍵が動くことを、暗証番号を入力して確かめます。結果だけを出します。\n\n"
    "Prove with the PIN that a key of the card works. Prints the result only.",
)
@click.option("--key", type=click.Choice(["auth", "sign", "both"]), default="auth", show_default=True)
@PIN_STDIN
@SCENARIO
@READER
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def card_check(
    key: Literal["auth", "sign", "both"],
    from_stdin: bool,
    scenario: str | None,
    reader: str | None,
    as_json: bool,
    lang: Lang,
) -> None:
    """Prove that a key works."""
    from jpkidoctor.commands.pin_work import run_card_check

    sys.exit(
        run_card_check(key=key, from_stdin=from_stdin, scenario=scenario, reader=reader, as_json=as_json, lang=lang)
    )


@click.command(
    help="ファイルに署名します。署名用のパスワードは、画面に出さずに聞きます。\n\n"
    "Sign files. The password is asked for without showing it."
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["pdf-touki", "pades", "cms", "cms-detached", "raw", "xml", "xades"]),
    required=True,
    help="署名の形 / format",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False, exists=True), metavar="DIR", help="保存先 / where to"
)
@click.option("--timestamp", "timestamp_url", metavar="URL", default="", help="このサーバーの時刻を付けます / RFC 3161")
@click.option("--stamp", is_flag=True, help="PDFに見える印を付けます / a visible stamp (PDF)")
@click.option(
    "--allow-expired", is_flag=True, help="期限の切れた証明書でも署名します / sign with an expired certificate"
)
@click.option(
    "--yes", is_flag=True, help="一覧を確かめたことにします。残り2回の確認は省けません / the list was confirmed"
)
@PIN_STDIN
@SCENARIO
@READER
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def sign(
    files: tuple[Path, ...],
    form: str,
    out: Path | None,
    timestamp_url: str,
    stamp: bool,
    allow_expired: bool,
    yes: bool,
    from_stdin: bool,
    scenario: str | None,
    reader: str | None,
    as_json: bool,
    lang: Lang,
) -> None:
    """Sign files."""
    from jpkidoctor.commands.sign import SignRequest, run_sign
    from jpkidoctor.signing.key import SignatureFormat
    from jpkidoctor.signing.request import SigningRequest

    request = SignRequest(
        SigningRequest(files, SignatureFormat(form), out, timestamp_url, stamp),
        allow_expired=allow_expired,
        from_stdin=from_stdin,
        yes=yes,
        reader=reader,
        scenario=scenario,
        as_json=as_json,
        lang=lang,
    )
    sys.exit(run_sign(request))
