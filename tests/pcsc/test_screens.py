"""The whole way on the screens, with a card in the virtual reader of a real pcscd: a PDF is signed and explained."""

from __future__ import annotations

import subprocess
from pathlib import Path

from jpkidoctor.app import JpkiDoctorApp
from jpkidoctor.commands.card_errands import CardErrands
from jpkidoctor.commands.signature_desk import Signatures
from jpkidoctor.computer import Computer
from jpkidoctor.coordinator import LiveExamination
from jpkidoctor.screens.sign_steps import Step
from jpkidoctor.screens.verify_page import VerifyPage
from tests.screens.practising import PASSWORD, card_is_read, shown, to_the_card, until
from tests.signing.formats.conftest import make_pdf

from .conftest import CONTACT


async def test_a_person_signs_a_pdf_over_pcscd_and_the_page_explains_it(lab, make_card, judge, tmp_path: Path):
    pdf = tmp_path / "a.pdf"
    pdf.write_bytes(make_pdf())
    live = LiveExamination(Computer(judge.known), judge)

    def world() -> Computer:
        return Computer(judge.known)

    app = JpkiDoctorApp(live, signatures=Signatures(world, live.lend_card), cards=CardErrands(world, live.lend_card))
    with lab.card(make_card(), CONTACT):
        async with app.run_test(size=(80, 24)) as pilot:
            page = await to_the_card(app, pilot, pdf)
            await pilot.press("1", *PASSWORD, "enter")
            await until(pilot, lambda: page._step is Step.RESULT)
            assert "1件のうち1件に署名し、確かめました" in shown(app)
            signed = tmp_path / "a-signed.pdf"
            judged = subprocess.run(["pdfsig", str(signed)], capture_output=True, check=False).stdout.decode()
            assert "Signature is Valid." in judged
            await card_is_read(app, pilot)  # the examination has the card back
            assert not any(event.params.get("id") == "F-03" for event in app._events)
            await pilot.press("f5", "6")
            assert isinstance(app.screen, VerifyPage)
            app.screen.query_one("#path").value = str(signed)
            await pilot.press("enter")
            await until(pilot, lambda: "改ざんはありません。" in shown(app))
            assert "失効は未確認です。" in shown(app)
    live.stop()
