"""One real corpus, built once with the real model, for every test that asks the real thing."""

from pathlib import Path
from shutil import copytree

import pytest
from real_corpus import write_real_corpus

from kmqa.cli import main


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with ``corpus`` and the ``index`` built from it; never to be changed."""
    home = tmp_path_factory.mktemp("built")
    write_real_corpus(home / "corpus")
    assert main(["build", "--corpus", str(home / "corpus"), "--index", str(home / "index")]) == 0
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of `built` that a test may change, with its caches, so that it builds fast."""
    copytree(built, tmp_path / "home")
    return tmp_path / "home"
