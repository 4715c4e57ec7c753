"""One real corpus, built once with the real model, for every test that asks the real thing."""

from pathlib import Path
from shutil import copytree

import pytest
from shared_build import build_once


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As `build_once`."""
    return build_once(tmp_path_factory)


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of `built` that a test may change, with its caches, so that it builds fast."""
    copytree(built, tmp_path / "home")
    return tmp_path / "home"
