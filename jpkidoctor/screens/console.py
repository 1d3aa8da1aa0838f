"""Which characters this terminal can be trusted to draw one cell wide."""

from __future__ import annotations

from collections.abc import Mapping

_CJK_CODEPAGES = frozenset({932, 936, 949, 950})


def needs_ascii(platform: str, environ: Mapping[str, str], ansi_codepage: int | None) -> bool:
    """True on the old Windows console with a CJK code page: it draws box lines two cells wide (host-probes.md §5.1).

    Args:
        platform: ``sys.platform``.
        environ: The environment; Windows Terminal sets ``WT_SESSION``, other modern terminals ``TERM_PROGRAM``.
        ansi_codepage: Windows' ANSI code page, None when it could not be read (then taken as not CJK).
    """
    if platform != "win32" or ansi_codepage not in _CJK_CODEPAGES:
        return False
    return not (environ.get("WT_SESSION") or environ.get("TERM_PROGRAM"))
