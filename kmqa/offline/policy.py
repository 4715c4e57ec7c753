"""The policy of a bundle: fits, thresholds, and what they rest on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from kmqa.index import bundle, contents, encoder
from kmqa.matching import match, rank
from kmqa.matching.prepare import QueryPreparer
from kmqa.offline import (
    acceptance,
    cross_validation,
    danger_model,
    danger_rule,
    fit,
    follow_up_rule,
    threshold,
)
from kmqa.records import Fit, FollowUpRule, LanguageThresholds, Policy, PolicyTargets

Basis = Literal["labelled", "left-out", "prior"]
FloatArray = npt.NDArray[np.float32]

_PASSAGE_SHARE = 0.95  # of questions without an answer that name no document either
_MIN_PASSAGE = 0.55  # cosine under which a passage and a question share a subject at most
# A held-out answer's questions lie among its neighbours' and are harder to refuse than most of
# what people send, so fewer of them are counted and fewer need to be refused.
_HELD_OUT_UNANSWERABLE = 0.2
_REFUSED = {"labelled": 0.7, "left-out": 0.8}
_BATCH = 256  # labelled questions encoded at once, which takes half the time of one by one


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question with the answers that are right for it, none where it must be refused."""

    text: str
    language: str
    expected: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingMaterial:
    """Everything that a policy is fitted on.

    Attributes:
        vectors: Of each wording, float32, shape (n, d).
        questions: What cross-validation gave.
        danger: The danger model with its scores of unseen wordings, or None without one.
        model_language: The language that the encoder knows, or ``*``.
        labelled: Questions of the corpus's development set; may be empty.
        follow_ups: Messages in conversations, for reading such; may be empty.
    """

    contents: contents.Contents
    indexes: bundle.Indexes
    vectors: FloatArray
    questions: cross_validation.HeldOut
    encode: encoder.Encoder
    model_language: str
    labelled: Sequence[LabelledQuestion] = ()
    follow_ups: Sequence[follow_up_rule.FollowUpLine] = ()
    danger: danger_model.TrainedModel | None = None


def fit_policy(material: TrainingMaterial) -> Policy:
    """Fit the policy on everything in `material`; deterministic."""
    held = material.contents
    questions = material.questions
    fits = fit.fit_by_language(questions, held.settings.languages, material.model_language)
    seen = list(_rank_labelled(material, fits))
    if len(seen) >= threshold.MIN_JUDGED:
        judged, languages, fits = _judge_labelled(seen, fits)
        basis: Basis = "labelled"
    else:
        judged, basis = _judge_held_out(questions, fits)
        languages = ()
    rule, similarity = danger_rule.fit_danger_detection(
        held, material.danger, material.vectors, material.indexes.lexical, fits
    )
    chosen, by_language = _fit_thresholds(judged, languages, held.settings.policy, basis)
    fitted = Policy(
        fits=fits,
        threshold=chosen.answer,
        choose_threshold=chosen.choose,
        margin=chosen.margin,
        passage_threshold=_fit_passage_threshold(seen, material),
        danger_threshold=similarity,
        basis=basis,
        n_labelled=len(judged),
        wrong_answer_bound=chosen.bound,
        target_met=chosen.target_met,
        n_missing=(chosen.n_missing if basis == "labelled" else threshold.MIN_JUDGED - len(seen)),
        by_language=by_language,
        danger_rule=rule,
    )
    return replace(fitted, follow_up_rule=_fit_follow_ups(material, fitted))


def _fit_follow_ups(material: TrainingMaterial, fitted: Policy) -> FollowUpRule:
    """Return how follow-ups are read under everything else that was fitted."""
    tools = follow_up_rule.MatchingTools(
        material.contents,
        material.indexes.vocabulary,
        QueryPreparer(material.contents, material.indexes, material.encode),
        match.Matcher(material.contents, material.indexes),
    )
    changes = follow_up_rule.change_subjects(
        [
            follow_up_rule.FollowUpLine(
                text=one.text, history=(), language=one.language, expected=one.expected
            )
            for one in material.labelled
        ]
    )
    return follow_up_rule.fit_follow_up_rule([*material.follow_ups, *changes], tools, fitted)


def _fit_thresholds(
    judged: threshold.JudgedQuestions,
    languages: Sequence[str],
    targets: PolicyTargets,
    basis: Basis,
) -> tuple[threshold.Thresholds, dict[str, LanguageThresholds]]:
    """Return the pooled thresholds, and those of languages that have labelled questions enough."""
    if basis == "prior":
        return threshold.prior_thresholds(), {}
    if basis == "left-out":
        return threshold.fit_thresholds(judged, targets, _REFUSED[basis]), {}
    found = threshold.fit_thresholds_by_language(judged, languages, targets, _REFUSED[basis])
    pooled = found.pop(threshold.POOLED)
    return pooled, {
        name: LanguageThresholds(
            threshold=own.answer, choose_threshold=own.choose, margin=own.margin
        )
        for name, own in found.items()
    }


@dataclass(frozen=True, slots=True)
class _RankedQuestion:
    """A labelled question and how the matcher ranks it."""

    question: LabelledQuestion
    ranking: match.Ranking


def _rank_labelled(material: TrainingMaterial, fits: dict[str, Fit]) -> Iterator[_RankedQuestion]:
    """Rank the labelled questions, in batches: a query holds its cosine to every wording."""
    preparer = QueryPreparer(material.contents, material.indexes, material.encode)
    matcher = match.Matcher(material.contents, material.indexes)
    for start in range(0, len(material.labelled), _BATCH):
        batch = material.labelled[start : start + _BATCH]
        queries = preparer.prepare([one.text for one in batch], [one.language for one in batch])
        for question, query in zip(batch, queries, strict=True):
            chosen = fits.get(question.language, fits[fit.REST])
            yield _RankedQuestion(question, matcher.rank(query, chosen))


def _judge_held_out(
    questions: cross_validation.HeldOut, fits: dict[str, Fit]
) -> tuple[threshold.JudgedQuestions, Basis]:
    """Return held-out questions to set thresholds by, or none where there are too few."""
    judged = judge_held_out(questions, fits)
    judged = judged.with_unanswerable_share(_HELD_OUT_UNANSWERABLE)
    if len(judged) >= threshold.MIN_JUDGED:
        return judged, "left-out"
    nothing = np.zeros(0)
    flags = np.zeros(0, dtype=bool)
    return threshold.JudgedQuestions(nothing, nothing, flags, flags), "prior"


def _judge_labelled(
    seen: Sequence[_RankedQuestion], fits: dict[str, Fit]
) -> tuple[threshold.JudgedQuestions, tuple[str, ...], dict[str, Fit]]:
    """Judge the labelled questions by what was fitted on the others; also give the fits.

    Languages share what is fitted, because few have labelled questions enough of their own.

    Returns:
        The judged questions, the language of each, and the fits by language.
    """
    ranked = [item for item in seen if item.ranking.first_row is not None]
    is_right = np.array([_is_right(item) for item in ranked])
    first_rows = [item.ranking.first_row for item in ranked if item.ranking.first_row is not None]
    fitted = acceptance.fit_acceptance(first_rows, is_right)
    scores = fitted.unseen
    margins = np.array([item.ranking.margin for item in ranked])
    judged = threshold.JudgedQuestions(
        scores=scores,
        margins=scores - special.expit(special.logit(scores) - fitted.slope * margins),
        is_right=is_right,
        is_answerable=np.array([bool(item.question.expected) for item in ranked]),
    )
    refitted = {
        name: replace(one, accept=fitted.accept, slope=fitted.slope, intercept=fitted.intercept)
        for name, one in fits.items()
    }
    return judged, tuple(item.question.language for item in ranked), refitted


def _is_right(item: _RankedQuestion) -> bool:
    candidates = item.ranking.candidates
    return bool(candidates) and candidates[0].answer_id in item.question.expected


def judge_held_out(
    questions: cross_validation.HeldOut, fits: dict[str, Fit]
) -> threshold.JudgedQuestions:
    """Judge the held-out questions as the matcher would rank them, each with its language's fit."""
    n = len(questions)
    scores, margins = np.zeros(n), np.zeros(n)
    is_right = np.zeros(n, dtype=bool)
    by_fit = np.array([name if name in fits else fit.REST for name in questions.languages])
    for name in sorted(set(by_fit.tolist())):
        places = np.flatnonzero(by_fit == name)
        chosen = fits[name]
        part = cross_validation.select(questions, places)
        first, is_right[places], lead = fit.score_first(part, chosen.rank, chosen.accept)
        scores[places] = rank.confidence(first, chosen)
        margins[places] = scores[places] - rank.confidence(first - lead, chosen)
    is_answerable = questions.expected != cross_validation.NOTHING_RIGHT
    return threshold.JudgedQuestions(scores, margins, is_right, is_answerable)


def _fit_passage_threshold(seen: Sequence[_RankedQuestion], material: TrainingMaterial) -> float:
    """Return the cosine that hardly any question outside the corpus reaches with a passage."""
    if not material.contents.passages:
        return 1.0
    outside = [
        item.ranking.passages[0].score
        for item in seen
        if not item.question.expected and item.ranking.passages
    ]
    refusals = [
        row for row, wording in enumerate(material.contents.wordings) if wording.kind == "refusal"
    ]
    if refusals:
        nearest, _ = material.indexes.passages.nearest(material.vectors[refusals], 1)
        outside += nearest[:, 0].tolist()
    return round(threshold.quantile_at_least(outside, _PASSAGE_SHARE, _MIN_PASSAGE), 6)


def describe_targets(policy: Policy, targets: PolicyTargets) -> str:
    """Describe how the policy came about, and what it lacks, in a sentence or two for reports."""
    if policy.basis == "prior":
        return f"cautious prior: there was nothing to fit on; {_describe_missing(policy)}"
    bound = "none" if policy.wrong_answer_bound is None else f"{policy.wrong_answer_bound:.3f}"
    met = "keeps" if policy.target_met else "does not keep"
    text = (
        f"fitted on {policy.n_labelled} {policy.basis} questions; the bound of wrong answers "
        f"{bound} {met} the target {targets.wrong_answer_rate} at confidence {targets.confidence}"
    )
    if policy.by_language:
        text = f"{text}; by themselves it is kept by {', '.join(sorted(policy.by_language))}"
    if policy.target_met and policy.basis == "labelled":
        return text
    return f"{text}; {_describe_missing(policy)}"


def _describe_missing(policy: Policy) -> str:
    if policy.n_missing is None:
        return "more labelled questions alone will not help: the surest answers are wrong too often"
    if policy.basis == "labelled":
        return f"about {policy.n_missing} more labelled questions are needed to keep it"
    return f"{policy.n_missing} labelled questions are missing before they set the thresholds"
