"""What a bundle says, looked up as messages name it."""

from datetime import date
from pathlib import Path

import pytest
from bundle_builder import make_contents
from corpus_builder import make_answer, make_corpus, make_document, make_urgent

from kmqa.index.contents import Contents


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    return make_contents(
        make_corpus(
            tmp_path,
            answers=(make_answer("late", review_by="2027-01-02"),),
            documents=(make_document("handbook"),),
            urgent=(make_urgent("urgent-fits"),),
        )
    )


@pytest.mark.parametrize(
    ("kind", "item_id"),
    [("answer", "late"), ("document", "handbook"), ("danger_sign", "urgent-fits")],
)
def test_every_kind_is_found_by_kind_and_id(contents: Contents, kind: str, item_id: str) -> None:
    """Whoever sends a text can ask until when it may be sent."""
    found = contents.find(kind, item_id)

    assert found is not None
    assert found.id == item_id
    assert found.review_by == (date(2027, 1, 2) if kind == "answer" else date(2027, 11, 1))


@pytest.mark.parametrize(("kind", "item_id"), [("answer", "handbook"), ("poem", "late")])
def test_what_the_bundle_lacks_is_not_found(contents: Contents, kind: str, item_id: str) -> None:
    """An id of another kind, and a kind that nobody knows, find nothing."""
    assert contents.find(kind, item_id) is None
