"""The evaluators' report: one page of HTML with everything in it, and the same as Markdown."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from kmqa.eval import curves, gate, metrics, pictures, slices, summary
from kmqa.eval.metrics import Predictions
from kmqa.eval.run import Prediction
from kmqa.eval.summary import NAMES, Figure, Slice
from kmqa.eval.table import MEANINGS, TITLES
from kmqa.records import Gate

MOST_MISTAKES = 30
MOST_CONFUSIONS = 15
COSTS = (
    "danger sign missed",
    "wrong answer",
    "false alarm",
    "answer to what has none",
    "right answer not offered",
)
"""What a mistake may cost, the worst first."""

_TOLD = {
    "danger signs recognised",
    "wrong among answers",
    "answered right or offered",
    "unanswerable refused",
    "false alarms",
}
SLICED = ("top_1", "right_or_offered", "wrong_answered", "coverage", "refusal_recall",
          "urgent_recall", "urgent_false_alarms")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the report is about.

    Attributes:
        day: ISO date on which the test set was run.
        topic_of: Topic of each answer id.
        note: What a reader must know of this run beside, or empty.
    """

    file: str
    bundle_id: str
    day: str
    threshold: float | None
    topic_of: Mapping[str, str]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Confusion:
    """An expected answer that another one came before, and how often."""

    expected: str
    got: str
    n: int


def html(predictions: Predictions, whole: Slice, facts: Facts) -> str:
    """Return the report as one page that loads nothing; `whole` holds all figures."""
    return _render("report.html", _values(predictions, whole, facts))


def markdown(predictions: Predictions, whole: Slice, facts: Facts) -> str:
    """Return the report's figures as Markdown, without pictures; `whole` as in `html`."""
    return _render("report.md", _values(predictions, whole, facts))


def confusions(predictions: Predictions) -> list[Confusion]:
    """Pairs of expected and first answer that differ, the most frequent first."""
    pairs = Counter(
        (p.query.expected[0], p.ranking[0] if p.ranking else "-")
        for p in metrics.answerable(predictions)
        if not p.is_first_right
    )
    return [Confusion(*pair, n) for pair, n in pairs.most_common(MOST_CONFUSIONS)]


def mistakes(predictions: Predictions) -> list[Prediction]:
    """Return what went wrong, by what it may cost, and the surest first.

    Missed danger signs, wrong answers, false alarms, answers to what has none, then right answers
    that were not offered.
    """
    costs = [(cost, p) for p in predictions if (cost := _cost(p)) is not None]
    ordered = sorted(costs, key=lambda pair: (pair[0], -pair[1].confidence))
    return [prediction for _, prediction in ordered][:MOST_MISTAKES]


def headline(predictions: Predictions) -> tuple[gate.Check, ...]:
    """Return what the gate asks for by default, as far as `predictions` show it."""
    found = gate.apply_gate(Gate(), gate.Tested(predictions=tuple(predictions)))
    return tuple(check for check in found.checks if check.name in _TOLD)


def _cost(prediction: Prediction) -> int | None:
    query, reply = prediction.query, prediction.reply
    if query.is_urgent:
        return None if reply.outcome == "urgent" else 0
    if prediction.is_answered and not prediction.is_answered_right:
        return 1 if query.is_answerable else 3
    if reply.outcome == "urgent":
        return 2
    offered = {candidate.answer_id for candidate in reply.offered}
    if query.is_answerable and not offered.intersection(query.expected):
        return 4
    return None


def _cost_text(prediction: Prediction) -> str:
    cost = _cost(prediction)
    return "" if cost is None else COSTS[cost]


def _render(name: str, values: Mapping[str, Any]) -> str:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(("html",)),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["figure"] = _figure
    environment.filters["interval"] = _interval
    environment.filters["cost"] = _cost_text
    environment.filters["cell"] = _cell
    return environment.get_template(name).render(**values)


def _values(predictions: Predictions, whole: Slice, facts: Facts) -> dict[str, Any]:
    found = metrics.judge(predictions)
    return {
        "facts": facts,
        "whole": whole,
        "headline": headline(predictions),
        "names": NAMES,
        "titles": TITLES,
        "meanings": MEANINGS,
        "sliced": SLICED,
        "few": slices.FEW,
        "parts": _parts(predictions, facts),
        "calibration_error": curves.calibration_error(found),
        "pictures": pictures.draw_pictures(found, _operating_point(whole), facts.threshold),
        "confusions": confusions(predictions),
        "mistakes": mistakes(predictions),
    }


def _parts(predictions: Predictions, facts: Facts) -> dict[str, dict[str, Slice]]:
    """Shares of each part, by the way of parting; ways that part nothing are left out."""
    found: dict[str, dict[str, Slice]] = {}
    for name, label in slices.labels(facts.topic_of).items():
        groups: dict[str, list[Prediction]] = {}
        for prediction in predictions:
            groups.setdefault(label(prediction) or summary.NO_LABEL, []).append(prediction)
        if len(groups) > 1:
            found[name] = {
                part: _slice(groups[part])
                for part in sorted(groups, key=lambda p: (p[0] == "(", p))
            }
    return found


def _slice(predictions: Sequence[Prediction]) -> Slice:
    return summary.slice_of(tuple(predictions), n_resamples=0)


def _operating_point(whole: Slice) -> tuple[float, float] | None:
    coverage, risk = whole.figures["coverage"], whole.figures["selective_risk"]
    return (coverage.value, risk.value) if coverage and risk else None


def _interval(figure: Figure | None) -> str:
    return f"{figure.interval.low:.2f}–{figure.interval.high:.2f}" if figure else ""


def _cell(words: str) -> str:
    """`words` as one cell of a Markdown table."""
    return " ".join(words.split()).replace("\\", "\\\\").replace("|", "\\|")


def _figure(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    return f"{figure.value:.3f} ({figure.interval.low:.3f} to {figure.interval.high:.3f})"
