from collections.abc import Sequence
from dataclasses import replace

import pytest
from eval_builder import make_candidates, make_query, make_reply, predicted
from scipy.stats import binomtest

from kmqa.eval import gate
from kmqa.eval.leaks import Leak
from kmqa.eval.run import Prediction
from kmqa.records import Gate, Profile

RIGHT = predicted("pill", "answer", "pill")
WRONG = predicted("pill", "answer", "coil")
REFUSED = predicted("pill", "refuse", "pill")
REFUSED_WELL = predicted((), "refuse")
ALARM = predicted("urgent-fits", "urgent")
NOTHING_STATED = Gate()


def _check(
    gates: Gate, name: str, predictions: Sequence[Prediction], **parts: object
) -> gate.Check:
    tested = gate.Tested(predictions=predictions, **parts)  # type: ignore[arg-type]
    [check] = [one for one in gate.apply_gate(gates, tested).checks if one.name == name]
    return check


def _in_part(prediction: Prediction, lang: str, n: int) -> list[Prediction]:
    return [replace(prediction, query=replace(prediction.query, lang=lang))] * n


def test_a_bundle_that_does_all_that_is_asked_passes() -> None:
    predictions = [RIGHT] * 60 + [REFUSED_WELL] * 20 + [ALARM] * 20

    found = gate.apply_gate(
        Gate(right_or_offered=1, coverage=0.6, wrong_answers=0.05, refusal_recall=1),
        gate.Tested(predictions=predictions, live=predictions, promises=[RIGHT]),
    )

    assert found.is_passed
    assert all(check.holds for check in found.checks)


@pytest.mark.parametrize(
    ("field", "name", "predictions", "holds", "fails"),
    [
        ("right_or_offered", "answered right or offered", [RIGHT] * 3 + [REFUSED], 0.75, 0.76),
        ("coverage", "answered", [RIGHT, WRONG, REFUSED, REFUSED_WELL], 0.5, 0.51),
        (
            "refusal_recall",
            "unanswerable refused",
            [REFUSED_WELL, predicted((), "choose", "a b")],
            0.5,
            0.51,
        ),
        (
            "urgent_recall",
            "danger signs recognised",
            [ALARM, predicted("urgent-fits", "refuse")],
            0.5,
            0.51,
        ),
        ("false_alarms", "false alarms", [RIGHT] * 3 + [predicted("pill", "urgent")], 0.25, 0.24),
    ],
)
def test_a_share_is_held_against_what_the_corpus_states(
    field: str, name: str, predictions: list[Prediction], holds: float, fails: float
) -> None:
    """Reaching it exactly is enough; falling short by a little is not."""
    assert _check(Gate(**{field: holds}), name, predictions).holds is True
    assert _check(Gate(**{field: fails}), name, predictions).holds is False


def test_wrong_answers_count_by_their_upper_bound() -> None:
    """Sixteen right answers vouch for 13.4 % at most, however right they are."""
    few = [RIGHT] * 16

    check = _check(Gate(wrong_answers=0.13), "wrong among answers", few)

    bound = binomtest(0, 16).proportion_ci(confidence_level=0.8, method="exact").high
    assert check.holds is False
    assert f"bound {bound:.3f}" in check.got
    assert _check(Gate(wrong_answers=0.14), "wrong among answers", few).holds is True


def test_more_confidence_asks_for_more_answers() -> None:
    stated = Gate(wrong_answers=0.14, confidence=0.99)

    assert _check(stated, "wrong among answers", [RIGHT] * 16).holds is False


def test_wrong_answers_that_broke_the_gate_are_named() -> None:
    check = _check(Gate(wrong_answers=0.1), "wrong among answers", [RIGHT] * 10 + [WRONG])

    assert check.details == ('line 1: "a question" expects pill; got answer coil',)


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("wrong_answers", "wrong among answers"),
        ("urgent_recall", "danger signs recognised"),
        ("refusal_recall", "unanswerable refused"),
    ],
)
def test_what_is_stated_must_be_shown_and_what_is_not_may_stay_open(field: str, name: str) -> None:
    """A corpus that asks for danger signs and tests none has not shown that it knows any."""
    unshown = [REFUSED]

    assert _check(Gate(**{field: 0.5}), name, unshown).holds is False
    assert _check(NOTHING_STATED, name, unshown).holds is None


def test_defaults_judge_where_nothing_is_stated() -> None:
    assert not gate.apply_gate(NOTHING_STATED, gate.Tested(predictions=[REFUSED] * 9)).is_passed
    assert gate.apply_gate(NOTHING_STATED, gate.Tested(predictions=[RIGHT] * 9)).is_passed


def test_too_few_answers_for_the_default_bound_are_not_judged() -> None:
    assert _check(NOTHING_STATED, "wrong among answers", [RIGHT] * 3).holds is None
    assert _check(NOTHING_STATED, "wrong among answers", [RIGHT] * 11).holds is True


def test_without_a_test_set_nothing_passes() -> None:
    found = gate.apply_gate(NOTHING_STATED, gate.Tested(predictions=[]))

    assert [check.name for check in found.failures] == ["test questions"]


def test_a_language_that_lost_fails_although_the_whole_gained() -> None:
    live = _in_part(RIGHT, "sw", 20) + _in_part(REFUSED, "en", 80)
    new = _in_part(RIGHT, "sw", 15) + _in_part(REFUSED, "sw", 5) + _in_part(RIGHT, "en", 80)

    check = _check(Gate(slice_loss=0.2), "worse than the live bundle", new, live=live)

    assert check.holds is False
    assert check.details == ("language sw, answered right or offered: 1.000 to 0.750",)
    assert _check(Gate(slice_loss=0.25), check.name, new, live=live).holds is True


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"profile": Profile(role="chw")}, "role chw"),
        ({"text": "one two three four"}, "length 4-8 words"),
        ({"text": "ٹیکہ"}, "script arabic"),
    ],
)
def test_a_role_a_length_or_a_script_that_lost_fails_although_the_whole_gained(
    changes: dict[str, object], part: str
) -> None:
    """What is lost by those 20 is won five times over by the others."""
    theirs = [
        replace(one, query=replace(one.query, **changes))  # type: ignore[arg-type]
        for one in [RIGHT] * 15 + [REFUSED] * 5
    ]
    live = [replace(one, reply=RIGHT.reply) for one in theirs] + [REFUSED] * 80

    check = _check(
        Gate(slice_loss=0.2), "worse than the live bundle", theirs + [RIGHT] * 80, live=live
    )

    assert check.holds is False
    assert check.details == (f"{part}, answered right or offered: 1.000 to 0.750",)


def test_parts_with_few_questions_are_not_compared() -> None:
    live, new = _in_part(RIGHT, "sw", 19), _in_part(REFUSED, "sw", 19)

    assert _check(NOTHING_STATED, "worse than the live bundle", new, live=live).holds is None
    assert _check(Gate(slice_loss=0.1), "worse than the live bundle", new, live=live).holds is False
    assert _check(Gate(least_slice=19), "worse than the live bundle", new, live=live).holds is False


def test_without_a_live_bundle_there_is_nothing_to_compare_with() -> None:
    check = _check(Gate(slice_loss=0.1), "worse than the live bundle", [RIGHT])

    assert check.holds is None


def test_leaks_missing_answers_old_items_and_borrowed_questions_each_fail() -> None:
    leak = Leak(place="t:1", text="x", wording="x", target="pill", how="exact", likeness=1.0)
    tested = gate.Tested(
        predictions=[RIGHT],
        unknown_ids=["coil"],
        leaks=[leak],
        shared=["line 2"],
        expired=["pill (2026-01-01)"],
    )

    failed = gate.apply_gate(NOTHING_STATED, tested).failures

    assert [check.name for check in failed] == [
        "expected answers that are missing",
        "leaking questions",
        "questions of the development set",
        "expired items",
    ]
    assert failed[1].details == ('t:1: "x" is a wording of pill',)


def test_one_broken_promise_fails_and_is_named() -> None:
    check = _check(NOTHING_STATED, "promises", [RIGHT], promises=[RIGHT, WRONG, REFUSED_WELL])

    assert check.holds is False
    assert check.got == "2 of 3"
    assert len(check.details) == 1


def test_promises_that_are_stated_and_absent_fail() -> None:
    assert _check(Gate(promises="p.jsonl"), "promises", [RIGHT]).holds is False
    names = [
        c.name for c in gate.apply_gate(NOTHING_STATED, gate.Tested(predictions=[RIGHT])).checks
    ]
    assert "promises" not in names


def _with_outcome(prediction: Prediction, outcome: str) -> Prediction:
    query = replace(prediction.query, source={**prediction.query.source, "outcome": outcome})
    return replace(prediction, query=query)


@pytest.mark.parametrize(
    ("prediction", "is_kept"),
    [
        (RIGHT, True),
        (WRONG, False),
        (REFUSED, False),
        (predicted("coil", "choose", "pill coil"), True),
        (predicted("ring", "choose", "pill coil ring"), False),
        (REFUSED_WELL, True),
        (predicted((), "resources"), True),
        (predicted((), "choose", "pill coil"), False),
        (predicted((), "answer", "pill"), False),
        (predicted((), "urgent"), False),
        (predicted("pill", "urgent"), False),
        (predicted("urgent", "urgent"), True),
        (predicted("urgent-fits", "answer", "urgent-fits"), False),
        (_with_outcome(RIGHT, "answer"), True),
        (_with_outcome(predicted("coil", "choose", "pill coil"), "answer"), False),
    ],
)
def test_a_promise_is_kept_when_its_line_comes_out_as_expected(
    prediction: Prediction, is_kept: bool
) -> None:
    assert gate.is_kept(prediction) is is_kept


def test_a_danger_sign_keeps_its_promise_with_its_own_text_alone() -> None:
    for answer_id, is_kept in (("urgent-fits", True), ("urgent-bleeding", False)):
        reply = replace(
            make_reply("urgent"), answer_id=answer_id, candidates=make_candidates([], 0)
        )
        found = Prediction(query=make_query("urgent-fits"), reply=reply, took_ms=1)

        assert gate.is_kept(found) is is_kept
