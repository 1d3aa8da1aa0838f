from __future__ import annotations

from collections.abc import Mapping

import pytest

from jpkidoctor.guide.tables import Guide, load_guide
from tests.guide.practice_calls import Case, cases


@pytest.fixture(scope="session")
def guide() -> Guide:
    return load_guide()


@pytest.fixture(scope="session")
def all_cases() -> Mapping[str, Case]:
    return cases()
