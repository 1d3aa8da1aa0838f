"""The command line of ``jpkidoctor verify``: options alone."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Literal

import click

_FILE = click.Path(path_type=Path)


@click.command(
    name="verify",
    help="電子署名を確かめます。ファイルかフォルダを指定します。\n\n"
    "Verify signatures in files or folders.\n\n"
    "終了コード / exit: 0 OK, 1 NG, 2 判断できない cannot judge, 3 使い方の誤り wrong usage",
)
@click.argument("paths", nargs=-1, required=True, type=_FILE)
@click.option("--content", type=_FILE, metavar="FILE", help="元のファイル / the original of a detached signature")
@click.option(
    "--certificate", type=_FILE, metavar="FILE", help="署名だけのときの証明書 / certificate of a raw signature"
)
@click.option("--at", metavar="TIME", help="この時点で判断します / judge at this time")
@click.option("--crl", "crls", type=_FILE, multiple=True, metavar="FILE", help="失効リスト / CRL file")
@click.option("--ocsp", type=_FILE, multiple=True, metavar="FILE", help="OCSPの応答 / OCSP response file")
@click.option("--touki", is_flag=True, help="登記の必要事項も調べます / check the entries for registry filing")
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@click.option("--reveal", is_flag=True, help="個人の情報も出します / show personal data too")
@click.option("--lang", type=click.Choice(["ja", "en"]), default="ja", envvar="JPKIDOCTOR_LANG", show_default=True)
def verify(
    paths: tuple[Path, ...],
    content: Path | None,
    certificate: Path | None,
    at: str | None,
    crls: tuple[Path, ...],
    ocsp: tuple[Path, ...],
    touki: bool,
    as_json: bool,
    reveal: bool,
    lang: Literal["ja", "en"],
) -> None:
    """Verify signatures."""
    import datetime as dt

    from jpkidoctor.commands.verify import VerifyCommand, run_verify
    from jpkidoctor.signing.verify.request import Asked

    asked = Asked(paths, content, certificate, crls=crls, ocsp=ocsp, touki=touki)
    sys.exit(run_verify(VerifyCommand(asked, at, as_json, reveal, lang), dt.datetime.now(dt.UTC)))
