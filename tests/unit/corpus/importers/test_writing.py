"""Importing answers: all or none, approved by a person or as drafts, with a trace."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from corpus_builder import TODAY, make_answer, make_corpus, make_settings, write_corpus

from kmqa.corpus import audit, files, validate
from kmqa.corpus.importers import merge, writing
from kmqa.errors import CorpusInvalid, NotPermitted

pytestmark = pytest.mark.slow  # starts a process for each sheet

APPROVAL = merge.Approval("bench", TODAY)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    settings = make_settings(languages=["en", "fr"])
    corpus = make_corpus(tmp_path / "corpus", settings=settings, answers=(make_answer("old"),))
    return write_corpus(corpus)


def lines(tmp_path: Path, *rows: dict[str, Any]) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    return path


def snapshot(root: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_rows_of_one_id_become_one_answer(root: Path, tmp_path: Path) -> None:
    """Languages merge; the approval has a reviewer, a day, a year to run and a line in the log."""
    path = lines(
        tmp_path,
        {"id": "Refund_not_there", "answer": "In English", "lang": "en", "questions": ["where"]},
        {"id": "Refund_not_there", "answer": "En français", "lang": "fr", "title": "T"},
    )

    imported = writing.import_answers(path, root, APPROVAL)

    corpus = files.read_corpus(root)
    answer = next(answer for answer in corpus.answers if answer.id == "Refund_not_there")
    assert imported.ids == ("Refund_not_there",)
    assert answer.text == {"en": "In English", "fr": "En français"}
    assert (answer.topic, answer.title, answer.questions) == ("general", "T", {"en": ("where",)})
    assert (answer.status, answer.reviewed_by, answer.authored_by) == (
        "approved",
        ("bench",),
        "import",
    )
    assert (answer.approved_on, answer.review_by) == (TODAY, date(2027, 11, 23))
    assert [entry.item for entry in audit.read(root)] == ["answer:old", "answer:Refund_not_there"]
    assert validate.problems_of_log(corpus) == ()


def test_without_a_name_answers_are_drafts(root: Path, tmp_path: Path) -> None:
    """Nobody vouched, so nothing is approved; default language and new topic are filled in."""
    path = lines(tmp_path, {"id": "42", "answer": "x", "topic": "far-away"})

    imported = writing.import_answers(path, root, None)

    corpus = files.read_corpus(root)
    (answer,) = (answer for answer in corpus.answers if answer.id == "42")
    assert (answer.status, answer.reviewed_by, dict(answer.text)) == ("draft", (), {"en": "x"})
    assert imported.topics == ("far-away",)
    assert corpus.settings.topics["far-away"] == {"en": "Far away"}
    assert set(corpus.settings.topics) == {"general", "far-away"}


def test_topics_are_added_where_there_are_none(tmp_path: Path) -> None:
    """A corpus without topics gets the default one."""
    corpus = make_corpus(tmp_path / "c", settings=make_settings(topics={}), answers=())
    root = write_corpus(corpus)

    writing.import_answers(lines(tmp_path, {"id": "a", "answer": "x"}), root, APPROVAL)

    assert files.read_corpus(root).settings.topics == {"general": {"en": "General"}}


def test_same_words_are_skipped(root: Path, tmp_path: Path) -> None:
    """Importing a file twice changes nothing the second time."""
    path = lines(tmp_path, {"id": "a", "answer": "x", "questions": ["one"]})
    writing.import_answers(path, root, APPROVAL)
    before = snapshot(root)

    imported = writing.import_answers(path, root, APPROVAL)

    assert (imported.ids, imported.skipped) == ((), ("a",))
    assert snapshot(root) == before


@pytest.mark.parametrize(
    ("row", "line", "code", "words"),
    [
        ({"id": "old", "answer": "x"}, 2, "answer-exists", "answers/general/old.yaml"),
        ({"id": "b", "answer": "x", "lang": "xx"}, 2, "language-unknown", "corpus.yaml"),
        ({"id": "a", "answer": "x", "lang": "en"}, 2, "row-repeated", "line 1"),
        ({"id": "a", "answer": "x", "lang": "fr", "topic": "t"}, 2, "topic-differs", "line 1"),
        ({"id": "a b/c", "answer": "x"}, 2, "value-invalid", 'For instance "a-b-c"'),
        ({"id": "b", "answer": "x", "topic": "a b"}, 2, "value-invalid", "topic"),
        ({"id": "b", "answer": "x" * 5000}, 2, "text-too-long", "4,096"),
        ({"id": "b", "answer": ""}, 2, "answer-empty", "Fill it in"),
    ],
)
def test_one_bad_row_stops_everything(
    root: Path, tmp_path: Path, row: dict[str, Any], line: int, code: str, words: str
) -> None:
    """A bad row is named with file and line, and no byte of the corpus changes."""
    path = lines(tmp_path, {"id": "a", "answer": "x", "topic": "general"}, row)
    before = snapshot(root)

    with pytest.raises(CorpusInvalid) as caught:
        writing.import_answers(path, root, APPROVAL)

    (problem,) = caught.value.problems
    assert (problem.path, problem.line, problem.code) == (str(path), line, code)
    assert words in problem.message
    assert snapshot(root) == before


def test_warnings_do_not_stop_an_import(root: Path, tmp_path: Path) -> None:
    """A text that needs two messages is taken; `kmqa check` tells of it."""
    imported = writing.import_answers(
        lines(tmp_path, {"id": "a", "answer": "x" * 1000}), root, APPROVAL
    )

    assert imported.ids == ("a",)


def test_failure_while_moving_leaves_no_answer(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails half-way, no imported file stays; only the log tells of the attempt."""
    path = lines(tmp_path, {"id": "a", "answer": "x"}, {"id": "b", "answer": "y"})
    rename = Path.rename

    def fails_on_b(self: Path, target: Path) -> Path:
        if self.name == "b.yaml":
            raise OSError(5, "Input/output error")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fails_on_b)
    with pytest.raises(OSError, match="Input/output"):
        writing.import_answers(path, root, APPROVAL)

    assert [answer.id for answer in files.read_corpus(root).answers] == ["old"]
    assert not list(root.glob(".import-*"))


@pytest.mark.parametrize("name", ["", "  ", "Import"])
def test_approval_needs_a_person(root: Path, tmp_path: Path, name: str) -> None:
    """Neither nobody nor the import itself can vouch."""
    path = lines(tmp_path, {"id": "a", "answer": "x"})

    with pytest.raises(NotPermitted):
        writing.import_answers(path, root, merge.Approval(name, TODAY))
