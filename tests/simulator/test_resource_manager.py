"""The practice PC/SC service shows each failure as pcsc-lab.md §5 measured it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from jpkidoctor.card import applications as app
from jpkidoctor.card import winscard as w
from jpkidoctor.card.winscard import PNP_READER, PcscError, ReaderState, State
from jpkidoctor.simulator.card import PracticeCard
from jpkidoctor.simulator.card_data import CardData, FaultKind, Faults
from jpkidoctor.simulator.card_models import JpkiOptions
from jpkidoctor.simulator.practice_service import Habits, PracticeService
from jpkidoctor.simulator.reader_slot import OtherProgram, Position
from jpkidoctor.simulator.resource_manager import PracticeContext, PracticeResourceManager

NAME = "Practice Reader 00 00"
SELECT = bytes.fromhex(f"00A4040C0A{app.JPKI_AID.hex()}")
POLL_S = 0.05


@pytest.fixture
def service() -> Iterator[PracticeService]:
    service = PracticeService(habits=Habits(mute_wait_s=0.01, poll_s=POLL_S))
    service.plug(NAME)
    yield service
    service.other_program(NAME, OtherProgram.NOTHING) if NAME in service.slots else None
    service.stop_service()


@pytest.fixture
def card(make_card: Callable[[JpkiOptions], PracticeCard]) -> PracticeCard:
    return make_card(JpkiOptions())


def code_of(call: Callable[[], object]) -> int:
    with pytest.raises(PcscError) as caught:
        call()
    return caught.value.code


def establish(service: PracticeService) -> PracticeContext:
    return PracticeResourceManager(service).establish()


def state(context: PracticeContext) -> ReaderState:
    return context.status_change({}, (NAME,), 0)[0]


class Waiting:
    """A call on a thread of its own."""

    def __init__(self, call: Callable[[], object]) -> None:
        self.result: object = None
        self.error: PcscError | None = None
        self._call = call
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        time.sleep(0.03)
        assert self._thread.is_alive(), "it was to block"

    def _run(self) -> None:
        try:
            self.result = self._call()
        except PcscError as error:
            self.error = error

    def done(self) -> object:
        self._thread.join(2)
        assert not self._thread.is_alive(), "it was to come back"
        return self.result


# -- service and readers -------------------------------------------------------------------------------


def test_without_a_service_no_context(service):
    service.stop_service()
    assert code_of(lambda: establish(service)) == w.E_NO_SERVICE
    service.stop_service(w.W_SECURITY_VIOLATION)
    assert code_of(lambda: establish(service)) == w.W_SECURITY_VIOLATION


def test_a_service_without_readers_is_no_error():
    assert establish(PracticeService()).list_readers() == ()


def test_a_restarted_service_leaves_old_contexts_and_connections_dead(service, card):
    service.put(NAME, card)
    context = establish(service)
    connection = context.connect(NAME)
    service.stop_service()
    service.start_service()
    assert code_of(context.list_readers) == w.E_NO_SERVICE
    assert code_of(lambda: connection.transmit(SELECT)) == w.E_NO_SERVICE
    connection.close()
    assert establish(service).list_readers() == (NAME,)
    assert state(establish(service)).flags == State.PRESENT


def test_a_closed_context_is_an_invalid_handle(service):
    context = establish(service)
    context.close()
    assert code_of(context.list_readers) == w.E_INVALID_HANDLE


def test_an_unknown_reader(service):
    context = establish(service)
    assert code_of(lambda: context.connect("other")) == w.E_UNKNOWN_READER
    assert code_of(lambda: context.status_change({}, ("other",), 0)) == w.E_UNKNOWN_READER


def test_on_windows_the_service_goes_with_the_last_reader():
    windows = Habits(stops_with_last_reader=True, dead_code=w.E_SERVICE_STOPPED, blocked_code=w.E_SYSTEM_CANCELLED)
    service = PracticeService(habits=windows)
    service.plug(NAME)
    context = establish(service)
    waiting = Waiting(lambda: context.status_change({}, (PNP_READER,), 5000))
    service.unplug(NAME)
    waiting.done()
    assert waiting.error is not None and waiting.error.code == w.E_SYSTEM_CANCELLED
    assert code_of(context.list_readers) == w.E_SERVICE_STOPPED
    assert code_of(lambda: establish(service)) == w.E_NO_SERVICE
    service.plug(NAME)
    assert establish(service).list_readers() == (NAME,)


def test_a_service_that_somebody_stopped_is_not_started_by_a_reader():
    service = PracticeService(habits=Habits(stops_with_last_reader=True))
    service.stop_service()
    service.plug(NAME)
    assert code_of(lambda: establish(service)) == w.E_NO_SERVICE


# -- states ------------------------------------------------------------------------------------------


def test_states_of_an_ordinary_card(service, card):
    context = establish(service)
    assert state(context) == ReaderState(NAME, State.EMPTY, 0, b"")
    service.put(NAME, card)
    assert state(context) == ReaderState(NAME, State.PRESENT, 1, card.atr)
    connection = context.connect(NAME)
    assert state(context).flags == State.PRESENT | State.INUSE
    connection.close()
    connection.close()
    assert state(context).flags == State.PRESENT
    service.take(NAME, card)
    assert state(context) == ReaderState(NAME, State.EMPTY, 2, b"")


def test_a_card_the_wrong_way_is_mute(service, card):
    context = establish(service)
    service.put(NAME, card, Position.WRONG)
    assert state(context) == ReaderState(NAME, State.PRESENT | State.MUTE, 1, b"")
    assert code_of(lambda: context.connect(NAME)) == w.W_UNPOWERED_CARD
    service.put(NAME, card, Position.RIGHT)
    assert context.connect(NAME).protocol == "T=1"


def test_a_damaged_chip_is_mute_both_ways(service, make_card):
    service.put(NAME, make_card(JpkiOptions(faults=Faults(mute=True))))
    assert state(establish(service)).flags == State.PRESENT | State.MUTE


def test_connecting_to_a_mute_card_takes_as_long_as_pcscd_tries():
    slept: list[float] = []
    service = PracticeService(sleep=slept.append)
    service.plug(NAME)
    service.put(NAME, PracticeCard(CardData(atr=b"\x3b\x00")), Position.WRONG)
    code_of(lambda: establish(service).connect(NAME))
    assert slept == [0.4]


def test_on_windows_a_mute_card_has_another_code(card):
    service = PracticeService(habits=Habits(mute_code=w.W_UNRESPONSIVE_CARD, mute_wait_s=0))
    service.plug(NAME)
    service.put(NAME, card, Position.WRONG)
    assert code_of(lambda: establish(service).connect(NAME)) == w.W_UNRESPONSIVE_CARD


def test_no_card(service):
    assert code_of(lambda: establish(service).connect(NAME)) == w.E_NO_SMARTCARD


def test_a_nonsense_atr(service):
    service.put(NAME, PracticeCard(CardData(atr=b"\x00\x01\x02")))
    context = establish(service)
    assert state(context).flags == State.PRESENT
    assert code_of(lambda: context.connect(NAME)) == w.E_PROTO_MISMATCH


def test_another_program_keeps_the_reader_for_itself(service, card):
    service.put(NAME, card)
    service.other_program(NAME, OtherProgram.EXCLUSIVE)
    context = establish(service)
    assert state(context).flags == State.PRESENT | State.EXCLUSIVE
    assert code_of(lambda: context.connect(NAME)) == w.E_SHARING_VIOLATION
    service.other_program(NAME, OtherProgram.CONNECTED)
    assert state(context).flags == State.PRESENT | State.INUSE
    context.connect(NAME)


def test_another_programs_transaction_blocks_connect_until_it_ends(service, card):
    service.put(NAME, card)
    service.other_program(NAME, OtherProgram.TRANSACTION)
    context = establish(service)
    waiting = Waiting(lambda: context.connect(NAME))
    service.other_program(NAME, OtherProgram.NOTHING)
    assert waiting.done() is not None


def test_a_blocked_connect_ends_with_the_service(service, card):
    service.put(NAME, card)
    service.other_program(NAME, OtherProgram.TRANSACTION)
    context = establish(service)
    waiting = Waiting(lambda: context.connect(NAME))
    service.stop_service()
    waiting.done()
    assert waiting.error is not None and waiting.error.code == w.E_NO_SERVICE


# -- waiting -----------------------------------------------------------------------------------------


def test_waiting_ends_when_a_card_comes(service, card):
    context = establish(service)
    known = {NAME: state(context)}
    waiting = Waiting(lambda: context.status_change(known, (NAME, PNP_READER), 5000))
    service.put(NAME, card)
    states = waiting.done()
    assert isinstance(states, tuple)
    assert states[0].flags == State.PRESENT


def test_waiting_runs_into_its_time_limit(service):
    context = establish(service)
    known = {NAME: state(context)}
    start = time.monotonic()
    assert code_of(lambda: context.status_change(known, (NAME, PNP_READER), 60)) == w.E_TIMEOUT
    assert 0.05 < time.monotonic() - start < 1


def test_waiting_is_cancelled_from_another_thread_and_works_again(service):
    context = establish(service)
    known = {NAME: state(context)}
    context.cancel()  # nobody waits: no effect on the next wait
    waiting = Waiting(lambda: context.status_change(known, (NAME,), 5000))
    context.cancel()
    waiting.done()
    assert waiting.error is not None and waiting.error.code == w.E_CANCELLED
    assert code_of(lambda: context.status_change(known, (NAME,), 10)) == w.E_TIMEOUT


def test_waiting_ends_with_a_communication_error_when_the_service_dies(service):
    context = establish(service)
    known = {NAME: state(context)}
    waiting = Waiting(lambda: context.status_change(known, (NAME,), 5000))
    service.stop_service()
    waiting.done()
    assert waiting.error is not None and waiting.error.code == w.F_COMM_ERROR
    assert code_of(lambda: context.status_change(known, (NAME,), 10)) == w.E_NO_SERVICE


def test_the_pseudo_reader_tells_of_readers_that_come_and_go(service):
    context = establish(service)
    waiting = Waiting(lambda: context.status_change({}, (PNP_READER,), 5000))
    service.plug("second")
    (first,) = waiting.done()  # type: ignore[misc]
    assert context.list_readers() == (NAME, "second")
    # What came between two waits is not missed when the last state is handed in.
    service.unplug("second")
    (second,) = context.status_change({PNP_READER: first}, (PNP_READER,), 0)
    assert second != first
    assert code_of(lambda: context.status_change({PNP_READER: second}, (PNP_READER,), 10)) == w.E_TIMEOUT


def test_a_reader_unplugged_under_a_wait_is_unavailable(service):
    service.plug("second")
    context = establish(service)
    known = {"second": context.status_change({}, ("second",), 0)[0]}
    waiting = Waiting(lambda: context.status_change(known, ("second",), 5000))
    service.unplug("second")
    (gone,) = waiting.done()  # type: ignore[misc]
    assert gone.flags == State.UNKNOWN | State.UNAVAILABLE


def test_a_card_turned_quickly_still_counts_as_events(service, card):
    context = establish(service)
    service.put(NAME, card)
    known = {NAME: state(context)}
    service.take(NAME, card)
    service.put(NAME, card)
    (now,) = context.status_change(known, (NAME,), 0)
    assert (now.flags, now.event_count) == (State.PRESENT, 3)


# -- talking -----------------------------------------------------------------------------------------


def test_commands_reach_the_card_and_are_recorded(service, card):
    service.put(NAME, card)
    connection = establish(service).connect(NAME)
    assert connection.transmit(SELECT) == b"\x90\x00"
    connection.transmit(bytes.fromhex("00200098"))
    assert service.commands_sent() == (SELECT, bytes.fromhex("00200098"))


def test_a_card_taken_out_between_commands(service, card):
    service.put(NAME, card)
    context = establish(service)
    connection = context.connect(NAME)
    service.take(NAME, card)
    assert code_of(lambda: connection.transmit(SELECT)) == w.W_REMOVED_CARD
    connection.close()
    assert code_of(lambda: context.connect(NAME)) == w.E_NO_SMARTCARD
    service.put(NAME, card)
    assert code_of(connection.begin) == w.E_INVALID_HANDLE
    assert context.connect(NAME).transmit(SELECT) == b"\x90\x00"


def test_a_torn_card_is_success_then_not_transacted_then_removed(service, make_card):
    service.put(NAME, make_card(JpkiOptions(faults=Faults(kind=FaultKind.TORN, after=1))))
    context = establish(service)
    connection = context.connect(NAME)
    assert connection.transmit(SELECT) == b"\x90\x00"
    assert connection.transmit(SELECT) == b""
    assert code_of(lambda: connection.transmit(SELECT)) == w.E_NOT_TRANSACTED
    known = {NAME: state(context)}
    assert known[NAME].flags & State.PRESENT
    (noticed,) = context.status_change(known, (NAME,), 2000)
    assert noticed.flags == State.EMPTY
    assert code_of(lambda: connection.transmit(SELECT)) == w.W_REMOVED_CARD


def test_a_card_taken_out_inside_a_command_is_success_with_no_bytes(service, make_card):
    card = make_card(JpkiOptions(faults=Faults(kind=FaultKind.SILENT)))
    service.put(NAME, card)
    connection = establish(service).connect(NAME)
    waiting = Waiting(lambda: connection.transmit(SELECT))
    service.take(NAME, card)
    assert waiting.done() == b""
    assert code_of(lambda: connection.transmit(SELECT)) == w.W_REMOVED_CARD


def test_another_program_resets_the_card(service, card):
    service.put(NAME, card)
    context = establish(service)
    connection = context.connect(NAME)
    service.reset_by_other(NAME)
    assert code_of(lambda: connection.transmit(SELECT)) == w.W_RESET_CARD
    assert code_of(lambda: connection.transmit(SELECT)) == w.W_RESET_CARD
    assert context.connect(NAME).transmit(SELECT) == b"\x90\x00"


def test_a_reset_in_the_middle_as_a_fault_of_the_scenario(service, make_card):
    service.put(NAME, make_card(JpkiOptions(faults=Faults(kind=FaultKind.RESET, after=1))))
    context = establish(service)
    connection = context.connect(NAME)
    assert connection.transmit(SELECT) == b"\x90\x00"
    assert code_of(lambda: connection.transmit(SELECT)) == w.W_RESET_CARD
    assert context.connect(NAME).transmit(SELECT) == b"\x90\x00"


def test_our_own_transaction_holds_others_of_ours_off(service, card):
    service.put(NAME, card)
    context = establish(service)
    first, second = context.connect(NAME), context.connect(NAME)
    first.begin()
    assert first.transmit(SELECT) == b"\x90\x00"
    waiting = Waiting(lambda: second.transmit(SELECT))
    first.end()
    assert waiting.done() == b"\x90\x00"


def test_closing_a_connection_ends_its_transaction(service, card):
    service.put(NAME, card)
    context = establish(service)
    first, second = context.connect(NAME), context.connect(NAME)
    first.begin()
    first.close()
    second.begin()


def test_a_verified_pin_outlives_the_connection_and_not_the_card(service, card):
    service.put(NAME, card)
    context = establish(service)
    first = context.connect(NAME)
    for command in (SELECT, bytes.fromhex("002000980431323334")):
        assert first.transmit(command) == b"\x90\x00"
    first.close()
    query = bytes.fromhex("00200098")
    second = context.connect(NAME)
    assert [second.transmit(SELECT), second.transmit(query)] == [b"\x90\x00", b"\x90\x00"]
    service.take(NAME, card)
    service.put(NAME, card)
    third = context.connect(NAME)
    assert [third.transmit(SELECT), third.transmit(query)] == [b"\x90\x00", b"\x63\xc3"]
