from __future__ import annotations

import datetime as dt

import pytest

from jpkidoctor.simulator.practice_keys import KeyStore
from jpkidoctor.simulator.practice_pki import PracticePki, Validity

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
VALIDITY = Validity.ending(dt.datetime(2028, 1, 1, tzinfo=dt.UTC))


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> PracticePki:
    return PracticePki(KeyStore(tmp_path_factory.mktemp("keys")))
