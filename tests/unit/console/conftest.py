"""A console over a small corpus, and the people who work at it."""

from pathlib import Path

import pytest
from console_client import Curator, curator, make_desk

from kmqa.console.desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """As `make_desk`."""
    return make_desk(tmp_path)


@pytest.fixture
def author(desk: Desk) -> Curator:
    """Asha, signed in."""
    return curator(desk, "Asha", "author")


@pytest.fixture
def reviewer(desk: Desk) -> Curator:
    """Bilal, signed in."""
    return curator(desk, "Bilal", "reviewer")


@pytest.fixture
def chief(desk: Desk) -> Curator:
    """Chen, who administers, signed in."""
    return curator(desk, "Chen", "administrator")
