"""Where the browsers of macOS and Linux stand, with their profiles and manifests, ordinary and sandboxed ones.

Source: host-probes.md §3.3; the folders of Flatpak's and Snap's browsers §1.3. Names that begin with ``~`` are the
person's.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrowserPlace:
    """Where one browser is found. Names that begin with ``~`` are the person's."""

    id: str
    programs: tuple[str, ...]
    profiles: str
    user_hosts: str
    system_hosts: tuple[str, ...]
    sandbox: str = ""


MAC = (
    BrowserPlace(
        "chrome",
        ("/Applications/Google Chrome.app",),
        "~/Library/Application Support/Google/Chrome",
        "~/Library/Application Support/Google/Chrome/NativeMessagingHosts",
        ("/Library/Google/Chrome/NativeMessagingHosts",),
    ),
    BrowserPlace(
        "edge",
        ("/Applications/Microsoft Edge.app",),
        "~/Library/Application Support/Microsoft Edge",
        "~/Library/Application Support/Microsoft Edge/NativeMessagingHosts",
        ("/Library/Microsoft/Edge/NativeMessagingHosts",),
    ),
    BrowserPlace(
        "firefox",
        ("/Applications/Firefox.app",),
        "~/Library/Application Support/Firefox/Profiles",
        "~/Library/Application Support/Mozilla/NativeMessagingHosts",
        ("/Library/Application Support/Mozilla/NativeMessagingHosts",),
    ),
    BrowserPlace("safari", ("/Applications/Safari.app",), "", "", ()),
)
LINUX = (
    BrowserPlace(
        "chrome",
        ("/opt/google/chrome/chrome", "/usr/bin/google-chrome-stable"),
        "~/.config/google-chrome",
        "~/.config/google-chrome/NativeMessagingHosts",
        ("/etc/opt/chrome/native-messaging-hosts",),
    ),
    BrowserPlace(
        "chromium",
        ("/usr/bin/chromium", "/usr/bin/chromium-browser"),
        "~/.config/chromium",
        "~/.config/chromium/NativeMessagingHosts",
        ("/etc/chromium/native-messaging-hosts",),
    ),
    BrowserPlace(
        "chromium",
        ("/snap/bin/chromium",),
        "~/snap/chromium/common/chromium",
        "~/snap/chromium/common/chromium/NativeMessagingHosts",
        (),
        "snap",
    ),
    BrowserPlace(
        "chromium",
        ("/var/lib/flatpak/app/org.chromium.Chromium", "~/.local/share/flatpak/app/org.chromium.Chromium"),
        "~/.var/app/org.chromium.Chromium/config/chromium",
        "~/.var/app/org.chromium.Chromium/config/chromium/NativeMessagingHosts",
        (),
        "flatpak",
    ),
    BrowserPlace(
        "edge",
        ("/var/lib/flatpak/app/com.microsoft.Edge", "~/.local/share/flatpak/app/com.microsoft.Edge"),
        "~/.var/app/com.microsoft.Edge/config/microsoft-edge",
        "~/.var/app/com.microsoft.Edge/config/microsoft-edge/NativeMessagingHosts",
        (),
        "flatpak",
    ),
    BrowserPlace(
        "edge",
        ("/opt/microsoft/msedge/msedge",),
        "~/.config/microsoft-edge",
        "~/.config/microsoft-edge/NativeMessagingHosts",
        ("/etc/opt/edge/native-messaging-hosts",),
    ),
    BrowserPlace(
        "firefox",
        ("/usr/lib/firefox/firefox", "/usr/lib/firefox-esr/firefox-esr", "/usr/bin/firefox"),
        "~/.mozilla/firefox",
        "~/.mozilla/native-messaging-hosts",
        ("/usr/lib/mozilla/native-messaging-hosts", "/usr/lib64/mozilla/native-messaging-hosts"),
    ),
    BrowserPlace(
        "firefox",
        ("/snap/bin/firefox",),
        "~/snap/firefox/common/.mozilla/firefox",
        "~/snap/firefox/common/.mozilla/native-messaging-hosts",
        (),
        "snap",
    ),
    BrowserPlace(
        "firefox",
        ("/var/lib/flatpak/app/org.mozilla.firefox", "~/.local/share/flatpak/app/org.mozilla.firefox"),
        "~/.var/app/org.mozilla.firefox/.mozilla/firefox",
        "~/.var/app/org.mozilla.firefox/.mozilla/native-messaging-hosts",
        (),
        "flatpak",
    ),
    BrowserPlace(
        "chrome",
        ("/var/lib/flatpak/app/com.google.Chrome", "~/.local/share/flatpak/app/com.google.Chrome"),
        "~/.var/app/com.google.Chrome/config/google-chrome",
        "~/.var/app/com.google.Chrome/config/google-chrome/NativeMessagingHosts",
        (),
        "flatpak",
    ),
)
