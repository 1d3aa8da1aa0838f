from jpkidoctor.diagnosis import Diagnosis, Evidence, Finding, Status
from jpkidoctor.knowledge.flow import load_flow
from jpkidoctor.screens.flow_state import main_finding, resting_node, shown_state, step_state
from jpkidoctor.screens.selection import Selection, nth_node
from tests.screens import examinations as made


def finding(node, status, **more):
    return Finding(id=node, status=status, **more)


def test_the_heaviest_state_names_the_step():
    diagnosis = Diagnosis(findings=(finding("C-01", Status.OK), finding("C-06", Status.ATTENTION)))
    assert step_state(diagnosis, "C") == "attention"


def test_a_failure_that_follows_from_another_does_not_mark_its_step_as_failed():
    diagnosis = Diagnosis(findings=(finding("C-01", Status.FAILED, because="B-01"),), first_cause="B-01")
    assert step_state(diagnosis, "C") == "unknown"


def test_a_check_that_waits_for_an_earlier_step_is_not_yet_examined():
    waiting = finding("G-02", Status.UNKNOWN, evidence=(Evidence("waits_for", {"step": "E"}),))
    assert shown_state(waiting) == "pending"


def test_a_step_no_program_can_examine_is_one_to_ask_about():
    assert step_state(made.diagnosis(), "A") == "ask"
    assert step_state(None, "A") == "pending"


def test_rests_on_the_first_cause_else_on_the_closing_page():
    assert resting_node(made.diagnosis("D-03")) == "D-03"
    assert resting_node(made.diagnosis()) == "L-01"
    assert resting_node(None) is None


def test_does_not_rest_on_the_closing_page_while_a_card_is_read():
    unfinished = Diagnosis(findings=(finding("B-01", Status.OK), finding("L-01", Status.UNKNOWN)))
    assert resting_node(unfinished, busy=True) is None
    assert resting_node(unfinished) == "L-01"


def test_a_step_opens_on_its_first_cause_rather_than_on_an_earlier_warning():
    diagnosis = made.diagnosis(
        "C-05", {"C-02": finding("C-02", Status.ATTENTION), "C-05": finding("C-05", Status.FAILED)}
    )
    assert main_finding(diagnosis, "C").id == "C-05"


def test_following_moves_with_the_diagnosis_and_a_person_does_not():
    following, moved = Selection(), Selection().to_step("B")
    for cause in ("D-03", "G-05"):
        assert following.shown_node(made.diagnosis(cause)) == cause
        assert moved.shown_step(made.diagnosis(cause)) == "B"


def test_back_goes_from_node_to_list_to_step():
    at_node = Selection().to_node("C-04")
    assert at_node.back() == Selection(step="C", listing=True)
    assert at_node.back().back() == Selection(step="C")


def test_letter_and_digit_name_a_node():
    assert nth_node(load_flow(), "D", 3) == "D-03"
    assert nth_node(load_flow(), "D", 9) == ""
