"""``python -m benchmarks``: print every ratio beside its aim."""

from __future__ import annotations

from benchmarks import (
    card_traffic,
    fleet,
    guide_calls,
    host_parsers,
    search_latency,
    signing,
    start_up,
    verifying,
    whole_check,
)

PARTS = (start_up, card_traffic, whole_check, search_latency, guide_calls, host_parsers, signing, verifying, fleet)


def main() -> None:
    for part in PARTS:
        for row in part.rows():
            print(row, flush=True)


if __name__ == "__main__":
    main()
