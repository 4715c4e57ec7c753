"""Tables that are made to do harm: each is refused in words, in time, and in little memory."""

import io
import json
import re
import resource
import time
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest

from kmqa.corpus.importers import formats, table_child
from kmqa.corpus.importers.raw import RawRow, RawTable, TableLimits
from kmqa.corpus.importers.table_reader import read_table
from kmqa.errors import CorpusFileError

pytestmark = pytest.mark.slow

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
TYPES = "[Content_Types].xml"
TYPE_OF_STRINGS = (
    f'<Override PartName="/{STRINGS}" ContentType="application/'
    'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>answer</t></is></c></row>'
)
# Far more than any of these files needs once it is refused; a busy machine is slow to start.
SECONDS = 60.0


def workbook(path: Path, parts: Mapping[str, str]) -> Path:
    """A workbook some of whose parts are replaced; openpyxl writes no shared strings itself."""
    plain = io.BytesIO()
    openpyxl.Workbook().save(plain)
    with zipfile.ZipFile(plain) as given, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        held = {name: given.read(name).decode() for name in given.namelist()}
        held[TYPES] = held[TYPES].replace("</Types>", f"{TYPE_OF_STRINGS}</Types>")
        for name, content in (held | {STRINGS: strings("")} | dict(parts)).items():
            made.writestr(name, content)
    return path


def sheet(rows: str, before: str = "") -> str:
    return f"{before}<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>"


def strings(items: str, before: str = "") -> str:
    return f"{before}<sst {MAIN}>{items}</sst>"


def refused(path: Path, limits: TableLimits = TableLimits()) -> str:  # noqa: B008 - frozen
    """The line that says why; it came within seconds and left this process small."""
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(CorpusFileError) as caught:
        read_table(path, limits)
    assert time.monotonic() - began < SECONDS
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000  # kB
    assert caught.value.path == path
    assert caught.value.remedy
    return str(caught.value)


def test_a_row_far_below_ends_the_reading(tmp_path: Path) -> None:
    """A file of some kB, whose one row stands at a number that no counting reaches."""
    far = sheet(HEAD + '<row r="99999999999999"><c r="A99999999999999"><v>1</v></c></row>')
    path = workbook(tmp_path / "a.xlsx", {SHEET: far})

    read = read_table(path)

    assert path.stat().st_size < 10_000
    [problem] = read.problems
    assert (problem.code, problem.path) == ("lines-too-many", str(path))
    assert "more than 1,048,576 lines" in problem.message


def test_a_declared_size_is_not_believed(tmp_path: Path) -> None:
    """A sheet may say that it has 17 thousand million cells; those that are there count."""
    rows = HEAD + (
        '<row r="2"><c r="A2" t="inlineStr"><is><t>a</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>x</t></is></c></row>'
    )
    xml = sheet(rows).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')

    read = read_table(workbook(tmp_path / "a.xlsx", {SHEET: xml}))

    assert read == RawTable(("id", "answer"), (RawRow(2, {"id": "a", "answer": "x"}),))


def test_one_huge_string_ends_at_the_limit_of_memory(tmp_path: Path) -> None:
    """100 kB that would take hundreds of MB."""
    path = workbook(tmp_path / "a.xlsx", {STRINGS: strings(f"<si><t>{'x' * 100_000_000}</t></si>")})

    said = refused(path, TableLimits(memory_bytes=130_000_000))

    assert path.stat().st_size < 1_000_000
    assert "got more than 130 MB of memory, expected at most 130 MB" in said


def test_millions_of_tiny_strings_end_at_a_limit(tmp_path: Path) -> None:
    """Whether time or memory ends first depends on the machine; the line names which."""
    path = workbook(tmp_path / "a.xlsx", {STRINGS: strings("<si><r><t>a</t></r></si>" * 4_000_000)})

    said = refused(path, TableLimits(memory_bytes=200_000_000, cpu_seconds=3))

    assert path.stat().st_size < 1_000_000
    assert "got more than 200 MB of memory" in said or "got no end after 3 seconds" in said


def test_a_row_of_millions_of_cells_ends_at_a_limit(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "a.xlsx",
        {SHEET: sheet(HEAD + f'<row r="2">{"<c><v>1</v></c>" * 2_000_000}</row>')},
    )

    said = refused(path, TableLimits(memory_bytes=300_000_000, cpu_seconds=3))

    assert "too long" in said or "too much memory" in said


def test_one_string_in_every_cell_ends_at_the_limit_of_text(tmp_path: Path) -> None:
    """Shared strings cost nothing in the file: 30 kB of text stands in 5,000 rows."""
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 5_000))
    path = workbook(
        tmp_path / "a.xlsx",
        {SHEET: sheet(HEAD + cells), STRINGS: strings(f"<si><t>{'x' * 30_000}</t></si>")},
    )

    assert "got more than 20,000,000 characters, expected at most 20,000,000" in refused(path)


def test_a_gigabyte_of_strings_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    workbook(path, {})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/more.xml", "w", force_zip64=True) as stream,
    ):
        for _ in range(400):
            stream.write(b"<si/>" * 500_000)

    said = refused(path)

    assert "the workbook unpacks to too much" in said
    assert re.search(r"got 1,000,\d{3},\d{3} bytes .* expected at most 200,000,000 bytes", said)


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path: Path) -> None:
    """The directory says 100 bytes; 100 MB would come out."""
    path = workbook(tmp_path / "a.xlsx", {SHEET: sheet(HEAD + " " * 100_000_000)})
    true = (100_000_000 + len(sheet(HEAD))).to_bytes(4, "little")
    content = path.read_bytes()
    assert true in content
    path.write_bytes(content.replace(true, (100).to_bytes(4, "little")))

    assert "not a workbook that can be read" in refused(path)


def test_very_many_parts_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(10_001):
            archive.writestr(f"{number}.xml", b"")

    assert "10,001 parts" in refused(path)


@pytest.mark.parametrize("before", ["", f"<!--{' ' * 5_000}-->"])
def test_entities_are_not_expanded(tmp_path: Path, before: str) -> None:
    """A billion laughs, at the beginning of the part or behind a long comment."""
    names = "abcdefghij"
    inner = "".join(f'<!ENTITY {one} "{f"&{other};" * 10}">' for other, one in pairwise(names))
    kind = f'<!DOCTYPE sst [<!ENTITY a "ha">{inner}]>'
    path = workbook(
        tmp_path / "a.xlsx",
        {SHEET: sheet(HEAD), STRINGS: strings("<si><t>&j;</t></si>", f"{before}{kind}")},
    )

    said = refused(path)

    assert "not a workbook" in said or "too much memory" in said
    assert before or "XML that declares entities, in xl/sharedStrings.xml" in said


def test_no_file_is_read_through_an_entity(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret words")
    kind = f'<!DOCTYPE sst [<!ENTITY a SYSTEM "file://{tmp_path}/secret">]>'
    path = workbook(
        tmp_path / "a.xlsx",
        {
            SHEET: sheet(HEAD),
            STRINGS: strings("<si><t>&a;</t></si>", f"<!--{' ' * 5_000}-->{kind}"),
        },
    )

    assert "secret words" not in refused(path)


@pytest.mark.parametrize("part", [SHEET, STRINGS, "xl/workbook.xml", "xl/styles.xml"])
def test_deep_nesting_is_refused(tmp_path: Path, part: str) -> None:
    deep = f"<a {MAIN}>" + "<a>" * 300_000 + "</a>" * 300_000 + "</a>"
    parts = {SHEET: sheet(HEAD), part: deep}
    path = workbook(tmp_path / "a.xlsx", parts)

    with suppress(CorpusFileError):
        assert read_table(path).rows == ()


@pytest.mark.parametrize(
    ("content", "got"),
    [
        (b"", "File is not a zip file"),
        (b"%PDF-1.7", "File is not a zip file"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "a file of the old format .xls"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le") + bytes(600),
            "a workbook with a password",
        ),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path: Path, content: bytes, got: str) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(content)

    said = refused(path)

    assert said.startswith(f"not a workbook that can be read: {path}; got {got}, expected an .xlsx")


def test_a_zip_of_something_else_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "x" * 1_000)

    assert "got a zip file with something else in it" in refused(path)
    assert "unpacks to too much" in refused(path, TableLimits(unpacked_bytes=999))


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("a.csv", b"," * 5_000_000, "got 5,000,001, expected at most 1,000"),
        ("a.csv", b"id,answer\n" + b'"' + b"x" * 10_001 + b'",\n', "more than 10,000 characters"),
        (
            "a.jsonl",
            json.dumps({f"k{n}": "x" for n in range(1_001)}).encode(),
            "got 1,001, expected at most 1,000",
        ),
        ("a.jsonl", b'{"id": ["' + b'","' * 9_000_000 + b'"]}', "reading the file takes too"),
    ],
)
def test_other_tables_have_limits_too(tmp_path: Path, name: str, content: bytes, what: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    limits = TableLimits(memory_bytes=200_000_000, cpu_seconds=4, characters=10_000)
    assert what in refused(path, limits)


def test_a_million_faulty_lines_are_no_million_faults(tmp_path: Path) -> None:
    read = formats.read_content(b"x\n" * 1_000, tmp_path / "a.jsonl", TableLimits(rows=10))

    assert [problem.code for problem in read.problems] == ["line-invalid"] * 10 + ["rows-too-many"]


def test_empty_lines_have_an_end(tmp_path: Path) -> None:
    read = formats.read_content(b"\n" * 1_000, tmp_path / "a.jsonl", TableLimits(lines=10))

    assert [problem.code for problem in read.problems] == ["lines-too-many"]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("while True: pass", "got no end after 1 seconds of computing or 60 in all"),
        ("import time; time.sleep(99)", "reading the file takes too long"),
        ("x = bytes(500_000_000)", "got more than 200 MB of memory"),
        ("while True: print('x' * 999_999)", "the table holds too much text"),
        ("import os; os.abort()", "the reader crashed on the file"),
    ],
)
def test_however_the_child_ends_it_is_told(tmp_path: Path, program: str, said: str) -> None:
    (child := tmp_path / "child.py").write_text(program)
    (path := tmp_path / "a.csv").write_text("id,answer\n")
    seconds = 2.0 if "sleep" in program else 60.0
    limits = TableLimits(seconds=seconds, cpu_seconds=1, memory_bytes=200_000_000)

    with pytest.raises(CorpusFileError) as caught:
        read_table(path, limits, child)

    assert said in str(caught.value)
    assert str(path) in str(caught.value)


def test_what_the_child_says_is_what_was_read(tmp_path: Path) -> None:
    """Lists, halves of surrogate pairs and faults come through the pipe unchanged."""
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "\\ud800", "questions": ["a", "ب"], "answer": "x"}\n[]\n')

    read = read_table(path)

    assert read == formats.read_content(path.read_bytes(), path, TableLimits())
    assert read.rows == (RawRow(1, {"id": "\ud800", "questions": ("a", "ب"), "answer": "x"}),)
    assert [problem.line for problem in read.problems] == [2]


def test_an_error_of_the_child_is_plain_data(tmp_path: Path) -> None:
    order = {"path": str(tmp_path / "a.jsonl"), "limits": {}}

    said = table_child.main(order, b"\xff")

    assert said["error"]["what"] == "the file is not UTF-8"
    assert said["error"]["line"] == 1
