"""What a report shows as pictures: each with how to read it and with its figures as a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from kmqa.eval import charts, curves
from kmqa.eval.charts import Axes
from kmqa.eval.metrics import Judged

_TOPS = (0.1, 0.25, 0.5, 1.0)  # of the axis of risk: the least that holds the curve
_TENTHS = 10
_QUARTERS = 4  # of an axis are marked, so counts end in a multiple


@dataclass(frozen=True, slots=True)
class Picture:
    """An SVG, what it means, and the figures behind it, row by row."""

    title: str
    svg: Markup
    meaning: str
    heads: Sequence[str]
    rows: Sequence[Sequence[str]]


def draw_pictures(
    found: Judged, answered: tuple[float, float] | None, threshold: float | None
) -> tuple[Picture, ...]:
    """Risk against coverage, confidence against truth, and where the scores lie.

    Args:
        found: Confidence and truth of the queries that are not urgent.
        answered: Coverage and risk of the bundle as it stands, where it answered anything.
        threshold: Least confidence to answer, where one holds for all languages.
    """
    return (_risk(found, answered), _reliability(found), _scores(found, threshold))


def _risk(found: Judged, answered: tuple[float, float] | None) -> Picture:
    points = curves.risk_coverage(found)
    highest = max([risk for _, risk in points], default=1.0)
    rows = [_last_within(points, tenth / _TENTHS) for tenth in range(1, _TENTHS + 1)]
    axes = Axes(
        "share answered", "share of these wrong",
        _risk_text(points), next(top for top in _TOPS if top >= highest),
    )  # fmt: skip
    return Picture(
        "Risk and coverage",
        Markup(charts.line(points, axes, answered)),  # noqa: S704 - numbers and words of ours alone
        "Going right, the threshold falls and more is answered; the line shows how many of these "
        "answers would be wrong. Good is low and flat. The dot is what this bundle did, with a "
        "margin and thresholds by language, so it may lie beside the line.",
        ("share answered", "share wrong"),
        [(f"{coverage:.2f}", f"{risk:.3f}") for coverage, risk in filter(None, rows)],
    )


def _last_within(
    points: Sequence[tuple[float, float]], coverage: float
) -> tuple[float, float] | None:
    within = [point for point in points if point[0] <= coverage + 1e-9]
    return within[-1] if within else None


def _risk_text(points: Sequence[tuple[float, float]]) -> str:
    told = [
        f"{point[1]:.0%} wrong at {point[0]:.0%} answered"
        for share in (0.25, 0.5, 1.0)
        if (point := _last_within(points, share))
    ]
    return f"Share wrong as more is answered: {', '.join(told) or 'nothing to show'}."


def _reliability(found: Judged) -> Picture:
    bins = curves.reliability(found)
    error = curves.calibration_error(found)
    told = "nothing to show" if error is None else f"off by {error:.1%} on average"
    axes = Axes("confidence", "share right", f"Share right against confidence: {told}.")
    return Picture(
        "Confidence and truth",
        Markup(charts.dots(bins, axes)),  # noqa: S704 - as above
        "Dots on the broken line mean what they say: a confidence of 0.8 is right in 8 of 10. "
        "Below it the bot is too sure of itself. Large dots stand for many questions.",
        ("confidence", "share right", "questions"),
        [(f"{one.confidence:.2f}", f"{one.right:.2f}", str(one.n)) for one in bins],
    )


def _scores(found: Judged, threshold: float | None) -> Picture:
    inside, outside = curves.histogram(found)
    steps = list(zip(inside, outside, strict=True))
    n_sure = [sum(counts[len(counts) // 2 :]) for counts in (inside, outside)]
    text = (
        f"Over a confidence of 0.5 lie {n_sure[0]} of {sum(inside)} answerable questions and "
        f"{n_sure[1]} of {sum(outside)} unanswerable ones."
    )
    most = max([*inside, *outside, 1])
    axes = Axes("confidence", "questions", text, float(most + -most % _QUARTERS))
    return Picture(
        "Where the scores lie",
        Markup(charts.bars(inside, outside, axes, threshold)),  # noqa: S704 - as above
        "Dark bars are questions that have an answer, light ones those that have none. The less "
        "they overlap, the better they can be told apart. The upright line is the threshold of "
        "languages without one of their own.",
        ("confidence up to", "answerable", "unanswerable"),
        [(f"{(n + 1) / len(steps):.2f}", str(a), str(b)) for n, (a, b) in enumerate(steps)],
    )
