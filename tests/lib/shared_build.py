"""The real corpus, built with the real model once for all workers of a run."""

import os
from pathlib import Path

import pytest
from filelock import FileLock
from real_corpus import write_real_corpus

from kmqa.cli import main


def build_once(factory: pytest.TempPathFactory) -> Path:
    """Return a folder with ``corpus`` and the ``index`` built from it; never to be changed.

    Whichever worker of pytest-xdist comes first builds it, and the others wait for it.
    """
    home = _shared_folder(factory) / "built"
    is_whole = home / "IS_WHOLE"
    with FileLock(f"{home}.lock"):
        if not is_whole.exists():
            write_real_corpus(home / "corpus")
            place = ["--corpus", str(home / "corpus"), "--index", str(home / "index")]
            assert main(["build", *place]) == 0
            is_whole.touch()
    return home


def _shared_folder(factory: pytest.TempPathFactory) -> Path:
    """Return a folder of this run that all its workers see."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
