import importlib.util
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType

import pypdf
import pytest
import yaml

from kmqa import disk
from kmqa.errors import CorpusFileError

SCRIPT = Path(__file__).resolve().parents[3] / "scripts" / "make_documents.py"
MANUSCRIPT = """\
---
title: Pills & care
language: en
edition: Demonstration edition 2026
year: 2026
topics: [pills]
---

## First steps

1. Ask about fluffy office affairs.
2. Write them down.

| Method | Days |
|---|---|
| Mini-pill | 2 |
"""


@pytest.fixture(scope="module")
def script() -> Iterator[ModuleType]:
    """The script as a module; scripts are no package, so it is loaded from its path."""
    spec = importlib.util.spec_from_file_location("make_documents", SCRIPT)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["make_documents"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    yield module
    del sys.modules["make_documents"]


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """A corpus folder with one manuscript, `care`."""
    source = tmp_path / "documents" / "src" / "care.md"
    source.parent.mkdir(parents=True)
    source.write_text(MANUSCRIPT, encoding="utf-8")
    return tmp_path


@pytest.fixture
def drawn(script: ModuleType, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The PDF of `care`, where the libraries that draw it are installed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1")  # the script sets it, so it is put back after
    pytest.importorskip("weasyprint")
    pytest.importorskip("markdown_it")
    made: Path = script.make(corpus / "documents" / "src" / "care.md", corpus / "documents")
    return made


def test_the_same_manuscript_gives_the_same_bytes(
    script: ModuleType, drawn: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise a rebuild at another time would look like a change after the review."""
    first = drawn.read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1000000000")

    again = script.make(drawn.parent / "src" / "care.md", drawn.parent)

    assert again.read_bytes() == first


def test_the_clock_leaves_no_trace(drawn: Path) -> None:
    """Dates in the PDF are the fixed day on which the starter corpus was made."""
    metadata = pypdf.PdfReader(drawn).metadata

    assert metadata is not None
    assert metadata["/CreationDate"] == "D:20261101"
    assert metadata["/ModDate"] == "D:20261101"


def test_text_can_be_read_back_in_order(drawn: Path) -> None:
    """Tables come row by row, list numbers stand before their text, letters are not joined."""
    text = pypdf.PdfReader(drawn).pages[0].extract_text()

    expected = ["Pills & care", "Notice.", "First steps", "1. Ask about fluffy office affairs."]
    expected += ["2. Write them down.", "Method Days", "Mini-pill 2", "Page 1 of 1"]
    places = [text.find(words) for words in expected]
    assert places == sorted(places)
    assert -1 not in places


def test_the_description_is_approved_and_bears_the_hash(drawn: Path) -> None:
    """The YAML vouches for exactly the bytes beside it."""
    described = yaml.safe_load(drawn.with_suffix(".yaml").read_text(encoding="utf-8"))

    assert described["id"] == "care"
    assert described["sha256"] == disk.sha256_of(drawn.read_bytes())
    assert described["status"] == "approved"
    assert described["review_by"] == date(2027, 11, 1)


@pytest.mark.parametrize("text", ["", "## No front matter\n", "---\ntitle: No language\n---\n\n"])
def test_front_matter_must_be_there(script: ModuleType, tmp_path: Path, text: str) -> None:
    """A manuscript without title or language is named, not drawn."""
    path = tmp_path / "care.md"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(CorpusFileError, match="front matter"):
        script.read_manuscript(path)


def test_an_unknown_key_is_an_error(script: ModuleType) -> None:
    """Front matter obeys the schema of a document."""
    front = {"title": "Care", "language": "en", "colour": "blue"}
    manuscript = script.Manuscript(document_id="care", front=front, body="")

    with pytest.raises(CorpusFileError, match="colour"):
        script.description(manuscript, b"")


def test_an_unknown_id_ends_with_the_exit_code_of_the_corpus(
    script: ModuleType, corpus: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line on the error stream names the file that was looked for."""
    pytest.importorskip("weasyprint")

    code = script.main(["nope", "--corpus", str(corpus)])

    assert code == 11
    assert "nope.md" in capsys.readouterr().err
