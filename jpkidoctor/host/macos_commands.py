"""The commands of macOS that are asked, and their cost: host-probes §1.2. All run as an ordinary user; none changes
anything.
"""

from __future__ import annotations

IOREG = ("/usr/sbin/ioreg", "-a", "-l", "-r", "-c", "IOUSBHostDevice")
"""The service plane below each USB device, as a property list: only there interfaces hang below their device.

It prints nothing at all when no USB device is attached.
"""
USB_HOST = ("/usr/sbin/system_profiler", "-json", "SPUSBHostDataType")
"""USB from macOS 26 on; the older type is empty there."""
USB_OLD = ("/usr/sbin/system_profiler", "-json", "SPUSBDataType")
"""USB up to macOS 15."""
SMART_CARDS = ("/usr/sbin/system_profiler", "-json", "SPSmartCardsDataType")
"""Readers, drivers and tokens. It may print whole certificates too: its output is parsed and let go."""

SAFARI_EXTENSIONS = ("/usr/bin/pluginkit", "-m", "-p", "com.apple.Safari.web-extension")
"""Safari's web extensions that macOS knows, a line each; without ``-v`` it names no folder."""
TOKENS = ("/usr/bin/pluginkit", "-m", "-p", "com.apple.ctk-tokens")
"""CryptoTokenKit's extensions: what makes a card usable for macOS itself."""
SCUTIL_PROXY = ("/usr/sbin/scutil", "--proxy")
"""The proxy in force. It may print an address: its output is parsed and let go."""
