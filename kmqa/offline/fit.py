"""Weights and confidence, fitted on how held-out questions score.

Weights that rank are found by conditional logit: the likelihood of the right target among all,
pulled towards the prior by a ridge penalty (McFadden, "Conditional logit analysis", 1974). Priors
and scales stand in `kmqa.matching.features.FEATURES`. Confidence is a logistic map of the score
that accepts (Platt, "Probabilistic outputs for support vector machines", 1999): two numbers, so
that it is strictly increasing.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from kmqa.matching import features, rank
from kmqa.offline import cross_validation
from kmqa.offline.cross_validation import NOTHING_RIGHT, HeldOut
from kmqa.records import Fit

Array = npt.NDArray[np.float64]
Weights = Mapping[str, float]

MIN_QUESTIONS = 60  # answerable ones in a language, below which it shares the pooled fit
_SHARPNESS = 12.0  # of the prior, in logits: a lead of 0.1 makes the right target 3 times likelier
_RANK_RIDGE = 100.0
_SLOPE_RIDGE = 1.0
_TYPICAL_SCORE = 0.7  # where the prior's confidence is one half
_PRIOR_SLOPE = 14.0

REST = "*"


def fit_by_language(
    questions: HeldOut, languages: Sequence[str], model_language: str
) -> dict[str, Fit]:
    """Return a fit for each language with enough questions, and ``*`` for the others.

    Args:
        questions: What cross-validation gave.
        languages: Of the corpus, the default first.
        model_language: The one that the encoder knows, or ``*`` for all.
    """
    fits = {}
    language_of = np.array(questions.languages)
    rest = np.ones(len(questions), dtype=bool)
    for language in languages:
        own = language_of == language
        prior = _choose_prior(questions, knows=model_language in (language, REST))
        if (own & (questions.expected != NOTHING_RIGHT)).sum() >= MIN_QUESTIONS:
            chosen = cross_validation.select(questions, np.flatnonzero(own))
            fits[language] = fit_language(chosen, prior)
            rest &= ~own
    knows = model_language in (REST, *languages[:1]) and not set(fits) & {languages[0]}
    prior = _choose_prior(questions, knows=knows)
    pooled = cross_validation.select(questions, np.flatnonzero(rest))
    n_answerable = int((pooled.expected != NOTHING_RIGHT).sum())
    is_enough = n_answerable >= MIN_QUESTIONS // 3
    fits[REST] = fit_language(pooled, prior) if is_enough else prior_fit(prior)
    return fits


def _choose_prior(questions: HeldOut, *, knows: bool) -> dict[str, float]:
    if not knows:
        return features.prior_weights("unknown_language")
    column = features.column_of("head")
    has_head = bool(len(questions)) and bool(np.any(questions.features[:, :, column]))
    return features.prior_weights("several_wordings" if has_head else "one_wording")


def fit_language(questions: HeldOut, prior: Weights) -> Fit:
    """Fit weights and confidence on `questions`, of which some are answerable."""
    weights = fit_rank_weights(questions, prior)
    accept = derive_acceptance(weights)
    scores, is_right, _ = score_first(questions, weights, accept)
    slope, intercept = fit_logistic_map(scores, is_right)
    return Fit(
        rank=weights, accept=accept, slope=slope, intercept=intercept, n_questions=len(questions)
    )


def prior_fit(prior: Weights) -> Fit:
    """Return a cautious fit for where nothing could be held out, marked by its 0 questions."""
    return Fit(
        rank=prior,
        accept=derive_acceptance(prior),
        slope=_PRIOR_SLOPE,
        intercept=-_PRIOR_SLOPE * _TYPICAL_SCORE,
        n_questions=0,
    )


def derive_acceptance(weights: Weights) -> dict[str, float]:
    """Return what judges the first candidate, from the weights that ranked it.

    Without a head the cosine alone judges: of questions that share words, a near-miss shares as
    many as a paraphrase does.
    """
    if weights.get("head", 0.0) == 0:
        accept = {"cosine": 1.0}
    else:
        accept = {
            one.name: one.accept_share * weights.get(one.name, 0.0) for one in features.FEATURES
        }
    return {**dict.fromkeys(features.acceptance_names(), 0.0), **accept, "refusal": 1.0}


def fit_rank_weights(questions: HeldOut, prior: Weights) -> dict[str, float]:
    """Fit weights under which right targets win, scaled so that those of cosines sum to 1."""
    answerable = questions.expected != NOTHING_RIGHT
    measured = questions.features[answerable].astype(np.float64)
    right = questions.expected[answerable]
    start = features.weight_vector(prior)
    scale = np.maximum(start * _SHARPNESS, [one.min_scale for one in features.FEATURES])
    centre = start * _SHARPNESS / scale
    found = minimize(
        _negative_log_likelihood,
        centre,
        args=(measured, right, scale, centre),
        jac=True,
        method="L-BFGS-B",
        bounds=_limit_weights(measured),
    )
    weights = found.x * scale
    total = sum(
        weights[column] for column, one in enumerate(features.FEATURES) if one.is_similarity
    )
    if total <= 0:
        return dict(prior)
    pairs = zip(features.FEATURES, weights, strict=True)
    return {one.name: _round(weight / total) for one, weight in pairs}


def _limit_weights(measured: Array) -> list[tuple[float, float | None]]:
    """Return limits of each weight; a model may count only where the bundle has it."""
    return [
        (0, 0 if one.is_trained and not np.any(measured[:, :, column]) else None)
        for column, one in enumerate(features.FEATURES)
    ]


def _negative_log_likelihood(
    units: Array, measured: Array, right: npt.NDArray[np.int64], scale: Array, centre: Array
) -> tuple[float, Array]:
    """Return the penalised loss and its gradient; `units` times `scale` are weights in logits."""
    logits = measured @ (units * scale)
    log_total = logsumexp(logits, axis=1)
    rows = np.arange(len(right))
    share = np.exp(logits - log_total[:, None])
    loss = float((log_total - logits[rows, right]).sum())
    slope = (np.einsum("qt,qtf->qf", share, measured) - measured[rows, right]).sum(axis=0)
    away = units - centre
    return loss + _RANK_RIDGE * float(away @ away), slope * scale + 2 * _RANK_RIDGE * away


def score_first(
    questions: HeldOut, weights: Weights, accept: Weights
) -> tuple[Array, npt.NDArray[np.bool_], Array]:
    """Rank and judge `questions` by the functions that serve.

    Returns:
        Acceptance score of each question's best answer, shape (q,); whether that answer is right;
        its margin over the second in ranked score, infinite where there is none.
    """
    if not questions.is_answer.any():
        nothing = np.full(len(questions), -np.inf)
        return nothing, np.zeros(len(questions), dtype=bool), -nothing
    ranked = rank.rank(questions.features, questions.is_answer, weights)
    scores = rank.score_acceptance(ranked.acceptance_rows(), accept)
    return scores, ranked.order[:, 0] == questions.expected, ranked.margin


def fit_logistic_map(scores: Array, is_right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Fit slope, above 0, and intercept of the logistic map from `scores` to `is_right`."""
    y = is_right.astype(np.float64)

    def loss(parameters: Array) -> tuple[float, Array]:
        logits = parameters[0] * scores + parameters[1]
        value = float((np.logaddexp(0, logits) - y * logits).sum())
        miss = expit(logits) - y
        away = parameters[0] - _PRIOR_SLOPE
        value += _SLOPE_RIDGE * away**2 / _PRIOR_SLOPE**2
        gradient = np.array([miss @ scores + 2 * _SLOPE_RIDGE * away / _PRIOR_SLOPE**2, miss.sum()])
        return value, gradient

    start = np.array([_PRIOR_SLOPE, -_PRIOR_SLOPE * _TYPICAL_SCORE])
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[(1.0, None), (None, None)])
    return _round(found.x[0]), _round(found.x[1])


def _round(value: float) -> float:
    """Round to six digits: what is stored is what is used, and no more than the fit can tell."""
    return round(float(value), 6)
