"""Programs known by name: the table, and what is told of running ones."""

from __future__ import annotations

import os
import re
import sys
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.facts import FactStatus
from jpkidoctor.host import process_names
from jpkidoctor.host.process_names import loaded_files, look_at_card_users, process_name, running_programs
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.load import KnowledgeError, data_directory
from jpkidoctor.knowledge.process_types import RANK, load_processes
from jpkidoctor.safe_text import safe_text

TABLE = load_processes()


def users(system, *names, **more):
    fact = look_at_card_users(system, lambda: enumerate(names, 100), **more)
    return [(user.name, user.pid) for user in fact.value]


def test_likely_holders_come_first_and_each_name_once():
    names = ["explorer.exe", "chrome.exe", "chrome.exe", "MPA.exe", "scdaemon.exe", "svchost.exe"]
    assert users("windows", *names) == [("scdaemon.exe", 104), ("MPA.exe", 103), ("chrome.exe", 101)]


def test_programs_of_other_systems_are_not_named():
    assert users("windows", "Safari", "gsd-smartcard") == []
    assert users("macos", "Safari") == [("Safari", 100)]


@pytest.mark.parametrize("name", ["com.apple.ctkpcscd", "com.apple.ifdreader", "svchost.exe", "pcscd", "jpkidoctor",
                                  "python", "", "   ", ".exe", "Finder"])  # fmt: skip
def test_parts_of_the_system_and_this_program_are_not_named(name):
    assert all(users(system, name) == [] for system in ("windows", "macos"))


def test_names_are_made_harmless_and_hold_no_path():
    assert process_name("C:\\Users\\taro\\e-tax\x1b[31m.exe") == "e-tax.exe"
    assert users("macos", "/Users/hanako/bin/scdaemon") == [("scdaemon", 100)]


@given(st.text(max_size=40), st.sampled_from(["scdaemon", "e-tax", "MPA.exe"]), st.text(max_size=40))
def test_any_names(before, known, after):
    for name, _ in users("macos", before + known + after, f"{before}/{known}{after}"):
        assert safe_text(name) == name
        assert not {"/", "\\"} & set(name)


def test_a_long_list_is_cut_by_time():
    ticks = iter([0.0, 0.1, 9.0])
    programs = [(1, "scdaemon"), (2, "chrome")]
    fact = look_at_card_users("macos", lambda: programs, clock=lambda: next(ticks))
    assert ([user.pid for user in fact.value], fact.note) == ([1], "time_limit")


def test_a_damaged_table_is_a_fact(monkeypatch):
    def broken():
        raise KnowledgeError(data_directory() / "processes.toml", "broken")

    monkeypatch.setattr(process_names, "load_processes", broken)
    fact = look_at_card_users("windows", lambda: [(1, "chrome.exe")])
    assert (fact.status, fact.note) == (FactStatus.UNKNOWN, "no_table")


def test_programs_of_this_computer_include_this_one():
    assert os.getpid() in dict(running_programs())


# --- the table --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "program"),
    [("MPA.exe", "myna_portal_app"), ("JPKIMenu.exe", "jpki_client"), ("e-TaxSoft.exe", "etax"),
     ("SCDAEMON", "scdaemon"),
     ("qemu-system-x86_64", "virtual_machine"), ("opensc-notify", "opensc"), ("authenticator-h", "yubikey"),
     ("authenticator", None), ("mpab", None), ("jpkidoctor", None)],
)  # fmt: skip
def test_find(name, program):
    found = TABLE.find(name)
    assert (found.id if found else None) == program


def test_ids_and_names_stand_once_and_are_folded():
    ids = [program.id for program in TABLE.programs]
    names = [name for program in TABLE.programs for name in program.names]
    assert len(set(ids)) == len(ids)
    assert len(set(names)) == len(names)
    for name in names:
        assert re.fullmatch(r"[a-z0-9][a-z0-9 ._-]*\*?", name), name
        assert not name.endswith(".exe")
        assert len(name.rstrip("*")) >= 3


def test_every_entry_is_sourced():
    listed = load_known().sources
    for program in TABLE.programs:
        assert program.sources, program.id
        assert set(program.sources) <= listed.keys(), program.id


def test_words_are_whole_sentences_that_a_japanese_windows_console_shows():
    text = (data_directory() / "processes.toml").read_text(encoding="utf-8")
    text.encode("cp932")
    for program in TABLE.programs:
        assert re.search(r"[\u3040-\u30ff]", program.close.ja), program.id
        assert program.close.ja.endswith("。"), program.id
        assert program.label.en and program.close.en, program.id
        assert not program.label.ja.endswith("。"), program.id


def test_every_severity_has_a_rank_and_is_used():
    assert {program.severity for program in TABLE.programs} == set(RANK)


def test_an_unknown_key_in_the_table_is_refused(tmp_path):
    raw = (data_directory() / "processes.toml").read_text(encoding="utf-8")
    assert tomllib.loads(raw)
    (tmp_path / "processes.toml").write_text(raw.replace("severity =", "severty =", 1), encoding="utf-8")
    with pytest.raises(KnowledgeError, match="severty"):
        load_processes(tmp_path)


# --- Windows: what a program has loaded ---------------------------------------------------------------

SYSTEM32 = r"C:\Windows\System32"
WINSCARD = SYSTEM32 + r"\WinSCard.dll"
MEMORY = {
    100: [r"C:\JPKI\MPA.exe", WINSCARD],
    101: [r"C:\Program Files\Google\Chrome\Application\chrome.exe", SYSTEM32 + r"\kernel32.dll"],
    102: [SYSTEM32 + r"\LogonUI.exe", WINSCARD],
    103: [r"D:\Users\taro\secret\cardtool.exe", WINSCARD],
    104: [r"C:\notepad\notepad.exe", r"C:\x\notwinscard.dll"],
    105: [r"D:\Users\taro\secret\cardtool.exe", WINSCARD],
}
NAMES = ["MPA.exe", "chrome.exe", "LogonUI.exe", "cardtool.exe", "notepad.exe", "cardtool.exe", "scdaemon.exe"]


def closed(pid):
    if pid not in MEMORY:
        raise PermissionError(pid)
    return MEMORY[pid]


def test_the_loaded_library_is_evidence_on_windows():
    fact = look_at_card_users("windows", lambda: enumerate(NAMES, 100), loaded=closed)
    assert [(user.name, user.pid, user.evidence) for user in fact.value] == [
        ("scdaemon.exe", 106, "process_name"),  # closed to us: known by its name alone
        ("MPA.exe", 100, "winscard"),
        ("cardtool.exe", 103, "winscard"),
    ]
    assert fact.note == "others_hidden"
    assert "taro" not in repr(fact)


def test_known_programs_are_looked_into_first_and_time_ends_it():
    asked: list[int] = []

    def slow(pid):
        asked.append(pid)
        return MEMORY[100]

    ticks = iter([0.0] * 8 + [0.1])
    names = ["cardtool.exe"] * 5 + ["MPA.exe"]
    fact = look_at_card_users("windows", lambda: enumerate(names, 100), loaded=slow, clock=lambda: next(ticks, 9.0))
    assert asked[0] == 105
    assert len(asked) < 6
    assert (fact.value[0].name, fact.note) == ("MPA.exe", "time_limit")


def test_a_program_that_ended_and_this_one_are_passed_over():
    def ended(pid):
        raise ProcessLookupError(pid)

    assert look_at_card_users("windows", lambda: [(1, "x.exe")], loaded=ended).value == ()
    ours = [(os.getpid(), "python.exe"), (os.getppid(), "jpkidoctor.exe")]
    assert look_at_card_users("windows", lambda: ours, loaded=lambda pid: [WINSCARD]).value == ()


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not show it")
def test_files_in_the_memory_of_this_program():
    assert any("python" in name.lower() for name in loaded_files(os.getpid()))
    with pytest.raises(OSError):
        loaded_files(2**22 + 1)


def test_all_processes_of_a_browser_are_looked_into():
    chrome = [r"C:\Chrome\chrome.exe", SYSTEM32 + r"\kernel32.dll"]
    names = [(pid, "chrome.exe") for pid in range(200, 204)]
    with_card = {200: chrome, 201: chrome, 202: [*chrome, WINSCARD], 203: chrome}
    fact = look_at_card_users("windows", lambda: names, loaded=with_card.__getitem__)
    assert [(user.name, user.pid, user.evidence) for user in fact.value] == [("chrome.exe", 202, "winscard")]
    assert look_at_card_users("windows", lambda: names, loaded=lambda pid: chrome).value == ()
    many = [(pid, "chrome.exe") for pid in range(200, 220)]  # not all are asked: then it stays
    fact = look_at_card_users("windows", lambda: many, loaded=lambda pid: chrome)
    assert [user.evidence for user in fact.value] == ["process_name"]
