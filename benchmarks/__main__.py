"""``python -m benchmarks [PART...]``: print every ratio beside its aim, of all parts or of those named.

Each part runs in a process of its own: the PC/SC library reads where its service is once a process, and what one
part has loaded would make the next look quick.
"""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

PARTS = (
    "start_up",
    "card_traffic",
    "whole_check",
    "search_latency",
    "guide_calls",
    "host_parsers",
    "signing",
    "verifying",
    "fleet",
)


def main(wanted: list[str]) -> int:
    if unknown := [name for name in wanted if name not in PARTS]:
        print(f"no such part: {' '.join(unknown)}; there are: {' '.join(PARTS)}", file=sys.stderr)
        return 2
    if len(wanted) == 1:
        for row in import_module(f"benchmarks.{wanted[0]}").rows():
            print(row, flush=True)
        return 0
    codes = [
        subprocess.run([sys.executable, "-m", "benchmarks", part], check=False).returncode for part in wanted or PARTS
    ]
    return max(codes)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
