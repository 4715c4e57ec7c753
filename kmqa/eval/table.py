"""A summary as tables for a terminal: all figures of the whole run, the main ones by slice."""

from collections.abc import Iterator, Mapping

from rich.table import Table
from rich.text import Text

from kmqa.eval.summary import NAMES, Figure, Slice, Summary

ABSENT = "–"
"""Stands where a metric is not defined; never a zero, which would read as a result."""

TITLES: Mapping[str, str] = {
    "top_1": "first candidate right",
    "recall_at_5": "right one among first five",
    "right_answered": "answered right",
    "right_or_offered": "answered right or offered",
    "wrong_answered": "answered wrong, answerable",
    "coverage": "coverage",
    "selective_risk": "selective risk",
    "unanswerable_answered": "unanswerable answered",
    "refusal_recall": "unanswerable refused",
    "urgent_recall": "danger signs recognised",
    "urgent_false_alarms": "false alarms",
    "mrr": "MRR",
    "auroc": "AUROC",
    "aurc": "AURC",
    "right_at_90_refusal": "right at 90 % refusal",
}
"""What each metric is called in tables."""

MEANINGS: Mapping[str, str] = {
    "top_1": "of questions that have an answer: the likeliest candidate is right, sent or not",
    "recall_at_5": "a right answer is among the five likeliest",
    "right_answered": "of questions that have an answer: it was sent",
    "right_or_offered": "it was sent, or was among the choices; higher is better",
    "wrong_answered": "of questions that have an answer: another one was sent; lower is better",
    "coverage": "of all questions: an answer was sent, right or wrong",
    "selective_risk": "of all answers sent: wrong ones; lower is better",
    "unanswerable_answered": "of questions without an answer: one was sent; lower is better",
    "refusal_recall": "of questions without an answer: refused, without a choice either",
    "urgent_recall": "of danger signs: the urgent text was sent; nothing matters more",
    "urgent_false_alarms": "of all others: the urgent text was sent; lower is better",
    "mrr": "mean of 1 / rank of the first right candidate",
    "auroc": "chance that a question with an answer gets more confidence than one without",
    "aurc": "area under the line of risk and coverage; lower is better",
    "right_at_90_refusal": "answered right if 90 % of those without an answer were refused",
}
"""What each metric counts, for readers of a report."""

_BRIEF = {
    "top_1": "first",
    "right_or_offered": "right or\noffered",
    "coverage": "coverage",
    "selective_risk": "risk",
    "refusal_recall": "refused",
    "urgent_recall": "urgent",
    "aurc": "AURC",
}


def tables(summary: Summary) -> Iterator[Table]:
    """Yield the table of the whole run, then by language and by kind where there are several."""
    yield _overall(summary.overall)
    for heading, parts in (("language", summary.by_language), ("kind", summary.by_kind)):
        if len(parts) > 1:
            yield _by_slice(heading, parts)


def _overall(whole: Slice) -> Table:
    table = _table("metric", "value", "95 % interval", "n")
    for name in NAMES:
        figure = whole.figures[name]
        between = f"{figure.interval.low:.3f} to {figure.interval.high:.3f}" if figure else ""
        n = f"{figure.n:,}" if figure else "0"
        table.add_row(TITLES[name], _value(figure), between, n)
    for title, took_ms in (("p50 ms", whole.p50_ms), ("p95 ms", whole.p95_ms)):
        table.add_row(
            title, ABSENT if took_ms is None else f"{took_ms:.1f}", "", f"{whole.n_timed:,}"
        )
    return table


def _by_slice(heading: str, parts: Mapping[str, Slice]) -> Table:
    table = _table(heading, "n", *_BRIEF.values())
    for name, part in parts.items():
        figures = (_value(part.figures[metric]) for metric in _BRIEF)
        # Text, not markup: the test set chose the name, brackets included.
        table.add_row(Text(name), f"{part.n:,}", *figures)
    return table


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, collapse_padding=True)
    table.add_column(first, overflow="fold")
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _value(figure: Figure | None) -> str:
    return f"{figure.value:.3f}" if figure else ABSENT
