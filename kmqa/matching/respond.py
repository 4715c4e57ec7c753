"""One question to one reply: the path that serving, evaluation and the command line share."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kmqa.index import bundle, encoder
from kmqa.matching import (
    audience,
    chat,
    danger,
    danger_parts,
    decide,
    followups,
    language,
    match,
    reply,
    standing,
)
from kmqa.matching.first_look import FirstLook
from kmqa.matching.followups import Alone, Before, FollowUp
from kmqa.matching.prepare import PreparedQuery, QueryPreparer
from kmqa.messages import ContentRef
from kmqa.records import Candidate, Decision, Policy, Profile, Reply

FloatArray = npt.NDArray[np.float32]

_MOST_CHARACTERS = 16_384  # looked through for danger, four times what WhatsApp lets through
_NO_SIMILARITY = danger.DangerSimilarity({}, near_miss=-1.0, ordinary=-1.0)


@dataclass(frozen=True, slots=True)
class _AnalysedMessage:
    """A message with the language it seems to be in and, where it asks something, its query.

    Attributes:
        parts: Those of its parts that may report a danger sign which the whole hides.
    """

    message: str
    guess: language.Guess
    query: PreparedQuery | None
    parts: "tuple[_AnalysedMessage, ...]" = ()


class Responder:
    """Answers from one open bundle; the same question gets the same reply, offline.

    Calling it with a message and a profile gives a `Reply`. It keeps no state between calls and
    may be shared by threads.
    """

    def __init__(
        self, opened: bundle.Bundle, encode: encoder.Encoder, today: Callable[[], date]
    ) -> None:
        """Serve `opened`; `today` tells on which day an answer's review period is judged."""
        self.bundle = opened
        self._contents = opened.contents
        self._preparer = QueryPreparer(opened.contents, opened.indexes, encode)
        self._matcher = match.Matcher(opened.contents, opened.indexes)
        self._danger = danger.DangerDetector(opened.contents.urgent, opened.contents.wordings)
        self._follow_ups = followups.FollowUpReader(
            opened.contents, opened.indexes.vocabulary, self._preparer, self._matcher
        )
        self._today = today
        self._prefetched: Mapping[str, _AnalysedMessage] = {}
        self.withheld: frozenset[str] = frozenset()
        """Answers that must not be sent though the bundle has them; replaced as a whole."""

    @cached_property
    def first_look(self) -> FirstLook:
        """What tells how urgent a message looks; made when it is asked for, as few need it."""
        return FirstLook(self._contents.urgent, self._contents.wordings)

    def __call__(self, message: str, profile: Profile | None = None) -> Reply:
        """Return the reply to `message` from a person with `profile`."""
        started = time.perf_counter()
        [reply] = self.replies([message], [profile or Profile()])
        return replace(reply, took_ms=round((time.perf_counter() - started) * 1000, 3))

    def replies(self, messages: Sequence[str], profiles: Sequence[Profile]) -> list[Reply]:
        """Return replies to many `messages`, each from a person with the profile at its place.

        They are those of single calls, without the time that each took.
        """
        asked = self._analyse(messages)
        return [self._reply(one, profile) for one, profile in zip(asked, profiles, strict=True)]

    def prefetch(self, messages: Sequence[str]) -> "Responder":
        """Return one like this that has analysed `messages` in one batch, which is cheaper.

        It replies the same, to these and to all others, and is for the turns of a moment: it does
        not learn of answers that are stopped later.
        """
        ready = copy.copy(self)
        ready._prefetched = {asked.message: asked for asked in self._analyse(sorted(set(messages)))}
        return ready

    def reply_with(self, answer_id: str, profile: Profile, language: str | None = None) -> Reply:
        """Return the reply with the answer that a person picked, or a refusal.

        Args:
            answer_id: From a tap, so it may name anything.
            profile: Decides between variants, and on the language where `language` does not.
            language: In which they want to read it.
        """
        answer = self._contents.answer_by_id.get(answer_id)
        listener = reply.Listener(
            profile=profile,
            language=language or profile.language or self._contents.settings.languages[0],
            is_sure=bool(language or profile.language),
        )
        if answer is None or not self._is_served(answer.id, self._today()):
            decision = Decision(outcome="refuse", reason="not-served")
        else:
            picked = Candidate(answer_id=answer_id, confidence=1.0, question="", language="")
            decision = Decision(outcome="answer", reason="chosen", offered=(picked,))
        return self._compose(decision, listener)

    def follow_up(
        self, message: str, alone: Reply, before: Before, profile: Profile
    ) -> FollowUp | None:
        """Return what `message` comes to after the question `before`; None where it stands alone.

        Args:
            message: Without a danger sign.
            alone: The reply to it by itself.
            before: What was asked and answered last.
            profile: Of the person.
        """
        policy = self._contents.policy
        if policy is None or policy.follow_up_rule is None or alone.outcome in {"urgent", "chat"}:
            return None
        guess = self.guess(message)
        language = profile.language or guess.language
        found = self._follow_ups.readings(
            message,
            Alone(alone.candidates, is_refused=alone.reason == "refusal-example"),
            before,
            policy,
            language,
        )
        found = [one for one in found if self._is_served(one.first, self._today())]
        if not any(one.kind == "context" for one in found):
            return None
        chosen = followups.choose(
            found, policy.follow_up_rule, is_answered=alone.outcome == "answer"
        )
        if chosen.kind == "leave":
            return None
        return self._carry_out(
            chosen, reply.Listener(profile=profile, language=language, is_sure=True)
        )

    def _carry_out(self, chosen: followups.Choice, listener: reply.Listener) -> FollowUp:
        """Return the reply that a reading of a follow-up leads to."""
        today = self._today()
        candidates = chosen.reading.candidates
        offered = tuple(one for one in chosen.offered if self._is_served(one.answer_id, today))
        is_answer = chosen.kind == "answer"
        decision = Decision(
            outcome="answer" if is_answer else "choose",
            reason="follow-up",
            candidates=candidates,
            offered=candidates[:1] if is_answer else offered,
        )
        return FollowUp(self._compose(decision, listener), chosen.reading.asked)

    def _compose(self, decision: Decision, listener: reply.Listener) -> Reply:
        composed = reply.compose_reply(decision, self._contents, listener)
        today = self._today()
        return replace(
            composed,
            bundle_id=self.bundle.manifest.bundle_id,
            resources=tuple(r for r in composed.resources if self._is_shown(r.document, today)),
        )

    def guess(self, message: str) -> language.Guess:
        """Guess in which language of the corpus `message` is."""
        return self._preparer.guess(message)

    def normalise(self, messages: Sequence[str]) -> list[str]:
        """Return `messages` as they are compared with the wordings of the bundle."""
        parts = [_truncate(message) for message in messages]
        guesses = [self.guess(part) for part in parts]
        return self._preparer.normalise(parts, [guess.language for guess in guesses])

    def vectors(self, normalised: Sequence[str]) -> FloatArray:
        """Return vectors of texts that `normalise` gave: float32, shape (n, d), of length 1."""
        return self._preparer.vectors(normalised)

    def _analyse(self, messages: Sequence[str]) -> list[_AnalysedMessage]:
        new = [message for message in messages if message not in self._prefetched]
        found = iter(self._analyse_new(new))
        return [self._prefetched.get(message) or next(found) for message in messages]

    def _analyse_new(self, messages: Sequence[str]) -> list[_AnalysedMessage]:
        parts = [self._select_parts(message) for message in messages]
        queries = iter(self._prepare([*messages, *(part for own in parts for part in own)]))
        whole = [next(queries) for _ in messages]
        return [
            replace(one, parts=tuple(next(queries) for _ in own))
            for one, own in zip(whole, parts, strict=True)
        ]

    def _select_parts(self, message: str) -> list[str]:
        """Return the parts of `message` that may report a danger sign, likeliest first."""
        if not self._is_question(message):
            return []
        parts = danger_parts.split_message(message[:_MOST_CHARACTERS])
        bridged = self._preparer.bridge([_truncate(message), *parts])
        return danger_parts.select_parts([*parts, *bridged], self.first_look.weigh)

    def _prepare(self, messages: Sequence[str]) -> list[_AnalysedMessage]:
        guesses = [self.guess(_truncate(message)) for message in messages]
        places = [place for place, message in enumerate(messages) if self._is_question(message)]
        queries = self._preparer.prepare(
            [_truncate(messages[place]) for place in places],
            [guesses[place].language for place in places],
        )
        by_place = dict(zip(places, queries, strict=True))
        return [
            _AnalysedMessage(message, guess, by_place.get(place))
            for place, (message, guess) in enumerate(zip(messages, guesses, strict=True))
        ]

    def _is_question(self, message: str) -> bool:
        return self._contents.policy is not None and chat.kind_of(message) not in chat.CERTAIN

    def _reply(self, asked: _AnalysedMessage, profile: Profile) -> Reply:
        listener = reply.Listener(
            profile=profile,
            language=profile.language or asked.guess.language,
            is_sure=profile.language is not None or asked.guess.is_sure,
        )
        policy = self._contents.policy
        decision = decide.decide(
            self._evidence(asked),
            policy and policy.for_language(asked.guess.language),
            lambda close: self._find_preferred(close, profile),
        )
        return self._compose(decision, listener)

    def _evidence(self, asked: _AnalysedMessage) -> decide.Evidence:
        kind = chat.kind_of(asked.message)
        policy = self._contents.policy
        if kind in chat.CERTAIN:
            return decide.Evidence(chat=kind)
        if policy is None or asked.query is None:
            sign = self._danger.detect(asked.message, _NO_SIMILARITY, threshold=1.0)
            return decide.Evidence(chat=kind, urgent_id=self._current_sign(sign))
        ranking = self._matcher.rank(asked.query, policy.fit_for(asked.guess.language))
        is_talk = chat.is_surely_talk(asked.message) and not self.first_look.fits_pattern(
            asked.message
        )
        sign = None if is_talk else self._find_sign(asked, policy, ranking.similarity)
        today = self._today()
        best = ranking.candidates[0].confidence if ranking.candidates else 0.0
        if is_talk or best < policy.for_language(asked.guess.language).threshold:
            kind = kind or chat.likely_kind(asked.message)
        return decide.Evidence(
            chat=kind,
            urgent_id=self._current_sign(sign),
            candidates=tuple(c for c in ranking.candidates if self._is_served(c.answer_id, today)),
            refused_by=ranking.refused_by,
            passages=tuple(
                hit for hit in ranking.passages if self._is_shown(hit.passage.document, today)
            ),
        )

    def _find_sign(
        self, asked: _AnalysedMessage, policy: Policy, ordinary: float | None = None
    ) -> str | None:
        """Return the danger sign in the whole message, or else in the first part that has one.

        Args:
            asked: The message.
            policy: Of the bundle.
            ordinary: Its similarity to the nearest ordinary wording; None for a part, where it is
                not known yet and where more evidence is needed.
        """
        if asked.query is None:
            return None
        weights = policy.fit_for(asked.guess.language).rank
        rule = policy.danger_rule and policy.danger_rule.for_language(asked.guess.language)
        if ordinary is None:
            ordinary = self._matcher.max_similarity(asked.query, weights)
            rule = rule and replace(rule, intercept=rule.intercept - danger_parts.MARGIN)
        similar = self._danger.measure(asked.query, self._matcher, weights, ordinary)
        sign = self._danger.detect(_truncate(asked.message), similar, policy.danger_threshold, rule)
        by_part = (self._find_sign(part, policy) for part in asked.parts)
        return sign or next((found for found in by_part if found), None)

    def _current_sign(self, sign: str | None) -> str | None:
        is_served = sign is not None and self._may_serve("danger_sign", sign, self._today())
        return sign if is_served else None

    def pdf(self, document: str) -> Path | None:
        """Return the file of a document whose review has not lapsed, or None."""
        path = self.bundle.pdf(document) if self._is_shown(document, self._today()) else None
        return path if path is not None and path.is_file() else None

    def is_altered(self, document: str) -> bool:
        """Return whether a document has a file that is not the one that was sealed."""
        return self.pdf(document) is not None and not self.bundle.is_intact(document)

    def standing_of(self, ref: ContentRef) -> standing.Standing:
        """Return whether an item may be served just now, as `kmqa.channels.may_leave` asks."""
        return standing.standing_of(ref, self._contents, self.withheld, self._today())

    def _is_served(self, answer_id: str, today: date) -> bool:
        """Return whether an answer may be sent as a build of today would judge, sources too."""
        return self._may_serve("answer", answer_id, today)

    def _is_shown(self, document: str, today: date) -> bool:
        return self._may_serve("document", document, today)

    def _may_serve(self, kind: str, item_id: str, today: date) -> bool:
        ref = ContentRef(kind, item_id)
        return standing.standing_of(ref, self._contents, self.withheld, today) == "served"

    def _find_preferred(self, close: tuple[Candidate, ...], profile: Profile) -> int | None:
        answers = [self._contents.answer_by_id[candidate.answer_id] for candidate in close]
        return audience.find_preferred(answers, profile)


def _truncate(message: str) -> str:
    """Return the beginning of a message that is too long to be a question, or all of it."""
    return message[: chat.MAX_CHARACTERS]
