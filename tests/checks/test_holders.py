"""F-03's list: the likeliest holder first, each with how to close it, and nobody is closed by us."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from jpkidoctor.checks.holders import ranked_holders
from jpkidoctor.facts import CardUser, Fact, Facts, FactStatus, Pkcs11Module, ServiceFacts, ServiceState
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.process_types import KnownProcess, load_processes
from jpkidoctor.knowledge.types import Lang
from jpkidoctor.knowledge.words import load_words

from . import faults
from .worlds import evidence_keys, finding, linux, macos, windows, with_host

LANGUAGES: tuple[Lang, ...] = ("ja", "en")


def users(*names: str, evidence: str = "process_name") -> tuple[CardUser, ...]:
    return tuple(CardUser(name=name, pid=pid, evidence=evidence) for pid, name in enumerate(names, 100))


def order(facts: Facts) -> list[str]:
    return [program.id if program else user.name for user, program in ranked_holders(facts, load_known())]


def test_who_keeps_cards_comes_before_who_uses_them_and_browsers_come_last() -> None:
    world = with_host(windows(), card_users=users("chrome.exe", "e-TaxWeb.exe", "scdaemon.exe", "msedge.exe"))
    assert order(world) == ["scdaemon", "etax", "chrome", "edge"]


def test_a_loaded_library_is_worth_more_than_a_name() -> None:
    loaded = replace(users("msedge.exe")[0], evidence="winscard")
    world = with_host(windows(), card_users=(*users("chrome.exe"), loaded))
    assert order(world) == ["edge", "chrome"]


def test_an_unknown_program_with_the_library_stands_before_browsers() -> None:
    world = with_host(linux(), card_users=users("firefox", "own-tool", "scdaemon", evidence="libpcsclite"))
    assert order(world) == ["scdaemon", "own-tool", "firefox"]


def test_many_processes_of_one_program_are_one() -> None:
    assert order(with_host(windows(), card_users=users("chrome.exe", "Chrome.exe", "CHROME.EXE"))) == ["chrome"]


def test_each_is_told_with_how_to_close_it_and_what_windows_does_itself() -> None:
    world = with_host(
        faults.held_by_another_program(windows()),
        card_users=users("MPA.exe", "firefox.exe"),
        helper_services=(ServiceFacts(name="CertPropSvc", state=ServiceState.RUNNING),),
    )
    said = finding(world, "F-03")
    assert evidence_keys(said) == ["connect", "holder_uses_card", "holder_may_use", "helper_reads_cards"]
    lines = [load_words("ja").evidence(evidence) for evidence in said.evidence]
    assert "マイナポータルを開いているブラウザーを、すべて閉じます。" in lines[1]
    assert "Firefoxの画面を、すべて閉じます。" in lines[2]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_program_of_the_table_can_be_told(lang: Lang) -> None:
    words = load_words(lang)
    for program in load_processes().programs:
        world = with_host(faults.held_by_another_program(_system_of(program)), card_users=users(_name_of(program)))
        line = words.evidence(finding(world, "F-03").evidence[1])
        assert program.label.get(lang) in line
        assert program.close.get(lang) in line


def _system_of(program: KnownProcess) -> Facts:
    return windows() if not program.os or "windows" in program.os else linux() if "linux" in program.os else macos()


def _name_of(program: KnownProcess) -> str:
    return program.names[0].removesuffix("*")


def test_of_two_processes_of_one_program_the_one_with_the_library_counts() -> None:
    loaded = replace(users("microsoft edge")[0], evidence="winscard", pid=777)
    ranked = ranked_holders(with_host(windows(), card_users=(*users("msedge.exe"), loaded)), load_known())
    assert [user.pid for user, _ in ranked] == [777]


@pytest.mark.parametrize(("note", "told"), [("others_hidden", True), ("time_limit", True), ("", False)])
def test_that_more_may_be_out_of_sight_is_told(note: str, told: bool) -> None:
    some = Fact(FactStatus.OK, users("firefox"), "test", note=note)
    said = finding(with_host(faults.held_by_another_program(windows()), card_users=some), "F-03")
    assert ("holders_hidden" in evidence_keys(said)) == told


def test_modules_that_let_browsers_use_a_card_are_told_and_those_without_cards_are_not() -> None:
    modules = (
        Pkcs11Module(name="opensc", library="opensc-pkcs11.so"),
        Pkcs11Module(name="off", library="opensc-pkcs11.so", enabled=False),
        Pkcs11Module(name="p11-kit-trust", library="p11-kit-trust.so"),
        Pkcs11Module(name="softhsm2", library="libsofthsm2.so"),
    )
    said = finding(with_host(faults.held_by_another_program(linux()), pkcs11_modules=modules), "F-03")
    assert [e.params for e in said.evidence if e.key == "pkcs11_module"] == [{"module": "opensc"}]
