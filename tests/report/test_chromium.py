"""A real browser opens the HTML report: it prints on two A4 pages at most and asks nobody for anything."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from jpkidoctor.commands.formats import encode
from jpkidoctor.commands.sources import observe
from jpkidoctor.judge import load_judge
from jpkidoctor.knowledge.words import load_words
from jpkidoctor.report.envelope import redacted_report

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = [
    pytest.mark.peer,
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed"),
]


def browse(tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [str(CHROMIUM), *FLAGS, f"--user-data-dir={tmp_path / 'profile'}", *arguments]
    return subprocess.run(command, capture_output=True, check=True, timeout=120)


@pytest.fixture(params=["healthy-contact", "both-pins-locked", "upside-down-on-windows-7"])
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    judge, words = load_judge(), load_words("ja")
    report = redacted_report(observe(judge.known, scenario=request.param), judge, words)
    path = tmp_path / "report.html"
    path.write_bytes(encode(report, "html", words, judge.known))
    return path


def test_it_prints_on_two_pages_at_most(page: Path, tmp_path: Path):
    pdf = tmp_path / "report.pdf"
    browse(tmp_path, f"--print-to-pdf={pdf}", page.as_uri())
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
    assert 1 <= pages <= 2


def test_the_browser_sees_language_headings_and_no_foreign_address(page: Path, tmp_path: Path):
    seen = browse(tmp_path, "--dump-dom", page.as_uri()).stdout.decode()
    assert '<html lang="ja"' in seen
    assert re.search(r"<h1\b", seen)
    assert re.search(r"<main\b", seen)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', seen)
    assert "<script" not in seen
