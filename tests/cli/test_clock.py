"""``jpkidoctor clock``: what it prints and how it ends, without a network."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from jpkidoctor.cli import main
from jpkidoctor.commands.clock import compared, run_clock
from jpkidoctor.facts import Clock, Fact, FactStatus
from jpkidoctor.host.time_server import Offset


def told(capsys, answer, **more):
    code = run_clock("time.example", 123, as_json=False, lang="ja", ask=lambda server, port: answer, **more)
    out, err = capsys.readouterr()
    assert "ネットワークを使います" in err
    return int(code), out


def test_a_clock_that_is_right(capsys):
    code, out = told(capsys, Offset(-2.04, 0.031, 1))
    assert code == 0
    assert "2.0 秒 遅れています(往復 31 ミリ秒)" in out
    assert "差し支えありません" in out


def test_a_clock_that_is_wrong(capsys):
    code, out = told(capsys, Offset(3600.0, 0.031, 1))
    assert code == 1
    assert "3600.0 秒 進んでいます" in out
    assert "1. 「日付と時刻」の設定を開きます。" in out


@pytest.mark.parametrize("problem", ["no_name", "no_answer", "refused", "not_synchronised", "sent_away", "network"])
def test_a_server_that_gives_no_time(capsys, problem):
    code, out = told(capsys, problem)
    assert code == 3
    assert out.strip().endswith("。")
    assert "clock." not in out


def test_for_programs(capsysbinary):
    code = run_clock("time.example", 9, as_json=True, lang="ja", ask=lambda server, port: Offset(400.12345, 0.2, 3))
    body = json.loads(capsysbinary.readouterr().out)
    assert (int(code), body["schema"], body["offset_s"], body["problem"]) == (1, "jpkidoctor.clock/1", 400.123, None)
    assert body["finding"] == {"id": "H-08", "status": "failed"}
    run_clock("time.example", 9, as_json=True, lang="ja", ask=lambda server, port: "no_answer")
    body = json.loads(capsysbinary.readouterr().out)
    assert (body["offset_s"], body["problem"]) == (None, "no_answer")


def test_the_fact_keeps_the_offset_and_no_server(capsys):
    import datetime as dt

    clock = Fact(FactStatus.OK, Clock(utc=dt.datetime(2026, 11, 28, tzinfo=dt.UTC)))
    assert compared(clock, Offset(1.23456, 0.1, 2)).value.server_offset_s == 1.235
    assert (compared(clock, "refused").value.server_offset_s, compared(clock, "refused").note) == (None, "refused")


def test_no_server_is_asked_that_was_not_named():
    assert CliRunner().invoke(main, ["clock"]).exit_code == 2
