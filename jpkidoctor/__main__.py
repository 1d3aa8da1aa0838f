"""The program's door: ``jpkidoctor`` and ``python -m jpkidoctor``."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Open the screens, or hand over to the command line.

    The commonest start has no argument to parse, so it does not wait for the parser to load.
    """
    if len(sys.argv) > 1 or any(name.startswith("JPKIDOCTOR_") for name in os.environ):
        try:
            from jpkidoctor.cli import main as command_line

            command_line()
        except KeyboardInterrupt:  # before there was a command to say it
            sys.exit(130)
        return
    from jpkidoctor.commands.screens import open_screens

    try:
        open_screens(lang="ja", theme="dark", ascii=None, scenario=None, practice=False)
    except Exception as error:
        from jpkidoctor.commands.failure import explain

        code, sentence = explain(error, "ja")
        print(sentence, file=sys.stderr)  # noqa: T201
        sys.exit(code)


if __name__ == "__main__":
    main()
