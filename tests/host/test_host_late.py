"""Slow probes: the first picture does not wait for them, they come as they are ready, and can be given up."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from jpkidoctor.facts import FactStatus, HostFacts
from jpkidoctor.host import linux, macos, observe, windows
from jpkidoctor.host.observe import observe_host
from jpkidoctor.host.probe import LATE_LIMIT, Probe, run_probes, seen
from jpkidoctor.host.tree import Tree
from jpkidoctor.host.windows_devices import DeviceDoors
from jpkidoctor.look import Look, NewFacts


class Ear:
    """Keeps what it is told, and when."""

    def __init__(self) -> None:
        self.told: list[NewFacts] = []
        self.look = Look(self.told.append)


def after(seconds: float, value: str = "fine"):
    def look():
        time.sleep(seconds)
        return seen(value, "test")

    return look


def test_the_first_pass_waits_for_no_slow_probe():
    ear = Ear()
    facts = run_probes([Probe("os", after(0.2), slow=True), Probe("locale", after(0.0))], 3.0, look=ear.look)
    first, second = ear.told
    assert first["locale"].value == "fine"
    assert (first["os"].status, first["os"].note) == (FactStatus.UNKNOWN, "pending")
    assert set(second) == {"os"}
    assert second["os"].value == facts["os"].value == "fine"


def test_slow_probes_begin_when_the_quick_ones_are_done():
    order: list[str] = []

    def note(name: str):
        def look():
            order.append(name)
            return seen(name, "test")

        return look

    def quick():
        time.sleep(0.05)
        return note("quick")()

    run_probes([Probe("slow", note("slow"), slow=True), Probe("quick", quick)], 3.0)
    assert order == ["quick", "slow"]


def test_slow_probes_run_side_by_side_and_come_in_the_order_they_are_ready():
    ear = Ear()
    probes = [Probe(name, after(seconds), limit=5, slow=True) for name, seconds in (("a", 0.3), ("b", 0.1), ("c", 0.2))]
    begin = time.perf_counter()
    run_probes(probes, 3.0, look=ear.look)
    assert time.perf_counter() - begin < 0.55
    assert [name for facts in ear.told[1:] for name in facts] == ["b", "c", "a"]


def test_a_slow_probe_has_its_own_limit():
    release = threading.Event()
    probe = Probe("os", lambda: seen(str(release.wait(10)), ""), limit=0.2, slow=True)
    facts = run_probes([probe], 0.05)
    release.set()
    assert (facts["os"].status, facts["os"].ms) == (FactStatus.TIMEOUT, 200)


def test_who_gives_up_waits_no_longer():
    release, ear = threading.Event(), Ear()
    probes = [Probe("os", lambda: seen(str(release.wait(10)), ""), limit=LATE_LIMIT, slow=True)]
    threading.Timer(0.1, ear.look.given_up.set).start()
    begin = time.perf_counter()
    facts = run_probes(probes, 3.0, look=ear.look)
    took = time.perf_counter() - begin
    release.set()
    assert took < 1
    assert (facts["os"].status, facts["os"].note) == (FactStatus.UNKNOWN, "cancelled")
    assert ear.told[-1]["os"].note == "cancelled"


def test_giving_up_takes_nothing_from_the_quick_probes():
    ear = Ear()
    ear.look.given_up.set()
    facts = run_probes([Probe("os", after(0.05)), Probe("locale", after(5), slow=True)], 3.0, look=ear.look)
    assert facts["os"].value == "fine"
    assert facts["locale"].note == "cancelled"


def test_a_quick_look_leaves_out_what_is_slow():
    told: list[NewFacts] = []
    probes = [Probe("os", after(0.0)), Probe("locale", after(5), slow=True)]
    facts = run_probes(probes, 3.0, look=Look(told.append, late=False))
    assert set(facts) == set(told[0]) == {"os"}
    assert len(told) == 1


def test_who_looks_once_gets_everything(monkeypatch):
    probes = [Probe("os", after(0.0)), Probe("locale", after(0.2), slow=True)]
    monkeypatch.setattr(observe, "probes_for", lambda platform, reader_ids: probes)
    host = observe_host(frozenset())
    assert (host.os.value, host.locale.value) == ("fine", "fine")


def test_a_platform_file_that_fails_is_told_too(monkeypatch):
    def broken(platform, reader_ids):
        raise ImportError("/home/taro/x.so")

    monkeypatch.setattr(observe, "probes_for", broken)
    ear = Ear()
    assert observe_host(frozenset(), look=ear.look).os == ear.told[0]["os"]


def test_no_platform_gives_a_slow_probe_more_than_its_time():
    for platform in ("linux", "darwin", "win32", "freebsd14"):
        probes = observe.probes_for(platform, frozenset())
        assert {probe.name for probe in probes} == set(HostFacts.__struct_fields__)
        assert all(probe.limit <= (LATE_LIMIT if probe.slow else observe.TOTAL_LIMIT) for probe in probes)


def test_one_slow_fact_is_given_up_and_the_others_still_come():
    release, ear = threading.Event(), Ear()
    probes = [
        Probe("os", lambda: seen(str(release.wait(10)), ""), limit=LATE_LIMIT, slow=True),
        Probe("locale", after(0.4), limit=LATE_LIMIT, slow=True),
    ]
    threading.Timer(0.1, ear.look.give_up_one, ("os",)).start()
    begin = time.perf_counter()
    facts = run_probes(probes, 3.0, look=ear.look)
    took = time.perf_counter() - begin
    release.set()
    assert took < 3
    assert (facts["os"].note, facts["locale"].value) == ("cancelled", "fine")
    assert [set(told) for told in ear.told[1:]] == [{"os"}, {"locale"}]


def test_each_slow_fact_that_is_given_up_ends_the_look():
    release, ear = threading.Event(), Ear()
    names = ("os", "locale", "session")
    probes = [Probe(name, lambda: seen(str(release.wait(10)), ""), limit=LATE_LIMIT, slow=True) for name in names]
    for name in names:
        ear.look.give_up_one(name)
    facts = run_probes(probes, 3.0, look=ear.look)
    release.set()
    assert {fact.note for fact in facts.values()} == {"cancelled"}


class Untouchable:
    """A disk, a runner and a kernel in one: whoever asks it anything fails the test."""

    def __getattr__(self, name):
        def asked(*arguments, **named):
            raise AssertionError(f"{name} was asked outside of every limit")

        return asked


def test_listing_the_probes_asks_the_computer_nothing():
    door = Untouchable()
    tree = Tree(Path("/"), door)
    linux.probes(frozenset(), linux.LinuxComputer(tree, {"HOME": "/h"}, "", "x86_64", 64, door))
    macos.probes(macos.MacComputer(tree, {"HOME": "/h"}, door, "arm64", door, door.programs))
    windows.probes(windows.WindowsComputer(door, door, {}, DeviceDoors(door, door, door.run, {}), door))


@pytest.mark.parametrize("platform", ["linux", "macos", "windows"])
def test_a_computer_of_which_everything_hangs_gives_the_first_picture_in_time(platform):
    release = threading.Event()

    class Hanging(Untouchable):
        def __getattr__(self, name):
            return lambda *arguments, **named: release.wait(30)

    door, ear = Hanging(), Ear()
    tree = Tree(Path("/"), door)
    probes = {
        "linux": lambda: linux.probes(frozenset(), linux.LinuxComputer(tree, {"HOME": "/h"}, "", "x86_64", 64, door)),
        "macos": lambda: macos.probes(macos.MacComputer(tree, {"HOME": "/h"}, door, "arm64", door, door.programs)),
        "windows": lambda: windows.probes(
            windows.WindowsComputer(door, door, {}, DeviceDoors(door, door, door.run, {}), door, door.now, door.table)
        ),
    }[platform]()
    begin = time.perf_counter()
    threading.Thread(target=run_probes, args=(probes, 0.3), kwargs={"look": ear.look}, daemon=True).start()
    while not ear.told and time.perf_counter() - begin < 5:
        time.sleep(0.02)
    took = time.perf_counter() - begin
    ear.look.given_up.set()
    release.set()
    assert took < 3
    first = ear.told[0]
    assert set(first) == set(HostFacts.__struct_fields__)
    assert {fact.status for fact in first.values()} >= {FactStatus.TIMEOUT, FactStatus.NOT_APPLICABLE}
