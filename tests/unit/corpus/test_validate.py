"""`kmqa check` as a whole, and what it says about the audit log."""

from pathlib import Path

import pytest
from corpus_builder import (
    TODAY,
    make_answer,
    make_corpus,
    make_document,
    make_extraction,
    write_corpus,
)

from kmqa.corpus import audit, files, validate, workflow
from kmqa.errors import Problem

PDF = make_extraction("one page")


def test_check_reads_extracts_and_judges(tmp_path: Path) -> None:
    """One call gives form, content, PDFs and log together; only PDFs that exist are read."""
    corpus = make_corpus(
        tmp_path,
        documents=(make_document(), make_document("other")),
        answers=(make_answer(sources=[{"document": "handbook", "pages": [9]}]), make_answer("b")),
    )
    root = write_corpus(corpus)
    (root / "documents/handbook.pdf").write_bytes(b"%PDF")
    (root / "answers/general/c.yaml").write_text("id: c\n")

    checked = validate.check(root, lambda _: PDF, TODAY)

    codes = {problem.code for problem in checked.errors}
    assert codes == {"page-missing", "pdf-missing", "key-missing"}
    assert set(checked.extractions) == {"handbook"}
    page = next(problem for problem in checked.errors if problem.code == "page-missing")
    assert (page.path, page.line) == ("answers/general/pill-late.yaml", 15)


def test_check_without_settings(tmp_path: Path) -> None:
    """A corpus.yaml that is unusable is told, and nothing is extracted."""
    (tmp_path / "corpus.yaml").write_text("name: x\n")

    checked = validate.check(tmp_path, lambda _: PDF, TODAY)

    assert checked.corpus is None
    assert [problem.code for problem in checked.errors] == ["key-missing"]


@pytest.fixture
def logged(tmp_path: Path) -> Path:
    answers = (make_answer("a", status="in_review", reviewed_by=[]), make_answer("b"))
    root = write_corpus(make_corpus(tmp_path, answers=answers))
    step = workflow.Step(to="approved", by="second reader", today=TODAY)
    workflow.move(root, "answer", "a", step)
    return root


def log_problems(root: Path) -> list[Problem]:
    return list(validate.problems_of_log(files.read_corpus(root)))


@pytest.mark.parametrize(
    ("old", "new", "severity", "code"),
    [
        ("approved text", "altered text", "error", "altered-after-approval"),
        ("status: approved", "status: retired", "warning", "status-unlogged"),
        ("version: 1", "# a comment\nversion: 1", "", ""),
    ],
)
def test_approved_words_are_guarded(
    logged: Path, old: str, new: str, severity: str, code: str
) -> None:
    """A word altered after approval is an error; a comment is none."""
    path = logged / "answers/general/a.yaml"
    path.write_text(path.read_text().replace(old, new))

    problems = [(found.severity, found.code) for found in log_problems(logged)]

    assert problems == ([(severity, code)] if code else [])


def test_approval_by_hand_is_noticed(logged: Path) -> None:
    """Once there is a log, a status set by hand does not approve."""
    (logged / "answers/general/c.yaml").write_text(
        (logged / "answers/general/b.yaml").read_text().replace("id: b", "id: c")
    )

    assert [found.code for found in log_problems(logged)] == ["approval-unlogged"]


def test_broken_log_is_told(logged: Path) -> None:
    """An unreadable or altered log is an error of the corpus."""
    path = logged / "audit.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join(lines[1:]) + "\n")
    assert "audit-broken" in [found.code for found in log_problems(logged)]

    path.write_text("nonsense\n")
    assert [found.code for found in log_problems(logged)] == ["audit-unreadable"]


def test_a_torn_log_blocks_no_build(logged: Path) -> None:
    """Half a line at the end of the log is a warning; the next step of a review repairs it."""
    with (logged / "audit.jsonl").open("a") as file:
        file.write('{"at": "2026-11-')
    found = [(problem.severity, problem.code) for problem in log_problems(logged)]
    assert found == [("warning", "audit-torn")]

    workflow.move(logged, "answer", "a", workflow.Step(to="retired", by="anyone", today=TODAY))

    assert log_problems(logged) == []


def test_no_log_says_nothing(tmp_path: Path) -> None:
    """A corpus written by hand has no log yet."""
    assert not audit.exists(tmp_path)
    assert validate.problems_of_log(make_corpus(tmp_path)) == ()
