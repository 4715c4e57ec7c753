"""Metrics against slow plain loops, and what must never change them."""

import itertools
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from eval_builder import predicted
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from kmqa.eval import metrics, run, summary

SCORES = st.sampled_from([0.0, 0.125, 0.25, 0.5, 0.75, 1.0])  # few, so that ties are common
RANKINGS = st.permutations("abcdefg").map(lambda order: " ".join(order[:6])) | st.just("")
EXPECTED = st.sampled_from([(), ("a",), ("b",), ("a", "b"), ("z",), ("urgent",), ("urgent-x", "a")])
OUTCOMES = st.sampled_from(["answer", "choose", "resources", "refuse", "urgent", "chat"])


def _possible(prediction: tuple[object, str, str, float]) -> bool:
    """An answer or a choice needs something to send."""
    return bool(prediction[2]) or prediction[1] not in ("answer", "choose")


PREDICTIONS = st.lists(
    st.tuples(EXPECTED, OUTCOMES, RANKINGS, SCORES)
    .filter(_possible)
    .map(lambda parts: predicted(*parts)),
    max_size=25,
)


def all_values(predictions: list[run.Prediction]) -> dict[str, float | None]:
    shares = {name: metric(predictions) for name, metric in summary.SHARES.items()}
    found = metrics.judge(predictions)
    return {
        **{name: share and share.value for name, share in shares.items()},
        "mrr": metrics.mrr(predictions),
        **{name: metric(found) for name, metric in summary.CURVES.items()},
    }


def counted(flags: list[bool]) -> metrics.Share | None:
    return metrics.Share(flags.count(True), len(flags)) if flags else None


def rank_of(prediction: run.Prediction) -> int | None:
    """Rank of the first expected answer, from 1."""
    for rank, candidate in enumerate(prediction.reply.candidates, start=1):
        if candidate.answer_id in prediction.query.expected:
            return rank
    return None


@given(PREDICTIONS)
def test_ranking_metrics_equal_plain_loops(predictions: list[run.Prediction]) -> None:
    """First right, right among five and reciprocal rank, by walking each list of candidates."""
    asked = [p for p in predictions if p.query.is_answerable]
    ranks = [rank_of(p) for p in asked]

    assert metrics.top_1(predictions) == counted([rank == 1 for rank in ranks])
    assert metrics.recall_at_5(predictions) == counted(
        [rank is not None and rank <= 5 for rank in ranks]
    )
    expected = sum(1 / rank for rank in ranks if rank) / len(ranks) if ranks else None
    assert metrics.mrr(predictions) == (expected if expected is None else pytest.approx(expected))


@given(PREDICTIONS)
def test_decision_metrics_equal_plain_loops(predictions: list[run.Prediction]) -> None:
    """Answered, right and wrong, by looking at each reply."""
    wrong, answered = [], []
    for p in predictions:
        answered.append(p.reply.outcome == "answer")
        if p.reply.outcome == "answer":
            wrong.append(p.reply.answer_id not in p.query.expected)

    assert metrics.coverage(predictions) == counted(answered)
    assert metrics.selective_risk(predictions) == counted(wrong)


@given(PREDICTIONS)
def test_auroc_equals_pairs_and_scikit_learn(predictions: list[run.Prediction]) -> None:
    """Counting every pair, a tie as half, gives the same; so does scikit-learn."""
    found = metrics.judge(predictions)
    inside = found.confidence[found.is_answerable].tolist()
    outside = found.confidence[~found.is_answerable].tolist()

    value = metrics.auroc(found)

    if not inside or not outside:
        assert value is None
        return
    pairs = [(i > o) + (i == o) / 2 for i in inside for o in outside]
    assert value == pytest.approx(sum(pairs) / len(pairs))
    assert value == pytest.approx(roc_auc_score(found.is_answerable, found.confidence))


def aurc_of_order(wrong: tuple[bool, ...]) -> Fraction:
    risks = [Fraction(sum(wrong[:rank]), rank) for rank in range(1, len(wrong) + 1)]
    return sum(risks, Fraction(0)) / len(risks)


@given(st.lists(st.tuples(st.sampled_from([0.1, 0.5, 0.9]), st.booleans()), min_size=1, max_size=6))
def test_aurc_equals_the_mean_over_all_orders(rows: list[tuple[float, bool]]) -> None:
    """Every order that keeps the surest first, one by one, and their mean."""
    orders = [
        tuple(is_wrong for _, is_wrong in order)
        for order in itertools.permutations(rows)
        if all(one[0] >= other[0] for one, other in itertools.pairwise(order))
    ]
    found = metrics.Judged(
        np.array([score for score, _ in rows]),
        np.array([not is_wrong for _, is_wrong in rows]),
        np.ones(len(rows), dtype=bool),
    )

    slow = sum(map(aurc_of_order, orders), Fraction(0)) / len(orders)
    assert metrics.aurc(found) == pytest.approx(float(slow))


@given(PREDICTIONS)
def test_right_at_90_refusal_equals_trying_every_threshold(
    predictions: list[run.Prediction],
) -> None:
    """The most that any threshold answers right while it refuses nine in ten."""
    asked = [p for p in predictions if p.query.is_answerable]
    outside = [p.confidence for p in predictions if p.query.is_unanswerable]
    best = Fraction(0)
    for threshold in {-1.0, *(p.confidence for p in predictions)}:
        n_refused = sum(confidence <= threshold for confidence in outside)
        if asked and 10 * n_refused >= 9 * len(outside):
            right = sum(p.is_first_right and p.confidence > threshold for p in asked)
            best = max(best, Fraction(right, len(asked)))

    value = metrics.right_at_90_refusal(metrics.judge(predictions))

    assert value == (pytest.approx(float(best)) if asked and outside else None)


@given(PREDICTIONS)
def test_rising_transform_of_scores_changes_nothing(predictions: list[run.Prediction]) -> None:
    """Only the order of scores counts."""
    changed = [
        replace(p, reply=replace(p.reply, confidence=p.reply.confidence**3 / 2 + 0.25))
        for p in predictions
    ]

    assert all_values(changed) == all_values(predictions)


@given(PREDICTIONS, st.randoms(use_true_random=False))
def test_order_of_the_file_changes_nothing(
    predictions: list[run.Prediction], random: object
) -> None:
    """Shuffling the lines changes no figure, ties or not."""
    shuffled = list(predictions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # a Random of hypothesis

    assert all_values(shuffled) == pytest.approx(all_values(predictions))


@given(PREDICTIONS.filter(lambda found: any(p.is_answered for p in found)))
def test_refused_answerable_lowers_coverage(predictions: list[run.Prediction]) -> None:
    """One more question that was refused leaves the risk and lowers coverage and what is right."""
    before = all_values(predictions)
    after = all_values([*predictions, predicted("a", "refuse", "a", 0.5)])

    assert after["coverage"] < before["coverage"]
    assert after["selective_risk"] == before["selective_risk"]
    assert (after["right_answered"] or 0) <= (before["right_answered"] or 0)


@given(PREDICTIONS)
def test_figures_stay_within_bounds(predictions: list[run.Prediction]) -> None:
    """Every figure is in [0, 1], and answered right, wrong and offered fit together."""
    values = all_values(predictions)

    assert all(0 <= value <= 1 for value in values.values() if value is not None)
    if values["top_1"] is not None:
        assert values["top_1"] <= values["mrr"] <= 1
        assert values["top_1"] <= values["recall_at_5"]
        assert values["right_answered"] <= values["right_or_offered"]
        assert values["right_answered"] + values["wrong_answered"] <= 1
