"""A short run of scripts/steadiness.py; the long one stands in docs/laboratory.md."""

import pytest
import steadiness

from kmqa.records import PolicyTargets

pytestmark = pytest.mark.slow

TARGETS = PolicyTargets(wrong_answer_rate=0.05, confidence=0.9)
N_DRAWS = 20


@pytest.mark.parametrize("population", steadiness.POPULATIONS, ids=lambda one: one.name)
def test_what_nobody_can_vouch_for_still_keeps_both_rates_and_does_not_jump(
    population: steadiness.Population,
) -> None:
    found = steadiness.simulated(population, 180, N_DRAWS, TARGETS)

    assert found.wrong <= 0.05
    assert found.unanswerable <= 0.05
    assert found.moved <= 1 / N_DRAWS


def test_the_least_bound_jumps() -> None:
    """So the simulation can tell a rule that jumps from one that does not."""
    population = steadiness.POPULATIONS[-1]

    found = steadiness.simulated(population, 180, N_DRAWS, TARGETS, steadiness.least_bound)

    assert found.most_moved > 0.05
