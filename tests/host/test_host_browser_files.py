"""Files of browsers and installers, as found on any system: manifests, profiles, and whatever else lies there."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jpkidoctor.facts import NativeHost
from jpkidoctor.host.browser_profiles import disable_reasons, parse_chromium, parse_firefox, wanted_extensions
from jpkidoctor.host.clock import built_at
from jpkidoctor.host.json_files import parse_json_object
from jpkidoctor.host.native_manifests import is_of_the_cards_world, native_host, parse_manifest
from jpkidoctor.knowledge.known import load_known

JPKI = "ddhaancdmkmeigppopkakhpbboccibla"
MYNA = "fjjibalalngebiaophebgkkohaaggphf"
MANIFEST = {
    "name": "jp.go.jpki",
    "description": "JPKI",
    "path": "C:\\Program Files\\JPKI\\JPKIHost.exe",
    "type": "stdio",
    "allowed_origins": [f"chrome-extension://{JPKI}/"],
}


def encoded(content, encoding="utf-8"):
    return json.dumps(content, ensure_ascii=False).encode(encoding)


def settings(**entries):
    return encoded({"extensions": {"settings": entries}})


def look(*files, wanted=None):
    return parse_chromium(files, wanted or {JPKI: "jpki"}, "chrome", 0)


# --- manifests ------------------------------------------------------------------------------------


def test_manifest_names_its_program_and_who_may_talk_to_it():
    manifest = parse_manifest(encoded(MANIFEST))
    assert (manifest.program, manifest.allowed) == (MANIFEST["path"], (JPKI,))
    assert manifest.browser_reads_it


@pytest.mark.parametrize("encoding", ["cp932", "utf-16"])
def test_manifest_that_only_we_can_read_is_no_manifest_for_a_browser(encoding):
    content = MANIFEST | {"path": "C:\\Users\\山田\\AppData\\Local\\MPA\\bin\\MPA.exe"}
    manifest = parse_manifest(encoded(content, encoding))
    assert manifest.program == content["path"]
    assert not manifest.browser_reads_it


def test_manifest_with_a_byte_order_mark_is_read():
    assert parse_manifest(encoded(MANIFEST, "utf-8-sig")).browser_reads_it


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\x00\x01", b"[" * 100_000, b'{"a":' * 50_000])
def test_what_is_no_object_is_no_manifest(data):
    assert parse_manifest(data) is None


def test_allowed_holds_ids_alone():
    content = {
        "path": 7,
        "allowed_origins": ["https://x/", f"chrome-extension://{JPKI}", 3],
        "allowed_extensions": ["a@b", "x y"],
    }
    manifest = parse_manifest(encoded(content))
    assert (manifest.program, manifest.allowed) == ("", (JPKI, "a@b"))


def test_fact_of_a_manifest_keeps_no_path():
    fact = native_host(
        browser="chrome",
        name="jp.go.jpki",
        scope="system",
        read=lambda: encoded(MANIFEST),
        program_exists=lambda path: True,
    )
    assert fact == NativeHost(
        browser="chrome",
        name="jp.go.jpki",
        scope="system",
        manifest_readable=True,
        program_exists=True,
        allowed=(JPKI,),
    )


def test_manifest_that_is_not_there_is_told():
    fact = native_host(
        browser="edge", name="jp.go.myna", scope="user", read=lambda: None, program_exists=lambda path: True
    )
    assert (fact.manifest_readable, fact.program_exists) == (False, None)


def test_only_names_of_the_cards_world_count():
    products = load_known().products
    assert is_of_the_cards_world("jp.go.jpki", products)
    assert is_of_the_cards_world("jp.go.digital.myna", products)  # new names are welcome
    assert not is_of_the_cards_world("com.bitwarden.desktop", products)


# --- Chromium -------------------------------------------------------------------------------------


def test_extension_that_is_on():
    (extension,) = look(settings(**{JPKI: {"state": 1, "manifest": {"version": "2.1"}}}))
    assert (extension.enabled, extension.version, extension.product) == (True, "2.1", "jpki")


def test_extension_turned_off_because_an_update_asks_for_more_sites():
    (extension,) = look(settings(**{JPKI: {"state": 0, "disable_reasons": 2}}))
    assert (extension.enabled, extension.disable_reasons) == (False, ("permissions_increase",))


def test_newer_versions_write_a_list_and_no_state():
    (extension,) = look(settings(**{JPKI: {"disable_reasons": [1, 2], "path": "x"}}))
    assert (extension.enabled, extension.disable_reasons) == (False, ("user_action", "permissions_increase"))
    (extension,) = look(settings(**{JPKI: {"disable_reasons": [], "path": "x"}}))
    assert extension.enabled is True


def test_parts_of_an_extension_may_stand_in_both_files():
    (extension,) = look(settings(**{JPKI: {"manifest": {"version": "3"}}}), settings(**{JPKI: {"state": 0}}))
    assert (extension.version, extension.enabled) == ("3", False)


def test_removed_and_foreign_extensions_are_not_told():
    assert look(settings(**{JPKI: {"state": 2}}), settings(other={"state": 1}), None) == ()


def test_a_trace_of_an_extension_tells_nothing_of_its_state():
    (extension,) = look(settings(**{JPKI: {"granted_permissions": {}}}))
    assert extension.enabled is None


def test_unknown_reasons_are_told_as_other():
    assert disable_reasons(1 << 30 | 1 << 14 | 1 << 16) == ("policy", "other")
    assert disable_reasons([True, -1, 1 << 200, "2", None]) == ()


def test_ids_come_from_the_table_and_from_what_manifests_let_in():
    hosts = (
        NativeHost(browser="chrome", name="jp.go.myna", allowed=("a" * 32,)),
        NativeHost(browser="x", name="jp.go.y", allowed=("b" * 32,)),
    )
    wanted = wanted_extensions(load_known().products, hosts)
    assert wanted["a" * 32] == "myna_portal"
    assert wanted["b" * 32] == ""
    assert wanted[JPKI] == "jpki"


# --- Firefox --------------------------------------------------------------------------------------


def test_firefox_extensions():
    addons = [
        {"id": "mpa@jpki.github.io", "version": "1.2", "active": False, "userDisabled": True},
        {"id": "other@x", "active": True},
        3,
    ]
    (extension,) = parse_firefox(encoded({"addons": addons}), {"mpa@jpki.github.io": "mpa_for_linux"}, 1)
    assert (extension.browser, extension.profile, extension.enabled) == ("firefox", 1, False)
    assert extension.disable_reasons == ("user_action",)


# --- anything -------------------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
ENTRY = st.dictionaries(st.sampled_from(["state", "disable_reasons", "manifest", "path"]), JSON, max_size=4)


@given(st.binary(max_size=400))
def test_any_bytes_give_facts_or_nothing(data):
    parse_json_object(data)
    parse_manifest(data)
    parse_firefox(data, {"x": ""}, 0)
    look(data, data)


@given(ENTRY | JSON, st.sampled_from(["utf-8", "cp932", "utf-16"]))
def test_any_entry_of_a_profile_gives_facts_or_nothing(entry, encoding):
    data = json.dumps({"extensions": {"settings": {JPKI: entry}}}).encode(encoding)
    assert len(look(data)) <= 1


@given(JSON)
def test_any_addon_gives_facts_or_nothing(addon):
    parse_firefox(json.dumps({"addons": [addon]}).encode(), {"x": ""}, 0)


def test_built_at_is_the_newest_day_of_the_tables():
    assert built_at().date() == load_known().as_of
