"""A proxy that the environment names, for all systems. Its address is not kept."""

from __future__ import annotations

from collections.abc import Mapping

_VARIABLES = frozenset({"HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"})


def environment_names_a_proxy(environ: Mapping[str, str]) -> bool:
    """True for any of the usual variables, in either case, when it is not empty."""
    return any(value and name.upper() in _VARIABLES for name, value in environ.items())
