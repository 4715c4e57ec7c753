"""Every metric with its interval, over a whole run and over its slices by language and kind."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from kmqa.eval import intervals, metrics
from kmqa.eval.intervals import Interval
from kmqa.eval.metrics import Judged, Predictions, Share
from kmqa.eval.run import Prediction

NO_LABEL = "(none)"
"""Name of the slice of queries that say nothing about their language or kind."""

SHARES: Mapping[str, Callable[[Predictions], Share | None]] = {
    metric.__name__: metric
    for metric in (
        metrics.top_1,
        metrics.recall_at_5,
        metrics.right_answered,
        metrics.right_or_offered,
        metrics.wrong_answered,
        metrics.coverage,
        metrics.selective_risk,
        metrics.unanswerable_answered,
        metrics.refusal_recall,
        metrics.urgent_recall,
        metrics.urgent_false_alarms,
    )
}
CURVES: Mapping[str, Callable[[Judged], float | None]] = {
    metric.__name__: metric for metric in (metrics.auroc, metrics.aurc, metrics.right_at_90_refusal)
}
NAMES = (*SHARES, metrics.mrr.__name__, *CURVES)
"""Every metric, in the order of reports."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One metric's value, the interval around it, and how many queries it rests on."""

    value: float
    interval: Interval
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """All figures of some queries.

    Attributes:
        n: Queries, of which the next three are parts.
        figures: By every name in `NAMES`; None where the metric is not defined.
        n_timed: Questions that were asked alone, so that their times are known.
        p50_ms: Median time to a reply in milliseconds.
        p95_ms: Time within which 95 % of the replies came.
    """

    n: int
    n_answerable: int
    n_unanswerable: int
    n_urgent: int
    figures: Mapping[str, Figure | None]
    n_timed: int
    p50_ms: float | None
    p95_ms: float | None


@dataclass(frozen=True, slots=True)
class Summary:
    """The whole run, and the same by language and by kind, in the order of their names."""

    overall: Slice
    by_language: Mapping[str, Slice]
    by_kind: Mapping[str, Slice]


def summarise(predictions: Predictions, n_resamples: int = intervals.N_RESAMPLES) -> Summary:
    """All figures of `predictions`; `n_resamples` are drawn for each bootstrap interval."""
    overall = slice_of(predictions, n_resamples)

    def slice_by(label: Callable[[Prediction], str | None]) -> dict[str, Slice]:
        return {
            # A slice that holds everything would only repeat the slowest part of the work.
            name: overall if len(part) == len(predictions) else slice_of(part, n_resamples)
            for name, part in sorted(_group_by(predictions, label).items())
        }

    return Summary(overall, slice_by(lambda p: p.query.lang), slice_by(lambda p: p.query.kind))


def slice_of(predictions: Predictions, n_resamples: int) -> Slice:
    """All figures of `predictions` taken together; without resamples only the shares.

    The others are then as if not defined, which saves nearly all of the time.
    """
    figures = {name: _share_figure(metric(predictions)) for name, metric in SHARES.items()}
    if n_resamples:
        found = metrics.judge(predictions)
        figures[metrics.mrr.__name__] = _mrr_figure(predictions, n_resamples)
        figures |= {name: _curve_figure(CURVES[name], found, n_resamples) for name in CURVES}
    return Slice(
        n=len(predictions),
        n_answerable=len(metrics.answerable(predictions)),
        n_unanswerable=len(metrics.unanswerable(predictions)),
        n_urgent=sum(prediction.query.is_urgent for prediction in predictions),
        figures={name: figures.get(name) for name in NAMES},
        n_timed=sum(prediction.took_ms is not None for prediction in predictions),
        p50_ms=metrics.latency_ms(predictions, 50),
        p95_ms=metrics.latency_ms(predictions, 95),
    )


def document(summary: Summary) -> dict[str, object]:
    """`summary` fit for JSON: ``overall``, ``by_language`` and ``by_kind``.

    Each slice has its counts, its times, and under ``metrics`` for every name null or ``value``,
    ``low``, ``high`` and ``n``.
    """
    return {
        "overall": _plain(summary.overall),
        "by_language": {name: _plain(part) for name, part in summary.by_language.items()},
        "by_kind": {name: _plain(part) for name, part in summary.by_kind.items()},
    }


def _group_by(
    predictions: Predictions, label: Callable[[Prediction], str | None]
) -> dict[str, Sequence[Prediction]]:
    groups: dict[str, list[Prediction]] = {}
    for prediction in predictions:
        groups.setdefault(label(prediction) or NO_LABEL, []).append(prediction)
    return dict(groups)


def _share_figure(share: Share | None) -> Figure | None:
    if share is None:
        return None
    return Figure(share.value, intervals.wilson(share.hits, share.n), share.n)


def _mrr_figure(predictions: Predictions, n_resamples: int) -> Figure | None:
    ranks = metrics.reciprocal_ranks(predictions)
    value = metrics.mrr(predictions)
    if value is None:
        return None
    interval = intervals.bootstrap(
        lambda rows: float(ranks[rows].mean()), [np.arange(ranks.size)], n_resamples
    )
    return Figure(value, interval, ranks.size)


def _curve_figure(
    metric: Callable[[Judged], float | None], found: Judged, n_resamples: int
) -> Figure | None:
    value = metric(found)
    if value is None:
        return None
    # How many are answerable was chosen with the test set, so each draw keeps it.
    strata = [np.flatnonzero(found.is_answerable), np.flatnonzero(~found.is_answerable)]

    def resample(rows: intervals.Rows) -> float:
        again = metric(found.rows(rows))
        return value if again is None else again

    interval = intervals.bootstrap(resample, strata, n_resamples)
    return Figure(value, interval, found.confidence.size)


def _plain(part: Slice) -> dict[str, object]:
    plain = asdict(part)
    del plain["figures"]
    plain["metrics"] = {
        name: figure
        and {
            "value": figure.value,
            "low": figure.interval.low,
            "high": figure.interval.high,
            "n": figure.n,
        }
        for name, figure in part.figures.items()
    }
    return plain
