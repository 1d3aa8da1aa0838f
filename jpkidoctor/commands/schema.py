"""``jpkidoctor schema``: the shape of a report, for those who read it with a program."""

from __future__ import annotations

import sys

from jpkidoctor.json_text import indented
from jpkidoctor.report.envelope import json_schema


def print_schema() -> None:
    """Print the JSON Schema of reports, facts included."""
    sys.stdout.buffer.write(indented(json_schema()))
