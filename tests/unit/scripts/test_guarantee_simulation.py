"""A short run of scripts/guarantee.py; the long one stands in docs/laboratory.md."""

import guarantee as simulation
import pytest
from scipy.stats import binomtest

from kmqa.records import PolicyTargets

pytestmark = pytest.mark.slow

TARGETS = PolicyTargets(wrong_answer_rate=0.05, confidence=0.9)
N_DRAWS = 400
SURE = 0.001  # chance that an error rate of one in ten fails this test; the draws are fixed


@pytest.mark.parametrize("scenario", simulation.SCENARIOS, ids=lambda scenario: scenario.name)
@pytest.mark.parametrize("n", [200, 1000])
def test_thresholds_break_their_promise_no_more_often_than_stated(
    scenario: simulation.Scenario, n: int
) -> None:
    found = simulation.simulated(scenario, n, N_DRAWS, TARGETS)

    excess = binomtest(found.failed, N_DRAWS, 0.1, alternative="greater")
    assert excess.pvalue > SURE


def test_the_best_of_all_pairs_would_break_it() -> None:
    """So the simulation can tell a guarantee from none."""
    just_over = simulation.SCENARIOS[2]

    found = simulation.simulated(just_over, 1000, N_DRAWS, TARGETS, simulation.plain)

    assert binomtest(found.failed, N_DRAWS, 0.1, alternative="greater").pvalue < SURE


def test_a_good_matcher_loses_little_coverage_to_the_guarantee() -> None:
    better = simulation.SCENARIOS[1]

    kept = simulation.simulated(better, 1000, N_DRAWS, TARGETS)
    plain = simulation.simulated(better, 1000, N_DRAWS, TARGETS, simulation.plain)

    assert kept.coverage >= 0.9 * plain.coverage


def test_the_section_replaces_itself_and_nothing_else() -> None:
    page = "# Page\n\n## The guarantee\n\nold\n\n## Next\n\ntext\n"

    again = simulation.written(page, "## The guarantee\n\nnew\n")

    assert again == "# Page\n\n## The guarantee\n\nnew\n\n## Next\n\ntext\n"
    assert simulation.written("# Page\n", "## The guarantee\n") == "# Page\n\n## The guarantee\n"
