from __future__ import annotations

import pytest

from jpkidoctor.search.index import Index, load_index


@pytest.fixture(scope="session")
def index() -> Index:
    return load_index()
