"""Rows of other people's files, in all their dialects."""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from kmqa.corpus.importers import formats, rows, spreadsheet
from kmqa.corpus.importers.raw import TableLimits
from kmqa.corpus.importers.table_reader import read_table
from kmqa.errors import CorpusFileError

pytestmark = pytest.mark.slow  # starts a process for each sheet

HEAD = ["id", "questions", "answer", "lang", "topic", "title"]


def workbook(path: Path, *lines: list[object], sheets: int = 1) -> Path:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in lines:
        book.active.append(line)
    for _ in range(1, sheets):
        book.create_sheet()
    book.save(path)
    return path


def file(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_all_three_formats_give_the_same_rows(tmp_path: Path) -> None:
    """The same answer reads the same from each kind of file."""
    jsonl = file(
        tmp_path / "a.jsonl",
        '\n{"id": 42, "questions": ["one", " two  words "], "lang": "EN", '
        '"answer": "x\\r\\ny"}\n\n',
    )
    table = file(
        tmp_path / "a.csv", 'id,questions,answer,lang\r\n42,one | two words,"x\r\ny",en\r\n'
    )
    sheet = workbook(tmp_path / "a.xlsx", HEAD, [42.0, "one\ntwo words", "x\ny", "en"])

    read = [rows.read_rows(path) for path in (jsonl, table, sheet)]

    assert [found.problems for found in read] == [(), (), ()]
    for found, line in zip(read, (2, 2, 2), strict=True):
        assert found.rows == (
            rows.Row(line=line, id="42", questions=("one", "two words"), answer="x\ny", lang="en"),
        )


@pytest.mark.parametrize(
    ("content", "n_notes"),
    [
        ("\ufeffID;Answer\n1;café\n".encode(), 0),
        ("id\tanswer\n1\tcafé\n".encode("utf-16"), 0),
        ("id,answer\n1,café\n".encode("cp1252"), 1),
        ('"id","answer"\n\n"1","café"\n,\n'.encode(), 0),
    ],
)
def test_dialects_of_csv(tmp_path: Path, content: bytes, n_notes: int) -> None:
    """Encodings and separators are recognised; a guess is told; blank rows are passed over."""
    read = rows.read_rows(file(tmp_path / "a.csv", content))

    assert [(row.id, row.answer) for row in read.rows] == [("1", "café")]
    assert len(read.notes) == n_notes


def test_lines_of_csv_rows_that_go_over_several(tmp_path: Path) -> None:
    """A row's line is the one on which it begins."""
    read = rows.read_rows(file(tmp_path / "a.csv", 'id,answer\n1,"a\nb"\n2,\n'))

    assert [row.line for row in read.rows] == [2]
    assert [(problem.line, problem.code) for problem in read.problems] == [(4, "answer-empty")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("{", "line-invalid"),
        ("[]", "line-invalid"),
        ('{"id": true, "answer": "x"}', "line-invalid"),
        ('{"id": "a", "answer": "x", "questions": [1.5, null]}', "line-invalid"),
        ("[" * 100_000, "line-invalid"),
        ('{"answer": "x"}', "id-empty"),
        ('{"id": "a", "answer": " "}', "answer-empty"),
        ('{"id": "a", "answer": ["x"]}', "answer-empty"),
        ('{"id": "a", "answer": "x", "topic": ["x"]}', "value-invalid"),
        (json.dumps({"id": "a", "answer": "x" * 40_000}), "cell-too-long"),
        (json.dumps({"id": "a", "answer": "x", "questions": ["x" * 40_000]}), "cell-too-long"),
    ],
)
def test_faulty_lines_of_json(tmp_path: Path, line: str, code: str) -> None:
    """Each bad line is a problem with its number; the good ones are read."""
    good = '{"id": "b", "answer": "y", "title": null}'

    read = rows.read_rows(file(tmp_path / "a.jsonl", f"{good}\n{line}\n"))

    assert [row.id for row in read.rows] == ["b"]
    assert [(problem.line, problem.code) for problem in read.problems][:1] == [(2, code)]


def test_formulas_are_refused(tmp_path: Path) -> None:
    """A formula is told with its cell, and never evaluated; days and numbers become text."""
    path = workbook(
        tmp_path / "a.xlsx",
        HEAD,
        ["a", None, '=HYPERLINK("http://x")', "en"],
        [1.5, None, date(2026, 11, 1), "en"],
        [None, None],
        sheets=2,
    )

    read = rows.read_rows(path)

    assert [(problem.line, problem.code) for problem in read.problems] == [(2, "cell-formula")]
    assert [(row.line, row.id, row.answer) for row in read.rows] == [(3, "1.5", "2026-11-01")]
    assert "only the first sheet" in read.notes[0]
    assert read.notes[1:] == ()


def test_rows_wider_than_the_headings_are_refused(tmp_path: Path) -> None:
    """An unquoted comma would otherwise cut an answer in two."""
    read = rows.read_rows(file(tmp_path / "a.csv", "id,answer\n1,Take two, then rest\n"))

    assert [problem.code for problem in read.problems] == ["row-too-wide"]


def test_unknown_columns_are_told(tmp_path: Path) -> None:
    """A column that is not imported is a note with a suggestion, not a loss in silence."""
    read = rows.read_rows(file(tmp_path / "a.csv", "id,answer,topics,\n1,x,y,\n"))

    assert read.rows[0].topic == ""
    assert read.notes == ('the column "topics" is not imported. Did you mean "topic"?',)


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.txt", b"x", "kind of file"),
        ("a", b"x", "no suffix"),
        ("a.csv", b"", 'column "id" is missing'),
        ("a.csv", b"id,question\n", 'column "answer" is missing'),
        ("a.csv", b'id,answer\n1,"x', "row cannot be read"),
        ("a.csv", b"id,answer\n1,\x81", "no known encoding"),
        ("a.jsonl", b'{"id": "\xff"}', "not UTF-8"),
        ("a.xlsx", b"not a zip file", "not a workbook"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    """A fault of the whole file is one line with its path."""
    with pytest.raises(CorpusFileError, match=what):
        rows.read_rows(file(tmp_path / name, content))


def test_missing_and_too_large_files(tmp_path: Path) -> None:
    """Neither is opened."""
    with pytest.raises(CorpusFileError, match="No such file"):
        rows.read_rows(tmp_path / "a.csv")
    with pytest.raises(CorpusFileError, match=r"too large: .*; got 9 bytes, expected at most 3"):
        read_table(file(tmp_path / "a.csv", b"id,answer"), TableLimits(file_bytes=3))


def test_too_many_rows(tmp_path: Path) -> None:
    """Each reader stops at the limit and says so."""
    line = '{"id": "a", "answer": "x"}\n'
    paths = [
        file(tmp_path / "a.jsonl", line * 2),
        file(tmp_path / "a.csv", "id,answer\na,x\nb,y\n"),
        workbook(tmp_path / "a.xlsx", ["id", "answer"], ["a", "x"], ["b", "y"]),
    ]

    for path in paths:
        read = formats.read_content(path.read_bytes(), path, TableLimits(rows=1))
        assert len(read.rows) == 1
        assert [problem.code for problem in read.problems] == ["rows-too-many"]
    assert TableLimits().rows > 15_000


def test_whole_numbers_lose_their_point() -> None:
    """Some programs store 42 as 42.0, which openpyxl cannot write; an id is what people see."""
    assert [spreadsheet._text(value) for value in (42.0, 1.5, True)] == ["42", "1.5", "True"]
