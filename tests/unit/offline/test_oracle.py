"""Thresholds with a guarantee, held against MAPIE, which others wrote from the same papers."""

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapie.risk_control import BinaryClassificationController, BinaryRisk, control_fwer
from mapie.risk_control.methods import (
    compute_hoeffding_bentkus_p_value,
    find_best_predict_param,
    get_r_hat_plus,
)

from kmqa.offline import conformal, learn_then_test

# What MAPIE says where it would take none or all of the thresholds; both happen here on purpose.
pytestmark = pytest.mark.filterwarnings("ignore:(No|All provided) predict.param:UserWarning")

Array = npt.NDArray[np.float64]

# MAPIE rounds n * (k / n) up to whole errors, so a share must not lie over its k by a last bit.
_DOWN = 1 - 1e-12


class _WrongAmongAnswers(BinaryRisk):
    """The share wrong among what is answered, as MAPIE counts it."""

    def __init__(self) -> None:
        super().__init__(
            risk_occurrence=lambda is_right, is_answered: (is_answered == 1) & (is_right == 0),
            risk_condition=lambda _, is_answered: is_answered == 1,
            higher_is_better=False,
        )

    def get_value_and_effective_sample_size(
        self, y_true: Array, y_pred: Array
    ) -> tuple[float, int]:
        value, n = super().get_value_and_effective_sample_size(y_true, y_pred)
        return value * _DOWN, n


def _mapies_p_values(scores: Array, is_right: Array, grid: Array, rate: float) -> Array:
    """Of each threshold of `grid`, by MAPIE's own counting of what it answers."""
    risk = _WrongAmongAnswers()
    controller = BinaryClassificationController(
        predict_function=lambda asked: np.column_stack([1 - asked, asked]),
        risk=risk,
        target_level=rate,
        best_predict_param_choice=risk,
        list_predict_params=grid,
        fwer_method="bonferroni",  # only its p-values are wanted; the path is walked below
    )
    return controller.calibrate(scores, is_right).p_values[:, 0]


@given(n=st.integers(1, 2000), share=st.floats(0, 1), rate=st.floats(0.01, 0.5))
def test_p_values_are_mapies_for_losses_of_0_or_1(n: int, share: float, rate: float) -> None:
    """Hoeffding's is never the smaller of its two, so what is left is the binomial tail."""
    k = round(share * n)

    ours = learn_then_test.p_values([k], [n], rate)

    r_hat = np.array([k / n]) * _DOWN
    mapies = compute_hoeffding_bentkus_p_value(r_hat, n, rate, binary=True)[:, 0]
    assert ours == pytest.approx(mapies, rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("seed", range(30))
def test_the_laxest_threshold_is_where_mapies_fixed_sequence_ends(seed: int) -> None:
    """On random questions, among which some can vouch for the target and some cannot."""
    rng = np.random.default_rng(seed)
    n = int(rng.integers(60, 600))
    scores = rng.beta(3, 1, n)
    is_right = rng.random(n) < scores ** rng.choice([0.05, 0.2, 0.5])
    rate, error = float(rng.choice([0.05, 0.1, 0.2])), float(rng.choice([0.1, 0.05]))
    found = learn_then_test.count_path(scores, is_right, n)
    enough = max(learn_then_test.min_answered(rate, error), learn_then_test.USEFUL_SHARE * n)
    grid = learn_then_test.GRID[found.answered >= enough]

    ours = learn_then_test.find_laxest(found, rate, error)

    p_values = _mapies_p_values(scores, is_right.astype(np.int64), grid, rate)
    kept = grid[control_fwer(p_values, error, "fixed_sequence")]
    assert (None if ours is None else learn_then_test.GRID[ours]) == (
        kept[-1] if kept.size else None
    )


def test_the_laxest_threshold_by_hand_is_mapies() -> None:
    """90 surest right, then one in three wrong: 2 of 96 show less than 6 %, 3 of 99 do not."""
    scores = np.concatenate([np.full(90, 0.95), np.full(6, 0.9), np.full(3, 0.8), np.full(3, 0.7)])
    is_right = np.ones(102, dtype=bool)
    is_right[[90, 93, 96, 99]] = False  # a step of three each
    found = learn_then_test.count_path(scores, is_right, 102)

    grid = learn_then_test.GRID[found.answered >= learn_then_test.min_answered(0.06, 0.1)]
    p_values = _mapies_p_values(scores, is_right.astype(np.int64), grid, 0.06)

    kept = grid[control_fwer(p_values, 0.1, "fixed_sequence")]
    ours = learn_then_test.find_laxest(found, 0.06, 0.1)
    assert ours is not None
    assert learn_then_test.GRID[ours] == kept[-1]
    assert 0.8 < kept[-1] <= 0.9


@given(seed=st.integers(0, 10_000), n=st.integers(19, 200), rate=st.sampled_from([0.05, 0.1]))
def test_the_rate_limit_is_mapies_conformal_risk_control(seed: int, n: int, rate: float) -> None:
    rng = np.random.default_rng(seed)
    errors = rng.random(rng.integers(0, n + 1))
    thresholds = np.array([0.0, *np.sort(errors) + conformal.STEP])

    ours = conformal.rate_limit(errors, n, rate)

    losses = np.zeros((n, len(thresholds)))
    losses[: len(errors)] = errors[:, None] >= thresholds
    _, bounds = get_r_hat_plus(losses, thresholds, "crc", None, None, None)
    # MAPIE asks for less than the rate where the theorem allows as much.
    mapies = find_best_predict_param(thresholds, bounds, np.array([rate + 1e-9]))[0]
    assert ours == pytest.approx(mapies, abs=1.1 * conformal.STEP)
