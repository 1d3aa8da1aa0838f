"""The collector for commands, with real child processes; and what the probes make of failures."""

from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from jpkidoctor.facts import FactStatus
from jpkidoctor.host.commands import Answer, ChildProcess
from jpkidoctor.host.driver_bundles import DriverCatalogue
from jpkidoctor.host.macos_commands import IOREG, SMART_CARDS, USB_HOST, USB_OLD
from jpkidoctor.host.macos_usb import IoregMemory, look_at_reader_devices, look_at_usb
from jpkidoctor.host.probe import Probe, run_probes
from jpkidoctor.look import Look

NO_LIST = DriverCatalogue((), None)


def python(code):
    return (sys.executable, "-c", code)


def test_output_of_a_command():
    assert ChildProcess().run(python("print('x')"), 10).output.strip() == b"x"


def test_a_failed_command_gives_no_output():
    assert ChildProcess().run(python("print('x'); raise SystemExit(3)"), 10) == Answer(failure="exit", code=3)


def test_a_command_that_hangs_is_ended():
    begin = time.perf_counter()
    assert ChildProcess().run(python("import time; time.sleep(60)"), 0.3).failure == "timeout"
    assert time.perf_counter() - begin < 5


def test_a_command_that_nobody_waits_for_is_ended(tmp_path):
    """A look that a person gives up leaves no program behind."""
    note = tmp_path / "pid"
    code = f"import os, pathlib, time; pathlib.Path({str(note)!r}).write_text(str(os.getpid())); time.sleep(60)"
    answers = []

    def slow():
        answers.append(ChildProcess().run(python(code), 30))
        return answers[0].unseen("test")

    look = Look()
    probe = Probe("os", slow, limit=8.0, slow=True)
    thread = threading.Thread(target=run_probes, args=([probe], 1.0), kwargs={"look": look})
    thread.start()
    assert soon(lambda: note.exists() and bool(note.read_text()))
    pid = int(note.read_text())
    look.give_up_one("os")
    thread.join(5)
    assert not thread.is_alive()
    assert soon(lambda: bool(answers))
    assert answers[0].failure == "timeout"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def soon(happened):
    end = time.perf_counter() + 8
    while not happened() and time.perf_counter() < end:
        time.sleep(0.02)
    return happened()


def test_commands_that_cannot_start(tmp_path):
    (tmp_path / "tool").write_text("x")
    assert ChildProcess().run(("/nonexistent/tool",), 1).failure == "not_found"
    assert ChildProcess().run((str(tmp_path / "tool"),), 1).failure == "denied"
    assert ChildProcess().run(("a\0b",), 1).failure == "os"


def test_commands_see_no_environment(monkeypatch):
    monkeypatch.setenv("SECRET_WORD", "x")
    output = ChildProcess().run(python("import os; print('SECRET_WORD' in os.environ)"), 10).output
    assert output.strip() == b"False"


class Answers:
    def __init__(self, **answers):
        names = {"ioreg": IOREG, "usb_host": USB_HOST, "usb_old": USB_OLD, "cards": SMART_CARDS}
        self.answers = {names[name]: answer for name, answer in answers.items()}
        self.asked = []

    def run(self, command, limit):
        self.asked.append(command)
        return self.answers.get(command, Answer(failure="not_found"))


@pytest.mark.parametrize(
    ("failure", "status"),
    [("denied", FactStatus.DENIED), ("timeout", FactStatus.TIMEOUT), ("exit", FactStatus.UNKNOWN),
     ("not_found", FactStatus.UNKNOWN), ("os", FactStatus.UNKNOWN)],
)  # fmt: skip
def test_failures_are_never_absence(failure, status):
    runner = Answers(ioreg=Answer(failure=failure), cards=Answer(failure=failure))
    for fact in (look_at_usb(runner, frozenset(), NO_LIST), look_at_reader_devices(runner)):
        assert (fact.status, fact.note, fact.value) == (status, failure, None)


def test_unreadable_output_is_unknown():
    runner = Answers(ioreg=Answer(b"rubbish"), cards=Answer(b"rubbish"))
    assert look_at_usb(runner, frozenset(), NO_LIST).note == "unreadable"
    assert look_at_reader_devices(runner).note == "unreadable"


def test_the_profiler_is_not_asked_when_ioreg_shows_devices():
    device = b'<plist version="1.0"><dict><key>idVendor</key><integer>1</integer><key>idProduct</key>' \
             b"<integer>2</integer><key>bDeviceClass</key><integer>3</integer></dict></plist>"  # fmt: skip
    runner = Answers(ioreg=Answer(device))
    fact = look_at_usb(runner, frozenset(), NO_LIST)
    assert (fact.value, fact.source, runner.asked) == ((), "ioreg", [IOREG])


def test_both_profiler_types_are_asked_when_ioreg_shows_nothing():
    runner = Answers(ioreg=Answer(b""))
    assert look_at_usb(runner, frozenset(), NO_LIST).value == ()
    assert sorted(runner.asked) == sorted([IOREG, USB_HOST, USB_OLD])


NOTHING = Answer(b'{"SPUSBHostDataType": []}')
SOMETHING = Answer(
    b'{"SPUSBHostDataType": [{"_name": "x", "USBDeviceKeyVendorID": "0x054c", "USBDeviceKeyProductID": "0x0dc9"}]}'
)


def test_a_mac_without_usb_is_not_profiled_every_few_seconds():
    memory, runner = IoregMemory(), Answers(ioreg=Answer(b""), usb_host=NOTHING)
    look_at_usb(runner, frozenset(), NO_LIST, memory)
    look_at_usb(runner, frozenset(), NO_LIST, memory)
    assert runner.asked.count(USB_HOST) == 1
    assert runner.asked.count(IOREG) == 2


def test_an_ioreg_that_misses_what_the_profiler_sees_is_never_trusted():
    memory, runner = IoregMemory(), Answers(ioreg=Answer(b""), usb_host=SOMETHING)
    for _ in range(2):
        assert look_at_usb(runner, frozenset({(0x54C, 0xDC9)}), NO_LIST, memory).source == "system_profiler"
    assert runner.asked.count(USB_HOST) == 2
    silent = Answers(ioreg=Answer(failure="timeout"), usb_host=NOTHING)
    look_at_usb(silent, frozenset(), NO_LIST, memory)
    assert not memory.silence_counts  # a command that failed teaches nothing


def test_a_list_without_readers_section_has_no_meaning():
    fact = look_at_reader_devices(Answers(cards=Answer(b'{"SPSmartCardsDataType": []}')))
    assert (fact.status, fact.note) == (FactStatus.NOT_APPLICABLE, "no_reader_list")
