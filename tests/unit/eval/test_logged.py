import json
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmqa import masking
from kmqa.errors import EvaluationError
from kmqa.eval import logged
from kmqa.eval.logged import Logged


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call me on +254 712 345 678 please", "call me on █ please"),
        ("call 0712345678", "call █"),
        ("فون ۰۳۰۰۱۲۳۴۵۶۷ پر کریں", "فون █ پر کریں"),
        ("mail asha.k@clinic.org", "mail █"),
        ("see https://x.org/a?b=1 now", "see █ now"),
        ("ask @asha_k", "ask █"),
        ("bp 165/110, 2 pills, 28 days, 150 mg", "bp 165/110, 2 pills, 28 days, 150 mg"),
        ("3 weeks late, 2nd dose", "3 weeks late, 2nd dose"),
    ],
)
def test_what_leads_to_a_person_is_masked_and_what_asks_is_not(text: str, masked: str) -> None:
    assert masking.mask_contacts(text) == masked


@given(st.text())
def test_masking_twice_changes_nothing(text: str) -> None:
    once = masking.mask_contacts(text)

    assert masking.mask_contacts(once) == once


def _log(n: int) -> list[Logged]:
    outcomes = ["answer"] * 8 + ["choose", "refuse"]
    return [Logged(text=f"question number {i}", outcome=outcomes[i % 10]) for i in range(n)]


def test_a_sample_is_the_same_whatever_the_order_of_the_log() -> None:
    questions = _log(100)

    assert logged.sample(questions, 20) == logged.sample(questions[::-1], 20)
    assert len(logged.sample(questions, 20)) == 20


def test_a_question_asked_often_is_drawn_once() -> None:
    asked = [Logged(text=text) for text in ("Pill late?", "pill late", "PILL, late!", "coil lost")]

    assert len(logged.sample(asked, 10)) == 2


def test_questions_that_differ_by_what_is_masked_are_one() -> None:
    asked = [Logged(text=f"pill late call 071234567{i}") for i in range(5)]

    assert [q.text for q in logged.sample(asked, 10)] == ["pill late call █"]


def test_an_even_sample_sees_rare_outcomes_as_often() -> None:
    plain = Counter(q.outcome for q in logged.sample(_log(200), 30))
    even = Counter(q.outcome for q in logged.sample(_log(200), 30, evenly=True))

    assert plain["answer"] > 15
    assert even == {"answer": 10, "choose": 10, "refuse": 10}


def test_an_export_is_read_line_by_line(tmp_path: Path) -> None:
    line = {"text": "x", "lang": "sw", "outcome": "answer", "answer_id": "pill", "at": "2026"}
    (tmp_path / "log.jsonl").write_text(f'{json.dumps(line)}\n\n{{"text": "y"}}\n')

    found = list(logged.Export(tmp_path / "log.jsonl").questions())

    assert found == [
        Logged(text="x", lang="sw", outcome="answer", answer_id="pill"),
        Logged(text="y"),
    ]


@pytest.mark.parametrize("line", ["{", "[]", '{"txt": "x"}', '{"text": 3}'])
def test_a_line_that_is_no_question_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text(f'{{"text": "y"}}\n{line}\n')

    with pytest.raises(EvaluationError, match=r"log\.jsonl:2"):
        list(logged.Export(tmp_path / "log.jsonl").questions())


def test_a_log_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="the log cannot be read"):
        list(logged.Export(tmp_path / "no.jsonl").questions())


@given(st.lists(st.text(), max_size=50))
def test_places_are_within_zero_and_one(texts: list[str]) -> None:
    assert all(0 <= logged.place_of(text) < 1 for text in texts)


def test_the_newest_questions_are_taken_each_wording_once() -> None:
    asked = [Logged(text=text) for text in ("coil lost", "Pill late?", "ring fell", "pill late")]

    assert [q.text for q in logged.newest(asked, 2)] == ["pill late", "ring fell"]
