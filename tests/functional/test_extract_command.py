"""`kmqa extract` end to end."""

import json
from pathlib import Path

import pytest
from active_pdfs import make_active

from kmqa.commands import extract
from kmqa.errors import ExtractionError
from kmqa.offline import ocr, pdf_reader
from kmqa.offline.extract import read_pdf

PDFS = Path(__file__).parents[1] / "data" / "pdfs"


def test_text_is_fit(capsys: pytest.CaptureFixture[str]) -> None:
    """One line per PDF under the names of the columns; exit 0; no bar where nobody watches."""
    code = extract.extract_pdfs([PDFS / "english.pdf", PDFS / "urdu-naskh.pdf"])

    said = capsys.readouterr()
    head, english, urdu = (line.split() for line in said.out.splitlines())
    assert code == 0
    assert head == ["file", "pages", "characters", "language", "verdict", "detail"]
    assert english == [str(PDFS / "english.pdf"), "1", "221", "en", "text"]
    assert urdu[1:] == ["1", "163", "ur", "text"]
    assert said.err == ""


def test_one_bad_pdf_is_not_fit(capsys: pytest.CaptureFixture[str]) -> None:
    code = extract.extract_pdfs([PDFS / "english.pdf", PDFS / "encrypted-password.pdf"])

    assert code == 12
    assert "encrypted  it needs a password" in capsys.readouterr().out


def test_json(capsys: pytest.CaptureFixture[str]) -> None:
    """A list that a program can read, with the pages of each verdict."""
    code = extract.extract_pdfs([PDFS / "mixed.pdf"], as_json=True)

    [report] = json.loads(capsys.readouterr().out)
    assert code == 0
    assert len(report.pop("sha256")) == 64
    assert report == {
        "file": str(PDFS / "mixed.pdf"),
        "pages": 5,
        "characters": 217,
        "language": "en",
        "verdict": "text",
        "detail": "page 4: is a picture",
        "active": [],
        "page_verdicts": {"text": [1, 2, 3], "scanned": [4], "empty": [5]},
    }


def test_a_folder_means_its_pdfs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("b.pdf", "a.PDF", "notes.txt"):
        (tmp_path / name).write_bytes((PDFS / "english.pdf").read_bytes())

    extract.extract_pdfs([tmp_path], as_json=True, cache=tmp_path / "cache")

    files = [Path(item["file"]).name for item in json.loads(capsys.readouterr().out)]
    assert files == ["a.PDF", "b.pdf"]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_folder_without_pdfs_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ExtractionError, match="there is no PDF in this folder"):
        extract.extract_pdfs([tmp_path])


def test_names_are_not_markup(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "[bold]x.pdf"
    path.write_bytes(b"")

    extract.extract_pdfs([path])

    assert "[bold]x.pdf" in capsys.readouterr().out.replace("\n", "")


def test_what_a_pdf_does_is_told_and_a_clean_copy_does_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "odd.pdf").write_bytes(make_active("javascript", "embedded_file"))
    (tmp_path / "plain.pdf").write_bytes((PDFS / "english.pdf").read_bytes())

    extract.extract_pdfs([tmp_path], copies=extract.Copies(clean=True))

    said = " ".join(capsys.readouterr().out.split())
    assert "it runs scripts and carries other files" in said
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "odd.clean.pdf", "odd.pdf", "plain.pdf",
    ]  # fmt: skip
    clean = read_pdf(tmp_path / "odd.clean.pdf")
    plain = read_pdf(tmp_path / "plain.pdf")
    assert (clean.active, clean.pages) == ((), plain.pages)


def test_a_pdf_with_a_password_cannot_be_cleaned() -> None:
    with pytest.raises(ExtractionError, match="no clean copy can be made"):
        pdf_reader.clean(PDFS / "encrypted-password.pdf", pdf_reader.Limits())


def test_copies_are_made_of_scans_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Patched, because the programs that recognise text are an extra of 100 MB."""
    asked = []
    monkeypatch.setattr(ocr, "make_searchable_copy", lambda *told: asked.append(told))
    for name in ("english", "scanned", "encrypted-password"):
        (tmp_path / f"{name}.pdf").write_bytes((PDFS / f"{name}.pdf").read_bytes())

    copies = extract.Copies(searchable=True)
    code = extract.extract_pdfs([tmp_path], copies=copies, languages=("ur", "en"))

    copy = tmp_path / "scanned.searchable.pdf"
    assert code == 12
    assert asked == [(tmp_path / "scanned.pdf", copy, ("ur", "en"))]
    assert "review every page of this copy" in capsys.readouterr().err
