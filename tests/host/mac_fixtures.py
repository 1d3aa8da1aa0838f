"""What answers on a recorded Mac: commands from files of its folder, and the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jpkidoctor.host.macos_commands import IOREG, SMART_CARDS, USB_HOST, USB_OLD, Answer

FILES = {IOREG: "ioreg.plist", USB_HOST: "usb_host.json", USB_OLD: "usb_old.json", SMART_CARDS: "smart_cards.json"}
BUNDLES = "/usr/libexec/SmartCardServices/drivers"


@dataclass
class RecordedCommands:
    """A runner that answers from a host's folder; a command without a file must not be asked."""

    folder: Path
    failures: dict[str, str]

    def run(self, command, limit):
        assert 0 < limit < 3
        file = FILES[command]
        failure = self.failures.get(file.partition(".")[0])
        return Answer(failure=failure) if failure else Answer((self.folder / file).read_bytes())


class Kernel:
    def __init__(self, machine):
        self.numbers = {"hw.optional.arm64": 1} if machine == "arm64" else {}

    def sysctl(self, name):
        return self.numbers.get(name)
