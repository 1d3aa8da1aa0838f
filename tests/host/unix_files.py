"""Computers made of files in a folder, as sysfs, /proc, the distributions and macOS lay them out."""

from __future__ import annotations

import plistlib
from dataclasses import dataclass, field
from pathlib import Path

from jpkidoctor.host.linux import LinuxComputer
from jpkidoctor.host.tree import Tree


@dataclass
class Files:
    """Builds the files of a computer, as sysfs, /proc and the distributions lay them out."""

    root: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def tree(self) -> Tree:
        return Tree(self.root)

    @property
    def linux(self) -> LinuxComputer:
        return LinuxComputer(self.tree, self.environ, "/usr/bin/python3", "x86_64", 64)

    def write(self, name: str, content: str | bytes = "") -> Path:
        path = self.tree.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def folder(self, name: str) -> None:
        self.tree.path(name).mkdir(parents=True, exist_ok=True)

    def link(self, name: str, target: str) -> None:
        path = self.tree.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    def usb(
        self,
        name: str,
        vid: str,
        pid: str,
        interfaces: list[tuple[str, str]],
        product: str = "Reader",
        device_class: str = "00",
    ) -> None:
        """A device in sysfs; interfaces are (class, kernel driver or empty)."""
        base = f"/sys/bus/usb/devices/{name}"
        for file, text in (("idVendor", vid), ("idProduct", pid), ("bDeviceClass", device_class)):
            self.write(f"{base}/{file}", text + "\n")
        self.write(f"{base}/product", product + "\n")
        self.write(f"{base}/serial", "SECRET-SERIAL-0001\n")
        for number, (interface_class, driver) in enumerate(interfaces):
            interface = f"{base}:1.{number}"
            self.write(f"{interface}/bInterfaceClass", interface_class + "\n")
            if driver:
                self.link(f"{interface}/driver", f"../../../../bus/usb/drivers/{driver}")

    def bundle(self, folder: str, ids: list[tuple[str, str]], version: str = "1.5.2", name: str = "ifd-ccid") -> None:
        """A driver bundle with libccid's three parallel lists."""
        plist = {
            "CFBundleShortVersionString": version,
            "ifdVendorID": [vid for vid, _ in ids],
            "ifdProductID": [pid for _, pid in ids],
            "ifdFriendlyName": ["Reader"] * len(ids),
        }
        self.write(f"{folder}/{name}.bundle/Contents/Info.plist", plistlib.dumps(plist))

    def process(self, pid: int, name: str, parent: int = 1, maps: str = "", terminal: int = 0) -> None:
        self.write(f"/proc/{pid}/comm", name + "\n")
        self.write(f"/proc/{pid}/stat", f"{pid} ({name}) S {parent} {pid} {pid} {terminal} -1 0")
        self.write(f"/proc/{pid}/maps", maps)
