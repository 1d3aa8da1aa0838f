"""The package that an administrator hands out is built and started; the wheel carries all its tables."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[2]
BARE = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent"}
"""The environment of a computer on which nobody ever installed Python."""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one-folder package, built as docs/install.md says."""
    made = tmp_path_factory.mktemp("package")
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    command += ["--distpath", str(made / "dist"), "--workpath", str(made / "work"), "packaging/jpkidoctor.spec"]
    subprocess.run(command, cwd=HOUSE, check=True, timeout=300, capture_output=True)
    return made / "dist" / "jpkidoctor" / "jpkidoctor"


def _run(package: Path, *arguments: str, where: Path) -> subprocess.CompletedProcess[bytes]:
    command = [str(package), *arguments]
    return subprocess.run(command, capture_output=True, check=False, timeout=120, env=BARE, cwd=where)


def test_the_package_examines_without_a_python(package: Path, tmp_path: Path):
    assert _run(package, "--version", where=tmp_path).stdout.startswith(b"jpkidoctor, version")
    done = _run(package, "check", "--scenario", "signature-locked", "--json", where=tmp_path)
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["first_cause"] == "G-04"
    here = _run(package, "collect", where=tmp_path)  # the real computer: pyscard is in the package
    assert here.returncode == 0, here.stderr
    assert json.loads(here.stdout)["pcsc"]["library"]["status"] == "ok"


def test_the_package_writes_reports_and_verifies_files(package: Path, tmp_path: Path):
    report = tmp_path / "report.html"
    assert _run(package, "check", "--scenario", "signature-locked", "--report", str(report), where=tmp_path).returncode
    assert "<style" in report.read_text(encoding="utf-8")
    for name in ("unsigned.pdf", "unsigned.xml"):
        (tmp_path / name).write_bytes(b"%PDF-1.4\n%%EOF\n" if name.endswith("pdf") else b"<a/>")
        done = _run(package, "verify", name, "--json", where=tmp_path)
        assert done.returncode in (1, 2), done.stderr  # not signed, and said so: its libraries are all there
        assert json.loads(done.stdout)
        assert b"ModuleNotFoundError" not in done.stderr


F3_TO_F9 = [b"\x1bOR", b"\x1b[14~", b"\x1b[15~", b"\x1b[17~", b"\x1b[19~", b"\x1b[20~"]


def test_the_screens_of_the_package_open_all_pages(package: Path, tmp_path: Path):
    seen = ""
    for output, code in _at_a_terminal([str(package), "--scenario", "healthy-contact", "--no-keep"], tmp_path):
        seen += output
        if code is not None:
            assert code == 0, seen[-2000:]
    assert "診断" in seen
    for page in ("聞き取り", "調べる", "報告書", "メニュー"):
        assert page in seen, page
    assert "Traceback" not in seen


def _at_a_terminal(command: list[str], where: Path) -> Iterator[tuple[str, int | None]]:
    """Start at a pseudo-terminal, open page after page, leave with F10; what is drawn and at last the exit code."""
    master, slave = pty.openpty()
    subprocess.run(["stty", "cols", "100", "rows", "30"], stdin=slave, check=True)
    env = BARE | {"TERM": "xterm-256color", "HOME": str(where)}
    with subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=env, cwd=where) as running:
        os.close(slave)
        yield _read(master, 2.0, until="診断"), None
        for key in [*F3_TO_F9, b"\x1b[21~"]:
            os.write(master, key)
            yield _read(master, 0.8), None
        end = time.monotonic() + 20
        while running.poll() is None and time.monotonic() < end:
            yield _read(master, 0.2), None
        if running.poll() is None:
            running.kill()
        yield "", running.wait()
    os.close(master)


def _read(master: int, quiet_s: float, until: str = "") -> str:
    """What comes until nothing came for a while; at first at most 30 seconds until a word is there."""
    read, end = b"", time.monotonic() + 30
    while time.monotonic() < end:
        if not select.select([master], [], [], quiet_s)[0]:
            if not until or until in read.decode(errors="replace"):
                break
            continue
        try:
            read += os.read(master, 65536)
        except OSError:
            break
    return read.decode(errors="replace")


def test_the_wheel_carries_its_tables_and_works_where_the_source_is_not(tmp_path: Path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=HOUSE, check=True, timeout=120, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as held:
        names = held.namelist()
        held.extractall(tmp_path / "installed")
    assert {"jpkidoctor/screens/screens.tcss", "jpkidoctor/report/style.css", "jpkidoctor/py.typed"} <= set(names)
    for table in (HOUSE / "knowledge").rglob("*.toml"):
        assert f"jpkidoctor/knowledge/data/{table.relative_to(HOUSE / 'knowledge').as_posix()}" in names
    assert not any(name.startswith(("tests/", "benchmarks/")) for name in names)
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path / 'installed')!r})\n"
        "import jpkidoctor; assert 'installed' in jpkidoctor.__file__\n"
        "sys.argv = ['jpkidoctor', 'check', '--scenario', 'signature-locked', '--json']\n"
        "from jpkidoctor.__main__ import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], capture_output=True, check=False, cwd=tmp_path, timeout=60
    )
    assert done.returncode == 1, done.stderr
    assert json.loads(done.stdout)["first_cause"] == "G-04"
