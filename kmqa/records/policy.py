"""What the build fits and every bundle carries."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each kind of evidence counts in a fused score.

    Attributes:
        head: For the logit of the linear head over embeddings.
        student: For the logit of `kmqa.index.student.Student`.
        words: For the share of the query's words that the answer knows.
    """

    cosine: float
    lexical: float
    head: float
    student: float = 0.0
    words: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """How much each kind of evidence counts in judging whether the first candidate is right.

    Attributes:
        words: Weight of the share of the query's words that the answer knows.
        lead: Weight of the lead over the second candidate.
        clear: Weight of the lead over the best refusal group.
        refusal: Weight of what a refusal group leads by, which is taken off.
    """

    cosine: float
    lexical: float = 0.0
    head: float = 0.0
    student: float = 0.0
    words: float = 0.0
    lead: float = 0.0
    clear: float = 0.0
    refusal: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What was fitted for one language, or for several pooled.

    Attributes:
        rank: Weights that order the candidates.
        accept: What judges whether the first candidate is right at all.
        slope: Of the logistic map from accepted score to confidence, greater than 0, so that the
            order of scores survives.
        intercept: Of the same map.
        n_questions: Left-out questions behind the fit; 0 where the prior stands in.
    """

    rank: Weights
    accept: Acceptance
    slope: float
    intercept: float
    n_questions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """Thresholds of one language; see `Policy` for each of these."""

    threshold: float
    choose_threshold: float
    margin: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """How evidence of a danger sign is weighed: an alarm where the sum is 0 or more.

    Attributes:
        taught: Weight of the score of the model of danger signs.
        likeness: Of the likeness to the nearest example of a danger sign.
        near_miss: Of the likeness to the nearest near-miss.
        ordinary: Of the likeness to the nearest ordinary wording.
        pattern: What a pattern that fits adds.
        intercept: Holds how few false alarms the build allows.
    """

    taught: float
    likeness: float
    near_miss: float
    ordinary: float
    pattern: float
    intercept: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """When to answer, offer a choice, point to a document, or refuse.

    Attributes:
        fits: By language code; ``*`` holds for every other language.
        threshold: Least confidence in [0, 1] to answer.
        choose_threshold: Least confidence in [0, 1] to offer a choice.
        margin: Least lead in confidence over the second candidate to answer without a choice.
        passage_threshold: Least cosine in [-1, 1] to name a document.
        urgent_threshold: Least similarity in [0, 1] to an example of a danger sign, where there is
            no `alarm`.
        basis: ``labelled`` questions, ``left-out`` wordings, or the cautious ``prior``.
        n_labelled: Questions behind the threshold.
        wrong_answer_bound: Upper confidence bound of the share of wrong answers at the
            threshold, or None where nothing could be counted.
        target_met: Whether that bound is within the corpus's target.
        n_missing: Labelled questions that are missing, about, before the target can be kept or,
            where none were counted, before they count; None where more of them are no help.
        cuts: Thresholds of each language that has enough labelled questions to keep the target by
            itself; the ones above are then those of all others.
        alarm: How danger signs are recognised, or None where there are few examples of them.
    """

    fits: Mapping[str, Fit]
    threshold: float
    choose_threshold: float
    margin: float
    passage_threshold: float
    urgent_threshold: float
    basis: Literal["labelled", "left-out", "prior"]
    n_labelled: int
    wrong_answer_bound: float | None
    target_met: bool
    n_missing: int | None = 0
    cuts: Mapping[str, Cut] = field(default_factory=dict)
    alarm: Alarm | None = None

    def for_language(self, language: str) -> "Policy":
        """Return the same with the thresholds that hold for `language`."""
        own = self.cuts.get(language)
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
