"""`kmqa init` end to end."""

from pathlib import Path

import pytest

from kmqa.commands import init
from kmqa.corpus import files
from kmqa.errors import CorpusFileError


def test_init_makes_a_corpus(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The folder can be read at once, and the next step is told."""
    assert init.create_corpus(tmp_path / "c", languages="en, FR,en") == 0

    assert files.read_corpus(tmp_path / "c").settings.languages == ("en", "fr")
    assert "README.md" in capsys.readouterr().out


def test_init_twice_is_refused(tmp_path: Path) -> None:
    """A corpus is never overwritten."""
    init.create_corpus(tmp_path / "c")

    with pytest.raises(CorpusFileError):
        init.create_corpus(tmp_path / "c")
