"""One function for each metric, from predictions to a figure, or None where it is not defined.

A query is *answerable* when an answer is expected, *unanswerable* when none is, and *urgent*
when a danger sign is expected; urgent ones count only where a docstring says so. Shares come as
counts. *Confidence* is the score of the first candidate, whatever was decided with it, so the
metrics that rest on it do not depend on the bundle's thresholds: only on the order of scores.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kmqa.eval.intervals import Rows
from kmqa.eval.run import Prediction

Predictions = Sequence[Prediction]

_K = 5  # candidates looked at by recall_at_5
_REFUSED_TENTHS = 9  # of ten unanswerable queries that right_at_90_refusal refuses


@dataclass(frozen=True, slots=True)
class Share:
    """`hits` of `n` queries, n >= 1."""

    hits: int
    n: int

    @property
    def value(self) -> float:
        """In [0, 1]."""
        return self.hits / self.n


def share_of(among: Iterable[Prediction], is_hit: Callable[[Prediction], bool]) -> Share | None:
    """How many of `among` are hits, or None where there are none to look at."""
    hits = [is_hit(prediction) for prediction in among]
    return Share(sum(hits), len(hits)) if hits else None


def answerable(predictions: Predictions) -> list[Prediction]:
    """Those where an answer is expected and no danger sign."""
    return [prediction for prediction in predictions if prediction.query.is_answerable]


def unanswerable(predictions: Predictions) -> list[Prediction]:
    """Those where nothing is expected."""
    return [prediction for prediction in predictions if prediction.query.is_unanswerable]


# What the candidates are worth, whatever was decided.


def top_1(predictions: Predictions) -> Share | None:
    """Share of the answerable whose first candidate is an expected answer; higher is better."""
    return _success_at(1, predictions)


def recall_at_5(predictions: Predictions) -> Share | None:
    """Share of the answerable with an expected answer among the first five; higher is better.

    Expected ids are alternatives, so one of them is enough: this is `Success@5` of ir-measures,
    and equals recall where a query has one expected id.
    """
    return _success_at(_K, predictions)


def reciprocal_ranks(predictions: Predictions) -> NDArray[np.float64]:
    """1 / rank of the first expected answer of each answerable query, 0 where none is ranked.

    Returns:
        Shape (number of answerable queries,), each in [0, 1], in the order of `predictions`.
    """
    return _per_query(ir_measures.RR, answerable(predictions))


def mrr(predictions: Predictions) -> float | None:
    """Mean of `reciprocal_ranks`, in [0, 1]; higher is better.

    Source: `RR` of ir-measures; E. Voorhees, The TREC-8 Question Answering Track Report (1999).
    """
    ranks = reciprocal_ranks(predictions)
    return float(ranks.mean()) if ranks.size else None


# What was decided.


def coverage(predictions: Predictions) -> Share | None:
    """Share of all queries, urgent ones too, that were answered; neither end is better.

    Source: R. El-Yaniv and Y. Wiener, J. Mach. Learn. Res. 11 (2010) 1605-1641.
    """
    return share_of(predictions, lambda p: p.is_answered)


def selective_risk(predictions: Predictions) -> Share | None:
    """Share of wrong answers among all that were sent; lower is better.

    An answer to an unanswerable query is wrong, and so is one in place of a danger sign's text.
    Not defined where nothing was answered. Source: as `coverage`.
    """
    answered = [prediction for prediction in predictions if prediction.is_answered]
    return share_of(answered, lambda p: not p.is_answered_right)


def right_answered(predictions: Predictions) -> Share | None:
    """Share of the answerable that got an expected answer; higher is better."""
    return share_of(answerable(predictions), lambda p: p.is_answered_right)


def right_or_offered(predictions: Predictions) -> Share | None:
    """Share of the answerable answered right, or with an expected answer among the choices sent.

    Higher is better. Candidates that were ranked but not shown do not count.
    """
    return share_of(answerable(predictions), _is_right_or_offered)


def wrong_answered(predictions: Predictions) -> Share | None:
    """Share of the answerable that got an answer that is not expected; lower is better."""
    return share_of(answerable(predictions), lambda p: p.is_answered and not p.is_answered_right)


def unanswerable_answered(predictions: Predictions) -> Share | None:
    """Share of the unanswerable that got an answer; lower is better."""
    return share_of(unanswerable(predictions), lambda p: p.is_answered)


def refusal_recall(predictions: Predictions) -> Share | None:
    """Share of the unanswerable with the outcome `refuse`; higher is better.

    A choice, a document or small talk is neither an answer nor a refusal, so this and
    `unanswerable_answered` need not add up to 1.
    """
    return share_of(unanswerable(predictions), lambda p: p.reply.outcome == "refuse")


def urgent_recall(predictions: Predictions) -> Share | None:
    """Share of the urgent that got the text of a danger sign, whichever; higher is better."""
    urgent = [prediction for prediction in predictions if prediction.query.is_urgent]
    return share_of(urgent, _is_alarm)


def urgent_false_alarms(predictions: Predictions) -> Share | None:
    """Share of those that are not urgent that got the text of a danger sign; lower is better."""
    calm = [prediction for prediction in predictions if not prediction.query.is_urgent]
    return share_of(calm, _is_alarm)


# What the confidence is worth.


@dataclass(frozen=True, slots=True)
class Judged:
    """Confidence and truth of the queries that are not urgent, each of shape (n,).

    Attributes:
        confidence: Score of the first candidate, higher is surer.
        is_right: Whether that candidate is expected; False for every unanswerable query.
        is_answerable: Whether an answer is expected.
    """

    confidence: NDArray[np.float64]
    is_right: NDArray[np.bool_]
    is_answerable: NDArray[np.bool_]

    def rows(self, numbers: Rows) -> "Judged":
        """Return the queries of these numbers, repeats included."""
        return Judged(self.confidence[numbers], self.is_right[numbers], self.is_answerable[numbers])


def judge(predictions: Predictions) -> Judged:
    """Confidence and truth of those of `predictions` that are not urgent, in order."""
    calm = [prediction for prediction in predictions if not prediction.query.is_urgent]
    return Judged(
        np.array([prediction.confidence for prediction in calm], dtype=np.float64),
        np.array([prediction.is_first_right for prediction in calm], dtype=np.bool_),
        np.array([prediction.query.is_answerable for prediction in calm], dtype=np.bool_),
    )


def auroc(found: Judged) -> float | None:
    """Chance that an answerable query gets more confidence than an unanswerable one.

    In [0, 1], higher is better, 0.5 is chance; a tie counts half. Not defined where one of the
    two kinds is absent. This is Mann and Whitney's U over the number of pairs; it equals
    scikit-learn's `roc_auc_score`, whose checks would take most of a bootstrap's time.

    Source: J. Hanley and B. McNeil, Radiology 143 (1982) 29-36.
    """
    n_in = int(found.is_answerable.sum())
    n_out = found.is_answerable.size - n_in
    if not n_in or not n_out:
        return None
    ranks = stats.rankdata(found.confidence)
    u = float(ranks[found.is_answerable].sum()) - n_in * (n_in + 1) / 2
    return u / (n_in * n_out)


def aurc(found: Judged) -> float | None:
    """Mean over ranks of the share wrong among the queries up to that rank, surest first.

    In [0, 1], lower is better, never scaled. An unanswerable query counts as wrong. Within ties
    of confidence the value is the mean over every order of the tied queries, so it does not
    depend on the order of the file. Not defined where nothing is answerable.

    Source: Y. Geifman, G. Uziel and R. El-Yaniv, ICLR 2019, arXiv:1805.08206; the mean over
    ranks, not the trapezoid.
    """
    if not found.is_answerable.any():
        return None
    _, tie = np.unique(-found.confidence, return_inverse=True)
    sizes = np.bincount(tie)
    wrong_in_tie = np.bincount(tie, weights=~found.is_right) / sizes
    # The expected number wrong grows evenly through a tie, by its own share at each rank.
    n_wrong = np.cumsum(np.repeat(wrong_in_tie, sizes))
    return float(np.mean(n_wrong / np.arange(1, n_wrong.size + 1)))


def right_at_90_refusal(found: Judged) -> float | None:
    """Share of the answerable that are right and above a threshold refusing 90 % of the others.

    In [0, 1], higher is better. The threshold is the confidence of the unanswerable query at
    nine tenths of their number, rounded up, counted from the least confident; only what lies
    strictly above it is answered, so at least 90 % are refused in spite of ties. Not defined
    where answerable or unanswerable queries are absent.
    """
    outside = np.sort(found.confidence[~found.is_answerable])
    if not outside.size or not found.is_answerable.any():
        return None
    threshold = outside[-(-_REFUSED_TENTHS * outside.size // 10) - 1]
    is_hit = found.is_right & (found.confidence > threshold)
    return float(is_hit[found.is_answerable].mean())


# How long it took.


def latency_ms(predictions: Predictions, percent: float) -> float | None:
    """Milliseconds within which `percent`, in [0, 100], of the timed queries were answered."""
    took = [prediction.took_ms for prediction in predictions if prediction.took_ms is not None]
    return float(np.percentile(took, percent)) if took else None


def _success_at(k: int, predictions: Predictions) -> Share | None:
    hits = _per_query(ir_measures.Success @ k, answerable(predictions))
    return Share(int(hits.sum()), hits.size) if hits.size else None


def _per_query(measure: ir_measures.Measure, predictions: Predictions) -> NDArray[np.float64]:
    """`measure` of each prediction, shape (n,), in order."""
    qrels, run = [], []
    for number, prediction in enumerate(predictions):
        name = str(number)
        qrels += [ir_measures.Qrel(name, answer, 1) for answer in prediction.query.expected]
        # Minus the rank, because ir-measures orders by score and would break ties by name.
        run += [
            ir_measures.ScoredDoc(name, answer, float(-rank))
            for rank, answer in enumerate(prediction.ranking)
        ]
    values = np.zeros(len(predictions))
    for found in ir_measures.iter_calc([measure], qrels, run) if predictions else ():
        values[int(found.query_id)] = found.value
    return values


def _is_alarm(prediction: Prediction) -> bool:
    return prediction.reply.outcome == "urgent"


def _is_right_or_offered(prediction: Prediction) -> bool:
    if prediction.reply.outcome != "choose":
        return prediction.is_answered_right
    return any(offer.answer_id in prediction.query.expected for offer in prediction.reply.offered)
