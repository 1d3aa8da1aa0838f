"""The command line: options and nothing more. The work is in ``commands/``, imported when asked for.

Certificates, trust, PINs and signing stand in ``cli_certificates.py`` and ``cli_signing.py``.

Exit codes: 0 nothing failed, 1 something failed, 2 wrong usage, 3 could not examine, 130 interrupted.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from jpkidoctor import __version__
from jpkidoctor.cli_certificates import cert, trust
from jpkidoctor.cli_options import LANG, SPOKEN, Lang
from jpkidoctor.cli_signing import card, pin, sign
from jpkidoctor.cli_verify import verify

if TYPE_CHECKING:
    from jpkidoctor.commands.fleet import FleetForm


class _Doctor(click.Group):
    """Turns the errors that commands raise into one sentence and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's own signature
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            from jpkidoctor.commands.exits import Exit
            from jpkidoctor.knowledge.words import load_words

            click.echo(load_words(ctx.meta.get(SPOKEN, "ja")).text("cli.interrupted"), err=True)
            ctx.exit(Exit.INTERRUPTED)
        except BrokenPipeError:
            sys.stderr.close()  # the reader of our output went away: nothing to say, nobody to say it to
            ctx.exit(3)
        except Exception as error:
            from jpkidoctor.commands.failure import explain

            code, sentence = explain(error, ctx.meta.get(SPOKEN, "ja"))
            click.echo(sentence, err=True)
            ctx.exit(code)


@click.group(
    cls=_Doctor,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="マイナンバーカード(JPKI)が使えない原因を調べます。何も付けないと画面が開きます。\n\n"
    "Finds out why a My Number card does not work. Without a command the screens open.",
)
@click.version_option(__version__, prog_name="jpkidoctor")
@LANG
@click.option("--scenario", metavar="NAME|FILE", help="練習のカードとパソコンで動かします / run on a practice case")
@click.option("--practice", is_flag=True, help="練習の一覧から始めます / begin with the list of practice cases")
@click.option(
    "--theme",
    type=click.Choice(["dark", "light", "contrast", "large"]),
    default="dark",
    envvar="JPKIDOCTOR_THEME",
    show_default=True,
    help="見た目 / look",
)
@click.option("--ascii/--no-ascii", "ascii_", default=None, help="枠線をASCII文字で描きます / draw frames with ASCII")
@click.option(
    "--knowledge",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="組織の連絡先・お知らせなどを重ねます (JPKIDOCTOR_KNOWLEDGE) / lay an organisation's tables over ours",
)
@click.option(
    "--keep/--no-keep",
    default=True,
    envvar="JPKIDOCTOR_KEEP",
    help="次にくらべるため、最後の検査を残します / keep the last examination, to compare next time",
)
@click.pass_context
def main(
    ctx: click.Context,
    lang: Lang,
    scenario: str | None,
    practice: bool,
    theme: str,
    ascii_: bool | None,
    knowledge: Path | None,
    keep: bool,
) -> None:
    """Open the screens, or run a command."""
    if knowledge is not None:
        from jpkidoctor.knowledge.overlay import overlay_in_use

        ctx.with_resource(overlay_in_use(knowledge))
    if ctx.invoked_subcommand is None:
        from jpkidoctor.commands.screens import open_screens

        open_screens(lang=lang, theme=theme, ascii=ascii_, scenario=scenario, practice=practice, keep=keep)


@main.command(help="一度だけ調べて、結果を出します。\n\nExamine once and print the result.")
@click.option("--json", "form", flag_value="json", help="JSONを1つ出します / print one JSON envelope")
@click.option("--plain", "form", flag_value="plain", default="plain", help="1行に1件ずつ出します / one finding a line")
@click.option("--csv", "form", flag_value="csv", help="フォルダーの結果をCSVで出します / a folder's table as CSV")
@click.option("--reader", metavar="NAME", help="このリーダーを調べます / examine this reader")
@click.option("--scenario", metavar="NAME|FILE", help="練習の場面を調べます / examine a practice case")
@click.option(
    "--facts",
    type=click.Path(path_type=Path),
    metavar="FILE|FOLDER",
    help="保存した内容を調べ直します。フォルダーなら、一覧にします / judge saved facts, of a folder as one table",
)
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="報告書も保存します (.html .txt .md .json) / save a report too",
)
@LANG
def check(
    form: str, reader: str | None, scenario: str | None, facts: Path | None, report: Path | None, lang: Lang
) -> None:
    """Examine once, or judge what was saved."""
    folder = facts is not None and facts.is_dir()
    if (scenario is not None and facts is not None) or (form == "csv" and not folder):
        from jpkidoctor.knowledge.words import load_words

        raise click.UsageError(load_words(lang).text("fleet.only_folder" if form == "csv" else "cli.one_source"))
    if facts is not None and folder:
        from jpkidoctor.commands.fleet import run_fleet

        sys.exit(run_fleet(facts, form=cast("FleetForm", form), report=report, lang=lang))
    from jpkidoctor.commands.check import run_check

    sys.exit(run_check(form=form, reader=reader, scenario=scenario, facts=facts, report=report, lang=lang))


@main.command(
    help="見えたことだけを、1つのJSONに書き出します。判定はしません。\n\n"
    "Write what is seen as one JSON document, without a verdict; `check --facts` judges it anywhere."
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, allow_dash=True),
    default="-",
    metavar="FILE",
    help="書き出す先。なければ標準出力 / where to; standard output when not given",
)
@click.option("--redact", is_flag=True, help="人や機器の名前を伏せます / hide what names a person or a machine")
@click.option("--reader", metavar="NAME", help="このリーダーを調べます / examine this reader")
@click.option("--scenario", metavar="NAME|FILE", help="練習の場面を調べます / examine a practice case")
@LANG
def collect(out: Path, redact: bool, reader: str | None, scenario: str | None, lang: Lang) -> None:
    """Write facts and no verdict."""
    from jpkidoctor.commands.collect import run_collect

    sys.exit(run_collect(out=out, redact=redact, reader=reader, scenario=scenario, lang=lang))


@main.command(help="練習の場面の一覧を出します。\n\nList the practice cases.")
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def scenarios(as_json: bool, lang: Lang) -> None:
    """List the practice cases."""
    from jpkidoctor.commands.scenarios import list_scenarios

    list_scenarios(as_json=as_json, lang=lang)


@main.command(
    help="保存した報告書を画面で見ます。今の決まりでも判定し、両方を示します。\n\n"
    "Open a saved report on the screens, judged by today's rules beside its own verdict."
)
@click.argument("report", type=click.Path(path_type=Path))
@LANG
@click.option("--theme", type=click.Choice(["dark", "light", "contrast", "large"]), default="dark")
@click.option("--ascii/--no-ascii", "ascii_", default=None)
def replay(report: Path, lang: Lang, theme: str, ascii_: bool | None) -> None:
    """Open a saved report."""
    from jpkidoctor.commands.screens import open_replay

    open_replay(report, lang=lang, theme=theme, ascii=ascii_)


@main.command(
    help="練習カードを、pcscdの仮想リーダー(vpcd)に入れます。\n\n"
    "Put the practice card into the virtual reader (vpcd) of a running pcscd."
)
@click.option("--scenario", metavar="NAME|FILE", default="healthy-contact", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=35963, show_default=True)
@LANG
def simulate(scenario: str, host: str, port: int, lang: Lang) -> None:
    """Serve the practice card to vpcd."""
    from jpkidoctor.commands.simulate import run_simulate

    sys.exit(run_simulate(scenario=scenario, host=host, port=port, lang=lang))


@main.group(help="知識の表について。\n\nAbout the tables of knowledge.")
def knowledge() -> None:
    """About the tables of knowledge."""


@knowledge.command(
    name="status",
    help="古くなった項目と、確かさの低い項目を出します。\n\nList entries that are old or of low confidence.",
)
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def knowledge_status(as_json: bool, lang: Lang) -> None:
    """List entries that are old or of low confidence."""
    import datetime as dt

    from jpkidoctor.commands.knowledge import knowledge_status as show_status

    sys.exit(show_status(as_json=as_json, lang=lang, today=dt.date.today()))


@main.command(
    help="電話で聞いた対応番号を、結果に戻します。\n\nTurn a support code that was read aloud back into findings."
)
@click.argument("number", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@click.option("--qr", is_flag=True, help="QRコードを出します / print a QR code instead")
@click.option("--ascii", "ascii_", is_flag=True, help="QRコードを # で描きます / draw the QR code with #")
@LANG
def code(number: tuple[str, ...], as_json: bool, qr: bool, ascii_: bool, lang: Lang) -> None:
    """Decode a support code."""
    from jpkidoctor.commands.code import print_qr, run_code

    text = " ".join(number)  # typed with gaps and without quotes
    sys.exit(print_qr(text, ascii=ascii_) if qr else run_code(text, as_json=as_json, lang=lang))


@main.command(
    help="番号、画面の文、リーダー、言葉を調べます。\n\nExplain a code, a message, a reader or a word.",
    context_settings={"ignore_unknown_options": True},  # -2146435043 is a code, not an option
)
@click.argument("text", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="件数 / how many")
@LANG
def explain(text: tuple[str, ...], as_json: bool, limit: int, lang: Lang) -> None:
    """Explain a code or a word."""
    from jpkidoctor.commands.explain import run_explain

    if unknown := next((word for word in text if word.startswith("--")), None):
        raise click.NoSuchOption(unknown)
    sys.exit(run_explain(" ".join(text), as_json=as_json, lang=lang, limit=limit))


@main.command(
    help="電話の案内を始めます。次に聞くことと、残った原因を示します。\n\n"
    "Guide a telephone call: what to ask next, and which causes remain."
)
@click.option("--plain", is_flag=True, help="1行ずつ進みます / line by line, without the screens")
@click.option("--code", metavar="TEXT", help="読み上げられた番号か文、対応番号から始めます / begin with a code")
@click.option(
    "--report",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="保存した報告書から始めます / begin with a saved report",
)
@LANG
@click.pass_context
def guide(ctx: click.Context, plain: bool, code: str | None, report: Path | None, lang: Lang) -> None:
    """Guide a telephone call."""
    from jpkidoctor.commands.guide import run_guide

    if code is not None and report is not None:
        from jpkidoctor.knowledge.words import load_words

        raise click.UsageError(load_words(lang).text("cli.one_beginning"))
    keep = bool(ctx.find_root().params["keep"])
    sys.exit(run_guide(plain=plain, code=code, report=report, lang=lang, keep=keep))


@main.command(
    help="前と後の報告書をくらべます。なおった所、新しい異常、残りを示します。\n\n"
    "Compare two saved reports: what is mended, what is new, what is left."
)
@click.argument("reports", type=click.Path(path_type=Path), nargs=-1, metavar="[BEFORE] [AFTER]")
@click.option(
    "--last",
    is_flag=True,
    help="前に残した検査を「前」にします。「後」がなければ、いま調べます / "
    "take the kept examination as BEFORE; without AFTER, examine now",
)
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def compare(reports: tuple[Path, ...], last: bool, as_json: bool, lang: Lang) -> None:
    """Compare two saved reports."""
    from jpkidoctor.commands.compare import run_compare, run_compare_with_last

    if len(reports) > 1 if last else len(reports) != 2:
        from jpkidoctor.knowledge.words import load_words

        raise click.UsageError(load_words(lang).text("cli.two_reports"))
    if last:
        sys.exit(run_compare_with_last(*reports, as_json=as_json, lang=lang))
    sys.exit(run_compare(*reports, as_json=as_json, lang=lang))


@main.command(
    help="パソコンの時計を、時刻サーバーとくらべます。ネットワークを使います。\n\n"
    "Hold this computer's clock against a time server. This uses the network."
)
@click.option("--server", metavar="HOST", required=True, help="時刻サーバー (SNTP) / time server")
@click.option("--port", type=click.IntRange(1, 65535), default=123, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="JSONで出します / as JSON")
@LANG
def clock(server: str, port: int, as_json: bool, lang: Lang) -> None:
    """Ask a time server."""
    from jpkidoctor.commands.clock import run_clock

    sys.exit(run_clock(server, port, as_json=as_json, lang=lang))


@main.command(help="報告書の形(JSON Schema)を出します。\n\nPrint the JSON Schema of reports and their facts.")
def schema() -> None:
    """Print the JSON Schema of reports."""
    from jpkidoctor.commands.schema import print_schema

    print_schema()


for _command in (cert, trust, pin, card, sign, verify):
    main.add_command(_command)
