"""Does the bound on wrong answers hold? Draws many development sets and looks at the truth.

Populations with a known share of wrong answers at every threshold and margin are sampled again
and again; each sample goes through `kmqa.offline.threshold` as a development set would. A draw
fails when thresholds that are said to keep the target do not. Failures must stay below what the
confidence allows. Beside it stands the plain way, which tries every pair and takes the best.

``python scripts/guarantee.py`` prints the table; ``--write`` puts it into docs/laboratory.md.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.special import expit
from scipy.stats import binomtest

from kmqa.offline import learn_then_test, threshold
from kmqa.records import PolicyTargets
from kmqa.settings import today

Array = npt.NDArray[np.float64]

PAGE = Path(__file__).parent.parent / "docs" / "laboratory.md"
HEADING = "## The guarantee"
N_POPULATION = 400_000  # the true share is known to 0.001 where a tenth is answered
MARGINS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)  # of the plain way
_SEED = 20_261_123


@dataclass(frozen=True, slots=True)
class Scenario:
    """How often the first candidate is wrong, by its log-odds of confidence and its lead.

    Attributes:
        wrong: From log-odds and leads, each of shape (n,), to chances in [0, 1].
    """

    name: str
    wrong: Callable[[Array, Array], Array]

    def drawn(self, n: int, random: np.random.Generator) -> threshold.JudgedQuestions:
        """`n` questions, of which those that are wrong have no right answer."""
        odds = random.normal(0.6, 2.0, n)
        gaps = random.beta(0.8, 1.5, n)
        is_right = random.random(n) >= self.wrong(odds, gaps)
        return threshold.JudgedQuestions(expit(odds), gaps, is_right, is_right)


SCENARIOS = (
    Scenario("as confident as right", lambda z, _: expit(-z)),
    Scenario("better than its confidence", lambda z, _: expit(-1.6 * z - 1)),
    Scenario("just over the target everywhere", lambda z, _: np.full(z.shape, 0.052)),
    Scenario("close calls are wrong", lambda z, g: np.where(g < 0.2, 0.3, expit(-2 * z - 1))),
    Scenario(
        "surest answers wrong more often",
        lambda z, _: np.where(z > 3.2, 0.08, np.where(z > 0, 0.045, 0.5)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of many draws.

    Attributes:
        failed: Draws whose thresholds were said to keep the target and did not.
        met: Draws whose thresholds were said to keep it.
        coverage: Mean share answered, 0 where the target was not met.
    """

    n_draws: int
    failed: int
    met: int
    coverage: float


Chosen = tuple[float, float] | None


def ours(judged: threshold.JudgedQuestions, targets: PolicyTargets) -> Chosen:
    """Threshold and margin that a build would take, None where it says that none will do."""
    found = threshold.fit_pair(judged, targets)
    return (found.threshold, found.margin) if found.is_certified else None


def plain(judged: threshold.JudgedQuestions, targets: PolicyTargets) -> Chosen:
    """Return the pair that answers most among all whose own bound is within the target."""
    best, most = None, 0
    for margin in MARGINS:
        led = judged.with_margin(margin)
        path = learn_then_test.count_path(led.scores, led.is_right, len(judged))
        p = learn_then_test.p_values(path.wrong, path.answered, targets.wrong_answer_rate)
        kept = np.flatnonzero((p <= 1 - targets.confidence) & (path.answered > 0))
        if kept.size and path.answered[kept[-1]] > most:
            best, most = (
                (float(learn_then_test.GRID[kept[-1]]), margin),
                int(path.answered[kept[-1]]),
            )
    return best


def simulated(
    scenario: Scenario,
    n: int,
    n_draws: int,
    targets: PolicyTargets,
    choose: Callable[[threshold.JudgedQuestions, PolicyTargets], Chosen] = ours,
) -> Outcome:
    """`n_draws` development sets of `n` questions, and whether what was chosen keeps its word."""
    random = np.random.default_rng([_SEED, n])
    truth = _Truth(scenario.drawn(N_POPULATION, random))
    picked = [choose(scenario.drawn(n, random), targets) for _ in range(n_draws)]
    true = [truth.of(*pair) for pair in picked if pair is not None]
    return Outcome(
        n_draws=n_draws,
        failed=sum(share > targets.wrong_answer_rate for share, _ in true),
        met=len(true),
        coverage=sum(coverage for _, coverage in true) / n_draws,
    )


class _Truth:
    """Share wrong among the answered, and share answered, of a whole population."""

    def __init__(self, population: threshold.JudgedQuestions) -> None:
        self._population = population
        self._paths: dict[float, learn_then_test.Path] = {}

    def of(self, least: float, margin: float) -> tuple[float, float]:
        """At one threshold of the grid and one margin."""
        if margin not in self._paths:
            led = self._population.with_margin(margin)
            self._paths[margin] = learn_then_test.count_path(
                led.scores, led.is_right, len(self._population)
            )
        path = self._paths[margin]
        place = int(np.argmin(np.abs(learn_then_test.GRID - least)))
        answered = int(path.answered[place])
        return int(path.wrong[place]) / max(answered, 1), answered / path.n


def table(sizes: Sequence[int], n_draws: int, targets: PolicyTargets) -> str:
    """One line for each scenario and size, as Markdown."""
    lines = [
        "| questions are … | n | failed | met | coverage | plain way: failed | coverage |",
        "|---|---|---|---|---|---|---|",
    ]
    for scenario in SCENARIOS:
        for n in sizes:
            one = simulated(scenario, n, n_draws, targets)
            other = simulated(scenario, n, n_draws, targets, plain)
            lines.append(
                f"| {scenario.name} | {n:,} | {_share(one)} | {one.met / n_draws:.2f} "
                f"| {one.coverage:.3f} | {_share(other)} | {other.coverage:.3f} |"
            )
            print(lines[-1], file=sys.stderr)
    return "\n".join(lines)


def _share(found: Outcome) -> str:
    interval = binomtest(found.failed, found.n_draws).proportion_ci(method="wilson")
    return f"{found.failed / found.n_draws:.3f} ({interval.low:.3f}–{interval.high:.3f})"


def section(rows: str, n_draws: int, targets: PolicyTargets, command: str) -> str:
    """Return the part of docs/laboratory.md that this script writes."""
    return f"""{HEADING}

The build promises: with confidence {targets.confidence:g} over the draw of the development set, \
at most {targets.wrong_answer_rate:.0%} of the answers given are wrong. Threshold and margin are \
chosen by learn-then-test (`kmqa/offline/learn_then_test.py`): thresholds of a fixed grid are \
tested from strict to lax with exact binomial p-values until one cannot be vouched for, \
beginning where a tenth is answered (at least {_least(targets)} questions). One margin is tried \
below {_from(2, targets)} labelled questions; from there on a wide one besides, and the error is \
split between them. A language that can vouch for the target by itself (from \
{10 * _least(targets)} labelled questions on) gets thresholds of its own; each such promise holds \
by itself. \
Measured on {today().isoformat()} with `{command}`: {n_draws:,} \
development sets drawn from populations whose truth is known. *Failed* is the share of draws \
that were said to keep the target and do not; it must stay at or below \
{1 - targets.confidence:.2f}. *Met* is the share that were said to keep it, *coverage* the mean \
share answered. The plain way takes the best of all pairs whose own Clopper-Pearson bound is \
within the target, as builds did up to recipe 4.

{rows}

The promise is about questions like those of the development set, drawn one by one, and about \
what is learnt without each of them; the model that serves has learnt from all. In the last \
population the assumption under which the start of the path is exact (surer answers are not wrong \
more often) does not hold. Where the target cannot be kept, `kmqa build` says about how many \
labelled questions are missing.
"""


def _least(targets: PolicyTargets) -> int:
    return learn_then_test.min_answered(targets.wrong_answer_rate, 1 - targets.confidence)


def _from(margins: int, targets: PolicyTargets) -> int:
    return next(n for n in range(10**6) if len(threshold.split_error(n, targets)) >= margins)


def written(page: str, part: str) -> str:
    """`page` with its section of the same heading replaced by `part`, or with it at the end."""
    heading = part.partition("\n")[0]
    start = page.find(f"{heading}\n")
    if start < 0:
        return f"{page.rstrip()}\n\n{part}"
    end = page.find("\n## ", start)
    return page[:start] + part + (page[end:] if end >= 0 else "")


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or write it into the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--draws", type=int, default=2000, help="development sets of each kind")
    parser.add_argument("--sizes", type=int, nargs="+", default=[200, 364, 1000, 3000])
    parser.add_argument("--rate", type=float, default=0.05, help="largest share of wrong answers")
    parser.add_argument("--confidence", type=float, default=0.9)
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    given = parser.parse_args(arguments)
    targets = PolicyTargets(wrong_answer_rate=given.rate, confidence=given.confidence)
    rows = table(given.sizes, given.draws, targets)
    if not given.write:
        print(rows)
        return
    command = shlex.join(["python", "scripts/guarantee.py", *(arguments or sys.argv[1:])])
    part = section(rows, given.draws, targets, command)
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8"), part), encoding="utf-8")


if __name__ == "__main__":
    main()
