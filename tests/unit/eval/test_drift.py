"""Today's run beside a recorded one."""

import json

import pytest
from eval_builder import make_query, make_reply

from kmqa.errors import EvaluationError
from kmqa.eval import drift, run
from kmqa.eval.drift import Drift
from kmqa.eval.run import Prediction
from kmqa.eval.test_set import Query
from kmqa.records import Reply


def _recorded(prediction: Prediction) -> dict:
    return json.loads(json.dumps(run.prediction_line(prediction)))


def _predicted(text: str, reply: Reply) -> Prediction:
    return Prediction(query=make_query(text=text), reply=reply, took_ms=1.0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (make_reply("answer", ["a", "b"], 0.9), make_reply("answer", ["a", "b"], 0.6), None),
        (make_reply("refuse", ["a"]), make_reply("refuse", ["b"]), None),
        (make_reply("choose", ["a", "b", "c"]), make_reply("choose", ["a", "b", "d"]), None),
        (
            make_reply("answer", ["a"]),
            make_reply("answer", ["b"]),
            ("answer a", "answer b"),
        ),
        (make_reply("answer", ["a"]), make_reply("refuse", ["a"]), ("answer a", "refuse")),
        (
            make_reply("choose", ["a", "b"]),
            make_reply("choose", ["a", "c"]),
            ("choose a, b", "choose a, c"),
        ),
    ],
)
def test_only_what_is_sent_differently_is_drift(
    before: Reply, after: Reply, told: tuple[str, str] | None
) -> None:
    """Neither scores nor candidates that nobody sees count."""
    line = _recorded(_predicted("q", before))

    found = drift.find_drift([(_predicted("q", after), line)])

    assert [(one.before, one.after) for one in found] == ([told] if told else [])


def test_drift_is_named_by_its_place_and_masked() -> None:
    """A test set may come from a log, and the nightly job's mail goes anywhere."""
    text = "call 0712345678"
    line = _recorded(_predicted(text, make_reply("refuse")))

    [found] = drift.find_drift([(_predicted(text, make_reply("answer", ["a"])), line)])

    assert found == Drift(place="line 1", text="call █", before="refuse", after="answer a")


def _query(text: str, **source: object) -> Query:
    return make_query(text=text, source={"text": text, "expected": None, **source})


def test_each_question_finds_its_own_recorded_line() -> None:
    """The order of the file is free; who asks and what came before are part of a question."""
    queries = [
        _query("late?"),
        _query("late?", history=["pill"]),
        _query("late?", profile={"role": "chw"}),
        _query("late?"),
    ]
    lines = [query.source | {"outcome": "refuse", "n": n} for n, query in enumerate(queries)]

    found = drift.match_recorded(queries, [lines[2], lines[1], lines[0], lines[3]], lambda _: True)

    assert [line["n"] for _, line in found] == [0, 1, 2, 3]


def test_a_new_expectation_does_not_make_another_question() -> None:
    query = _query("late?", expected="pill")
    line = {"text": "late?", "expected": "coil", "outcome": "refuse"}

    assert drift.match_recorded([query], [line], lambda _: True) == [(query, line)]


@pytest.mark.parametrize(
    ("asked", "recorded", "told"),
    [
        (["late?"], ["late?", "never?"], "got 1 recorded that the test set does not have"),
        (["late?", "late?"], ["late?"], "got 1 without a recorded line, first line 1"),
        (["a", "b", "c"], ["a", "d"], "2 without a recorded line, first line 1, 1 recorded"),
    ],
)
def test_a_run_over_other_questions_is_no_baseline(
    asked: list[str], recorded: list[str], told: str
) -> None:
    """Both what was not recorded and what was recorded too much are counted."""
    lines = [{"text": text, "outcome": "refuse"} for text in recorded]

    with pytest.raises(EvaluationError, match=told):
        drift.match_recorded([_query(text) for text in asked], lines, lambda _: True)


def test_what_cannot_be_asked_needs_no_line_and_may_have_one() -> None:
    """A local run records it, a run through the API leaves it out."""
    queries = [_query("late?"), _query("")]
    lines = [{"text": text, "outcome": "refuse"} for text in ("late?", "")]

    for recorded in (lines, lines[:1]):
        found = drift.match_recorded(queries, recorded, lambda query: bool(query.text))
        assert found == [(queries[0], lines[0])]
