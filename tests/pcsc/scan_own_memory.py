"""Signs a file as the command does, then looks for the password in all writable memory of its own process.

Run as a program: ``scan_own_memory.py FILE``, the password on standard input. Prints ``{"signed": n, "found": n,
"control": n}``. The card is in another process, behind pcscd, so nothing here has a right to know the password.
The pattern is kept as single numbers and put together byte by byte while comparing, and a control pattern that is
left in memory on purpose proves that the scan sees what is there.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import re
import sys
from pathlib import Path

PASSWORD_XOR = [0x04, 0x0D, 0x62, 0x07, 0x01, 0x6C, 0x0F, 0x1E]
"""The test's password, each byte xor 55: this program must not hold it itself."""
CONTROL = bytearray(b"control-pattern-" + b"left-behind")


def count(pattern: list[int], mask: int) -> int:
    """How often the masked bytes stand in a writable mapping of this process."""
    found = 0
    maps = Path("/proc/self/maps").read_text()
    with Path("/proc/self/mem").open("rb", buffering=0) as memory:
        for line in maps.splitlines():
            place = re.match(r"([0-9a-f]+)-([0-9a-f]+) rw", line)
            if place is None or "[vvar]" in line:
                continue
            start, end = int(place[1], 16), int(place[2], 16)
            try:
                memory.seek(start)
                block = memory.read(end - start)
            except (OSError, OverflowError):
                continue
            at = block.find(pattern[0] ^ mask)
            while at >= 0:
                if all(
                    at + step < len(block) and block[at + step] == value ^ mask for step, value in enumerate(pattern)
                ):
                    found += 1
                at = block.find(pattern[0] ^ mask, at + 1)
            del block
    return found


def main() -> None:
    from jpkidoctor.commands.exits import Exit
    from jpkidoctor.commands.sign import SignRequest, run_sign
    from jpkidoctor.signing.key import SignatureFormat
    from jpkidoctor.signing.request import SigningRequest

    request = SignRequest(
        SigningRequest((Path(sys.argv[1]),), SignatureFormat(sys.argv[2])),
        allow_expired=False, from_stdin=True, yes=True, reader=None, scenario=None, as_json=False, lang="en",
    )  # fmt: skip
    with contextlib.redirect_stdout(io.StringIO()):
        code = run_sign(request)
    gc.collect()
    control = [byte ^ 0x55 for byte in b"control-pattern-" + b"left-behind"]
    result = {
        "signed": code is Exit.NOTHING_FAILED,
        "found": count(PASSWORD_XOR, 0x55),
        "control": count(control, 0x55),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
