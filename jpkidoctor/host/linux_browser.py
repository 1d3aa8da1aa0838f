"""The default browser of a Linux desktop, read from the files that xdg-settings reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jpkidoctor.facts import Fact, FactStatus
from jpkidoctor.host.browsers import browser_of_desktop_file, parse_mimeapps
from jpkidoctor.host.probe import seen, unseen
from jpkidoctor.host.tree import Tree


def default_browser(tree: Tree, environ: Mapping[str, str]) -> Fact[str]:
    """The first handler for web pages, in the order of the XDG MIME applications specification.

    Without one, Debian's ``x-www-browser`` alternative; ABSENT when there is neither (a server).
    """
    for file in mimeapps_files(environ):
        handlers = parse_mimeapps(tree.text(file))
        if handlers:
            return seen(browser_of_desktop_file(handlers[0]), "mimeapps.list")
    alternative = tree.link("/etc/alternatives/x-www-browser").rpartition("/")[2]
    if alternative:
        return seen(browser_of_desktop_file(alternative), "alternatives")
    return unseen(FactStatus.ABSENT, "mimeapps.list")


def mimeapps_files(environ: Mapping[str, str]) -> Iterator[str]:
    """Where mimeapps.list may stand: the user's settings, the system's, the user's data, the system's data."""
    home = environ.get("HOME", "")
    desktops = [name.lower() for name in environ.get("XDG_CURRENT_DESKTOP", "").split(":") if name]
    files = [f"{desktop}-mimeapps.list" for desktop in desktops if "/" not in desktop] + ["mimeapps.list"]

    folders = [environ.get("XDG_CONFIG_HOME") or (f"{home}/.config" if home else "")]
    folders += (environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":")
    data = [environ.get("XDG_DATA_HOME") or (f"{home}/.local/share" if home else "")]
    data += (environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    folders += [f"{folder}/applications" for folder in data if folder]

    for folder in folders:
        if folder.startswith("/"):  # the specification has relative ones ignored
            for file in files:
                yield f"{folder}/{file}"
