"""Steps of the review workflow, who may take them, and their trace."""

from datetime import date
from pathlib import Path

import pytest
from corpus_builder import TODAY, make_answer, make_corpus, make_document, make_urgent, write_corpus

from kmqa.corpus import audit, files, validate, workflow
from kmqa.errors import CorpusFileError, EditConflict, NotPermitted, TransitionDenied
from kmqa.records import Answer, Document


def step(to: str, by: str = "second reader") -> workflow.Step:
    return workflow.Step(to=to, by=by, today=TODAY)  # type: ignore[arg-type]  # any word, to try


@pytest.fixture
def root(tmp_path: Path) -> Path:
    corpus = make_corpus(
        tmp_path,
        answers=(make_answer("a", status="in_review", reviewed_by=[]), make_answer("b")),
        documents=(make_document(status="in_review", sha256=None),),
        urgent=(make_urgent(),),
    )
    return write_corpus(corpus)


@pytest.mark.parametrize("start", ["draft", "in_review", "approved", "retired"])
@pytest.mark.parametrize("to", ["draft", "in_review", "approved", "retired"])
def test_only_the_table_is_allowed(start: str, to: str) -> None:
    """Each pair of states is allowed exactly when the drawing has the arrow."""
    arrows = {"draft in_review", "in_review approved", "in_review draft"}
    arrows |= {"approved retired", "approved draft", "retired draft"}

    assert workflow.can_move(make_answer(status=start), step(to)) == (f"{start} {to}" in arrows)


def test_author_may_not_approve() -> None:
    """The author is recognised whatever the case and spaces of the name."""
    answer = make_answer(status="in_review", authored_by="Ada Example")

    with pytest.raises(NotPermitted, match="own work"):
        workflow.check_can_move(answer, step("approved", " ada  EXAMPLE "))
    assert workflow.can_move(answer, step("draft", "Ada Example"))


LIKE_ADA = ["\u0410da", "A\u200bda", "Ａｄａ", "ADA", "a d a", "Ada\u3164", "\u202eAda", "Adа"]


@pytest.mark.parametrize("name", LIKE_ADA)
def test_who_wrote_may_not_approve_under_a_name_that_looks_the_same(root: Path, name: str) -> None:
    """Neither the author in the file nor whoever changed it by the log, under any such name."""
    answer = make_answer(status="in_review", authored_by="Ada")
    log = [audit.Entry(by="Ada", action="edit", item="answer:a", to_status="in_review")]

    assert not workflow.can_move(answer, step("approved", name))
    written_by_nobody = files.read_corpus(root).answers[0]
    assert not workflow.can_move(written_by_nobody, step("approved", name), log)
    assert workflow.can_move(written_by_nobody, step("approved", "Bilal"), log)


@pytest.mark.parametrize("name", [" ", "\u200b", "\u3164"])
def test_name_is_needed(name: str) -> None:
    """Nobody cannot take a step, nor can whose name shows nothing."""
    with pytest.raises(NotPermitted, match="name is missing"):
        workflow.check_can_move(make_answer(), step("draft", name))


def test_denial_names_both_states() -> None:
    """The message says from where to where, and what would be allowed."""
    with pytest.raises(TransitionDenied, match="got draft to approved, expected in_review"):
        workflow.check_can_move(make_answer(status="draft"), step("approved"))


def test_approval_is_written_and_logged(root: Path) -> None:
    """File and log agree, and what was approved already opens the log."""
    moved = workflow.move(root, "answer", "a", step("approved"))

    corpus = files.read_corpus(root)
    assert corpus.answers[0] == moved
    assert (moved.reviewed_by, moved.review_by) == (("second reader",), date(2027, 11, 23))
    items = [(line.action, line.item) for line in audit.read(root)]
    assert items[:2] == [("found", "answer:b"), ("found", "urgent:urgent-bleeding")]
    assert items[2:] == [("move", "answer:a")]
    assert validate.problems_of_log(corpus) == ()


def test_reopening_clears_the_approval(root: Path) -> None:
    """An approved item that goes back to draft has no reviewer, dates, and the next version."""
    answer = workflow.move(root, "answer", "b", step("draft"))

    assert isinstance(answer, Answer)
    assert (answer.reviewed_by, answer.approved_on, answer.review_by) == ((), None, None)
    assert answer.version == 2


def test_approved_document_vouches_for_its_pdf(root: Path) -> None:
    """Approval stores the hash of the PDF, and needs the PDF; reopening clears the dates."""
    with pytest.raises(CorpusFileError, match="PDF is missing"):
        workflow.move(root, "document", "handbook", step("approved"))
    (root / "documents/handbook.pdf").write_bytes(b"%PDF")

    document = workflow.move(root, "document", "handbook", step("approved"))

    assert isinstance(document, Document)
    assert document.sha256 is not None
    assert document.reviewed_on == TODAY
    assert workflow.apply_step(document, step("draft")).reviewed_by == ()
    assert workflow.apply_step(document, step("retired")).reviewed_by == document.reviewed_by


def test_all_or_none_move(root: Path) -> None:
    """Where one item may not move, no file and no log changes."""
    with pytest.raises(TransitionDenied):
        workflow.move_all(root, (("answer", "a"), ("answer", "b")), step("approved"))

    assert files.read_corpus(root).answers[0].status == "in_review"
    assert not audit.exists(root)


def test_unknown_item_is_named(root: Path) -> None:
    """A wrong id is one line."""
    with pytest.raises(CorpusFileError, match='no answer "zz"'):
        workflow.move(root, "answer", "zz", step("draft"))


def test_file_changed_under_way_is_a_conflict(root: Path) -> None:
    """What changed between reading and writing is not overwritten, and nothing is logged."""
    corpus = files.read_corpus(root)
    path = root / "answers/general/a.yaml"
    path.write_text(path.read_text() + "# somebody\n")

    with pytest.raises(EditConflict):
        workflow._move_one(corpus, corpus.answers[0], step("approved"))
    assert not audit.exists(root)


def test_a_year_after_a_leap_day() -> None:
    """The 29th of February becomes the 28th."""
    assert workflow.one_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
