"""`kmqa import` and `kmqa review` end to end."""

from dataclasses import replace
from pathlib import Path

import pytest
from active_pdfs import make_active
from corpus_builder import TODAY

from kmqa.commands import check, import_answers, init, workflow
from kmqa.corpus import audit, files
from kmqa.corpus.workflow import Step
from kmqa.errors import CorpusFileError, NotPermitted
from kmqa.offline import extract
from kmqa.records import Extraction


def no_pdf(path: Path) -> Extraction:
    raise AssertionError(path)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    init.create_corpus(tmp_path / "corpus")
    return tmp_path / "corpus"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text("id,questions,answer,topic,other\na,one | two | three,A.,t,x\nb,,B.,,\n")
    return path


def test_import_then_check(root: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Approved answers are fit to build at once; a second import changes nothing."""
    arguments = {"corpus": root, "today": TODAY, "approved_by": "bench"}

    assert import_answers.import_file(table, **arguments) == 0
    assert import_answers.import_file(table, **arguments) == 0
    assert (
        check.check_corpus(
            check.Wish(corpus=root, index=root / "index"), read_pdf=no_pdf, today=TODAY
        )
        == 0
    )

    out = capsys.readouterr().out
    assert "imported: 2 answers, approved by bench" in out
    assert 'the column "other" is not imported' in out
    assert "new in corpus.yaml: the topic t\n" in out
    assert "already there: 2 answers" in out


def test_bad_rows_exit_11(root: Path, table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each fault is printed on the error stream, and nothing is imported."""
    table.write_text("id,answer,lang\na,x,xx\nb,,en\n")

    code = import_answers.import_file(table, corpus=root, today=TODAY)

    printed = capsys.readouterr()
    assert code == 11
    assert f"{table}:2: error [language-unknown]" in printed.err
    assert "nothing was imported: 2 faults" in printed.err
    assert files.read_corpus(root).answers == ()


def test_drafts_are_reviewed_together(
    root: Path, table: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All items of a status, or named ones, take a step in one command."""
    import_answers.import_file(table, corpus=root, today=TODAY)
    review, approval = (Step(to=to, by="Ada", today=TODAY) for to in ("in_review", "approved"))
    place = {"corpus": root, "read_pdf": no_pdf}

    workflow.move_items(workflow.Which(every="draft", ids=["a"]), step=review, **place)
    workflow.move_items(workflow.Which(ids=["a", "answer:b"]), step=approval, **place)

    assert [answer.status for answer in files.read_corpus(root).answers] == ["approved"] * 2
    assert "2 items now approved, by Ada" in capsys.readouterr().out
    assert len(audit.read(root)) == 1 + 2 + 2 + 2
    assert (
        check.check_corpus(
            check.Wish(corpus=root, index=root / "index"), read_pdf=no_pdf, today=TODAY
        )
        == 0
    )


def test_a_pdf_that_does_more_than_show_pages_is_approved_by_name_only(
    root: Path, table: Path
) -> None:
    import_answers.import_file(table, corpus=root, today=TODAY)
    (root / "documents/a.yaml").write_text("id: a\ntitle: A\nlanguage: en\nstatus: in_review\n")
    (root / "documents/a.pdf").write_bytes(make_active("javascript", "link"))
    which = workflow.Which(ids=["document:a"])
    approval = Step(to="approved", by="Ada", today=TODAY, accepts=("link",))

    with pytest.raises(NotPermitted, match=r"runs scripts.*--accept javascript"):
        workflow.move_items(which, corpus=root, step=approval, read_pdf=extract.read_pdf)
    accepts = workflow.check_accepts(["javascript", "link"])
    accepting = replace(approval, accepts=accepts)
    workflow.move_items(which, corpus=root, step=accepting, read_pdf=extract.read_pdf)

    [document] = files.read_corpus(root).documents
    assert (document.status, document.accepted_content) == ("approved", ("javascript", "link"))
    with pytest.raises(NotPermitted, match="no such active content"):
        workflow.check_accepts(["java"])


def test_unknown_and_ambiguous_ids(root: Path, table: Path) -> None:
    """A wrong id gets a suggestion; an id of two kinds asks which."""
    import_answers.import_file(table, corpus=root, today=TODAY)
    (root / "documents/a.yaml").write_text("id: a\ntitle: A\nlanguage: en\n")

    step = Step(to="in_review", by="Ada", today=TODAY)
    for name, words in (("answer:bb", 'Did you mean "answer:b"'), ("a", "answer:a or document:a")):
        which = workflow.Which(ids=[name])
        with pytest.raises(CorpusFileError, match=words):
            workflow.move_items(which, corpus=root, step=step, read_pdf=no_pdf)
