"""The computer around the card: the only room that asks the operating system.

Three layers stay apart, so that a platform can be deepened and tested on any other one: collectors touch the
OS through an injected door (``Tree``, ``Registry``, ``WindowsApi``, ``MacApi``), parsers are pure and total,
and each platform file assembles both into probes. Nothing here judges, and nothing a program printed is kept.
"""

from __future__ import annotations

from jpkidoctor.host.observe import observe_host

__all__ = ["observe_host"]
