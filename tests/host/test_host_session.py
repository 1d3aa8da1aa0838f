"""Where this program runs: Linux and Windows."""

from __future__ import annotations

import pytest

from jpkidoctor.facts import SessionKind as Kind
from jpkidoctor.host.linux import look_at_session
from jpkidoctor.host.linux_session import has_terminal
from jpkidoctor.host.windows_session import session_kinds as windows_kinds

DESKTOP_CGROUP = "0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn.scope\n"


@pytest.fixture
def desktop(files):
    files.write("/proc/sys/kernel/osrelease", "6.1.0-25-amd64\n")
    files.write("/proc/self/cgroup", DESKTOP_CGROUP)
    files.write("/proc/self/stat", "4242 (python3) S 1 4242 4242 34816 4242 0")
    files.write("/sys/class/dmi/id/sys_vendor", "LENOVO\n")
    files.write("/sys/class/dmi/id/product_name", "20XWCTO1WW\n")
    files.environ["DISPLAY"] = ":0"
    return files


def kinds(files):
    return look_at_session(files.linux).value


def test_desktop_is_local(desktop):
    assert kinds(desktop) == (Kind.LOCAL,)


def test_ssh(desktop):
    desktop.environ["SSH_CONNECTION"] = "192.0.2.1 50000 192.0.2.2 22"
    assert kinds(desktop) == (Kind.SSH,)


@pytest.mark.parametrize("file", ["/.dockerenv", "/run/.containerenv"])
def test_container_by_its_file(desktop, file):
    desktop.write(file)
    assert kinds(desktop) == (Kind.CONTAINER,)


@pytest.mark.parametrize(
    "cgroup",
    [
        "12:memory:/docker/0123456789abcdef\n",
        "0::/system.slice/docker-0123456789abcdef.scope\n",
        "0::/kubepods.slice/kubepods-pod1.slice/cri-containerd-0123456789ab.scope\n",
        "0::/lxc.payload.web/user.slice\n",
    ],
)
def test_container_by_cgroup(desktop, cgroup):
    desktop.write("/proc/self/cgroup", cgroup)
    assert kinds(desktop) == (Kind.CONTAINER,)


def test_docker_installed_on_a_desktop_is_no_container(desktop):
    desktop.write("/proc/self/cgroup", "0::/user.slice/user-1000.slice/user@1000.service/docker-desktop.service\n")
    assert kinds(desktop) == (Kind.LOCAL,)


def test_wsl_is_neither_container_nor_vm(desktop):
    desktop.write("/proc/sys/kernel/osrelease", "5.15.153.1-microsoft-standard-WSL2\n")
    desktop.write("/run/systemd/container", "wsl\n")
    desktop.write("/sys/class/dmi/id/product_name", "Virtual Machine\n")
    assert kinds(desktop) == (Kind.WSL,)


@pytest.mark.parametrize(
    ("vendor", "product"),
    [
        ("VMware, Inc.", "VMware20,1"),
        ("innotek GmbH", "VirtualBox"),
        ("QEMU", "Standard PC (Q35 + ICH9, 2009)"),
        ("Microsoft Corporation", "Virtual Machine"),
        ("Parallels International GmbH.", "Parallels ARM Virtual Machine"),
    ],
)
def test_virtual_machine_by_firmware(desktop, vendor, product):
    desktop.write("/sys/class/dmi/id/sys_vendor", vendor)
    desktop.write("/sys/class/dmi/id/product_name", product)
    assert kinds(desktop) == (Kind.VM,)


def test_surface_is_no_virtual_machine(desktop):
    desktop.write("/sys/class/dmi/id/sys_vendor", "Microsoft Corporation")
    desktop.write("/sys/class/dmi/id/product_name", "Surface Pro 9")
    desktop.write("/proc/cpuinfo", "flags\t\t: fpu vme hypervisor\n")  # set on a Surface with Hyper-V underneath
    assert kinds(desktop) == (Kind.LOCAL,)


def test_virtual_machine_without_firmware_strings(files):
    files.write("/proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vme hypervisor lahf_lm\n")
    assert kinds(files) == (Kind.VM,)


def test_flatpak_is_a_sandbox_not_a_container(desktop):
    desktop.write("/.flatpak-info", "[Application]\n")
    desktop.environ["container"] = "flatpak"
    assert kinds(desktop) == (Kind.SANDBOX,)


def test_snap_variable_inherited_from_an_editor_is_no_sandbox(desktop):
    desktop.environ["SNAP"] = "/snap/code/150"
    assert kinds(desktop) == (Kind.LOCAL,)


def test_snap_base_system_is_a_sandbox(desktop):
    desktop.environ["SNAP"] = "/snap/jpkidoctor/1"
    desktop.write("/usr/lib/os-release", "ID=ubuntu-core\n")
    assert kinds(desktop) == (Kind.SANDBOX,)


def test_systemd_service_without_terminal_and_display(desktop):
    desktop.write("/proc/self/cgroup", "0::/system.slice/inventory.service\n")
    desktop.write("/proc/self/stat", "4242 (python3) S 1 4242 4242 0 -1 0")
    desktop.environ.clear()
    assert kinds(desktop) == (Kind.SERVICE,)


def test_shell_of_a_server_with_terminal_is_no_service(desktop):
    desktop.write("/proc/self/cgroup", "0::/system.slice/getty@tty1.service\n")
    desktop.environ.clear()
    assert kinds(desktop) == (Kind.LOCAL,)


def test_nothing_readable_at_all_is_local(files):
    assert kinds(files) == (Kind.LOCAL,)


def test_terminal_is_found_behind_a_name_with_brackets():
    assert has_terminal("7 (a) b) S 1 7 7 34816 7 0") is True
    assert has_terminal("7 (a) S 1 7) S 1 7 7 0 -1 0") is False


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"remote": False, "session_id": 1, "glass_session_id": 1}, (Kind.LOCAL,)),
        ({"remote": True, "session_id": 2, "glass_session_id": 1}, (Kind.RDP,)),
        ({"remote": False, "session_id": 2, "glass_session_id": 1}, (Kind.RDP,)),  # virtual GPU calls itself local
        ({"remote": False, "session_id": 0, "glass_session_id": 1}, (Kind.SERVICE,)),
        ({"remote": None, "environ": {"SESSIONNAME": "RDP-Tcp#3"}}, (Kind.RDP,)),
        ({"remote": False, "environ": {"SESSIONNAME": "RDP-Tcp#3"}}, (Kind.LOCAL,)),  # a stale variable
        ({"session_id": 0, "environ": {"SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}}, (Kind.SSH,)),
        ({"firmware": ("VMware, Inc.", "VMware7,1")}, (Kind.VM,)),
        ({"remote": True, "firmware": ("Microsoft Corporation", "Virtual Machine")}, (Kind.RDP, Kind.VM)),
    ],
)
def test_windows_sessions(given, expected):
    base = {"environ": {}, "remote": None, "session_id": None, "glass_session_id": None, "firmware": ()}
    assert windows_kinds(**(base | given)) == expected
