"""The one face: on this very computer, and on ones we do not know."""

from __future__ import annotations

import subprocess
import sys
import time

import msgspec
import pytest

from jpkidoctor.facts import FactStatus, HostFacts, OsFamily
from jpkidoctor.host import observe
from jpkidoctor.host.observe import observe_host


def test_this_computer_is_seen_in_time():
    begin = time.perf_counter()
    host = observe_host(frozenset())
    took = time.perf_counter() - begin
    assert took < 4
    assert host.os.known
    errors = {name for name in HostFacts.__struct_fields__ if getattr(host, name).status is FactStatus.ERROR}
    assert errors == set()


def test_facts_of_this_computer_can_be_saved_and_read_back():
    host = observe_host(frozenset({(0x04E6, 0x5116)}))
    assert msgspec.json.decode(msgspec.json.encode(host), type=HostFacts) == host


@pytest.mark.parametrize("platform", ["win32", "darwin", "linux", "freebsd14"])
def test_every_platform_file_runs_anywhere_and_never_raises(platform):
    host = observe_host(frozenset(), platform=platform)
    assert host.os.known
    assert all(getattr(host, name).status is not FactStatus.ERROR for name in HostFacts.__struct_fields__)


def test_unknown_system_is_named_and_nothing_more_is_claimed():
    host = observe_host(frozenset(), platform="freebsd14")
    assert host.os.value.family is OsFamily.OTHER
    assert (host.service.status, host.service.note) == (FactStatus.UNKNOWN, "not_yet")


def test_platform_file_that_fails_is_a_fact(monkeypatch):
    def broken(platform, reader_ids):
        raise ImportError("/home/taro/x.so")

    monkeypatch.setattr(observe, "probes_for", broken)
    host = observe_host(frozenset())
    assert (host.os.status, host.os.note) == (FactStatus.ERROR, "ImportError")


def test_only_one_platform_is_imported_and_psutil_is_not_paid_for_on_linux():
    code = (
        "import sys; from jpkidoctor.host import observe_host; observe_host(frozenset(), platform='linux');"
        "print([m for m in ('psutil', 'smartcard', 'textual', 'jpkidoctor.host.windows', 'jpkidoctor.host.macos')"
        " if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20, check=True)
    assert done.stdout.strip() == "[]"
