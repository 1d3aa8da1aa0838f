from __future__ import annotations

import datetime as dt

import pytest

from jpkidoctor.facts import Facts
from jpkidoctor.simulator.practice_keys import KeyStore


@pytest.fixture
def blank_facts() -> Facts:
    """Nothing was observed."""
    return Facts(taken_at=dt.datetime(2026, 11, 24, tzinfo=dt.UTC), tool_version="0.1.0")


@pytest.fixture(scope="session")
def keys() -> KeyStore:
    """Practice keys in memory."""
    return KeyStore(None)
