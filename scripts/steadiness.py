"""How often is a build wrong, and does it jump, where its labelled questions cannot vouch?

Development sets too small for the guarantee are drawn again and again from populations whose truth
is known, and go through `kmqa.offline.threshold` as a build would. Three things are looked at: how
much is wrong among fresh questions; how far what is answered differs between draws; and how far it
differs when each confidence moves by up to `NOISE`, as it does when vectors differ in their last
bits. Beside it stands the threshold with the least Clopper-Pearson bound, as builds took it up to
recipe 11.

``python scripts/steadiness.py`` prints the table; ``--write`` puts it into docs/laboratory.md.
"""

import argparse
import shlex
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import guarantee as simulation
import numpy as np
import numpy.typing as npt
from scipy.special import expit
from threadpoolctl import threadpool_limits

from kmqa.offline import learn_then_test, threshold
from kmqa.records import PolicyTargets
from kmqa.settings import today

Array = npt.NDArray[np.float64]
Choose = Callable[[threshold.JudgedQuestions, PolicyTargets], float]

PAGE = Path(__file__).parent.parent / "docs" / "laboratory.md"
HEADING = "## Where no bound holds"
N_POPULATION = 100_000
NOISE = 1e-3
ANSWERABLE = 0.72  # of the questions, as in the development set of the starter corpus
MARGIN = threshold.NARROW
_SEED = 20_261_127


@dataclass(frozen=True, slots=True)
class Population:
    """Log-odds of confidence of both kinds of question, and how often the first candidate is right.

    Attributes:
        answerable: Mean and deviation of the log-odds of answerable questions.
        unanswerable: The same of the others.
        right: From log-odds to the chance that an answerable one's first candidate is right.
    """

    name: str
    answerable: tuple[float, float]
    unanswerable: tuple[float, float]
    right: Callable[[Array], Array]

    def drawn(self, n: int, random: np.random.Generator) -> threshold.JudgedQuestions:
        """`n` questions."""
        is_answerable = random.random(n) < ANSWERABLE
        odds = np.where(
            is_answerable,
            random.normal(*self.answerable, n),
            random.normal(*self.unanswerable, n),
        )
        is_right = is_answerable & (random.random(n) < self.right(odds))
        scores = expit(odds)
        return threshold.JudgedQuestions(
            scores, random.beta(0.8, 1.5, n) * scores, is_right, is_answerable
        )


POPULATIONS = (
    Population("as in the starter corpus", (0.8, 1.7), (-1.8, 1.3), lambda z: expit(1.1 * z + 0.9)),
    Population("less sure than right", (2.0, 1.6), (-2.0, 1.3), lambda z: expit(1.3 * z + 1.5)),
    Population("hard to tell apart", (0.3, 1.5), (-0.7, 1.5), lambda z: expit(0.8 * z + 0.6)),
    Population(
        "surest answers wrong more often",
        (1.0, 1.8),
        (-1.2, 1.5),
        lambda z: np.where(z > 2.5, 0.9, expit(z + 1)),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of many development sets, on fresh questions.

    Attributes:
        coverage: Mean share answered.
        spread: Standard deviation of that between draws.
        risk: Mean share wrong among the answers.
        wrong: Mean share of the answerable that were answered wrong.
        unanswerable: Mean share of the unanswerable that were answered.
        moved: Share of draws in which noise changed what is answered by more than a tenth of it.
        most_moved: Largest change of coverage by noise.
    """

    coverage: float
    spread: float
    risk: float
    wrong: float
    unanswerable: float
    moved: float
    most_moved: float


def ours(judged: threshold.JudgedQuestions, targets: PolicyTargets) -> float:
    """Return the threshold that a build would take."""
    return threshold.fit_pair(judged, targets).threshold


def least_bound(judged: threshold.JudgedQuestions, targets: PolicyTargets) -> float:
    """Return the threshold with the least bound among those that answer a tenth."""
    path = learn_then_test.count_path(judged.scores, judged.is_right, len(judged))
    useful = np.flatnonzero(path.answered >= learn_then_test.USEFUL_SHARE * path.n)
    bounds = learn_then_test.upper_bound(
        path.wrong[useful], path.answered[useful], targets.confidence
    )
    return float(learn_then_test.GRID[useful[np.argmin(bounds)]])


def simulated(
    population: Population, n: int, n_draws: int, targets: PolicyTargets, choose: Choose = ours
) -> Outcome:
    """`n_draws` development sets of `n` questions, of those that cannot vouch for the target."""
    random = np.random.default_rng([_SEED, n])
    fresh = population.drawn(N_POPULATION, random)
    rows, moves = [], []
    for _ in range(n_draws):
        drawn = _unvouched(population, n, targets, random)
        noise = random.uniform(-NOISE, NOISE, n)
        noisy = replace(drawn, scores=np.clip(drawn.scores + noise, 0, 1))
        rows.append(_truth(fresh, choose(drawn, targets)))
        moves.append(abs(_truth(fresh, choose(noisy, targets))[0] - rows[-1][0]))
    coverage, risk, wrong, unanswerable = np.array(rows).T
    return Outcome(
        coverage=float(coverage.mean()),
        spread=float(coverage.std()),
        risk=float(risk.mean()),
        wrong=float(wrong.mean()),
        unanswerable=float(unanswerable.mean()),
        moved=float((np.array(moves) > 0.1 * coverage).mean()),
        most_moved=max(moves),
    )


def _unvouched(
    population: Population, n: int, targets: PolicyTargets, random: np.random.Generator
) -> threshold.JudgedQuestions:
    while True:
        drawn = population.drawn(n, random)
        if not threshold.fit_pair(drawn, targets).is_certified:
            return drawn


def _truth(fresh: threshold.JudgedQuestions, least: float) -> tuple[float, float, float, float]:
    """Share answered, wrong among these, answerable answered wrong, unanswerable answered."""
    answered = (fresh.scores >= least) & (fresh.margins >= MARGIN)
    wrong = answered & ~fresh.is_right
    return (
        float(answered.mean()),
        float(wrong.sum() / max(answered.sum(), 1)),
        float(wrong[fresh.is_answerable].mean()),
        float(answered[~fresh.is_answerable].mean()),
    )


def table(sizes: Sequence[int], n_draws: int, targets: PolicyTargets) -> str:
    """One line for each population, size and rule, as Markdown."""
    lines = [
        "| questions are … | n | rule | answered | between draws ± | wrong among answers "
        "| answerable answered wrong | unanswerable answered | noise moved it | by at most |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for population in POPULATIONS:
        for n in sizes:
            for rule, choose in (("now", ours), ("least bound", least_bound)):
                one = simulated(population, n, n_draws, targets, choose)
                lines.append(
                    f"| {population.name} | {n:,} | {rule} | {one.coverage:.3f} | {one.spread:.3f} "
                    f"| {one.risk:.3f} | {one.wrong:.3f} | {one.unanswerable:.3f} "
                    f"| {one.moved:.3f} | {one.most_moved:.3f} |"
                )
                print(lines[-1], file=sys.stderr)
    return "\n".join(lines)


def section(rows: str, n_draws: int, targets: PolicyTargets, command: str) -> str:
    """Return the part of docs/laboratory.md that this script writes."""
    rate = f"{targets.wrong_answer_rate:.0%}"
    return f"""{HEADING}

Languages with few labelled questions share a threshold, and where these questions cannot vouch \
for the target it is the strictest of three limits (`kmqa/offline/conformal.py`): wrong answers to \
answerable questions at most {rate} of these on average, answered unanswerable ones at most {rate} \
of those on average (both by conformal risk control, for any number of questions from 19 of a kind \
on), and {rate} wrong among answers as a smooth curve through all questions tells it, which yields \
where less than a tenth would be answered. Measured on {today().isoformat()} with `{command}`: \
{n_draws:,} development sets each, of those that cannot vouch. *Noise moved it*: the share of \
draws in which moving every confidence by up to {NOISE:g} changed what is answered by more than a \
tenth of it; *by at most*: the largest change of the share answered. *Least bound* is what builds \
took up to recipe 11.

{rows}

Where the surest answers are wrong most often, no threshold keeps {rate} of the answers right; the \
two other limits hold all the same.

What still moves is whether a set vouches for the target. Where noise decides that it does, it \
answers from the certified path, which may be much stricter; those are the draws counted under \
*noise moved it*.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table, or write it into the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--draws", type=int, default=300, help="development sets of each kind")
    parser.add_argument("--sizes", type=int, nargs="+", default=[180, 460])
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    given = parser.parse_args(arguments)
    targets = PolicyTargets(wrong_answer_rate=0.05, confidence=0.9)
    with threadpool_limits(1):  # threads cost ten times the fit of two numbers
        rows = table(given.sizes, given.draws, targets)
    if not given.write:
        print(rows)
        return
    command = shlex.join(["python", "scripts/steadiness.py", *(arguments or sys.argv[1:])])
    part = section(rows, given.draws, targets, command)
    page = simulation.written(PAGE.read_text(encoding="utf-8"), part)
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
