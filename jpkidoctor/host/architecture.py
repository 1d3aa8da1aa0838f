"""One name for each processor architecture; every OS spells them in its own way."""

from __future__ import annotations

from jpkidoctor.safe_text import safe_text

_NAMES = {
    "amd64": "x86_64",
    "x86_64": "x86_64",
    "win-amd64": "x86_64",
    "arm64": "arm64",
    "aarch64": "arm64",
    "win-arm64": "arm64",
    "i386": "x86",
    "i686": "x86",
    "x86": "x86",
    "win32": "x86",
    "armv6l": "arm",
    "armv7l": "arm",
    "arm": "arm",
}
_HALF = {"x86_64": "x86", "arm64": "arm"}


def architecture(name: str) -> str:
    """``AMD64`` and ``x86_64`` to ``x86_64``, ``aarch64`` to ``arm64``; an unknown one stays as it is."""
    return _NAMES.get(name.strip().lower(), safe_text(name, 20))


def process_architecture(machine: str, pointer_bits: int) -> str:
    """Architecture of this program, which may be the 32-bit half of the machine's."""
    arch = architecture(machine)
    return _HALF.get(arch, arch) if pointer_bits == 32 else arch
