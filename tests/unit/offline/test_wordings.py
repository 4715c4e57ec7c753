from pathlib import Path

from corpus_builder import make_answer, make_corpus, make_refusals, make_urgent

from kmqa.index.contents import targets_of
from kmqa.offline.wordings import wordings_of


def test_rows_of_one_target_lie_together_answers_first(tmp_path: Path) -> None:
    corpus = make_corpus(
        tmp_path,
        answers=(make_answer("a"), make_answer("b")),
        refusals=make_refusals(),
        urgent=(make_urgent(near_misses={"en": ["is bleeding normal"]}),),
    )

    targets = targets_of(wordings_of(corpus))

    assert [(t.kind, t.id, t.stop - t.start) for t in targets] == [
        ("answer", "a", 3),
        ("answer", "b", 3),
        ("refusal", "far", 1),
        ("urgent", "urgent-bleeding", 1),
        ("near_miss", "urgent-bleeding", 1),
    ]


def test_an_answer_without_wordings_is_found_by_its_title(tmp_path: Path) -> None:
    corpus = make_corpus(tmp_path, answers=(make_answer(questions={}, title="Tummy cramps"),))

    assert [(row.text, row.language) for row in wordings_of(corpus)] == [("Tummy cramps", "en")]


def test_without_wordings_and_title_the_first_line_of_the_text_counts(tmp_path: Path) -> None:
    answer = make_answer(questions={}, title="", text={"en": "*Backache*\nRest."})

    assert [row.text for row in wordings_of(make_corpus(tmp_path, answers=(answer,)))] == [
        "*Backache*"
    ]
