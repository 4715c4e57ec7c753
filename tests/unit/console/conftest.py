"""A console over a small corpus, and the people who work at it."""

from pathlib import Path

import pytest
from console_client import Curator, curator, make_context

from kmqa.console.context import ConsoleContext


@pytest.fixture
def context(tmp_path: Path) -> ConsoleContext:
    """As `make_context`."""
    return make_context(tmp_path)


@pytest.fixture
def author(context: ConsoleContext) -> Curator:
    """Asha, signed in."""
    return curator(context, "Asha", "author")


@pytest.fixture
def reviewer(context: ConsoleContext) -> Curator:
    """Bilal, signed in."""
    return curator(context, "Bilal", "reviewer")


@pytest.fixture
def chief(context: ConsoleContext) -> Curator:
    """Chen, who administers, signed in."""
    return curator(context, "Chen", "administrator")
