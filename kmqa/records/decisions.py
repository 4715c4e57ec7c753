"""Who asks, what was found, and what was decided."""

from dataclasses import dataclass
from typing import Literal

from kmqa.records.documents import Passage

Outcome = Literal["answer", "choose", "resources", "refuse", "urgent", "chat"]
ChatKind = Literal[
    "greeting", "thanks", "praise", "farewell", "agreement", "identity", "abilities", "robot",
    "trust", "confidentiality", "cost", "anger", "flirting", "empty", "emoji", "gibberish",
    "too_long",
]  # fmt: skip
Reason = Literal[
    "danger-sign", "no-policy", "refusal-example", "above-threshold", "profile-tie-break",
    "within-margin", "below-threshold", "passage-only", "no-match", "not-served", "chosen",
    "no-text-in-language", "follow-up",
    "greeting", "thanks", "praise", "farewell", "agreement", "identity", "abilities", "robot",
    "trust", "confidentiality", "cost", "anger", "flirting", "empty", "emoji", "gibberish",
    "too_long",
]  # fmt: skip
"""Names of the rules that decide; of small talk it is its kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a person said about themselves; None where they said nothing."""

    role: str | None = None
    country: str | None = None
    language: str | None = None
    age_group: str | None = None
    gender: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An answer that might fit a query.

    Attributes:
        confidence: Fitted probability in [0, 1] that this answer is right; higher is better.
        question: The curated wording that lies closest to the query.
        language: Language of that wording.
    """

    answer_id: str
    confidence: float
    question: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassageHit:
    """A vetted passage near the query; `score` is a cosine in [-1, 1], higher is better."""

    passage: Passage
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What to do with one query, and why.

    Attributes:
        reason: The rule that decided; the names are stable.
        candidates: All that were ranked, best first.
        offered: The candidates to send: one for an answer, two or three for a choice.
        urgent_id: The danger sign that was recognised, or None.
        chat: Which fixed phrase fits, where the outcome is ``chat``.
    """

    outcome: Outcome
    reason: Reason
    candidates: tuple[Candidate, ...] = ()
    offered: tuple[Candidate, ...] = ()
    passages: tuple[PassageHit, ...] = ()
    urgent_id: str | None = None
    chat: ChatKind | None = None
