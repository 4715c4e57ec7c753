"""Small pictures as SVG: lines, bars and dots over marked axes. Nothing is loaded.

Each says in a sentence what it shows, for those who cannot see it; colours are told apart by
their lightness too.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import escape

from kmqa.eval.curves import Bin

_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 360, 260, 60, 12, 12, 44
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class Axes:
    """What a picture is drawn over.

    Attributes:
        across: What runs from 0 to 1 to the right.
        up: What runs upwards.
        text: What is to be seen, for those who do not see it.
        top: Upper end of the upright axis, over 0.
    """

    across: str
    up: str
    text: str
    top: float = 1.0


def line(
    points: Sequence[tuple[float, float]], axes: Axes, mark: tuple[float, float] | None
) -> str:
    """`points`, the first of each in [0, 1], joined by a line; `mark` is a point to look at."""
    path = " ".join(f"{_x(x):.1f},{_y(y / axes.top):.1f}" for x, y in points)
    drawn = f'<polyline class="curve" points="{path}"/>'
    if mark:
        drawn += (
            f'<circle class="mark" cx="{_x(mark[0]):.1f}" cy="{_y(mark[1] / axes.top):.1f}" r="6"/>'
        )
    return _svg(drawn, axes)


def dots(bins: Sequence[Bin], axes: Axes) -> str:
    """Confidence across, truth up; a dot grows with the number of its queries."""
    most = max((one.n for one in bins), default=1)
    drawn = "".join(
        f'<circle class="dot" cx="{_x(one.confidence):.1f}" cy="{_y(one.right):.1f}" '
        f'r="{3 + 7 * (one.n / most) ** 0.5:.1f}"><title>{one.n}</title></circle>'
        for one in bins
    )
    ideal = f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _svg(ideal + drawn, axes)


def bars(inside: Sequence[int], outside: Sequence[int], axes: Axes, mark: float | None) -> str:
    """Two counts beside each other in each step of [0, 1]; `mark` is an upright line."""
    width = (_x(1) - _x(0)) / max(1, len(inside)) / 2
    drawn = []
    for number, pair in enumerate(zip(inside, outside, strict=True)):
        for side, (n, name) in enumerate(zip(pair, ("inside", "outside"), strict=True)):
            x = _x(0) + (2 * number + side) * width
            top = _y(n / axes.top)
            drawn.append(
                f'<rect class="{name}" x="{x:.1f}" y="{top:.1f}" width="{width - 0.5:.1f}" '
                f'height="{_y(0) - top:.1f}"><title>{n}</title></rect>'
            )
    if mark is not None:
        drawn.append(
            f'<line class="cut" x1="{_x(mark):.1f}" y1="{_y(1)}" x2="{_x(mark):.1f}" y2="{_y(0)}"/>'
        )
    return _svg("".join(drawn), axes)


def _x(value: float) -> float:
    return round(_LEFT + value * (_WIDTH - _LEFT - _RIGHT), 1)


def _y(value: float) -> float:
    return round(_TOP + (1 - value) * (_HEIGHT - _TOP - _BOTTOM), 1)


def _svg(content: str, axes: Axes) -> str:
    ticks = "".join(
        f'<line class="grid" x1="{_x(0)}" y1="{_y(t)}" x2="{_x(1)}" y2="{_y(t)}"/>'
        f'<text x="{_x(t)}" y="{_HEIGHT - 28}" text-anchor="middle">{t:g}</text>'
        f'<text x="{_LEFT - 6}" y="{_y(t) + 4}" text-anchor="end">{t * axes.top:.3g}</text>'
        for t in _TICKS
    )
    middle = (_y(0) + _y(1)) / 2
    names = (
        f'<text x="{_x(0.5)}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(axes.across)}</text>'
        f'<text transform="translate(12 {middle}) rotate(-90)" text-anchor="middle">'
        f"{escape(axes.up)}</text>"
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(axes.text)}">'
        f"{ticks}{names}{content}</svg>"
    )
