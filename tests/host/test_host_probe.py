"""One bad probe spoils nothing."""

from __future__ import annotations

import threading
import time

from jpkidoctor.facts import FactStatus
from jpkidoctor.host.probe import NOT_YET, Probe, run_probes, seen


def good():
    return seen("fine", "test")


def test_hanging_probe_becomes_timeout_and_the_rest_is_told():
    release = threading.Event()

    def hang():
        release.wait(10)
        return seen("late", "test")

    begin = time.perf_counter()
    facts = run_probes([Probe("slow", hang, limit=0.1), Probe("quick", good)], 3.0)
    took = time.perf_counter() - begin
    release.set()
    assert facts["slow"].status is FactStatus.TIMEOUT
    assert facts["slow"].ms == 100
    assert facts["quick"].value == "fine"
    assert took < 1


def test_hanging_probes_share_one_total_limit():
    release = threading.Event()
    begin = time.perf_counter()
    probes = [Probe(f"slow{n}", lambda: seen(str(release.wait(10)), ""), limit=5) for n in range(8)]
    facts = run_probes(probes, 0.2)
    took = time.perf_counter() - begin
    release.set()
    assert {fact.status for fact in facts.values()} == {FactStatus.TIMEOUT}
    assert took < 1


def test_raising_probe_tells_the_class_and_never_the_message():
    def fail():
        raise ValueError("/home/taro/secret")

    fact = run_probes([Probe("bad", fail)], 1.0)["bad"]
    assert (fact.status, fact.note) == (FactStatus.ERROR, "ValueError")
    assert "taro" not in repr(fact)


def test_closed_door_is_denied():
    def closed():
        raise PermissionError(13, "no", "/home/taro")

    fact = run_probes([Probe("closed", closed)], 1.0)["closed"]
    assert (fact.status, fact.note) == (FactStatus.DENIED, "PermissionError")


def test_time_is_measured():
    def slow():
        time.sleep(0.03)
        return good()

    assert 25 <= run_probes([Probe("slow", slow)], 1.0)["slow"].ms < 500


def test_no_threads_left_in_the_system(monkeypatch):
    def refuse(self):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    fact = run_probes([Probe("x", good)], 1.0)["x"]
    assert (fact.status, fact.note) == (FactStatus.ERROR, "RuntimeError")


def test_what_is_not_built_yet_says_so():
    fact = run_probes([Probe("usb_devices", lambda: NOT_YET)], 1.0)["usb_devices"]
    assert (fact.status, fact.note) == (FactStatus.UNKNOWN, "not_yet")
