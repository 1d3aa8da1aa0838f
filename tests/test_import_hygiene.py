"""What a command loads. Each list is a promise: ``--version`` must not pay for the screens."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("textual", "rich", "smartcard", "cryptography", "lxml", "pyhanko", "signxml", "psutil")


def loaded_after(code: str) -> set[str]:
    """Top-level modules of an interpreter that ran this code."""
    script = f"import sys\n{code}\nprint(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, timeout=60, text=True)
    return set(done.stdout.splitlines()[-1].split())


def _cli(*arguments: str) -> str:
    return (
        f"sys.argv = ['jpkidoctor', *{arguments!r}]\n"
        "import io, contextlib\n"
        "with contextlib.suppress(SystemExit), contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):\n"
        "    from jpkidoctor.cli import main\n"
        "    main()\n"
    )


def test_version_loads_click_and_nothing_of_the_house():
    loaded = loaded_after(_cli("--version"))
    assert loaded.isdisjoint(HEAVY)
    assert "msgspec" not in loaded


@pytest.mark.parametrize(
    "command", [("check", "--json"), ("check", "--plain"), ("collect",), ("scenarios",), ("schema",)]
)
def test_no_command_but_the_screens_loads_textual(command: tuple[str, ...]):
    assert loaded_after(_cli(*command)).isdisjoint({"textual", "rich"})


def test_check_json_loads_no_signing_library():
    assert loaded_after(_cli("check", "--json")).isdisjoint({"lxml", "pyhanko", "signxml", "asn1crypto", "segno"})


def test_the_first_frame_waits_for_no_card_library():
    loaded = loaded_after("import jpkidoctor.commands.screens")
    assert loaded.isdisjoint({"smartcard", "cryptography", "psutil"})


def test_pyscard_is_loaded_by_one_module_only():
    loaded = loaded_after("import jpkidoctor.coordinator, jpkidoctor.examination, jpkidoctor.computer")
    assert "smartcard" not in loaded


def test_the_program_starts_when_pyscard_is_missing():
    code = (
        "sys.modules['smartcard'] = None\n"
        "from jpkidoctor.computer import Computer\n"
        "from jpkidoctor.examination import examine_once\n"
        "from jpkidoctor.judge import load_judge\n"
        "judge = load_judge()\n"
        "finding = judge(examine_once(Computer(judge.known), judge.known)).finding('B-01')\n"
        "assert (finding.status, finding.variant) == ('failed', 'library_missing'), finding\n"
    )
    loaded_after(code)


def test_no_module_of_the_house_imports_in_a_circle():
    """Two threads load parts of the house at once; a circle between modules could then lock them up."""
    import graphlib

    import grimp

    graph = grimp.build_graph("jpkidoctor", exclude_type_checking_imports=True, cache_dir=None)
    arrows = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    tuple(graphlib.TopologicalSorter(arrows).static_order())  # raises CycleError
