"""Device Manager's codes (CM_PROB_*) by what the caller has to do (host-probes.md §1.1.3)."""

from __future__ import annotations

PROBLEM_VARIANTS = {
    1: "no_driver", 28: "no_driver",
    22: "disabled", 32: "service_off",
    14: "restart", 21: "restart", 38: "restart", 50: "restart", 51: "restart",
    10: "failed", 31: "failed",
    43: "fault",
    24: "replug", 47: "replug",
    18: "damaged", 19: "damaged", 37: "damaged", 39: "damaged", 40: "damaged",
    48: "blocked", 52: "unsigned",
}  # fmt: skip
"""Code to variant of C-05. A code that is not here is rare, and told in the words of ``failed``."""

DRIVER_CODES = frozenset({1, 18, 28, 31, 37, 39, 40, 48, 52})
"""Codes that say that the driver is missing or cannot be loaded."""

MICROSOFT = "microsoft"
_CLASS_EXTENSION_FAILED = 31
"""With Windows' own Usbccid driver a case that Microsoft describes, with its own remedy (host-probes.md §1.1.3)."""


def problem_variant(code: int, provider: str) -> str:
    """The variant of C-05 for a device's code; ``provider`` is who made its driver."""
    if code == _CLASS_EXTENSION_FAILED and provider.strip().lower() == MICROSOFT:
        return "usbccid"
    return PROBLEM_VARIANTS.get(code, "failed")
