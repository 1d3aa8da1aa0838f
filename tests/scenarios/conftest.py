from __future__ import annotations

import pytest

from jpkidoctor.simulator.practice_keys import KeyStore


@pytest.fixture(scope="session")
def keys() -> KeyStore:
    """Practice keys in memory, made once for the run: it leaves nothing on the computer."""
    return KeyStore(None)
