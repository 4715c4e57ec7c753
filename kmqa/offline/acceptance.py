"""What judges the first candidate, fitted on labelled questions.

Held-out wordings teach how to rank, but not when to refuse: each was chosen to differ from the
others of its answer, so that the similarity of real questions is underrated. Where the corpus has
labelled questions, a logistic regression over them says how much each kind of evidence counts
(Platt, 1999, with several scores instead of one); a ridge penalty keeps it near the plain cosine.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from kmqa.matching import features
from kmqa.matching.features import Feature, MarginFeature

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_SHARPNESS = 14.0  # of the prior, in logits: the slope that `kmqa.offline.fit` begins from
_RIDGE = 0.02  # per squared logit of weight; 0.005 to 0.1 are alike when left-out lines are judged
N_FOLDS = 10
_STEP = 0.1
_MIN_SPREAD = 0.01
_CONVERGED = 1e-4  # in units: starting again where it stopped moves nothing
_MAX_STARTS = 8


@dataclass(frozen=True, slots=True)
class FittedAcceptance:
    """An acceptance and the confidence that belongs to it.

    Attributes:
        slope: Of the map from accepted score to confidence; the weights are divided by it, so
            that the weight of the cosine is 1 where it counts at all.
        unseen: Confidence of each question by a fit that held it out, shape (q,).
    """

    accept: dict[str, float]
    slope: float
    intercept: float
    unseen: Array


def fit_acceptance(first_rows: Sequence[Array], is_right: Flags) -> FittedAcceptance:
    """Fit the acceptance on the rows of first candidates, and whether each is right, shape (q,).

    Some must be right. The columns are those of `kmqa.matching.features.acceptance_names`.
    """
    rows = np.array(first_rows)
    weights, bias = _fit_weights(rows, is_right)
    unseen = np.zeros(len(rows))
    folds = np.arange(len(rows)) % N_FOLDS
    for fold in range(N_FOLDS):
        out = folds == fold
        found, offset = _fit_weights(rows[~out], is_right[~out])
        unseen[out] = expit(rows[out] @ found + offset)
    slope = max(float(weights[0]), 1.0)
    counts = (round(float(weight / slope), 6) for weight in weights)
    accept = dict(zip(features.acceptance_names(), counts, strict=True))
    return FittedAcceptance(accept, round(slope, 6), round(bias, 6), unseen)


def _fit_weights(rows: Array, is_right: Flags) -> tuple[Array, float]:
    """Fit weights that are not negative, in logits, and the intercept."""
    y = is_right.astype(np.float64)
    table: list[Feature | MarginFeature] = [*features.FEATURES, *features.MARGINS]
    centre = np.array([one.accept_prior for one in table]) * _SHARPNESS
    scale = np.array([one.accept_scale for one in table])

    def loss(parameters: Array) -> tuple[float, Array]:
        weights, bias = parameters[:-1], parameters[-1]
        logits = rows @ weights + bias
        away = (weights - centre) / scale
        value = float((np.logaddexp(0, logits) - y * logits).sum() + _RIDGE * away @ away)
        miss = expit(logits) - y
        slope = rows.T @ miss + 2 * _RIDGE * away / scale
        return value, np.append(slope, miss.sum())

    # Steps are taken in units of each column's spread: without them the line search gives up at the
    # start on some corpora, because a logit moves a hundred times as far as a share of words.
    unit = np.append(_STEP / (rows.std(axis=0) + _MIN_SPREAD), _STEP)

    def in_units(steps: Array) -> tuple[float, Array]:
        value, slope = loss(steps * unit)
        return value, slope * unit

    steps = np.append(centre, -0.7 * _SHARPNESS) / unit
    bounds = [(0, None)] * len(centre) + [(None, None)]
    for _ in range(_MAX_STARTS):
        found = minimize(
            in_units,
            steps,
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 2_000, "maxls": 60, "ftol": 1e-12, "gtol": 1e-7},
        )
        is_settled = bool(np.abs(found.x - steps).max() < _CONVERGED)
        steps = found.x
        if found.success and is_settled:
            break
    parameters = steps * unit
    return parameters[:-1], float(parameters[-1])
