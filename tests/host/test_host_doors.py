"""The last calls: kernel32, user32, version.dll and sysctl behind C function pointers of the declared types.

ctypes itself checks and converts each argument and result, so what runs here is the collector down to the call. None of
the structures holds a pointer: their images are the same on 32 and 64 bits; handles alone are as wide as a pointer.
"""

from __future__ import annotations

import ctypes
import struct
import sys

import pytest

from jpkidoctor.facts import FactStatus, SessionKind
from jpkidoctor.host import macos, windows, windows_cfgmgr, windows_files, windows_kernel, windows_winscard
from jpkidoctor.host.console import look_at_console
from jpkidoctor.host.macos_api import SYSCTL_ARGUMENTS, Darwin
from jpkidoctor.host.windows_api import ServiceEntry, Win32
from jpkidoctor.host.windows_console import Kernel32Console, draws_escape_codes
from jpkidoctor.host.windows_devices import DeviceDoors
from jpkidoctor.host.windows_files import Disk

POINTER = struct.calcsize("P")


class AsC:
    """A fake DLL behind C function pointers; a function that it lacks is missing, as in an older DLL."""

    def __init__(self, fake, signatures):
        for name, (result, arguments) in signatures.items():
            if hasattr(fake, name):
                setattr(self, name, ctypes.CFUNCTYPE(result, *arguments)(getattr(fake, name)))


class FakeKernel32:
    """Answers as learn.microsoft.com says of each function."""

    handles: list[int]
    native = 0xAA64
    mode: int | None = 0x7
    legacy = False

    def __init__(self):
        self.handles = []

    def GetCurrentProcess(self):  # noqa: N802
        return (1 << 8 * POINTER) - 1  # the pseudo handle -1, as wide as a pointer

    def GetCurrentProcessId(self):  # noqa: N802
        return 4321

    def IsWow64Process2(self, process, machine, native):  # noqa: N802
        self.handles.append(process)
        machine[0], native[0] = 0, self.native
        return 1

    def ProcessIdToSessionId(self, process, session):  # noqa: N802
        assert process == 4321
        session[0] = 2
        return 1

    def GetACP(self):  # noqa: N802
        return 932

    def GetSystemDefaultLocaleName(self, name, size):  # noqa: N802
        image = "ja-JP\0".encode("utf-16-le")
        assert size == 85
        ctypes.memmove(name, image, len(image))
        return 6

    def GetStdHandle(self, which):  # noqa: N802
        assert which == 0xFFFFFFF5  # STD_OUTPUT_HANDLE, -11
        return 0x54

    def GetConsoleMode(self, handle, mode):  # noqa: N802
        assert handle == 0x54
        if self.mode is None:
            return 0
        mode[0] = self.mode
        return 1

    def SetConsoleMode(self, handle, mode):  # noqa: N802
        assert handle == 0x54
        if self.legacy and mode & 0x4:
            return 0
        self.mode = mode
        return 1


class FakeUser32:
    def GetSystemMetrics(self, index):  # noqa: N802
        return -1 if index == 0x1000 else 0  # "nonzero" is all that is promised


def win32(kernel=None, services=None):
    fake = kernel or FakeKernel32()
    return Win32(AsC(fake, windows_kernel.KERNEL), AsC(FakeUser32(), windows_kernel.USER), services)


def test_every_call_of_windows():
    fake = FakeKernel32()
    api = win32(fake, lambda name: ("running", "manual") if name == "SCardSvr" else None)
    assert (api.native_machine(), api.ansi_codepage(), api.system_locale()) == (0xAA64, 932, "ja-JP")
    assert (api.remote_session(), api.session_id(), api.console_mode()) == (True, 2, 7)
    assert api.service("SCardSvr") == ServiceEntry("running", "manual")
    assert api.service("Nothing") is None
    assert fake.handles == [(1 << 8 * POINTER) - 1]  # no bit of the handle was lost


def test_windows_before_1709_does_not_tell_its_machine():
    old = type("Old", (), {name: getattr(FakeKernel32, name) for name in windows_kernel.KERNEL if "Wow64" not in name})
    assert win32(old()).native_machine() is None


@pytest.mark.parametrize(("mode", "legacy", "draws"), [(0x7, False, True), (0x3, False, True), (0x3, True, False)])
def test_a_console_is_asked_through_the_declared_types(mode, legacy, draws):
    fake = FakeKernel32()
    fake.mode, fake.legacy = mode, legacy
    assert draws_escape_codes(Kernel32Console(AsC(fake, windows_kernel.KERNEL))) is draws
    assert fake.mode == mode  # and is left as it was


class Refusing(FakeKernel32):
    """Every call that may fail does."""

    mode = None

    def IsWow64Process2(self, process, machine, native):  # noqa: N802
        return 0

    def ProcessIdToSessionId(self, process, session):  # noqa: N802
        return 0

    def GetSystemDefaultLocaleName(self, name, size):  # noqa: N802
        return 0


def test_calls_that_fail_tell_nothing():
    api = win32(Refusing())
    assert [api.native_machine(), api.session_id(), api.system_locale(), api.console_mode()] == [None] * 4


class NoKeys:
    def value(self, hive, key, name):
        return {("Console", "ForceV2"): 0}.get((key, name))

    def subkeys(self, hive, key):
        return ()


def test_facts_of_windows_from_the_calls():
    no_devices = DeviceDoors(cfgmgr=None, winscard=None, run=lambda arguments, seconds: None, environ={})
    here = windows.WindowsComputer(NoKeys(), win32(services=lambda name: ("stopped", "disabled")), {}, no_devices)
    assert windows.look_at_os(here).value.arch == "arm64"
    assert SessionKind.RDP in windows.look_at_session(here).value
    assert windows.look_at_locale(here).value.ansi_codepage == 932
    assert windows.look_at_service(here).value.start_type == "disabled"
    assert windows.look_at_console_of(here).status is FactStatus.OK


@pytest.mark.parametrize(
    ("environ", "mode", "legacy", "escape_codes"),
    [
        ({"WT_SESSION": "x"}, None, True, True),
        ({}, 0x7, False, True),
        ({}, 0x3, True, False),
        ({}, 0x3, False, None),
        ({}, None, None, None),
    ],
)
def test_what_a_windows_console_shows(environ, mode, legacy, escape_codes):
    assert look_at_console(environ, "win32", mode=mode, legacy=legacy).value.escape_codes is escape_codes


class FakeVersionDll:
    """VS_VERSIONINFO of a program: a head, its name in UTF-16, then VS_FIXEDFILEINFO at the next 32 bits."""

    block = (
        struct.pack("<HHH", 0x98, 0x34, 0) + "VS_VERSION_INFO\0".encode("utf-16-le") + b"\0\0"
        + struct.pack("<13I", 0xFEEF04BD, 0x10000, 3 << 16 | 5, 1 << 16 | 7, 9 << 16, 0, 0x3F, 0, 0x40004, 1, 0, 0, 0)
    )  # fmt: skip

    def GetFileVersionInfoSizeW(self, path, handle):  # noqa: N802
        assert path == "C:\\利用者\\JPKI.exe"
        return len(self.block)

    def GetFileVersionInfoW(self, path, handle, size, block):  # noqa: N802
        ctypes.memmove(block, self.block, size)
        return 1


def test_version_dll_is_called_with_the_declared_types():
    signatures = {name: (ctypes.c_uint32, arguments) for name, arguments in windows_files.SIGNATURES.items()}
    assert Disk(AsC(FakeVersionDll(), signatures)).version("C:\\利用者\\JPKI.exe") == "3.5.1.7"


NUMBERS = {
    b"hw.optional.arm64": (1, 4), b"hw.memsize": (1 << 34, 8), b"kern.small": (-2, 4), b"kern.text": (0x61, 2),
}  # fmt: skip


class FakeSysctl:
    """sysctlbyname: a 4-byte or 8-byte number, a text, or -1 for a name that the kernel does not know."""

    def sysctlbyname(self, name, value, size, new, new_size):
        if name not in NUMBERS:
            return -1
        number, width = NUMBERS[name]
        assert size[0] >= width
        ctypes.memmove(value, number.to_bytes(width, "little", signed=True), width)
        size[0] = width
        return 0


def test_sysctl_is_called_with_the_declared_types():
    call = AsC(FakeSysctl(), {"sysctlbyname": (ctypes.c_int, SYSCTL_ARGUMENTS)}).sysctlbyname
    kernel = Darwin(call)
    assert [kernel.sysctl(name) for name in ("hw.optional.arm64", "hw.memsize", "kern.small")] == [1, 1 << 34, -2]
    assert [kernel.sysctl(name) for name in ("kern.text", "no.such")] == [None, None]


def test_a_mac_from_the_calls(files):
    call = AsC(FakeSysctl(), {"sysctlbyname": (ctypes.c_int, SYSCTL_ARGUMENTS)}).sysctlbyname
    here = macos.MacComputer(files.tree, {}, Darwin(call), "x86_64")
    assert macos.look_at_os(here).value.arch == "arm64"


def test_numbers_are_as_wide_as_windows_has_them_on_32_and_64_bits():
    fixed = {
        ctypes.c_uint32: 4,
        ctypes.c_int32: 4,
        ctypes.c_uint16: 2,
        windows_cfgmgr.Guid: 16,
        windows_cfgmgr.DevPropKey: 20,
    }
    assert {kind: ctypes.sizeof(kind) for kind in fixed} == fixed
    context = windows_winscard.SIGNATURES["SCardReleaseContext"][0]
    handle = windows_kernel.KERNEL["GetConsoleMode"][1][0]
    assert (ctypes.sizeof(context), ctypes.sizeof(handle)) == (POINTER, POINTER)
    named = {
        *windows_cfgmgr.SIGNATURES,
        *windows_winscard.SIGNATURES,
        *windows_kernel.KERNEL,
        *windows_files.SIGNATURES,
    }
    assert all(name.endswith("W") or not name.startswith("CM_Get_Device_ID") for name in named)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the real ones are here")
def test_real_doors_answer_none_elsewhere():
    assert (windows_kernel.open_kernel(), windows_kernel.open_user(), windows_kernel.open_services()) == (
        None,
        None,
        None,
    )
    assert Win32().session_id() is None
    assert Darwin().sysctl("hw.memsize") is None
