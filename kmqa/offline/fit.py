"""Weights and confidence, fitted by what left-out questions score.

Weights that rank are found by conditional logit: the likelihood of the right target among all,
pulled towards the prior by a ridge penalty (McFadden, "Conditional logit analysis", 1974). The
score that accepts counts the head half as much, because logits of a linear head extrapolate for
questions unlike any wording. Confidence is a logistic map of that score (Platt, "Probabilistic
outputs for support vector machines", 1999): two numbers, so that it is strictly increasing.

Priors and penalties were chosen on the validation part of clinc150 and on left-out wordings of
the other public sets, that of the student on left-out wordings of the starter corpus; see
DECISIONS.md.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit, logsumexp

from kmqa.matching.match import fused
from kmqa.offline import left_out
from kmqa.offline.left_out import NOTHING_RIGHT, LeftOut
from kmqa.records import Acceptance, Fit, Weights

Array = npt.NDArray[np.float64]

# Where the encoder knows the language, the student starts from nothing: it must earn its weight.
SEVERAL_WORDINGS = Weights(cosine=0.7, lexical=0.3, head=0.25, words=0.3)
ONE_WORDING = Weights(cosine=0.8, lexical=0.2, head=0.0)
# Where the encoder does not know the language, spelling is the better half of the evidence.
UNKNOWN_LANGUAGE = Weights(cosine=0.4, lexical=0.6, head=0.05, student=0.1, words=0.6)
HEAD_IN_ACCEPTANCE = 0.5  # and of the student

LEAST_QUESTIONS = 60  # answerable ones in a language, below which it shares the pooled fit
_SHARPNESS = 12.0  # of the prior, in logits: a lead of 0.1 makes the right target 3 times likelier
_RANK_RIDGE = 100.0
_LEAST_SCALE = 0.5  # lets a weight whose prior is 0 move at all
_SLOPE_RIDGE = 1.0
_TYPICAL_SCORE = 0.7  # where the prior's confidence is one half
_PRIOR_SLOPE = 14.0

REST = "*"


def fits_by_language(
    questions: LeftOut, languages: Sequence[str], model_language: str
) -> dict[str, Fit]:
    """A fit for each language with enough questions, and ``*`` for the others.

    Args:
        questions: What leaving out gave.
        languages: Of the corpus, the default first.
        model_language: The one that the encoder knows, or ``*`` for all.
    """
    fits = {}
    told = np.array(questions.languages)
    rest = np.ones(len(questions), dtype=bool)
    for language in languages:
        chosen = told == language
        prior = _prior(questions, knows=model_language in (language, REST))
        if (chosen & (questions.expected != NOTHING_RIGHT)).sum() >= LEAST_QUESTIONS:
            fits[language] = fitted(left_out.chosen(questions, np.flatnonzero(chosen)), prior)
            rest &= ~chosen
    knows = model_language in (REST, *languages[:1]) and not set(fits) & {languages[0]}
    prior = _prior(questions, knows=knows)
    pooled = left_out.chosen(questions, np.flatnonzero(rest))
    answerable = int((pooled.expected != NOTHING_RIGHT).sum())
    fits[REST] = fitted(pooled, prior) if answerable >= LEAST_QUESTIONS // 3 else prior_fit(prior)
    return fits


def _prior(questions: LeftOut, *, knows: bool) -> Weights:
    if not knows:
        return UNKNOWN_LANGUAGE
    has_head = bool(len(questions)) and bool(np.any(questions.features[:, :, 2]))
    return SEVERAL_WORDINGS if has_head else ONE_WORDING


def fitted(questions: LeftOut, prior: Weights) -> Fit:
    """Weights and confidence from `questions`, of which some are answerable."""
    rank = rank_weights(questions, prior)
    accept = acceptance(rank)
    scores, is_right = accepted(questions, rank, accept)
    slope, intercept = logistic_map(scores, is_right)
    return Fit(
        rank=rank, accept=accept, slope=slope, intercept=intercept, n_questions=len(questions)
    )


def prior_fit(prior: Weights) -> Fit:
    """What stands in where nothing could be left out: cautious, and marked by its 0 questions."""
    return Fit(
        rank=prior,
        accept=acceptance(prior),
        slope=_PRIOR_SLOPE,
        intercept=-_PRIOR_SLOPE * _TYPICAL_SCORE,
        n_questions=0,
    )


def acceptance(rank: Weights) -> Acceptance:
    """What judges the first candidate, from the weights that ranked it.

    Without a head the cosine alone judges: of questions that share words, a near-miss shares as
    many as a paraphrase does.
    """
    if rank.head == 0:
        return Acceptance(cosine=1.0)
    return Acceptance(
        cosine=rank.cosine,
        lexical=rank.lexical,
        head=HEAD_IN_ACCEPTANCE * rank.head,
        student=HEAD_IN_ACCEPTANCE * rank.student,
    )


def rank_weights(questions: LeftOut, prior: Weights) -> Weights:
    """Weights under which right targets win, scaled so that both cosines sum to 1."""
    answerable = questions.expected != NOTHING_RIGHT
    features = questions.features[answerable].astype(np.float64)
    right = questions.expected[answerable]
    start = np.array([prior.cosine, prior.lexical, prior.head, prior.student, prior.words])
    scale = np.maximum(start * _SHARPNESS, _LEAST_SCALE)
    centre = start * _SHARPNESS / scale
    found = minimize(
        _negative_log_likelihood,
        centre,
        args=(features, right, scale, centre),
        jac=True,
        method="L-BFGS-B",
        bounds=[(0, None), (0, None), *_logit_bounds(features), (0, None)],
    )
    cosine, lexical, head, student, words = found.x * scale
    total = cosine + lexical
    if total <= 0:
        return prior
    return Weights(
        cosine=_rounded(cosine / total),
        lexical=_rounded(lexical / total),
        head=_rounded(head / total),
        student=_rounded(student / total),
        words=_rounded(words / total),
    )


def _logit_bounds(features: Array) -> list[tuple[float, float | None]]:
    """Head and student may count only where the bundle has them."""
    return [(0, None if np.any(features[:, :, place]) else 0) for place in (2, 3)]


def _negative_log_likelihood(
    units: Array, features: Array, right: npt.NDArray[np.int64], scale: Array, centre: Array
) -> tuple[float, Array]:
    """Penalised loss and its gradient; `units` times `scale` are weights in logits."""
    logits = features @ (units * scale)
    log_total = logsumexp(logits, axis=1)
    rows = np.arange(len(right))
    share = np.exp(logits - log_total[:, None])
    loss = float((log_total - logits[rows, right]).sum())
    slope = (np.einsum("qt,qtf->qf", share, features) - features[rows, right]).sum(axis=0)
    away = units - centre
    return loss + _RANK_RIDGE * float(away @ away), slope * scale + 2 * _RANK_RIDGE * away


def accepted(
    questions: LeftOut, rank: Weights, accept: Acceptance
) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Accepted score of each question's best answer, and whether that answer is right.

    As in `kmqa.matching.match.Matcher.rank`: what a refusal group leads by is taken off.
    """
    ranked = fused(questions.features, rank)
    answers = np.where(questions.is_answer, ranked, -np.inf)
    first = answers.argmax(axis=1)
    rows = np.arange(len(questions))
    lost = np.maximum(0.0, ranked.max(axis=1) - answers[rows, first])
    judging = Weights(
        cosine=accept.cosine,
        lexical=accept.lexical,
        head=accept.head,
        student=accept.student,
        words=accept.words,
    )
    scores = fused(questions.features[rows, first], judging) - accept.refusal * lost
    return scores, first == questions.expected


def leads(questions: LeftOut, rank: Weights) -> Array:
    """Lead of each question's best answer over the second, in ranked score, shape (q,)."""
    answers = np.where(questions.is_answer, fused(questions.features, rank), -np.inf)
    if answers.shape[1] < 2:
        return np.full(len(answers), np.inf)
    two = np.sort(answers, axis=1)[:, -2:]
    lead: Array = two[:, 1] - two[:, 0]
    return lead


def logistic_map(scores: Array, is_right: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Slope above 0 and intercept of the likeliest logistic map from `scores` to `is_right`."""
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
    return _rounded(found.x[0]), _rounded(found.x[1])


def _rounded(value: float) -> float:
    """Six digits: what is stored is what is used, and no more than the fit can tell."""
    return round(float(value), 6)
