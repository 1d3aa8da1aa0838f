"""Tells a virtual machine by what its firmware says of itself (host-probes §1.1.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORDS = re.compile(
    r"vmware|virtualbox|innotek|\bqemu\b|\bkvm\b|\bxen\b|\bbochs\b|parallels|bhyve|virtual machine|virtual platform"
    r"|google compute engine|amazon ec2|openstack|apple virtualization",
    re.IGNORECASE,
)


_LONGEST = 400
"""Characters of a firmware string; SMBIOS has 64 as a rule."""


def names_virtual_machine(firmware_strings: Iterable[str]) -> bool:
    """True when a maker or product string of the firmware is a hypervisor's.

    "Microsoft Corporation" alone is not: Surface computers say so too; Hyper-V adds "Virtual Machine".
    """
    return any(_WORDS.search(text[:_LONGEST]) for text in firmware_strings)
