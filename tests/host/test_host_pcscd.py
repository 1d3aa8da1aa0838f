"""pcscd on Linux: its state, our rights, and who else uses it."""

from __future__ import annotations

import socket
import tempfile
from pathlib import Path

import pytest

from jpkidoctor.facts import FactStatus, PcscAccess, ServiceState
from jpkidoctor.host.linux_pcsc import Knock, knock, look_at_access, look_at_service
from jpkidoctor.host.linux_processes import look_at_card_users
from jpkidoctor.host.tree import Tree

SOCKET = "/run/pcscd/pcscd.comm"
HEAD = "Num       RefCount Protocol Flags    Type St Inode Path\n"
LISTENING = HEAD + f"0000000000000000: 00000002 00000000 00010000 0001 01 20001 {SOCKET}\n"
CONNECTED = HEAD + f"0000000000000000: 00000003 00000000 00000000 0001 03 20002 {SOCKET}\n"
LIBRARY = "7f00-7f01 r-xp 00000000 08:01 42 /usr/lib/x86_64-linux-gnu/libpcsclite.so.1.0.0\n"
POLKIT = "/usr/share/polkit-1/actions/org.debian.pcsc-lite.policy"


def state(files, answer=Knock.CLOSED):
    return look_at_service(files.tree, files.environ, lambda _: answer).value.state


def never(_):
    raise AssertionError("must not knock")


@pytest.fixture
def installed(files):
    files.write("/usr/sbin/pcscd")
    files.write("/usr/lib/systemd/system/pcscd.socket")
    files.link("/etc/systemd/system/sockets.target.wants/pcscd.socket", "/usr/lib/systemd/system/pcscd.socket")
    return files


def test_running_daemon_is_seen_without_disturbing_it(installed):
    installed.write(SOCKET)
    installed.write("/proc/net/unix", LISTENING)
    installed.process(300, "pcscd")
    fact = look_at_service(installed.tree, {}, never)
    assert fact.value.state is ServiceState.RUNNING
    assert fact.value.start_type == "socket"


def test_systemd_listens_in_its_place(installed):
    installed.write(SOCKET)
    installed.write("/proc/net/unix", LISTENING)
    assert state(installed) is ServiceState.ON_DEMAND


def test_old_spelling_of_the_socket_path(installed):
    installed.write(SOCKET)
    installed.write("/proc/net/unix", LISTENING)
    installed.link("/var/run", "../run")
    installed.environ["PCSCLITE_CSOCK_NAME"] = f"/var{SOCKET}"
    assert state(installed) is ServiceState.ON_DEMAND


def test_daemon_started_by_hand_without_units(files):
    files.write(SOCKET)
    files.write("/proc/net/unix", LISTENING)
    assert state(files) is ServiceState.RUNNING


def test_dead_socket_file_is_stopped(installed):
    installed.write(SOCKET)
    installed.write("/proc/net/unix", CONNECTED)
    assert state(installed, Knock.CLOSED) is ServiceState.STOPPED


def test_socket_of_the_host_mounted_into_a_container(files):
    files.write(SOCKET)
    assert state(files, Knock.OPEN) is ServiceState.RUNNING


def test_socket_that_refuses_us_leaves_the_state_open(installed):
    installed.write(SOCKET)
    fact = look_at_service(installed.tree, {}, lambda _: Knock.DENIED)
    assert fact.status is FactStatus.DENIED
    assert fact.note == "socket_refused"


def test_installed_but_stopped(installed):
    assert state(installed) is ServiceState.STOPPED


def test_binary_alone_is_stopped(files):
    files.write("/usr/sbin/pcscd")
    fact = look_at_service(files.tree, {}, never)
    assert (fact.value.state, fact.value.start_type) == (ServiceState.STOPPED, "")


def test_masked_unit_is_disabled(installed):
    installed.link("/etc/systemd/system/pcscd.socket", "/dev/null")
    assert state(installed) is ServiceState.DISABLED


def test_not_installed(files):
    assert state(files) is ServiceState.NOT_INSTALLED


def test_sandbox_says_that_it_cannot_see_the_computer(files):
    files.write("/.flatpak-info")
    fact = look_at_service(files.tree, {})
    assert (fact.value.state, fact.note) == (ServiceState.NOT_INSTALLED, "sandbox")


def test_knock_on_real_sockets():
    with tempfile.TemporaryDirectory() as folder:  # short: a socket path holds 107 bytes
        path = Path(folder) / "s"
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(str(path))
            server.listen()
            assert knock(path) is Knock.OPEN
        assert knock(path) is Knock.CLOSED
        assert knock(Path(folder) / "absent") is Knock.CLOSED
        assert knock(Path(folder) / ("x" * 300)) is Knock.CLOSED


def access(files, may_use=True):
    return look_at_access(files.tree, files.environ, lambda _: may_use)


def test_socket_rights_refuse(files):
    files.write(SOCKET)
    assert access(files, may_use=False).value is PcscAccess.REFUSED_BY_SOCKET


def test_open_socket_without_polkit_is_allowed(files):
    files.write(SOCKET)
    files.environ["SSH_CONNECTION"] = "192.0.2.1 1 192.0.2.2 22"
    assert access(files).value is PcscAccess.ALLOWED


def test_no_socket_is_unknown(files):
    fact = access(files)
    assert (fact.status, fact.note) == (FactStatus.UNKNOWN, "no_socket")


@pytest.fixture
def polkit(files):
    files.write(SOCKET)
    files.write(POLKIT, "<policyconfig/>")
    files.write("/proc/self/status", "Name:\tpython3\nUid:\t1000\t1000\t1000\t1000\n")
    return files


def test_polkit_and_ssh_may_be_refused_but_is_not_called_so(polkit):
    polkit.environ["SSH_CONNECTION"] = "192.0.2.1 1 192.0.2.2 22"
    fact = access(polkit)
    assert (fact.status, fact.value, fact.note) == (FactStatus.UNKNOWN, None, "polkit_remote_session")


def test_polkit_and_inactive_session(polkit):
    polkit.write("/run/systemd/users/1000", "STATE=online\nDISPLAY=c2\n")
    polkit.write("/run/systemd/sessions/c2", "ACTIVE=0\nREMOTE=0\n")
    assert access(polkit).note == "polkit_inactive_session"


def test_polkit_and_active_session(polkit):
    polkit.environ["XDG_SESSION_ID"] = "2"
    polkit.write("/run/systemd/sessions/2", "ACTIVE=1\nREMOTE=0\n")
    assert access(polkit).value is PcscAccess.ALLOWED


def test_polkit_never_refuses_root(polkit):
    polkit.environ["SSH_CONNECTION"] = "192.0.2.1 1 192.0.2.2 22"
    polkit.write("/proc/self/status", "Uid:\t0\t0\t0\t0\n")
    assert access(polkit).value is PcscAccess.ALLOWED


def test_session_id_cannot_lead_elsewhere(polkit):
    polkit.environ["XDG_SESSION_ID"] = "../../../secret"
    polkit.write("/secret", "ACTIVE=0\n")
    assert access(polkit).value is PcscAccess.ALLOWED


@pytest.fixture
def processes(files):
    files.process(1, "systemd", parent=0)
    files.process(50, "bash", parent=1, maps=LIBRARY)
    files.process(60, "jpkidoctor", parent=50, maps=LIBRARY)
    files.process(70, "pcscd", maps=LIBRARY)
    files.process(80, "firefox", maps="7f00-7f01 r-xp 00000000 08:01 43 /usr/lib/libc.so.6\n")
    files.link("/proc/self", "60")
    return files


def test_other_program_with_the_library(processes):
    processes.process(90, "scdaemon", maps=LIBRARY)
    fact = look_at_card_users(processes.tree)
    assert [(user.name, user.pid) for user in fact.value] == [("scdaemon", 90)]
    assert fact.note == ""


def test_ourselves_our_shell_and_pcscd_are_no_other_users(processes):
    assert look_at_card_users(processes.tree).value == ()


def test_newer_pcsc_lite_library_name(processes):
    processes.process(90, "ykman", maps=LIBRARY.replace("libpcsclite.so", "libpcsclite_real.so"))
    assert len(look_at_card_users(processes.tree).value) == 1


def test_program_closed_to_us_is_told(processes):
    processes.process(90, "scdaemon")
    processes.tree.path("/proc/90/maps").unlink()
    processes.folder("/proc/90/maps")  # cannot be read, even as root
    fact = look_at_card_users(processes.tree)
    assert (fact.value, fact.note) == ((), "others_hidden")


def test_processes_hidden_from_us_leave_an_empty_list(files):
    files.process(60, "jpkidoctor")
    files.link("/proc/self", "60")  # hidepid=2: not even process 1 is listed
    fact = look_at_card_users(files.tree)
    assert (fact.value, fact.note) == ((), "others_hidden")


def test_process_name_cannot_steer_the_terminal(processes):
    processes.process(90, "evil\x1b[31m\u202e", maps=LIBRARY)
    assert [user.name for user in look_at_card_users(processes.tree).value] == ["evil"]


def test_slow_look_ends_in_time(processes):
    ticks = iter([0.0, 0.1, 0.2])
    processes.process(1000, "scdaemon", maps=LIBRARY)
    fact = look_at_card_users(processes.tree, lambda: next(ticks, 9.0))
    assert fact.note == "time_limit"


def test_pcscd_in_another_namespace_does_not_count(installed):
    installed.process(300, "pcscd")
    assert look_at_service(Tree(installed.root), {}).value.state is ServiceState.STOPPED


def test_socket_of_the_same_name_in_another_namespace_does_not_count(installed):
    installed.write("/proc/net/unix", LISTENING)
    assert state(installed) is ServiceState.STOPPED
