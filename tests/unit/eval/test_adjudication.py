import csv
import io
import json
from pathlib import Path

import openpyxl
import pytest
from eval_builder import make_query
from hypothesis import given
from hypothesis import strategies as st

from kmqa.errors import EvaluationError
from kmqa.eval import adjudication, labelling
from kmqa.eval.adjudication import Ruling

FIRST = [
    make_query("pill", text="pill late", source={"text": "pill late", "note": 1}),
    make_query("coil", text="coil?", source={"text": "coil?", "profile": {"role": "chw"}}),
    make_query(text="malaria", source={"text": "malaria"}),
]
SECOND = [
    make_query("pill", text="pill late"),
    make_query("pill", text="Coil"),
    make_query("coil", text="malaria"),
]
FOUND = labelling.agreement(FIRST, SECOND)
COIL, MALARIA = (adjudication.number(one) for one, _ in FOUND.disputed)
KNOWN = ("pill", "coil")


def _rows(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))


def _settled(*verdicts: tuple[str, str]) -> tuple:
    given = [Ruling(f"v.csv:{n}", *pair) for n, pair in enumerate(verdicts, start=2)]
    return adjudication.settle(FOUND, given, KNOWN, Path("v.csv"))


def test_the_list_shows_both_labels_and_who_asked_and_leaves_the_verdict_empty() -> None:
    coil, malaria = _rows(adjudication.sheet(FOUND.disputed, ".csv"))

    assert coil["id"] == COIL
    assert (coil["text"], coil["asked_by"]) == ("coil?", "chw")
    assert (coil["first"], coil["second"], coil["verdict"]) == ("coil", "pill", "")
    assert (malaria["first"], malaria["second"]) == ("(refuse)", "coil")


@pytest.mark.parametrize("text", ["=1+1", "+254 pill", "-", "@home", "\t=1"])
def test_no_question_is_a_formula_in_a_spreadsheet(text: str) -> None:
    pair = (make_query("pill", text=text), make_query("coil", text=text))

    [row] = _rows(adjudication.sheet([pair], ".csv"))

    assert row["text"] == f"'{text}"


@pytest.mark.slow  # each example starts a process that reads the list
@given(text=st.text(min_size=1, max_size=30), suffix=st.sampled_from([".csv", ".jsonl"]))
def test_any_question_is_found_again_by_its_number(
    tmp_path_factory: pytest.TempPathFactory, text: str, suffix: str
) -> None:
    pair = (make_query("pill", text=text), make_query("coil", text=text))
    path = tmp_path_factory.mktemp("list") / f"v{suffix}"
    path.write_text(adjudication.sheet([pair], suffix), encoding="utf-8", newline="")

    [ruling] = adjudication.rulings(path)

    assert (ruling.id, ruling.verdict) == (adjudication.number(pair[0]), "")


def test_verdicts_come_back_from_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["id", "verdict"])
    book.active.append([COIL, " pill "])
    book.save(tmp_path / "v.xlsx")

    assert adjudication.rulings(tmp_path / "v.xlsx") == (Ruling("v.xlsx:2", COIL, "pill"),)


def test_a_list_of_ids_in_json_is_what_or_is_in_a_cell(tmp_path: Path) -> None:
    path = tmp_path / "v.jsonl"
    path.write_text(json.dumps({"id": COIL, "verdict": ["pill", "coil"]}))

    assert adjudication.rulings(path)[0].verdict == "pill or coil"


def test_settled_lines_keep_what_the_first_labeller_had_beside_the_label() -> None:
    lines = _settled((MALARIA, "refuse"), (COIL, "coil or pill"))

    assert lines == (
        {"text": "pill late", "note": 1},
        {"text": "coil?", "profile": {"role": "chw"}, "expected": ["coil", "pill"]},
        {"text": "malaria", "expected": None},
    )


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        ([(COIL, "coil"), (MALARIA, "")], "v.csv:3: no verdict"),
        ([(COIL, "coil")], f'"{MALARIA}" is missing: "malaria"'),
        ([(COIL, "coil"), (COIL, "pill"), (MALARIA, "refuse")], f'"{COIL}" stands there 2 times'),
        ([(COIL, "coil"), (MALARIA, "refuse"), ("q1", "coil")], '"q1" is the id of no disputed'),
        ([(COIL, "coli"), (MALARIA, "refuse")], 'v.csv:2: the live bundle has no "coli"'),
        ([(COIL, "pill or "), (MALARIA, "refuse")], 'v.csv:2: the live bundle has no ""'),
    ],
)
def test_what_does_not_settle_every_line_once_is_refused(
    verdicts: list[tuple[str, str]], told: str
) -> None:
    with pytest.raises(EvaluationError) as error:
        _settled(*verdicts)

    assert told in error.value.message


def test_many_faults_are_counted_and_the_first_named() -> None:
    with pytest.raises(EvaluationError, match="and 2 more"):
        _settled(("q1", "coil"), ("q2", "coil"), ("q3", "coil"))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("v.txt", b"", "ends with .csv, .xlsx, .jsonl"),
        ("none.csv", None, "no such file"),
        ("v.csv", b"id,text\nq1,x\n", 'no column "verdict"'),
        ("v.csv", b'id,verdict\nq1,"x\n', "quotation marks"),
        ("v.jsonl", b"{\n", "line 1: not valid JSON"),
        ("v.xlsx", b"PK", "not a workbook"),
    ],
)
def test_a_file_that_cannot_be_read_is_told(
    tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)

    with pytest.raises(EvaluationError) as error:
        adjudication.rulings(tmp_path / name)

    assert told in error.value.message
