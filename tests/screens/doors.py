"""Practice controls and desks that only remember what they were asked, and a card that is always the same."""

from __future__ import annotations

from pathlib import Path

from jpkidoctor.card.pin_rules import PinRule
from jpkidoctor.diagnosis import Diagnosis
from jpkidoctor.facts import Facts, PinId
from jpkidoctor.knowledge.known import load_known
from jpkidoctor.knowledge.types import Lang, Text
from jpkidoctor.report.preview import PreviewRow
from jpkidoctor.screens.ports import PinJob, PinResult, ReadCertificate, ReportFormat, ScenarioChoice
from jpkidoctor.signing.card_desk import pin_rule
from jpkidoctor.signing.from_card import Which
from tests.screens import certificates
from tests.screens import examinations as made


class FakePractice:
    def __init__(self) -> None:
        self.calls: list[str] = []
        self.started: made.FakeExamination | None = None

    def scenarios(self) -> tuple[ScenarioChoice, ...]:
        return (
            ScenarioChoice("card_upside_down", Text("カードが裏返し", "Card upside down")),
            ScenarioChoice("pin_locked", Text("利用者証明用の暗証番号がロック", "Authentication PIN locked")),
        )

    def start(self, scenario: str) -> made.FakeExamination:
        self.calls.append(f"start {scenario}")
        self.started = made.FakeExamination(made.pin_locked())
        return self.started

    def insert(self) -> None:
        self.calls.append("insert")

    def remove(self) -> None:
        self.calls.append("remove")

    def turn_over(self) -> None:
        self.calls.append("turn_over")


class FakeReportDesk:
    def __init__(self, problem: OSError | None = None) -> None:
        self.problem = problem
        self.written: list[tuple[Lang, ReportFormat, Path]] = []

    def preview(self, facts: Facts, diagnosis: Diagnosis, lang: Lang) -> tuple[PreviewRow, ...]:
        return (
            PreviewRow("リーダー名", "SCR 3310 (serial 21120535200123)", "reader-A", hidden=True),
            PreviewRow("証明書の発行番号", "1A2B3C4D", "(書きません)", hidden=True),
            PreviewRow("OS", "Windows 11", "Windows 11", hidden=False),
            PreviewRow("有効期限", "2031-05-06", "2031-05-06", hidden=False, note="誕生日の月日が分かります。"),
        )

    def support_code(self, facts: Facts, diagnosis: Diagnosis) -> str:
        return "4821 0937 55"

    def default_path(self, facts: Facts, form: ReportFormat) -> Path:
        return Path(f"jpkidoctor-20261124-1042.{form}")

    def write(self, facts: Facts, diagnosis: Diagnosis, lang: Lang, form: ReportFormat, path: Path) -> Path:
        if self.problem is not None:
            raise self.problem
        self.written.append((lang, form, path))
        return path


class FakeCardDesk:
    """Certificates that stand still; every code is right."""

    def rule(self, pin: PinId) -> PinRule:
        return pin_rule(load_known(), pin)

    def read_card(self, reader: str) -> dict[Which, ReadCertificate]:
        return {
            Which.AUTHENTICATION: certificates.authentication(),
            Which.AUTHENTICATION_CA: certificates.authority("authentication"),
            Which.SIGNATURE_CA: certificates.authority("signature"),
        }

    def read_signature_certificate(self, job: PinJob, authorities: tuple[bytes, ...]) -> PinResult:
        for typed in job.typed:
            typed.wipe()
        return PinResult(True, (), certificate=certificates.signature())

    def change(self, job: PinJob, pin: PinId) -> PinResult:
        for typed in job.typed:
            typed.wipe()
        return PinResult(True, ("変えました。",))
