"""What holds for every test: a clean environment, no network, one real model for all."""

import os
from collections.abc import Iterator

import pytest

from kmqa import settings

os.environ["HF_HUB_OFFLINE"] = "1"


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No setting of the machine reaches a test, and none leaks from one test to the next."""
    for name in [name for name in os.environ if name.startswith("KMQA_")]:
        monkeypatch.delenv(name)
    settings.read_settings.cache_clear()
    yield
    settings.read_settings.cache_clear()
