"""Lookups over the tables."""

import shutil
from pathlib import Path

import pytest

from jpkidoctor.facts import PinId, ReaderKind
from jpkidoctor.knowledge.known import Known, load_known
from jpkidoctor.knowledge.load import KnowledgeError, data_directory


@pytest.fixture(scope="module")
def known() -> Known:
    return load_known()


# --- loading ------------------------------------------------------------------------------------


def test_the_default_tables_are_read_once() -> None:
    assert load_known() is load_known()
    assert load_known(data_directory()) is not load_known()


def test_a_caller_pays_only_for_the_table_it_uses(tmp_path: Path) -> None:
    shutil.copy(data_directory() / "pins.toml", tmp_path)
    lonely = load_known(tmp_path)
    assert lonely.pin(PinId.SIGNATURE) is not None
    with pytest.raises(KnowledgeError) as error:
        lonely.reader_by_usb(0x054C, 0x0DC9)
    assert error.value.path.name == "readers.toml"


# --- readers ------------------------------------------------------------------------------------


def test_a_confirmed_usb_id_names_the_reader(known: Known) -> None:
    reader = known.reader_by_usb(0x054C, 0x0DC9)
    assert reader is not None and reader.id == "sony-rc-s300-p"
    assert reader.title.ja == "ソニー RC-S300 (PaSoRi)"


def test_an_unknown_usb_id_names_nothing(known: Known) -> None:
    assert known.reader_by_usb(0x1D6B, 0x0002) is None
    assert known.readers_maybe(0x1D6B, 0x0002) == ()


def test_a_candidate_usb_id_is_only_a_possibility(known: Known) -> None:
    confirmed = known.reader_by_usb(0x31AA, 0x3002)
    assert confirmed is not None and confirmed.id == "abcircle-cir315"
    maybe = [reader.id for reader in known.readers_maybe(0x31AA, 0x3002)]
    assert maybe == ["abcircle-cir315", "iodata-usb-nfc4", "elecom-mr-ica001bk"]


def test_an_id_that_two_products_share_gives_both(known: Known) -> None:
    assert {reader.id for reader in known.readers_maybe(0x072F, 0xB100)} == {"nttcom-acr39", "acs-acr39u"}


def test_usb_ids_are_the_confirmed_ones(known: Known) -> None:
    assert (0x04E6, 0x511A) in known.usb_ids()
    for reader in known.readers:
        for usb_id in reader.usb_ids:
            vid, pid = (int(part, 16) for part in usb_id.split(":"))
            assert (vid, pid) in known.usb_ids()


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("SONY FeliCa Port/PaSoRi 4.0 0", "sony-rc-s300-p"),
        ("Sony FeliCa Port/PaSoRi 3.0 0", "sony-rc-s380-p"),
        ("SONY FeliCa RC-S300/S (0000000) 00 00", "sony-rc-s300-s"),
        ("Identive SCR33xx v2.0 USB SC Reader 0", "identiv-scr3310v2"),
        ("NTT Communications Corp. SCR3310-NTTCom USB SmartCard Reader 00 00", "nttcom-scr3310"),
        ("Circle CIR315 CL 0", "abcircle-cir315"),
        ("ACS ACR122U PICC Interface 00 00", "acs-acr122u"),
        ("Hitachi/Maxell M-500U/M-520U 0", "hitachi-hx-520uj"),
    ],
)
def test_a_pcsc_name_names_the_reader(name: str, model: str, known: Known) -> None:
    reader = known.reader_by_name(name)
    assert reader is not None and reader.id == model
    assert known.reader(model) is reader


def test_brands_behind_one_name_are_told_together(known: Known) -> None:
    ids = [reader.id for reader in known.readers_by_name("Circle CIR315 CL 0")]
    assert ids == ["abcircle-cir315", "iodata-usb-nfc4", "elecom-mr-ica001bk"]


def test_an_unknown_name_names_nothing(known: Known) -> None:
    assert known.reader_by_name("Virtual PCD 00 00") is None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SONY FeliCa Port/PaSoRi 4.0 0", ReaderKind.CONTACTLESS),
        ("SONY FeliCa RC-S300/P (0000000) 00 00", ReaderKind.CONTACTLESS),
        ("Circle CIR315 CL 0", ReaderKind.CONTACTLESS),
        ("CIR315 0", ReaderKind.CONTACTLESS),
        ("Circle CIR125 ICC 00 00", ReaderKind.CONTACT),
        ("ACS ACR122U PICC Interface 00 00", ReaderKind.CONTACTLESS),
        ("ACS ACR1251 1S CL Reader PICC 0", ReaderKind.CONTACTLESS),
        ("ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00", ReaderKind.CONTACTLESS),
        ("ACS ACR1252 Dual Reader [ACR1252 Dual Reader SAM] 01 00", ReaderKind.SAM),
        ("ACS ACR1252 1S CL Reader SAM 0", ReaderKind.SAM),
        ("ACS ACR1281 1S Dual Reader ICC 0", ReaderKind.CONTACT),
        ("ACS ACR39U ICC Reader 0", ReaderKind.CONTACT),
        ("ACS ACR38U-SAM 00 00", ReaderKind.CONTACT),
        ("Identive SCR33xx v2.0 USB SC Reader 0", ReaderKind.CONTACT),
        ("SCM Microsystems Inc. SCR 3310 [CCID Interface] 00 00", ReaderKind.CONTACT),
        ("NTT Communications Corp. SCR3310-NTTCom USB SmartCard Reader 0", ReaderKind.CONTACT),
        ("Identive CLOUD 4700 F Dual Interface Reader [CLOUD 4700 F Contact Reader] 00 00", ReaderKind.CONTACT),
        ("Identive CLOUD 4700 F Dual Interface Reader [CLOUD 4700 F Contactless Reader] 01 00", ReaderKind.CONTACTLESS),
        ("HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422 Smartcard Reader] 01 00", ReaderKind.CONTACT),
        ("HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422CL Smartcard Reader] 00 00", ReaderKind.CONTACTLESS),
        ("Broadcom Corp Contacted SmartCard 0", ReaderKind.CONTACT),
        ("Broadcom Corp Contactless SmartCard 0", ReaderKind.CONTACTLESS),
        ("Generic EMV Smartcard Reader 0", ReaderKind.CONTACT),
        ("Hitachi/Maxell M-500U/M-520U 0", ReaderKind.CONTACT),
        ("Windows Hello for Business 1", ReaderKind.VIRTUAL),
        ("Microsoft Virtual Smart Card 0", ReaderKind.VIRTUAL),
        ("Yubico YubiKey OTP+FIDO+CCID 0", ReaderKind.VIRTUAL),
        ("VMware Virtual USB CCID 00 00", ReaderKind.UNKNOWN),
        ("Virtual PCD 00 00", ReaderKind.UNKNOWN),
        ("Samsung Smart Card Reader 0", ReaderKind.UNKNOWN),
        ("", ReaderKind.UNKNOWN),
    ],
)
def test_a_slot_is_told_by_its_name(name: str, kind: ReaderKind, known: Known) -> None:
    assert known.slot_kind(name) is kind


# --- cards --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("atr", "card"),
    [
        ("3B DA 13 FF 81 31 FB 46 80 12 39 2F 31 C1 73 C6 01 C0 3B", "my_number"),
        ("3b888001004b51ffb381d1000f", "my_number"),
        ("3B 88 80 01 00 00 14 E0 B3 81 91 00 5E", "juki"),
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 11 00 3B 00 00 00 00 42", "felica"),
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A", "type_a_storage"),
        ("3B 8F 80 01 80 4F 0C A0 00 00 03 06 07 00 00 00 00 00 00 00", "contactless_storage"),
        ("3B E5 00 FF 81 31 FE 45 80 73 C6 01 08 2D", "bank"),
        ("3B F5 91 00 FF 91 81 71 FE 40 00 42 00 01 B3 C1 75", "driving_licence"),
    ],
)
def test_an_atr_hints_at_the_card(atr: str, card: str, known: Known) -> None:
    model = known.card_by_atr(atr)
    assert model is not None and model.id == card


def test_an_atr_on_which_sources_disagree_names_nothing(known: Known) -> None:
    assert known.card_by_atr("3BE000FF8131FE4514") is None


@pytest.mark.parametrize("atr", ["", "3B", "3BDA13FF8131FB46", "3B8F8001"])
def test_a_part_of_an_atr_names_nothing(atr: str, known: Known) -> None:
    assert known.card_by_atr(atr) is None


def test_a_wrong_card_is_named_without_the_my_number_cards_own_applications(known: Known) -> None:
    asked = known.wrong_card_applications()
    assert {application.on for application in asked} == {"driving_licence", "residence_card", "hpki", "passport"}
    licence = next(application for application in asked if application.on == "driving_licence")
    assert licence.aid == "A0000002310100000000000000000000"


# --- codes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [0x8010001D, -2146435043, "0x8010001D", "0x8010001d", "０ｘ８０１０００１Ｄ"])
def test_a_pcsc_code_is_found_in_any_form(code: str | int, known: Known) -> None:
    error = known.error("pcsc", code)
    assert error is not None and error.name == "SCARD_E_NO_SERVICE" and error.nodes == ("B-01",)


@pytest.mark.parametrize(
    ("sw", "code"),
    [(0x63C0, "63C0"), (0x63C3, "63Cx"), (0x6300, "6300"), (0x6C10, "6Cxx"), ("61ff", "61xx"), ("6A82", "6A82")],
)
def test_a_status_word_is_found_exactly_then_by_pattern(sw: str | int, code: str, known: Known) -> None:
    error = known.error("status_word", sw)
    assert error is not None and error.code == code


@pytest.mark.parametrize("sw", [0x63D0, 0x9001, "63", "61fff"])
def test_an_unknown_status_word_is_not_guessed(sw: str | int, known: Known) -> None:
    assert known.error("status_word", sw) is None


def test_a_missing_driver_is_code_28(known: Known) -> None:
    error = known.error("device_manager", 28)
    assert error is not None and error.name == "CM_PROB_FAILED_INSTALL" and "C-03" in error.nodes


def test_the_same_number_means_different_things_by_kind(known: Known) -> None:
    service, client = known.error("service", "115"), known.error("client", "path 203")
    assert service is not None and service.nodes == ("J-04",)
    assert client is not None and "J-05" in client.nodes
    assert known.error("client", "115") is None


def test_an_extension_without_its_program_is_not_a_card_fault(known: Known) -> None:
    for code in ("EW044-C300", "em044-c300"):
        error = known.error("service", code)
        assert error is not None and error.nodes == ("I-05",)


# --- platforms ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("build", "edition", "platform", "end"),
    [
        (19045, "Core", "windows-10-22h2", "2025-10-14"),
        (19045, "Enterprise", "windows-10-22h2", "2025-10-14"),
        (26100, "Professional", "windows-11-24h2", "2026-10-13"),
        (26100, "Enterprise", "windows-11-24h2-enterprise", "2027-10-12"),
        (26100, "", "windows-11-24h2", "2026-10-13"),
        (19044, "EnterpriseS", "windows-10-ltsc-2021", "2027-01-12"),
        (19044, "IoTEnterpriseS", "windows-10-ltsc-2021", "2027-01-12"),
        (19044, "Core", "windows-10-21h2", "2023-06-13"),
    ],
)
def test_windows_is_told_by_build_and_edition(build: int, edition: str, platform: str, end: str, known: Known) -> None:
    entry = known.windows(build, edition)
    assert entry is not None and entry.id == platform and str(entry.ends) == end


def test_a_build_that_is_not_in_the_table_is_unknown(known: Known) -> None:
    assert known.windows(99999) is None


@pytest.mark.parametrize(
    ("version", "platform"),
    [("15.3.1", "macos-15"), ("10.15.7", "macos-10.15"), ("26", "macos-26"), ("13.5", "macos-13")],
)
def test_macos_is_told_by_its_version(version: str, platform: str, known: Known) -> None:
    entry = known.macos(version)
    assert entry is not None and entry.id == platform


def test_macos_unknown_and_minimum(known: Known) -> None:
    assert known.macos("") is None
    assert known.macos("99.1") is None
    assert known.macos_minimum == "13.5"


# --- certificates, PINs, contacts -----------------------------------------------------------------


def test_a_pinned_ca_is_found_by_its_fingerprint_in_any_form(known: Known) -> None:
    digest = "0d:98:de:47:fc:11:b7:f6:71:26:87:4b:70:28:b6:02:6a:80:3d:26:38:d6:ed:fe:53:17:69:53:96:1f:ad:e6"
    authority = known.ca_by_sha256(digest)
    assert authority is not None
    assert (authority.purpose, authority.generation, authority.serial) == ("authentication", 2, "0133C349")
    assert known.ca_by_sha256("00" * 32) is None


def test_a_pin_is_found_by_enum_and_by_text(known: Known) -> None:
    assert known.pin(PinId.SIGNATURE) is known.pin("signature")
    assert known.pin("other") is None


def test_the_lost_card_line_is_there_day_and_night(known: Known) -> None:
    contact = known.contact("lost_card")
    assert contact is not None and contact.number == "0120-95-0178"
    assert contact.hours is not None and "24時間" in contact.hours.ja
    assert contact in known.contacts
