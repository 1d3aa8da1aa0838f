"""``cert`` and ``trust``: options and nothing more."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

from jpkidoctor.cli_options import LANG, PIN_STDIN, READER, SCENARIO, Lang


@click.group(
    help="電子証明書を見ます。署名用だけ、パスワードを聞きます。\n\n"
    "Look at certificates. Only the signature certificate asks for its password."
)
def cert() -> None:
    """Look at certificates."""


_WHICH = click.option(
    "--which",
    type=click.Choice(["auth", "sign-ca", "auth-ca", "sign"]),
    default="auth",
    show_default=True,
    help="カードのどの証明書か / which certificate of the card",
)


@cert.command(name="show", help="カードかファイルの証明書を見ます。\n\nShow a certificate of the card or a file.")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@_WHICH
@SCENARIO
@READER
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@click.option("--reveal", is_flag=True, help="個人の情報も出します / show personal data too")
@PIN_STDIN
@LANG
def cert_show(
    file: Path | None,
    which: str,
    scenario: str | None,
    reader: str | None,
    as_json: bool,
    reveal: bool,
    from_stdin: bool,
    lang: Lang,
) -> None:
    """Show a certificate."""
    import datetime as dt

    from jpkidoctor.commands.cert import run_show

    now = dt.datetime.now(dt.UTC)
    sys.exit(
        run_show(
            file=file,
            which=which,
            scenario=scenario,
            reader=reader,
            as_json=as_json,
            reveal=reveal,
            lang=lang,
            now=now,
            from_stdin=from_stdin,
        )
    )


@cert.command(name="export", help="カードの証明書を保存します。\n\nSave a certificate of the card.")
@_WHICH
@click.option("--format", "form", type=click.Choice(["pem", "der"]), default="pem", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", required=True, help="保存先 / where to")
@SCENARIO
@READER
@click.option("--json", "as_json", is_flag=True, help="保存したことをJSONで出します / say what was saved as JSON")
@PIN_STDIN
@LANG
def cert_export(
    which: str,
    form: Literal["pem", "der"],
    out: Path,
    scenario: str | None,
    reader: str | None,
    as_json: bool,
    from_stdin: bool,
    lang: Lang,
) -> None:
    """Save a certificate."""
    import datetime as dt

    from jpkidoctor.commands.cert import run_export

    now = dt.datetime.now(dt.UTC)
    sys.exit(
        run_export(
            which=which,
            form=form,
            out=out,
            scenario=scenario,
            reader=reader,
            lang=lang,
            now=now,
            from_stdin=from_stdin,
            as_json=as_json,
        )
    )


@cert.command(
    name="compare-card",
    help="署名用の証明書とカードの氏名・住所などをくらべます。違えば、失効の手がかりになります。\n\n"
    "Compare name, address and so on of the signature certificate with the card's; a difference hints at revocation.",
)
@PIN_STDIN
@SCENARIO
@READER
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def cert_compare_card(from_stdin: bool, scenario: str | None, reader: str | None, as_json: bool, lang: Lang) -> None:
    """Compare the certificate's attributes with the card's."""
    from jpkidoctor.commands.pin_work import run_compare

    sys.exit(run_compare(from_stdin=from_stdin, scenario=scenario, reader=reader, as_json=as_json, lang=lang))


_PURPOSES: dict[str, Literal["signature", "authentication", "timestamp"]] = {
    "sign": "signature",
    "auth": "authentication",
    "timestamp": "timestamp",
}


@click.group(help="信用する認証局について。\n\nAbout the authorities that count.")
def trust() -> None:
    """About the authorities that count."""


@trust.command(name="list", help="認証局のフィンガープリントを出します。\n\nList the pinned authorities.")
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def trust_list(as_json: bool, lang: Lang) -> None:
    """List the pinned authorities."""
    from jpkidoctor.commands.trust import run_list

    sys.exit(run_list(as_json=as_json, lang=lang))


@trust.command(name="add", help="認証局の証明書を加えます。\n\nAdd the certificate of an authority.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--purpose", type=click.Choice(list(_PURPOSES)), required=True, help="目的 / purpose")
@click.option("--pin", metavar="SHA256", help="くらべた値 / the fingerprint that you compared")
@LANG
def trust_add(file: Path, purpose: str, pin: str | None, lang: Lang) -> None:
    """Add the certificate of an authority."""
    import datetime as dt

    from jpkidoctor.commands.trust import run_add

    now = dt.datetime.now(dt.UTC)
    sys.exit(run_add(file=file, purpose=_PURPOSES[purpose], pin=pin, lang=lang, now=now))
