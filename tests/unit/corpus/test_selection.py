"""What may be served on a day."""

from datetime import date
from pathlib import Path

import pytest
from corpus_builder import TODAY, make_answer, make_corpus, make_document, make_urgent

from kmqa.corpus import selection


@pytest.mark.parametrize("status", ["draft", "in_review", "retired"])
def test_only_approved_items_are_served(status: str) -> None:
    """No other status is served, whatever its dates."""
    assert not selection.is_in_term(make_answer(status=status), TODAY)


def test_last_day_of_service_counts() -> None:
    """An item is served on its review_by and not on the day after."""
    answer = make_answer(review_by="2026-11-23")

    assert selection.is_in_term(answer, date(2026, 11, 23))
    assert not selection.is_in_term(answer, date(2026, 11, 24))
    assert not selection.is_in_term(make_answer(review_by=None), TODAY)


def test_answers_go_with_their_documents(tmp_path: Path) -> None:
    """What cites or names something that is left out is left out, or loses the name."""
    source = [{"document": "old", "pages": [1]}]
    corpus = make_corpus(
        tmp_path,
        answers=(
            make_answer("a", resources=["old", "new"], related=["b", "c"]),
            make_answer("b", sources=source),
            make_answer("c"),
        ),
        documents=(make_document("new"), make_document("old", review_by="2026-11-22")),
        urgent=(make_urgent(related=["b", "c"]), make_urgent("urgent-x", sources=source)),
    )

    served = selection.servable(corpus, TODAY)

    assert [answer.id for answer in served.answers] == ["a", "c"]
    assert (served.answers[0].resources, served.answers[0].related) == (("new",), ("c",))
    assert [(entry.id, entry.related) for entry in served.urgent] == [("urgent-bleeding", ("c",))]
    assert served.settings is corpus.settings
