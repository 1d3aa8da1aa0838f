"""Which browser a handler name stands for: desktop files, Windows ProgIds, macOS bundle ids.

The values are those of ``HostFacts.default_browser``. Chromium and its other children count as ``other``:
no service names them as supported (host-probes §3.3; the ProgIds are general knowledge).
"""

from __future__ import annotations

import re

_MOST_LINES = 20_000
"""Of a mimeapps.list; a long one has some hundreds."""
_EDGE_LEGACY_PROGID = "appxq0fevzme2pys62n3e0fbqa7peapykr8v"


def browser_of_desktop_file(name: str) -> str:
    """``google-chrome.desktop``, ``org.mozilla.firefox.desktop``; a snap's is ``firefox_firefox.desktop``."""
    name = name.strip().lower()
    if "firefox" in name:
        return "firefox"
    if re.search(r"google[-.]chrome", name):
        return "chrome"
    if re.search(r"microsoft[-.]edge", name):
        return "edge"
    return "other"


def browser_of_progid(progid: str) -> str:
    """``ChromeHTML``, ``MSEdgeHTM``, ``FirefoxURL-308046B0AF4A39CB``, ``IE.HTTPS``."""
    progid = progid.strip().lower()
    if progid.startswith("msedge") or progid == _EDGE_LEGACY_PROGID:
        return "edge"
    if progid.startswith("chrome"):
        return "chrome"
    if progid.startswith("firefox"):
        return "firefox"
    if progid.startswith("ie."):
        return "internet_explorer"
    return "other"


def browser_of_bundle_id(bundle_id: str) -> str:
    """``com.apple.safari``, ``com.google.chrome``; LaunchServices writes them in lower case."""
    bundle_id = bundle_id.strip().lower()
    known = {"com.apple.safari": "safari", "org.mozilla.firefox": "firefox"}
    if bundle_id.startswith("com.google.chrome"):
        return "chrome"
    if bundle_id.startswith("com.microsoft.edgemac"):
        return "edge"
    return known.get(bundle_id, "other")


def parse_mimeapps(text: str) -> list[str]:
    """Desktop files that open web pages, first choice first, from a ``mimeapps.list``. Never raises.

    Only ``[Default Applications]`` counts; the https handler stands before http and text/html.
    """
    section = ""
    found: dict[str, list[str]] = {}
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[Default Applications]" and "=" in line:
            key, _, value = line.partition("=")
            found[key.strip()] = [item.strip() for item in value.split(";") if item.strip()]
    wanted = ("x-scheme-handler/https", "x-scheme-handler/http", "text/html")
    return [item for key in wanted for item in found.get(key, [])]
