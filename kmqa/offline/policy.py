"""The policy of a bundle: fits, thresholds, and on what they rest."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import special

from kmqa.index import bundle, contents, encoder
from kmqa.matching import match
from kmqa.offline import acceptance, alarm, danger, fit, left_out, threshold
from kmqa.records import Cut, Fit, Policy, PolicyTargets

Basis = Literal["labelled", "left-out", "prior"]
FloatArray = npt.NDArray[np.float32]

_PASSAGE_SHARE = 0.95  # of questions without an answer that name no document either
_LEAST_PASSAGE = 0.55  # cosine under which a passage and a question share a subject at most
# A left-out answer's questions lie among its neighbours' and are harder to refuse than most of
# what people send, so fewer of them are counted and fewer need to be refused.
_LEFT_OUT_UNANSWERABLE = 0.2
_REFUSED = {"labelled": 0.7, "left-out": 0.8}
_TOGETHER = 256  # labelled questions encoded at once, which takes half the time of one by one


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question with the answers that are right for it, none where it must be refused."""

    text: str
    language: str
    expected: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything that a policy is fitted on.

    Attributes:
        vectors: Of each wording, float32, shape (n, d).
        questions: What leaving out gave.
        taught: The model of danger signs, or None without one.
        model_language: The language that the encoder knows, or ``*``.
        labelled: Questions of the corpus's development set; may be empty.
    """

    contents: contents.Contents
    indexes: bundle.Indexes
    vectors: FloatArray
    questions: left_out.LeftOut
    encode: encoder.Encoder
    model_language: str
    labelled: Sequence[Labelled] = ()
    taught: danger.Taught | None = None


def policy_from(material: Material) -> Policy:
    """The policy for everything in `material`; deterministic."""
    held = material.contents
    questions = material.questions
    fits = fit.fits_by_language(questions, held.settings.languages, material.model_language)
    matcher = match.Matcher(held, material.indexes, material.encode)
    seen = list(_seen(matcher, material.labelled, fits))
    if len(seen) >= threshold.LEAST_JUDGED:
        judged, languages, fits = _judged_by_labels(seen, fits)
        basis: Basis = "labelled"
    else:
        judged, basis = _judged_without_labels(questions, fits)
        languages = ()
    rule, likeness = alarm.recognition(
        held, material.taught, material.vectors, material.indexes.lexical, fits
    )
    chosen, cuts = _thresholds(judged, languages, held.settings.policy, basis)
    return Policy(
        fits=fits,
        threshold=chosen.answer,
        choose_threshold=chosen.choose,
        margin=chosen.margin,
        passage_threshold=_passage_threshold(seen, material),
        urgent_threshold=likeness,
        basis=basis,
        n_labelled=len(judged),
        wrong_answer_bound=chosen.bound,
        target_met=chosen.target_met,
        n_missing=(chosen.n_missing if basis == "labelled" else threshold.LEAST_JUDGED - len(seen)),
        cuts=cuts,
        alarm=rule,
    )


def _thresholds(
    judged: threshold.Judged, languages: Sequence[str], targets: PolicyTargets, basis: Basis
) -> tuple[threshold.Thresholds, dict[str, Cut]]:
    """The pooled thresholds, and those of languages that have labelled questions enough."""
    if basis == "prior":
        return threshold.prior_thresholds(), {}
    if basis == "left-out":
        return threshold.thresholds_from(judged, targets, _REFUSED[basis]), {}
    found = threshold.thresholds_by_language(judged, languages, targets, _REFUSED[basis])
    pooled = found.pop(threshold.POOLED)
    return pooled, {
        name: Cut(threshold=own.answer, choose_threshold=own.choose, margin=own.margin)
        for name, own in found.items()
    }


@dataclass(frozen=True, slots=True)
class _Seen:
    """A labelled question and how the matcher ranks it."""

    question: Labelled
    ranking: match.Ranking


def _seen(
    matcher: match.Matcher, labelled: Sequence[Labelled], fits: dict[str, Fit]
) -> Iterator[_Seen]:
    """Each of `labelled`; a part at a time, because a query holds its likeness to every wording."""
    for start in range(0, len(labelled), _TOGETHER):
        part = labelled[start : start + _TOGETHER]
        queries = matcher.queries([one.text for one in part], [one.language for one in part])
        for question, query in zip(part, queries, strict=True):
            chosen = fits.get(question.language, fits[fit.REST])
            yield _Seen(question, matcher.rank(query, chosen))


def _judged_without_labels(
    questions: left_out.LeftOut, fits: dict[str, Fit]
) -> tuple[threshold.Judged, Basis]:
    """Left-out questions to set thresholds by, or none where there are too few."""
    judged = judged_by_leaving_out(questions, fits)
    judged = judged.with_unanswerable_share(_LEFT_OUT_UNANSWERABLE)
    if len(judged) >= threshold.LEAST_JUDGED:
        return judged, "left-out"
    nothing = np.zeros(0)
    flags = np.zeros(0, dtype=bool)
    return threshold.Judged(nothing, nothing, flags, flags), "prior"


def _judged_by_labels(
    seen: Sequence[_Seen], fits: dict[str, Fit]
) -> tuple[threshold.Judged, tuple[str, ...], dict[str, Fit]]:
    """The labelled questions by what was learnt from the others, with their languages and fits.

    Languages share what is learnt, because few have labelled questions enough of their own.
    """
    ranked = [item for item in seen if item.ranking.first is not None]
    is_right = np.array([_is_right(item) for item in ranked])
    taught = acceptance.learnt([_first(item) for item in ranked], is_right)
    scores = taught.unseen
    leads = np.array([_first(item).lead for item in ranked])
    judged = threshold.Judged(
        scores=scores,
        gaps=scores - special.expit(special.logit(scores) - taught.slope * leads),
        is_right=is_right,
        is_answerable=np.array([bool(item.question.expected) for item in ranked]),
    )
    learnt = {
        name: replace(one, accept=taught.accept, slope=taught.slope, intercept=taught.intercept)
        for name, one in fits.items()
    }
    return judged, tuple(item.question.language for item in ranked), learnt


def _first(item: _Seen) -> match.FirstEvidence:
    assert item.ranking.first is not None  # noqa: S101 - callers keep only ranked questions
    return item.ranking.first


def _is_right(item: _Seen) -> bool:
    candidates = item.ranking.candidates
    return bool(candidates) and candidates[0].answer_id in item.question.expected


def judged_by_leaving_out(questions: left_out.LeftOut, fits: dict[str, Fit]) -> threshold.Judged:
    """The left-out questions as the matcher would rank them, each with its language's fit."""
    n = len(questions)
    scores, gaps = np.zeros(n), np.zeros(n)
    is_right = np.zeros(n, dtype=bool)
    by_fit = np.array([name if name in fits else fit.REST for name in questions.languages])
    for name in sorted(set(by_fit.tolist())):
        places = np.flatnonzero(by_fit == name)
        chosen = fits[name]
        part = left_out.chosen(questions, places)
        accepted, is_right[places] = fit.accepted(part, chosen.rank, chosen.accept)
        lead = fit.leads(part, chosen.rank)
        scores[places] = match.confidence(accepted, chosen)
        gaps[places] = scores[places] - match.confidence(accepted - lead, chosen)
    return threshold.Judged(scores, gaps, is_right, questions.expected != left_out.NOTHING_RIGHT)


def _passage_threshold(seen: Sequence[_Seen], material: Material) -> float:
    """The cosine that hardly any question outside the corpus reaches with a passage."""
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
    return round(threshold.highest(outside, _PASSAGE_SHARE, _LEAST_PASSAGE), 6)


def targets_text(policy: Policy, targets: PolicyTargets) -> str:
    """How the policy came about, and what it lacks, in a sentence or two for reports."""
    if policy.basis == "prior":
        return f"cautious prior: there was nothing to fit on; {_missing_text(policy)}"
    bound = "none" if policy.wrong_answer_bound is None else f"{policy.wrong_answer_bound:.3f}"
    met = "keeps" if policy.target_met else "does not keep"
    text = (
        f"fitted on {policy.n_labelled} {policy.basis} questions; the bound of wrong answers "
        f"{bound} {met} the target {targets.wrong_answer_rate} at confidence {targets.confidence}"
    )
    if policy.cuts:
        text = f"{text}; by themselves it is kept by {', '.join(sorted(policy.cuts))}"
    if policy.target_met and policy.basis == "labelled":
        return text
    return f"{text}; {_missing_text(policy)}"


def _missing_text(policy: Policy) -> str:
    if policy.n_missing is None:
        return "more labelled questions alone will not help: the surest answers are wrong too often"
    if policy.basis == "labelled":
        return f"about {policy.n_missing} more labelled questions are needed to keep it"
    return f"{policy.n_missing} labelled questions are missing before they set the thresholds"
