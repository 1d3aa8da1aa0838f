"""The sign job over the practice card: every format, and everything that stops a batch."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from jpkidoctor.card.pin_errors import PinRefusedError, WrongPinError
from jpkidoctor.facts import PinId
from jpkidoctor.signing.formats.result import FormatRefusedError, SignedDocument
from jpkidoctor.signing.job import (
    CertificateDateError,
    ConfirmationMissingError,
    Confirmations,
    FileState,
    StopReason,
    run_job,
)
from jpkidoctor.signing.job_hands import JobHands
from jpkidoctor.signing.key import SignatureFormat
from jpkidoctor.signing.make_and_check import checker, maker
from jpkidoctor.signing.plan import MANY_FILES, FileKind, PlanProblem, make_plan, replanned
from jpkidoctor.signing.request import SigningRequest
from jpkidoctor.signing.verify.request import Request
from jpkidoctor.signing.verify.verify_file import verify_file

from ..signing.formats.conftest import make_pdf
from .conftest import typed

YES = Confirmations(files=True, personal_data=True)


def now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def plan_of(paths, form: SignatureFormat, **options):
    return make_plan(SigningRequest(tuple(paths), form, **options))


def run(bench, plan, *, password: str = "ABC123", confirmed: Confirmations = YES, **hands):
    pin = typed(password)
    hands.setdefault("make", maker(plan, now=now))
    hands.setdefault("check", checker(plan, Request(bench.known.authorities, now()), now=now))
    try:
        return run_job(plan, bench.desk, pin, confirmed, JobHands(now=now, **hands))
    finally:
        assert pin.wiped


@pytest.fixture
def texts(tmp_path: Path):
    def make(count: int) -> list[Path]:
        paths = [tmp_path / f"{number}.txt" for number in range(count)]
        for path in paths:
            path.write_text(f"{path.name}の中身です。\n", encoding="utf-8")
        return paths

    return make


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return make_pdf()


@pytest.mark.parametrize("form", list(SignatureFormat))
def test_every_format_is_signed_by_the_card_and_passes_our_verifier(bench, tmp_path: Path, pdf: bytes, form):
    here = bench()
    if form in (SignatureFormat.PDF_TOUKI, SignatureFormat.PADES):
        path = tmp_path / "契約書.pdf"
        path.write_bytes(pdf)
    elif form in (SignatureFormat.XML, SignatureFormat.XADES):
        path = tmp_path / "申請.xml"
        path.write_text("<申請><氏名>練習</氏名></申請>", encoding="utf-8")
    else:
        path = tmp_path / "letter.txt"
        path.write_text("手紙", encoding="utf-8")
    result = run(here, plan_of([path], form))
    assert result.complete, result.outcomes
    assert path.exists()
    assert len(here.verifies) == len(here.signatures) == 1
    status = verify_file(result.plan.files[0].output, Request(here.known.authorities, now(), content=path))
    assert len(status.signatures) == 1


def test_a_batch_is_one_pin_and_two_commands_a_signature_at_most(bench, texts):
    here = bench()
    plan = plan_of(texts(20), SignatureFormat.CMS)
    steps = []
    result = run(here, plan, progress=steps.append)
    assert result.complete
    assert len(here.verifies) == 1
    sent = here.world.commands_sent()
    first = next(place for place, raw in enumerate(sent) if raw[1] == 0x2A)
    assert len(sent[first - 1 :]) <= 2 * 20
    assert [step.done for step in steps] == [*range(21)]
    assert steps[0].seconds_left is None and steps[5].seconds_left is not None


@pytest.mark.parametrize(
    ("fault", "stop", "form"),
    [
        ("forgets_pin", StopReason.ASKS_ANEW, SignatureFormat.CMS),
        ("torn", StopReason.CARD_LOST, SignatureFormat.CMS),
        ("answer_lost", StopReason.CARD_LOST, SignatureFormat.RAW),
        ("garbage", StopReason.CARD_LOST, SignatureFormat.XML),
    ],
)
def test_the_first_error_of_the_card_stops_the_batch(bench, texts, tmp_path, fault, stop, form):
    here = bench(f"faults = {{ kind = '{fault}', counts = 'signatures', after = 2 }}")
    paths = texts(5)
    if form is SignatureFormat.XML:
        for path in paths:
            path.write_text("<a/>")
    result = run(here, plan_of(paths, form))
    states = [outcome.state for outcome in result.outcomes]
    assert result.stopped is stop
    assert states == [FileState.SIGNED] * 2 + [FileState.FAILED] + [FileState.NOT_REACHED] * 2
    assert len(here.verifies) == 1
    assert not result.plan.files[2].output.exists()


def test_a_pdf_stops_in_the_same_way(bench, tmp_path, pdf):
    here = bench("faults = { kind = 'forgets_pin', counts = 'signatures' }")
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf)
    result = run(here, plan_of([path], SignatureFormat.PADES))
    assert result.stopped is StopReason.ASKS_ANEW
    assert len(here.verifies) == 1


def test_a_file_that_changed_after_it_was_confirmed_stops_the_batch(bench, texts):
    here = bench()
    paths = texts(3)
    plan = plan_of(paths, SignatureFormat.CMS)
    paths[1].write_text("別の中身です。", encoding="utf-8")
    result = run(here, plan)
    assert result.stopped is StopReason.FILE_CHANGED
    assert [outcome.state for outcome in result.outcomes] == [
        FileState.SIGNED,
        FileState.CHANGED,
        FileState.NOT_REACHED,
    ]
    assert len(here.signatures) == 1


def test_esc_stops_cleanly_after_the_current_file(bench, texts):
    here = bench()
    asked = iter([False, False, True, True])
    result = run(here, plan_of(texts(4), SignatureFormat.RAW), cancelled=lambda: next(asked))
    assert result.stopped is StopReason.CANCELLED
    assert result.signed == len(here.signatures) == 2


def test_what_our_verifier_refuses_is_taken_away(bench, texts):
    here = bench()
    plan = plan_of(texts(2), SignatureFormat.CMS)
    real = maker(plan, now=now)

    def spoilt(file, content, key):
        made = real(file, content, key)
        return SignedDocument(made.data[:-1] + bytes((made.data[-1] ^ 1,)))

    result = run(here, plan, make=spoilt)
    assert result.stopped is StopReason.NOT_VERIFIED
    assert [outcome.state for outcome in result.outcomes] == [FileState.NOT_VERIFIED, FileState.NOT_REACHED]
    assert not any(file.output.exists() for file in plan.files)


def test_a_name_that_was_taken_meanwhile_is_not_overwritten(bench, texts):
    here = bench()
    plan = plan_of(texts(1), SignatureFormat.CMS)
    plan.files[0].output.write_text("mine")
    result = run(here, plan)
    assert result.stopped is StopReason.NOT_WRITTEN
    assert plan.files[0].output.read_text() == "mine"


def test_a_pdf_that_cannot_be_signed_does_not_stop_the_others(bench, tmp_path):
    here = bench()
    paths = [tmp_path / "a.xml", tmp_path / "b.xml"]
    paths[0].write_text("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>")
    paths[1].write_text("<a/>")
    result = run(here, plan_of(paths, SignatureFormat.XADES))
    assert [outcome.state for outcome in result.outcomes] == [FileState.REFUSED, FileState.SIGNED]
    assert result.outcomes[0].reason == "xml_doctype"


def test_a_dead_timestamp_server_stops_the_batch(bench, texts):
    here = bench()
    plan = plan_of(texts(3), SignatureFormat.CMS, timestamp_url="http://127.0.0.1:9/")
    result = run(here, plan)
    assert result.stopped is StopReason.TIMESTAMP
    assert len(here.signatures) == 1


@pytest.mark.parametrize(
    ("confirmed", "what"),
    [(Confirmations(), "files"), (Confirmations(files=True), "personal_data")],
)
def test_nothing_is_done_without_the_confirmations(bench, texts, confirmed, what):
    here = bench()
    with pytest.raises(ConfirmationMissingError) as caught:
        run(here, plan_of(texts(1), SignatureFormat.RAW), confirmed=confirmed)
    assert caught.value.what == what
    assert here.world.commands_sent() == ()


def test_a_long_list_needs_one_more_confirmation(bench, texts):
    here = bench()
    plan = plan_of(texts(MANY_FILES + 1), SignatureFormat.RAW)
    with pytest.raises(ConfirmationMissingError):
        run(here, plan)
    assert run(here, plan, confirmed=replace(YES, many=True)).complete


def test_an_expired_certificate_is_refused_after_the_pin_and_before_any_signature(bench, texts):
    here = bench("signature_certificate_days = -2")
    plan = plan_of(texts(1), SignatureFormat.RAW)
    with pytest.raises(CertificateDateError):
        run(here, plan)
    assert here.signatures == []
    assert run(here, plan, confirmed=replace(YES, expired=True)).complete


def test_the_guards_hold_for_a_job(bench, texts):
    here = bench("pins = { signature = 2 }")
    plan = plan_of(texts(1), SignatureFormat.RAW)
    with pytest.raises(PinRefusedError):
        run(here, plan)
    with pytest.raises(WrongPinError) as caught:
        run(here, plan, password="WRONG1", confirmed=replace(YES, two_left=True))
    assert (caught.value.tries_left, caught.value.pin) == (1, PinId.SIGNATURE)
    with pytest.raises(PinRefusedError):
        run(here, plan, confirmed=replace(YES, two_left=True))
    assert len(here.verifies) == 1


# --- plan -----------------------------------------------------------------------------------------------------------


def test_a_plan_says_what_each_file_is(tmp_path, pdf):
    (tmp_path / "a.pdf").write_bytes(pdf)
    (tmp_path / "b.dat").write_bytes(bytes(range(256)))
    (tmp_path / "c.txt").write_bytes("手紙です。\n\x1b[31m赤".encode("cp932"))
    (tmp_path / "d.bin").write_text("<?xml version='1.0'?><a/>")
    files = plan_of(sorted(tmp_path.iterdir()), SignatureFormat.CMS).files
    assert [file.kind for file in files] == [FileKind.PDF, FileKind.OTHER, FileKind.TEXT, FileKind.XML]
    assert files[2].first_lines == ("手紙です。", "赤")
    assert all(file.problem is None and len(file.sha256) == 64 for file in files)


def test_a_plan_names_what_cannot_be_signed(tmp_path, pdf):
    empty, text, link = tmp_path / "empty", tmp_path / "text.txt", tmp_path / "link.txt"
    empty.touch()
    text.write_text("x")
    link.symlink_to(text)
    paths = [tmp_path / "none", tmp_path, empty, text, link]
    problems = [file.problem for file in plan_of(paths, SignatureFormat.RAW).files]
    assert problems == [
        PlanProblem.MISSING,
        PlanProblem.NOT_A_FILE,
        PlanProblem.EMPTY,
        None,
        PlanProblem.LISTED_TWICE,
    ]
    assert plan_of([text], SignatureFormat.PADES).files[0].problem is PlanProblem.NOT_PDF
    assert plan_of([text], SignatureFormat.XML).files[0].problem is PlanProblem.NOT_XML
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\n" + b"\0" * 100)
    assert plan_of([tmp_path / "broken.pdf"], SignatureFormat.PADES).files[0].problem is PlanProblem.PDF_UNREADABLE


def test_outputs_of_one_plan_never_meet(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    paths = [tmp_path / "one" / "a.txt", tmp_path / "two" / "A.txt"]
    for path in paths:
        path.write_text(path.parent.name)
    outputs = [file.output.name.casefold() for file in plan_of(paths, SignatureFormat.CMS, out=tmp_path).files]
    assert len(set(outputs)) == 2


def test_another_folder_is_a_new_name_and_no_new_look(tmp_path):
    (tmp_path / "out").mkdir()
    path = tmp_path / "a.txt"
    path.write_text("as it was seen")
    plan = plan_of([path], SignatureFormat.CMS)
    path.write_text("something else")
    elsewhere = replanned(plan, replace(plan.request, out=tmp_path / "out"))
    assert elsewhere.files[0].output == tmp_path / "out" / "a.txt.p7m"
    assert elsewhere.files[0].sha256 == plan.files[0].sha256
    with pytest.raises(ValueError, match="new look"):
        replanned(plan, replace(plan.request, form=SignatureFormat.RAW))


@pytest.mark.parametrize(
    ("form", "reason"), [(SignatureFormat.RAW, "raw_timestamp"), (SignatureFormat.XADES, "xml_timestamp")]
)
def test_a_form_without_a_place_for_a_timestamp_is_told_before_the_pin(tmp_path, form, reason):
    plan = plan_of([tmp_path / "a"], form, timestamp_url="http://127.0.0.1:9/")
    with pytest.raises(FormatRefusedError) as refused:
        maker(plan, now=now)
    assert refused.value.reason == reason
