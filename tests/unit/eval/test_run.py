"""Asking the questions of a test set."""

import json

import pytest
from eval_builder import LookupResponder, make_query, make_reply, predicted

from kmqa.eval import run
from kmqa.records import Profile


def test_every_query_is_asked_in_order() -> None:
    """Text and profile reach the responder, each reply stands by its query, progress is told."""
    queries = [make_query("a", text="one", profile=Profile(role="chw")), make_query(text="two")]
    responder = LookupResponder({"one": make_reply("answer", ["a"])})
    told: list[int] = []

    found = run.predict(queries, responder, lambda: told.append(1))

    assert responder.asked == [("one", Profile(role="chw")), ("two", Profile())]
    assert [p.query for p in found] == queries
    assert [p.reply.outcome for p in found] == ["answer", "refuse"]
    assert len(told) == 2
    assert all(p.took_ms is not None for p in found)


def test_of_a_large_set_some_are_timed_alone_and_the_others_are_asked_together() -> None:
    queries = [make_query("a", text=f"question {number}") for number in range(1_000)]
    known = {query.text: make_reply("answer", [query.text]) for query in queries}

    found = run.predict(queries, LookupResponder(known))

    assert [p.query for p in found] == queries
    assert all(p.reply == known[p.query.text] for p in found)
    assert sum(p.took_ms is not None for p in found) == 200


def test_prediction_line_keeps_the_query() -> None:
    """The line's own keys stay, and outcome, answer, score and candidates are added."""
    query = make_query("a", source={"text": "t", "expected": "a", "split": "dev", "score": "own"})
    prediction = run.Prediction(query=query, reply=make_reply("choose", ["b", "a", "c"]), took_ms=9)

    line = json.loads(json.dumps(run.prediction_line(prediction)))

    assert (line["text"], line["expected"], line["split"]) == ("t", "a", "dev")
    assert (line["outcome"], line["answer_id"], line["score"]) == ("choose", None, 0.5)
    assert line["candidates"][0] == {"answer_id": "b", "score": 0.5, "question": "about b"}
    assert line["offered"] == ["b", "a"]
    assert not any("ms" in key for key in line)


@pytest.mark.parametrize(
    ("prediction", "is_first_right", "is_answered_right"),
    [
        (predicted("a", "answer", "a b"), True, True),
        (predicted(("b", "a"), "answer", "a b"), True, True),
        (predicted("a", "refuse", "a b"), True, False),
        (predicted("a", "answer", "b a"), False, False),
        (predicted((), "answer", "a"), False, False),
        (predicted("a", "chat", ""), False, False),
    ],
)
def test_what_counts_as_right(
    prediction: run.Prediction, is_first_right: bool, is_answered_right: bool
) -> None:
    """The first candidate is judged whatever was decided; an answer only where one was sent."""
    assert prediction.is_first_right is is_first_right
    assert prediction.is_answered_right is is_answered_right
