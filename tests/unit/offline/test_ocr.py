"""Searchable copies: what is asked of ocrmypdf, and what is said when it is missing."""

import shutil
import stat
import sys
from pathlib import Path

import pytest

from kmqa.errors import ExtractionError
from kmqa.offline import ocr


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand-ins for ocrmypdf and tesseract, so that the real ones need not be installed."""
    fake = tmp_path / "fake"
    (fake / "ocrmypdf").mkdir(parents=True)
    (fake / "ocrmypdf" / "__init__.py").write_text("")
    (fake / "ocrmypdf" / "__main__.py").write_text(
        "import sys; from pathlib import Path\nPath(sys.argv[-1]).write_text(str(sys.argv[1:]))\n"
    )
    (fake / "tesseract").write_text("#!/bin/sh\n")
    (fake / "tesseract").chmod(stat.S_IRWXU)
    monkeypatch.syspath_prepend(str(fake))
    monkeypatch.setenv("PYTHONPATH", str(fake))
    monkeypatch.setenv("PATH", str(fake))
    return fake


def test_a_copy_is_made(programs: Path, tmp_path: Path) -> None:
    """Old text goes, and languages are named as tesseract names them."""
    assert shutil.which("tesseract") == str(programs / "tesseract")

    ocr.make_searchable_copy(tmp_path / "in.pdf", tmp_path / "out.pdf", ("en", "ur", "xyz"))

    asked = (tmp_path / "out.pdf").read_text()
    assert "'--force-ocr', '--quiet', '--language', 'eng+urd+xyz'" in asked
    assert str(tmp_path / "in.pdf") in asked


@pytest.mark.usefixtures("programs")
def test_a_copy_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "out.pdf").write_text("reviewed")

    with pytest.raises(ExtractionError, match="there is already a searchable copy"):
        ocr.make_searchable_copy(tmp_path / "in.pdf", tmp_path / "out.pdf", ())

    assert (tmp_path / "out.pdf").read_text() == "reviewed"


def test_failure_is_told_in_its_last_words(programs: Path, tmp_path: Path) -> None:
    (programs / "ocrmypdf" / "__main__.py").write_text("raise SystemExit('no data for urd')")

    with pytest.raises(ExtractionError, match="got no data for urd"):
        ocr.make_searchable_copy(tmp_path / "in.pdf", tmp_path / "out.pdf", ("ur",))


def test_silent_failure_is_told_by_its_code(programs: Path, tmp_path: Path) -> None:
    (programs / "ocrmypdf" / "__main__.py").write_text("raise SystemExit(7)")

    with pytest.raises(ExtractionError, match="got exit code 7"):
        ocr.make_searchable_copy(tmp_path / "in.pdf", tmp_path / "out.pdf", ())


def test_taking_too_long_is_told(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (programs / "ocrmypdf" / "__main__.py").write_text("while True: pass")
    monkeypatch.setattr(ocr, "SECONDS", 0.2)

    with pytest.raises(ExtractionError, match="takes too long"):
        ocr.make_searchable_copy(tmp_path / "in.pdf", tmp_path / "out.pdf", ())


def test_what_is_missing_is_named(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (programs / "tesseract").unlink()
    with pytest.raises(ExtractionError, match=r"tesseract is not installed.*apt install"):
        ocr.make_searchable_copy(tmp_path / "in.pdf", tmp_path / "out.pdf", ())

    monkeypatch.setitem(sys.modules, "ocrmypdf", None)
    monkeypatch.setattr(ocr.importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ExtractionError, match=r"ocrmypdf is not installed.*kmqa\[ocr\]"):
        ocr.make_searchable_copy(tmp_path / "in.pdf", tmp_path / "out.pdf", ())
