"""What the build fits and every bundle carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was fitted for one language, or for several pooled.

    Attributes:
        rank: Weight of each of `kmqa.matching.features.FEATURES` in the score that orders the
            candidates, by name; what is not named counts 0.
        accept: Weight of each of these and of `kmqa.matching.features.MARGINS` in judging
            whether the first candidate is right at all, by name.
        slope: Of the logistic map from accepted score to confidence, greater than 0, so that the
            order of scores survives.
        intercept: Of the same map.
        n_questions: Held-out questions behind the fit; 0 where the prior was used.
    """

    rank: Mapping[str, float]
    accept: Mapping[str, float]
    slope: float
    intercept: float
    n_questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageThresholds:
    """Thresholds of one language; see `Policy` for each of these."""

    threshold: float
    choose_threshold: float
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DangerRule:
    """How evidence of a danger sign is weighed: it is one where the sum is 0 or more.

    Attributes:
        model: Weight of the score of the danger model.
        similarity: Of the similarity to the nearest example of a danger sign.
        near_miss: Of the similarity to the nearest near-miss.
        ordinary: Of the similarity to the nearest ordinary wording.
        pattern: What a pattern that fits adds.
        intercept: Holds how few false alarms the build allows.
        by_language: The same for messages in a language, where it was fitted on that language.
    """

    model: float
    similarity: float
    near_miss: float
    ordinary: float
    pattern: float
    intercept: float
    by_language: Mapping[str, float] = field(default_factory=dict)

    def for_language(self, language: str) -> "DangerRule":
        """Return the same with the intercept that holds for `language`."""
        return replace(self, intercept=self.by_language.get(language, self.intercept))


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpRule:
    """How a short message is read in the light of the question before it.

    Attributes:
        alone: Weight of each of `kmqa.matching.followups.EVIDENCE` for the message by itself; its
            first candidate is right with the logistic function of the sum as probability.
        context: The same for a reading that leans on the question before.
        answer: Least probability to answer; above 1 nothing is answered by this rule.
        offer: Least probability to offer what a reading found.
        subjects: Words and terms that belong to a topic, with the share of their wordings in it.
    """

    alone: Mapping[str, float]
    context: Mapping[str, float]
    answer: float
    offer: float
    subjects: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When to answer, offer a choice, point to a document, or refuse.

    Attributes:
        fits: By language code; ``*`` holds for every other language.
        threshold: Least confidence in [0, 1] to answer.
        choose_threshold: Least confidence in [0, 1] to offer a choice.
        margin: Least lead in confidence over the second candidate to answer without a choice.
        passage_threshold: Least cosine in [-1, 1] to name a document.
        danger_threshold: Least similarity in [0, 1] to an example of a danger sign, where there is
            no `danger_rule`.
        basis: ``labelled`` questions, ``left-out`` wordings, or the cautious ``prior``.
        n_labelled: Questions behind the threshold.
        wrong_answer_bound: Upper confidence bound of the share of wrong answers at the
            threshold, or None where nothing could be counted.
        target_met: Whether that bound is within the corpus's target.
        n_missing: Labelled questions that are missing, about, before the target can be met or,
            where none were counted, before they count; None where more of them are no help.
        by_language: Thresholds of each language that has enough labelled questions to meet the
            target by itself; the ones above are then those of all others.
        danger_rule: How danger signs are recognised, or None where there are few examples of them.
        follow_up_rule: How follow-ups are read, or None in a bundle of before 2026-12.
    """

    fits: Mapping[str, Fit]
    threshold: float
    choose_threshold: float
    margin: float
    passage_threshold: float
    danger_threshold: float
    basis: Literal["labelled", "left-out", "prior"]
    n_labelled: int
    wrong_answer_bound: float | None
    target_met: bool
    n_missing: int | None = 0
    by_language: Mapping[str, LanguageThresholds] = field(default_factory=dict)
    danger_rule: DangerRule | None = None
    follow_up_rule: FollowUpRule | None = None

    def for_language(self, language: str) -> "Policy":
        """Return the same with the thresholds that hold for `language`."""
        own = self.by_language.get(language)
        if own is None:
            return self
        return replace(
            self,
            threshold=own.threshold,
            choose_threshold=own.choose_threshold,
            margin=own.margin,
        )

    def fit_for(self, language: str) -> Fit:
        """Return the fit of `language`, or the pooled one."""
        return self.fits.get(language, self.fits["*"])
