"""Metrics against cases worked out by hand."""

import math

import numpy as np
import pytest
from eval_builder import predicted

from kmqa.eval import metrics, run, summary

TEN = (
    predicted("a", "answer", "a b c", 0.9),
    predicted("a", "answer", "b a c", 0.8),
    predicted(("c", "x"), "choose", "b c a", 0.6),
    predicted("a", "choose", "b c a", 0.5),
    predicted("x", "refuse", "a b c", 0.3),
    predicted((), "answer", "a b c", 0.7),
    predicted((), "refuse", "a b c", 0.2),
    predicted((), "resources", "a b c", 0.1),
    predicted("urgent-fits", "urgent", "a b c", 0.9),
    predicted(("urgent-fits", "a"), "answer", "a b c", 0.9),
)
"""Five answerable queries, three unanswerable and two danger signs, the second one missed."""


@pytest.mark.parametrize(
    ("metric", "hits", "n"),
    [
        (metrics.top_1, 1, 5),
        (metrics.recall_at_5, 4, 5),
        (metrics.coverage, 4, 10),
        (metrics.selective_risk, 2, 4),
        (metrics.right_answered, 1, 5),
        (metrics.right_or_offered, 2, 5),
        (metrics.wrong_answered, 1, 5),
        (metrics.unanswerable_answered, 1, 3),
        (metrics.refusal_recall, 1, 3),
        (metrics.urgent_recall, 1, 2),
        (metrics.urgent_false_alarms, 0, 8),
    ],
)
def test_shares_by_hand(metric: object, hits: int, n: int) -> None:
    """Each share has the hits and the queries that were counted by hand."""
    assert metric(TEN) == metrics.Share(hits, n)  # type: ignore[operator]  # a metric


def test_every_share_is_worked_out_by_hand() -> None:
    """No share can be added without a case above."""
    cases = test_shares_by_hand.pytestmark[0].args[1]  # type: ignore[attr-defined]  # put there by pytest

    assert {case[0].__name__ for case in cases} == set(summary.SHARES)


def test_mrr_by_hand() -> None:
    """Ranks 1, 2, 2, 3 and none among the answerable."""
    assert metrics.mrr(TEN) == pytest.approx((1 + 1 / 2 + 1 / 2 + 1 / 3 + 0) / 5)


def test_recall_looks_at_five() -> None:
    """An expected answer in sixth place is not found, in fifth place it is."""
    sixth = predicted("f", "refuse", "a b c d e f")
    fifth = predicted("e", "refuse", "a b c d e f")

    assert metrics.recall_at_5((sixth, fifth)) == metrics.Share(1, 2)


def test_wrong_danger_sign_text_is_a_false_alarm() -> None:
    """The text of a danger sign that nobody reported counts as one, answerable or not."""
    calm = (predicted("a", "urgent", "a"), predicted((), "urgent"), predicted("a", "chat"))

    assert metrics.urgent_false_alarms(calm) == metrics.Share(2, 3)


def test_danger_sign_answered_as_a_question_is_a_wrong_answer() -> None:
    """An ordinary answer to a danger sign raises the risk; the sign's own text does not."""
    missed = predicted("urgent-fits", "answer", "a")
    seen = predicted("urgent-fits", "urgent", "a")

    assert metrics.selective_risk((missed, seen)) == metrics.Share(1, 1)


@pytest.mark.parametrize(
    ("predictions", "absent"),
    [
        (
            [predicted("a", "answer", "a")],
            {
                "unanswerable_answered",
                "refusal_recall",
                "urgent_recall",
                "auroc",
                "right_at_90_refusal",
            },
        ),
        (
            [predicted((), "refuse", "a")],
            set(summary.NAMES)
            - {"coverage", "unanswerable_answered", "refusal_recall", "urgent_false_alarms"},
        ),
        (
            [predicted("urgent", "urgent", "a")],
            set(summary.NAMES) - {"coverage", "urgent_recall"},
        ),
        ([], set(summary.NAMES)),
    ],
)
def test_undefined_metrics_are_absent(predictions: list[run.Prediction], absent: set[str]) -> None:
    """A metric without anything to count is None and never 0."""
    figures = summary.slice_of(predictions, n_resamples=3).figures

    assert {name for name, figure in figures.items() if figure is None} == absent


def judged(*rows: tuple[float, bool | None]) -> metrics.Judged:
    """Confidence, and whether the first candidate is right, or None where none can be."""
    return metrics.Judged(
        np.array([score for score, _ in rows], dtype=float),
        np.array([bool(right) for _, right in rows], dtype=bool),
        np.array([right is not None for _, right in rows], dtype=bool),
    )


def test_judged_leaves_danger_signs_out() -> None:
    """Eight of ten queries are judged, in order, and no unanswerable one is right."""
    found = metrics.judge(TEN)

    assert found.confidence.tolist() == [0.9, 0.8, 0.6, 0.5, 0.3, 0.7, 0.2, 0.1]
    assert found.is_right.tolist() == [True] + [False] * 7
    assert found.is_answerable.tolist() == [True] * 5 + [False] * 3


def test_auroc_by_hand() -> None:
    """Of four pairs two are in order, one is tied and one is not."""
    assert metrics.auroc(judged((0.9, True), (0.5, False), (0.5, None), (0.7, None))) == 2.5 / 4


def test_aurc_by_hand() -> None:
    """Surest first: right, wrong, right, none expected."""
    found = judged((0.9, True), (0.8, False), (0.7, True), (0.6, None))

    assert metrics.aurc(found) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)


def test_aurc_of_ties_is_the_mean_over_orders() -> None:
    """Two tied queries, one of them right, after one that is right: half way between both."""
    found = judged((0.9, True), (0.5, False), (0.5, True))

    right_first, wrong_first = (0 + 0 + 1 / 3) / 3, (0 + 1 / 2 + 1 / 3) / 3
    assert metrics.aurc(found) == pytest.approx((right_first + wrong_first) / 2)


def test_right_at_90_refusal_by_hand() -> None:
    """Ten unanswerable queries: the ninth is the threshold, and equal to it is not above it."""
    outside = [(n / 20, None) for n in range(1, 11)]
    found = judged((0.9, True), (0.46, False), (0.45, True), (0.3, True), *outside)

    assert metrics.right_at_90_refusal(found) == 1 / 4


def test_right_at_90_refusal_refuses_at_least_90_percent() -> None:
    """With few unanswerable queries, all are refused; tied ones are refused together."""
    few = [(n / 10, None) for n in range(1, 6)]
    assert metrics.right_at_90_refusal(judged((0.45, True), (0.6, True), *few)) == 1 / 2
    assert metrics.right_at_90_refusal(judged((0.5, True), (0.6, None))) == 0
    assert metrics.right_at_90_refusal(judged((0.5, True), *[(0.5, None)] * 20)) == 0
    assert metrics.right_at_90_refusal(judged((0.6, True), (0.5, None))) == 1


def test_latency() -> None:
    """The median of 1 ms replies is 1 ms; of no replies there is none."""
    assert metrics.latency_ms(TEN, 50) == 1.0
    assert metrics.latency_ms((), 50) is None
    assert not math.isnan(metrics.latency_ms(TEN[:1], 95) or 0)
