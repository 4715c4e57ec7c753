"""Small pictures as SVG: lines, bars and dots over axes from 0 to 1. Nothing is loaded."""

from collections.abc import Sequence

from kmqa.eval.curves import Bin

_WIDTH, _HEIGHT, _LEFT, _BOTTOM = 360, 240, 40, 30
_TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)


def line(points: Sequence[tuple[float, float]], across: str, up: str) -> str:
    """`points` in [0, 1] joined by a line; the axes are called `across` and `up`."""
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return _svg(f'<polyline class="curve" points="{path}"/>', across, up)


def dots(bins: Sequence[Bin], across: str, up: str) -> str:
    """Confidence across, truth up; a dot grows with the number of its queries."""
    most = max((one.n for one in bins), default=1)
    drawn = "".join(
        f'<circle class="dot" cx="{_x(one.confidence):.1f}" cy="{_y(one.right):.1f}" '
        f'r="{3 + 7 * (one.n / most) ** 0.5:.1f}"><title>{one.n}</title></circle>'
        for one in bins
    )
    ideal = f'<line class="ideal" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>'
    return _svg(ideal + drawn, across, up)


def bars(inside: Sequence[int], outside: Sequence[int], across: str, up: str) -> str:
    """Two counts beside each other in each step of [0, 1], as shares of the largest."""
    most = max([*inside, *outside, 1])
    width = (_WIDTH - _LEFT) / max(1, len(inside)) / 2
    drawn = []
    for number, pair in enumerate(zip(inside, outside, strict=True)):
        for side, (n, name) in enumerate(zip(pair, ("inside", "outside"), strict=True)):
            x = _LEFT + (2 * number + side) * width
            top = _y(n / most)
            drawn.append(
                f'<rect class="{name}" x="{x:.1f}" y="{top:.1f}" width="{width - 0.5:.1f}" '
                f'height="{_y(0) - top:.1f}"><title>{n}</title></rect>'
            )
    return _svg("".join(drawn), across, up, top_label=str(most))


def _x(value: float) -> float:
    return _LEFT + value * (_WIDTH - _LEFT)


def _y(value: float) -> float:
    return (1 - value) * (_HEIGHT - _BOTTOM) + 6


def _svg(content: str, across: str, up: str, top_label: str = "1") -> str:
    ticks = "".join(
        f'<line class="grid" x1="{_x(0)}" y1="{_y(t):.1f}" x2="{_x(1)}" y2="{_y(t):.1f}"/>'
        f'<text x="{_x(t):.1f}" y="{_HEIGHT - 8}" text-anchor="middle">{t:g}</text>'
        for t in _TICKS
    )
    labels = (
        f'<text x="{_LEFT - 6}" y="{_y(1) + 8:.1f}" text-anchor="end">{top_label}</text>'
        f'<text x="{_LEFT - 6}" y="{_y(0):.1f}" text-anchor="end">0</text>'
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH + 10} {_HEIGHT + 4}" role="img" '
        f'aria-label="{up} against {across}">{ticks}{labels}{content}</svg>'
        f"<figcaption>{up} against {across}</figcaption>"
    )
