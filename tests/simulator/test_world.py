"""Practice worlds: the computer of a scenario, its events, and the examination over them."""

from __future__ import annotations

import datetime as dt
import threading
import time

import pytest

from jpkidoctor.card import applications as app
from jpkidoctor.card import winscard as w
from jpkidoctor.card.watcher import Snapshot, Watcher
from jpkidoctor.card.winscard import LibraryMissingError, PcscError, State
from jpkidoctor.facts import FactStatus, HostFacts, OsFamily, ServiceState
from jpkidoctor.simulator.other_cards import OTHER_CARDS
from jpkidoctor.simulator.practice_readers import PRACTICE_READERS
from jpkidoctor.simulator.reader_slot import Position
from jpkidoctor.simulator.scenario import (
    EventSpec,
    ScenarioError,
    find_scenario,
    parse_scenario,
    preset_directory,
    scenario_names,
)
from jpkidoctor.simulator.world import PracticeWorld
from jpkidoctor.world import World

from .conftest import NOW

HEAD = """
step = 'D'
title = { ja = '題', en = 'Title' }
story = { ja = '話', en = 'Story' }
"""
ONE_READER = "[[reader]]\nmodel = 'scr3310-nttcom'\n"
ONE_CARD = "[[card]]\nmodel = 'my_number'\n"
PRESETS = sorted(path.stem for path in preset_directory().glob("*.toml"))


@pytest.fixture
def make_world(keys):
    worlds: list[PracticeWorld] = []

    def make(text: str, host: str = "linux-debian", facts: str = "") -> PracticeWorld:
        whole = HEAD + f"[host]\npreset = '{host}'\n[host.facts]\n{facts}\n" + text + "\n[expect]\n"
        world = PracticeWorld(parse_scenario("test", whole), clock=lambda: NOW, sleep=lambda seconds: None, keys=keys)
        worlds.append(world)
        return world

    yield make
    for world in worlds:
        world.stop()


def only_state(world: World) -> w.ReaderState:
    context = world.resource_manager().establish()
    (state,) = context.status_change({}, context.list_readers(), 0)
    return state


# -- the computer --------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_each_practice_computer_is_complete(make_world, preset):
    facts = make_world(ONE_READER, host=preset).observe_host()
    unobserved = {name for name in HostFacts.__struct_fields__ if getattr(facts, name).status is FactStatus.UNKNOWN}
    assert unobserved == set()
    assert len(facts.usb_devices.value or ()) == 1


def test_a_scenario_changes_one_thing_of_its_computer(make_world):
    facts = make_world(
        "", host="windows-11", facts="locale = { ansi_codepage = 1252 }\nservice = { status = 'denied' }"
    ).observe_host()
    assert facts.locale.value is not None
    assert (facts.locale.value.ansi_codepage, facts.locale.value.system_locale) == (1252, "ja-JP")
    assert (facts.service.status, facts.service.value) == (FactStatus.DENIED, None)


@pytest.mark.parametrize("facts", ["colour = 'red'", "os = { build = 'new' }", "default_browser = 3"])
def test_a_fact_that_does_not_exist_is_an_error(make_world, facts):
    with pytest.raises(ScenarioError):
        make_world("", facts=facts)


def test_days_are_counted_from_now(make_world):
    reader = ONE_READER + "[reader.device]\ndriver_installed_at = '-10d'\ndriver_date = '-3000d'\n"
    facts = make_world(reader, host="windows-11").observe_host()
    (device,) = facts.reader_devices.value or ()
    assert device.driver_installed_at == NOW - dt.timedelta(days=10)
    assert device.driver_date == (NOW - dt.timedelta(days=3000)).date()
    assert facts.os.value is not None
    assert facts.os.value.installed_at == NOW - dt.timedelta(days=200)


def test_a_wrong_clock_is_the_computers_own(make_world):
    world = make_world("", facts="")
    assert world.now() == NOW
    late = parse_scenario("late", HEAD + "[host]\nclock_offset_days = -400\n[expect]\n")
    assert PracticeWorld(late, clock=lambda: NOW).now() == NOW - dt.timedelta(days=400)


def test_a_reader_without_a_driver_is_on_the_bus_and_not_in_pcsc(make_world):
    world = make_world(ONE_READER + "driver = 'missing'\n", host="windows-11")
    facts = world.observe_host()
    (device,) = facts.reader_devices.value or ()
    assert (device.problem_code, device.driver_provider) == (28, "")
    assert len(facts.usb_devices.value or ()) == 1
    with pytest.raises(PcscError) as caught:  # Windows stops the service with no reader
        world.resource_manager().establish()
    assert caught.value.code == w.E_NO_SERVICE
    assert facts.service.value is not None
    assert facts.service.value.state is ServiceState.STOPPED


def test_a_reader_without_a_driver_for_this_system(make_world):
    world = make_world("[[reader]]\nmodel = 'rc-s380'\n" + ONE_CARD)
    assert world.resource_manager().establish().list_readers() == ()
    (device,) = world.observe_host().usb_devices.value or ()
    assert (f"{device.vid:04X}:{device.pid:04X}", device.listed_by_driver) == ("054C:06C3", False)


@pytest.mark.parametrize("model", sorted(PRACTICE_READERS))
def test_reader_names_are_different_for_each_slot_and_copy(model):
    reader = PRACTICE_READERS[model]
    for family in (OsFamily.WINDOWS, OsFamily.MACOS, OsFamily.LINUX):
        names = reader.names(family, 0)
        assert len(names) in (0, len(reader.slots))
        assert len(set(names) | set(reader.names(family, 2))) == 2 * len(names)


def test_without_the_library(make_world):
    world = make_world("[pcsc]\nservice = 'library_missing'\n")
    with pytest.raises(LibraryMissingError):
        world.resource_manager()


def test_a_refused_context(make_world):
    world = make_world("[pcsc]\nservice = 'stopped'\ncode = 0x8010006A\n" + ONE_READER)
    with pytest.raises(PcscError) as caught:
        world.resource_manager().establish()
    assert caught.value.code == w.W_SECURITY_VIOLATION
    assert world.observe_host().service.value.state is ServiceState.STOPPED


@pytest.mark.parametrize(("stops", "code"), [("", w.E_NO_SERVICE), ("stops_with_last_reader = false", 0)])
def test_windows_without_a_reader_has_no_service_unless_the_scenario_says_so(make_world, stops, code):
    manager = make_world(f"[pcsc]\n{stops}\n", host="windows-11").resource_manager()
    try:
        found = len(manager.establish().list_readers())
    except PcscError as error:
        found = error.code
    assert found == code


# -- events --------------------------------------------------------------------------------------------


def do(world: PracticeWorld, action: str, **more) -> None:
    world.apply(EventSpec(at=0, do=action, **more))


def test_hands_put_the_card_in_turn_it_and_take_it_out(make_world):
    world = make_world(ONE_READER + ONE_CARD + "inserted = 'absent'\n")
    assert only_state(world).flags == State.EMPTY
    world.insert()
    assert only_state(world).flags == State.PRESENT
    world.turn_over()
    assert only_state(world).flags == State.PRESENT | State.MUTE
    world.turn_over()
    assert only_state(world).flags == State.PRESENT
    world.remove()
    world.turn_over()
    assert only_state(world).flags == State.EMPTY
    assert world.position() is Position.OUT


def test_turning_over_does_not_matter_where_a_card_is_laid_on(make_world):
    world = make_world("[[reader]]\nmodel = 'rc-s300'\n" + ONE_CARD)
    before = only_state(world)
    world.turn_over()
    assert (only_state(world).flags, only_state(world).event_count) == (before.flags, before.event_count + 2)


def test_hands_without_a_card_do_nothing(make_world):
    world = make_world(ONE_READER)
    world.insert()
    world.turn_over()
    assert only_state(world).flags == State.EMPTY


def test_a_reader_unplugged_and_plugged_keeps_its_card(make_world):
    world = make_world(ONE_READER + ONE_CARD)
    do(world, "unplug", reader=0)
    assert world.resource_manager().establish().list_readers() == ()
    assert world.observe_host().usb_devices.value == ()
    world.insert()
    do(world, "plug", reader=0)
    assert only_state(world).flags == State.PRESENT


def test_a_second_card_takes_the_place_of_the_first(make_world):
    world = make_world(ONE_READER + ONE_CARD + "[[card]]\nmodel = 'felica'\ninserted = 'absent'\n")
    assert only_state(world).atr == world.card(0).atr
    do(world, "insert", card=1)
    assert only_state(world).atr == world.card(1).atr
    assert world.position(0) is Position.OUT
    world.remove(0)
    assert only_state(world).flags == State.PRESENT


def test_a_card_moves_to_another_reader(make_world):
    world = make_world(ONE_READER + "[[reader]]\nmodel = 'rc-s300'\n" + ONE_CARD)
    do(world, "insert", reader=1)
    context = world.resource_manager().establish()
    states = context.status_change({}, context.list_readers(), 0)
    assert [state.flags for state in states] == [State.EMPTY, State.PRESENT]


def test_other_programs(make_world):
    world = make_world(ONE_READER + "other_program = 'exclusive'\n" + ONE_CARD)
    assert only_state(world).flags == State.PRESENT | State.EXCLUSIVE
    do(world, "release")
    assert only_state(world).flags == State.PRESENT
    do(world, "connect_other")
    assert only_state(world).flags == State.PRESENT | State.INUSE


def test_pins_typed_elsewhere_count(make_world):
    world = make_world(ONE_READER + ONE_CARD)
    do(world, "type_wrong_pin", pin="authentication")
    do(world, "type_wrong_pin", pin="authentication")
    assert world.card().tries_left(app.JPKI_AID, 0x0018) == 1


def test_the_service_stops_and_starts(make_world):
    world = make_world(ONE_READER + ONE_CARD)
    context = world.resource_manager().establish()
    do(world, "stop_service")
    assert world.observe_host().service.value.state is ServiceState.STOPPED
    do(world, "start_service")
    assert world.observe_host().service.value.state is ServiceState.RUNNING
    with pytest.raises(PcscError):
        context.list_readers()
    assert only_state(world).flags == State.PRESENT


def test_a_reset_by_another_program(make_world):
    world = make_world(ONE_READER + ONE_CARD)
    context = world.resource_manager().establish()
    connection = context.connect(context.list_readers()[0])
    do(world, "reset_card")
    with pytest.raises(PcscError) as caught:
        connection.begin()
    assert caught.value.code == w.W_RESET_CARD


EVENTS = """
[[event]]
at = 0.3
do = 'remove'
[[event]]
at = 0.1
do = 'insert_wrong'
"""


def test_events_happen_in_the_order_of_their_times(make_world):
    world = make_world(ONE_READER + ONE_CARD + "inserted = 'absent'\n" + EVENTS)
    world.apply_all()
    state = only_state(world)
    assert (state.flags, state.event_count) == (State.EMPTY, 2)


def test_the_production_watcher_sees_events_played_in_time(make_world):
    world = make_world(ONE_READER + ONE_CARD + "inserted = 'absent'\n" + EVENTS)
    seen: list[int] = []
    empty_again = threading.Event()

    def on_change(snapshot: Snapshot) -> None:
        seen.extend(reader.state.flags for reader in snapshot.readers)
        if len(seen) > 1 and seen[-1] == State.EMPTY and State.PRESENT | State.MUTE in seen:
            empty_again.set()

    watcher = Watcher(world.resource_manager(), on_change, wait_ms=200, retry_s=0.05)
    watcher.start()
    try:
        world.play(speed=2)
        assert empty_again.wait(3)
    finally:
        watcher.stop()


def test_a_badly_laid_card_comes_and_goes(make_world):
    world = make_world("[[reader]]\nmodel = 'rc-s300'\n" + ONE_CARD + "inserted = 'flapping'\n")
    world.apply_all()
    context = world.resource_manager().establish()
    names = context.list_readers()
    known = {names[0]: context.status_change({}, names, 0)[0]}
    flags = [known[names[0]].flags]
    for _ in range(3):
        known = {names[0]: context.status_change(known, names, 2000)[0]}
        flags.append(known[names[0]].flags)
    assert set(flags) == {State.EMPTY, State.PRESENT}


def test_stopping_lets_everybody_go(make_world):
    world = make_world(ONE_READER + "other_program = 'transaction'\n" + ONE_CARD)
    context = world.resource_manager().establish()
    name = context.list_readers()[0]
    ended: list[int] = []

    def connect() -> None:
        try:
            context.connect(name)
        except PcscError as error:
            ended.append(error.code)
        else:
            ended.append(0)

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    world.play()
    start = time.monotonic()
    world.stop()
    thread.join(2)
    assert ended
    assert time.monotonic() - start < 1


# -- every card, through the production code -------------------------------------------------------------


@pytest.mark.parametrize("model", [*sorted(OTHER_CARDS), "my_number", "juki", "android", "iphone", "unknown_jpki"])
def test_each_card_can_be_put_into_a_scenario(make_world, model):
    world = make_world(f"[[reader]]\nmodel = 'rc-s300'\n[[card]]\nmodel = '{model}'\n")
    context = world.resource_manager().establish()
    connection = context.connect(context.list_readers()[0])
    select = bytes.fromhex(f"00A4040C0A{app.JPKI_AID.hex()}")
    assert (connection.transmit(select) == b"\x90\x00") == (model not in OTHER_CARDS)
    assert world.commands_sent() == (select,)


@pytest.mark.parametrize("name", scenario_names())
def test_each_scenario_of_the_program_can_be_built(keys, name):
    world = PracticeWorld(find_scenario(name), keys=keys)
    try:
        world.apply_all()
        assert world.observe_host().os.known
    finally:
        world.stop()
