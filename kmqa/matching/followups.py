"""A short message read in the light of the question before it: "and if 6 weeks?", "y el DIU?".

Three kinds of reading compete: the message alone, behind the question, and the question with what
the message names put in its place. Each is matched like any question; a rule that the build fitted
on conversations (`kmqa.offline.follow_up_rule`) tells how likely its first candidate is right.
A danger sign is looked for in the message itself, before any of this.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from kmqa import text
from kmqa.index.contents import Contents, targets_of
from kmqa.index.vocabulary import Vocabulary
from kmqa.lexicon import languages
from kmqa.matching import subjects
from kmqa.matching.decide import MAX_CHOICES
from kmqa.matching.match import Matcher
from kmqa.matching.prepare import QueryPreparer
from kmqa.matching.subjects import ParsedText
from kmqa.records import Candidate, FollowUpRule, Policy, Reply

Kind = Literal["alone", "context"]
Row = npt.NDArray[np.float64]

MAX_WORDS = 9  # of a message that may lean on the one before it
_FARTHEST = 6.0  # logits; surer is not told apart

EVIDENCE = (
    "sureness", "lead", "by_itself", "rival", "agrees", "repeats", "topic", "new_subject",
    "known_subject", "begins", "brevity", "bare_number", "known_words", "best_known",
    "strange_word", "foreign_word", "holds_on", "against", "refused", "in_place", "constant",
)  # fmt: skip
"""Weights of a reading in `kmqa.records.FollowUpRule`, in the order of `evidence_row`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """What came before a message.

    Attributes:
        question: As it was asked, with what it leant on itself.
        answer_id: What was sent for it, or offered first.
    """

    question: str
    answer_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One way to read a message.

    Attributes:
        asked: The question that it comes to.
        candidates: Answers to that, best first; there is at least one.
        row: Its evidence, float64, in the order of `EVIDENCE`.
    """

    kind: Kind
    asked: str
    candidates: tuple[Candidate, ...]
    row: Row

    @property
    def first(self) -> str:
        """Id of the best answer."""
        return self.candidates[0].answer_id


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The reply to a message that was read after the question before it.

    Attributes:
        asked: The question that it was read as.
    """

    reply: Reply
    asked: str


@dataclass(frozen=True, slots=True)
class Alone:
    """How a message was matched by itself."""

    candidates: tuple[Candidate, ...]
    is_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """What is known of a message beside its readings."""

    before: Before
    message: ParsedText
    question: ParsedText
    n_lead: int
    shares: npt.NDArray[np.float32]
    strange: npt.NDArray[np.float32]
    conflicts: npt.NDArray[np.float32]
    alone: Alone


class FollowUpReader:
    """Reads short messages in one open bundle; threads may share it."""

    def __init__(
        self,
        held: Contents,
        vocabulary: Vocabulary,
        preparer: QueryPreparer,
        matcher: Matcher,
    ) -> None:
        """Read with what matches ordinary questions."""
        self._held = held
        self._vocabulary = vocabulary
        self._preparer = preparer
        self._matcher = matcher
        self._number = {one.id: number for number, one in enumerate(targets_of(held.wordings))}

    def readings(
        self, message: str, alone: Alone, before: Before, policy: Policy, language: str
    ) -> list[Reading]:
        """Return the readings of `message` that find an answer; none where it is too long.

        Args:
            message: Without a danger sign.
            alone: What it found by itself.
            before: The question that it may lean on.
            policy: Of the bundle; its fits rank.
            language: Of the message.
        """
        if before.answer_id not in self._held.answer_by_id or not is_short(message):
            return []
        rule = policy.follow_up_rule
        known = rule.subjects if rule else {}
        facts = self._facts(message, alone, before, language)
        texts = [f"{before.question}\n{message}"]
        texts += subjects.put_in_place(facts.question, facts.message, known)
        texts = list(dict.fromkeys(texts))
        queries = self._preparer.prepare(texts, [language] * len(texts))
        fit = policy.fit_for(language)
        found: list[tuple[Kind, str, tuple[Candidate, ...]]] = [
            ("alone", message, alone.candidates)
        ]
        for asked, query in zip(texts, queries, strict=True):
            found.append(("context", asked, self._matcher.rank(query, fit).candidates))
        return [
            Reading(
                kind=kind,
                asked=asked,
                candidates=candidates,
                row=self._row(candidates, found, facts, known, is_in_place=place > 1),
            )
            for place, (kind, asked, candidates) in enumerate(found)
            if candidates
        ]

    def _facts(self, message: str, alone: Alone, before: Before, language: str) -> _Facts:
        words = text.words(message)
        n_lead = count_lead(words)
        [normalised] = self._preparer.normalise([" ".join(words[n_lead:]) or message], [language])
        return _Facts(
            before=before,
            message=subjects.parse(message, language, self._preparer.glossary),
            question=subjects.parse(before.question, language, self._preparer.glossary),
            n_lead=n_lead,
            shares=self._vocabulary.shares(normalised),
            strange=self._vocabulary.rarest_unknown(normalised),
            conflicts=self._vocabulary.conflicts(normalised),
            alone=alone,
        )

    def _row(
        self,
        candidates: tuple[Candidate, ...],
        found: Sequence[tuple[Kind, str, tuple[Candidate, ...]]],
        facts: _Facts,
        known: Mapping[str, float],
        *,
        is_in_place: bool,
    ) -> Row:
        """Return the evidence for one of the readings `found`, whose candidates these are."""
        if not candidates:
            return np.zeros(len(EVIDENCE))
        first = candidates[0].answer_id
        others = [theirs for _, _, theirs in found if theirs and theirs is not candidates]
        rivals = [_logit(one[0].confidence) for one in others if one[0].answer_id != first]
        answers = self._held.answer_by_id
        topic, topic_before = answers[first].topic, answers[facts.before.answer_id].topic
        mentioned = {one.term for one in facts.question.mentions}
        own = {one.term for one in facts.message.mentions}
        new_subject = max((known.get(term, 0.0) for term in own - mentioned), default=0.0)
        second = candidates[1].confidence if len(candidates) > 1 else 0.0
        evidence = {
            "sureness": _logit(candidates[0].confidence),
            "lead": candidates[0].confidence - second,
            "by_itself": _logit(
                facts.alone.candidates[0].confidence if facts.alone.candidates else 0.0
            ),
            "rival": max(rivals, default=-_FARTHEST),
            "agrees": float(any(one[0].answer_id == first for one in others)),
            "repeats": float(first == facts.before.answer_id),
            "topic": float(topic == topic_before),
            "new_subject": new_subject,
            "known_subject": max((known.get(term, 0.0) for term in own & mentioned), default=0.0),
            "begins": float(facts.n_lead > 0),
            "brevity": 1.0 / max(1, len(facts.message.words) - facts.n_lead),
            "bare_number": float(is_bare_number(facts.message.words)),
            "known_words": float(facts.shares[self._number[first]]),
            "best_known": float(facts.shares.max(initial=0.0)),
            "strange_word": float(facts.strange[self._number[first]]),
            "foreign_word": float(facts.strange[: len(answers)].min()),
            "holds_on": new_subject * float(first == facts.before.answer_id),
            "against": float(facts.conflicts[self._number[first]]),
            "refused": float(facts.alone.is_refused),
            "in_place": float(is_in_place),
            "constant": 1.0,
        }
        return np.array([evidence[name] for name in EVIDENCE])


def judge(reading: Reading, rule: FollowUpRule) -> float:
    """Return how likely the first candidate of `reading` is right, in (0, 1)."""
    weights = rule.alone if reading.kind == "alone" else rule.context
    total = sum(
        weights.get(name, 0.0) * value for name, value in zip(EVIDENCE, reading.row, strict=True)
    )
    return 1 / (1 + math.exp(-total))


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the readings of a message come to.

    Attributes:
        kind: To *answer* by `reading`, to *offer*, or to leave what the message found by itself.
        reading: The likeliest.
        offered: The first candidates of the readings, likeliest first, and then those beside them.
    """

    kind: Literal["answer", "offer", "leave"]
    reading: Reading
    offered: tuple[Candidate, ...]


def choose(readings: Sequence[Reading], rule: FollowUpRule, *, is_answered: bool) -> Choice:
    """Return what `readings`, at least one, come to.

    What a message found by itself stands where it is the likeliest reading and sure; it is offered
    instead of sent where that is not sure.

    Args:
        readings: Of one message.
        rule: Judges them.
        is_answered: Whether the message by itself would be answered.
    """
    ranked = sorted(readings, key=lambda one: -judge(one, rule))
    best, probability = ranked[0], judge(ranked[0], rule)
    offered = _list_offers(ranked)
    by_itself = next((one.first for one in readings if one.kind == "alone"), None)
    if probability >= rule.answer:
        is_left = best.kind == "alone" or (is_answered and best.first == by_itself)
        kind: Literal["answer", "leave"] = "leave" if is_left else "answer"
        return Choice(kind=kind, reading=best, offered=offered)
    is_offered = is_answered or probability >= rule.offer
    return Choice(kind="offer" if is_offered else "leave", reading=best, offered=offered)


def _list_offers(ranked: Sequence[Reading]) -> tuple[Candidate, ...]:
    firsts = [one.candidates[0] for one in ranked]
    seconds = [one for reading in ranked for one in reading.candidates[1:2]]
    by_id: dict[str, Candidate] = {}
    for one in (*firsts, *seconds):
        by_id.setdefault(one.answer_id, one)
    return tuple(by_id.values())[:MAX_CHOICES]


def is_short(message: str) -> bool:
    """Return whether `message` is short enough to lean on the one before it."""
    return 0 < len(text.words(message)) <= MAX_WORDS


def count_lead(words: Sequence[str]) -> int:
    """Return how many of the first `words` only lead on, such as "and if" or "and what about"."""
    place = 0
    while n := max((n for n in (1, 2) if tuple(words[place : place + n]) in _leads()), default=0):
        place += n
    return place


def is_bare_number(words: Sequence[str]) -> bool:
    """Return whether nothing but a number and perhaps its unit follows the words that lead on."""
    rest = words[count_lead(words) :]
    return 0 < len(rest) <= 2 and any(char.isdigit() for char in rest[0])


@cache
def _leads() -> frozenset[tuple[str, ...]]:
    known = languages.load().values()
    return frozenset(tuple(text.words(lead)) for language in known for lead in language.leads)


def _logit(score: float) -> float:
    inner = min(max(score, 1e-9), 1 - 1e-9)
    return max(-_FARTHEST, min(_FARTHEST, math.log(inner / (1 - inner))))
