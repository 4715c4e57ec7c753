"""How short messages are read after a question, fitted on labelled conversations.

Each line is a message, what was asked before it, and the answers that are right for it. Every
reading of it (`kmqa.matching.followups`) is an example: its evidence, and whether its first
candidate is right. Two logistic regressions, for the message alone and for what leans on the
question, stay near a prior by a ridge penalty, so that a corpus without such lines has a rule, too.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from kmqa.index import contents
from kmqa.index.vocabulary import Vocabulary
from kmqa.matching import followups
from kmqa.matching.followups import EVIDENCE, Alone, Before, FollowUpReader, Kind, Reading
from kmqa.matching.match import Matcher
from kmqa.matching.prepare import QueryPreparer
from kmqa.records import FollowUpRule, Policy

Array = npt.NDArray[np.float64]

N_FOLDS = 10
MIN_LINES = 60  # below which thresholds are the prior's
MOST_CHANGES = 300  # made of labelled questions, with an answer and without
CHANGE_WEIGHT = 0.2  # people go on about one subject more often than they leave it
FOREIGN_REFUSED = 0.85  # of what no answer is right for, after another question
MAX_WRONG = 0.03  # of the lines may be answered wrongly when each is judged by the others
PRIOR_ANSWER = 0.75
PRIOR_OFFER = 0.3
_RIDGE = 0.3
_MAX_TERM_WORDS = 4
_MIN_WORDINGS = 10  # of a word, before its topic is told
_MIN_SHARE = 0.3  # of the wordings with a word that are of one topic
_UNIT_SHARE = 0.3  # of the places of a word that come after a number: it counts something

PRIOR: Mapping[Kind, Mapping[str, float]] = {
    "alone": {"sureness": 1.0, "new_subject": 1.0, "rival": -0.2, "against": -2.0, "refused": -1.0},
    "context": {
        "sureness": 0.5, "repeats": 0.5, "topic": 0.5, "known_words": 5.0, "new_subject": -1.0,
        "holds_on": -2.0, "against": -2.0, "refused": -0.5, "constant": -3.3,
    },
}  # fmt: skip
"""Weights from which a fit starts, and that hold where there is nothing to fit on."""
_FOR, _AGAINST = (0.0, None), (None, 0.0)
_SIGNS: Mapping[str, tuple[float | None, float | None]] = {
    "sureness": _FOR, "lead": _FOR, "agrees": _FOR, "known_words": _FOR, "known_subject": _FOR,
    "rival": _AGAINST, "strange_word": _AGAINST, "foreign_word": _AGAINST, "against": _AGAINST,
    "holds_on": _AGAINST,
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpLine:
    """A message in a conversation, with the answers that are right for it, or none.

    Attributes:
        weight: How much it counts, against 1 of a line that somebody wrote.
    """

    text: str
    history: tuple[str, ...]
    language: str
    expected: frozenset[str]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class JudgedLine:
    """A line and its readings, at least one."""

    line: FollowUpLine
    readings: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class MatchingTools:
    """What matches, as in serving."""

    held: contents.Contents
    vocabulary: Vocabulary
    preparer: QueryPreparer
    matcher: Matcher


def fit_follow_up_rule(
    lines: Sequence[FollowUpLine], tools: MatchingTools, policy: Policy
) -> FollowUpRule:
    """Fit the rule on `lines`, whose questions `policy` ranks; without any it is the prior."""
    rule = replace(prior_rule(), subjects=count_subjects(tools.held))
    judged = read_lines(lines, tools, replace(policy, follow_up_rule=rule))
    return fit_on(judged, rule)


def change_subjects(lines: Sequence[FollowUpLine]) -> list[FollowUpLine]:
    """Return each of the short questions `lines` as a message after another one's answer.

    Whoever changes the subject, or asks for what the corpus does not hold, does so after some other
    question, and few write such lines down; without them everything would seem to lean on what was
    asked before.

    Args:
        lines: Questions without a history, with the answers that are right for each, or none.
    """
    short = [line for line in lines if followups.is_short(line.text)]
    foreign = [line for line in short if not line.expected]
    known = [line for line in short if line.expected]
    return [
        *islice(_put_after_others(foreign, lines), MOST_CHANGES),
        *islice(_put_after_others(known, lines), MOST_CHANGES),
    ]


def _put_after_others(
    messages: Sequence[FollowUpLine], lines: Sequence[FollowUpLine]
) -> Iterator[FollowUpLine]:
    """Yield `messages`, evenly spread, each after a question of its language with other answers."""
    by_language: dict[str, list[FollowUpLine]] = {}
    for line in lines:
        if line.expected:
            by_language.setdefault(line.language, []).append(line)
    before = {language: cycle(asked) for language, asked in by_language.items()}
    step = max(1, len(messages) // MOST_CHANGES)
    for message in messages[::step]:
        asked = islice(before.get(message.language, ()), len(by_language.get(message.language, ())))
        other = next((one for one in asked if not one.expected & message.expected), None)
        if other is not None:
            yield replace(message, history=(other.text,), weight=CHANGE_WEIGHT)


def prior_rule() -> FollowUpRule:
    """Return the rule that holds where there is nothing to fit on; it knows no subject."""
    return FollowUpRule(
        alone=PRIOR["alone"],
        context=PRIOR["context"],
        answer=PRIOR_ANSWER,
        offer=PRIOR_OFFER,
        subjects={},
    )


def read_lines(
    lines: Sequence[FollowUpLine], tools: MatchingTools, policy: Policy
) -> list[JudgedLine]:
    """Return those of `lines` that have readings, with these."""
    reader = FollowUpReader(tools.held, tools.vocabulary, tools.preparer, tools.matcher)
    judged = []
    for line in lines:
        fit = policy.fit_for(line.language)
        before = "\n".join(line.history)
        queries = tools.preparer.prepare([before, line.text], [line.language] * 2)
        asked, alone = (tools.matcher.rank(query, fit) for query in queries)
        if not asked.candidates:
            continue
        readings = reader.readings(
            line.text,
            Alone(candidates=alone.candidates, is_refused=alone.refused_by is not None),
            Before(question=before, answer_id=asked.candidates[0].answer_id),
            policy,
            line.language,
        )
        if readings:
            judged.append(JudgedLine(line, tuple(readings)))
    return judged


def fit_on(judged: Sequence[JudgedLine], rule: FollowUpRule) -> FollowUpRule:
    """Return `rule` with weights and thresholds fitted on `judged`."""
    fitted = _fit_weights(judged, rule)
    if len(judged) < MIN_LINES:
        return fitted
    folds = fold_of(judged)
    found: list[_Unseen] = []
    for fold in range(N_FOLDS):
        kept = [one for one, own in zip(judged, folds, strict=True) if own != fold]
        out = [one for one, own in zip(judged, folds, strict=True) if own == fold]
        unseen = _fit_weights(kept, rule)
        found += [_judge_best(one, unseen) for one in out]
    answer, offer = _fit_thresholds(found)
    return replace(fitted, answer=answer, offer=offer)


def fold_of(judged: Sequence[JudgedLine]) -> list[int]:
    """Return the fold of each line; those of one conversation are in one."""
    number = {one: at for at, one in enumerate(dict.fromkeys(j.line.history for j in judged))}
    return [number[one.line.history] % N_FOLDS for one in judged]


@dataclass(frozen=True, slots=True)
class _Unseen:
    """A line judged by a rule that was fitted without it, by its likeliest reading."""

    probability: float
    is_right: bool
    is_answerable: bool
    weight: float


def _judge_best(judged: JudgedLine, rule: FollowUpRule) -> _Unseen:
    likely = [(followups.judge(one, rule), one) for one in judged.readings]
    probability, best = max(likely, key=lambda pair: pair[0])
    line = judged.line
    return _Unseen(probability, best.first in line.expected, bool(line.expected), line.weight)


def _fit_thresholds(found: Sequence[_Unseen]) -> tuple[float, float]:
    """Return the least probability to answer, and to offer, that keeps what is allowed."""
    probability = np.array([one.probability for one in found])
    is_right = np.array([one.is_right for one in found])
    weights = np.array([one.weight for one in found])
    answer = 1.0
    for level in np.round(np.arange(0.95, 0.29, -0.01), 2).tolist():
        if weights[(probability >= level) & ~is_right].sum() > MAX_WRONG * weights.sum():
            break
        answer = level
    outside = [one for one in found if not one.is_answerable]
    offer = _find_quantile(outside) if outside else PRIOR_OFFER
    return answer, round(min(offer, answer), 6)


def _find_quantile(outside: Sequence[_Unseen]) -> float:
    """Return the probability that `FOREIGN_REFUSED` of `outside`, by weight, do not exceed."""
    ranked = sorted(outside, key=lambda one: one.probability)
    shares = np.cumsum([one.weight for one in ranked])
    place = int(np.searchsorted(shares, FOREIGN_REFUSED * shares[-1]))
    return ranked[min(place, len(ranked) - 1)].probability


def _fit_weights(judged: Sequence[JudgedLine], rule: FollowUpRule) -> FollowUpRule:
    weights = {kind: _fit_kind(judged, kind) for kind in ("alone", "context")}
    return replace(rule, alone=weights["alone"], context=weights["context"])


def _fit_kind(judged: Sequence[JudgedLine], kind: Kind) -> dict[str, float]:
    """Fit the weights of the readings of one kind, pulled towards the prior.

    What can only speak for or against a reading keeps that sign: few lines would turn it by chance.
    """
    centre = np.array([PRIOR[kind].get(name, 0.0) for name in EVIDENCE])
    pairs = [
        (one.row, one.first in each.line.expected, each.line.weight)
        for each in judged
        for one in each.readings
        if one.kind == kind
    ]
    if not pairs:
        return dict(PRIOR[kind])
    rows = np.array([row for row, _, _ in pairs])
    is_right = np.array([right for _, right, _ in pairs], dtype=np.float64)
    counts = np.array([weight for _, _, weight in pairs])

    def loss(weights: Array) -> tuple[float, Array]:
        logits = rows @ weights
        away = weights - centre
        misses = np.logaddexp(0, logits) - is_right * logits
        slope = rows.T @ (counts * (expit(logits) - is_right)) + 2 * _RIDGE * away
        return float(counts @ misses + _RIDGE * away @ away), slope

    bounds = [_SIGNS.get(name, (None, None)) for name in EVIDENCE]
    found = minimize(loss, centre, jac=True, method="L-BFGS-B", bounds=bounds)
    return {name: round(float(one), 6) for name, one in zip(EVIDENCE, found.x, strict=True)}


def count_subjects(held: contents.Contents) -> dict[str, float]:
    """Return the words and terms that belong to a topic, with the share of their wordings in it.

    A word that mostly follows a number counts something and is no subject.
    """
    terms = {" ".join(one.term.lower().split()) for one in held.terms}
    topics: dict[str, Counter[str]] = {}
    after_number: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for wording in held.wordings:
        if wording.kind != "answer":
            continue
        named = _names_in(wording.normalised.split(), terms)
        for name, before in named:
            places[name] += 1
            after_number[name] += before.isdecimal()
        for name in {name for name, _ in named}:
            topics.setdefault(name, Counter())[held.answer_by_id[wording.target].topic] += 1
    return {
        name: round(max(counts.values()) / counts.total(), 3)
        for name, counts in sorted(topics.items())
        if counts.total() >= _MIN_WORDINGS
        and not name.isdecimal()
        and max(counts.values()) >= _MIN_SHARE * counts.total()
        and after_number[name] < _UNIT_SHARE * places[name]
    }


def _names_in(words: Sequence[str], terms: frozenset[str] | set[str]) -> list[tuple[str, str]]:
    """Return the terms and other words in order, each with the word before it."""
    found: list[tuple[str, str]] = []
    place = 0
    while place < len(words):
        n = next(
            (
                n
                for n in range(min(_MAX_TERM_WORDS, len(words) - place), 1, -1)
                if " ".join(words[place : place + n]) in terms
            ),
            1,
        )
        found.append((" ".join(words[place : place + n]), words[place - 1] if place else ""))
        place += n
    return found
