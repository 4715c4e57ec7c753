"""One question to one reply: the path that serving, evaluation and the command line share."""

import copy
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kmqa.index import bundle, encoder
from kmqa.matching import audience, chat, decide, language, match, reply, standing, urgent
from kmqa.messages import ContentRef
from kmqa.records import Candidate, ChatKind, Decision, Profile, Reply

FloatArray = npt.NDArray[np.float32]

# Small talk that is certain without looking at the corpus.
_CERTAIN: frozenset[ChatKind | None] = frozenset({"empty", "emoji", "greeting", "thanks"})
_OVERLAP = 200  # characters; a sentence that reports a danger is seldom longer
_NO_SIGNS = urgent.Signs({}, near_miss=-1.0, ordinary=-1.0)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A message with the language it seems to be in and, where it asks something, its query."""

    message: str
    guess: language.Guess
    query: match.Query | None


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
        self._matcher = match.Matcher(opened.contents, opened.indexes, encode)
        self._urgent = urgent.UrgentLayer(opened.contents.urgent, opened.contents.wordings)
        self._today = today
        self._looked_at: Mapping[str, _Asked] = {}
        self.withheld: frozenset[str] = frozenset()
        """Answers that must not be sent though the bundle has them; replaced as a whole."""

    def __call__(self, message: str, profile: Profile | None = None) -> Reply:
        """The reply to `message` from a person with `profile`."""
        started = time.perf_counter()
        [said] = self.replies([message], [profile or Profile()])
        return replace(said, took_ms=round((time.perf_counter() - started) * 1000, 3))

    def replies(self, messages: Sequence[str], profiles: Sequence[Profile]) -> list[Reply]:
        """Replies to many `messages`, each from a person with the profile at its place.

        They are those of single calls, without the time that each took.
        """
        found = []
        for asked, profile in zip(self._asked(messages), profiles, strict=True):
            said = self._reply(asked, profile)
            danger = None if said.outcome == "urgent" else self._danger_in_rest(asked, profile)
            found.append(danger or said)
        return found

    def prefetch(self, messages: Sequence[str]) -> "Responder":
        """One like this that has looked at `messages` all at once, which is cheaper.

        It replies the same, to these and to all others, and is for the turns of a moment: what is
        withheld later it does not hear of.
        """
        ready = copy.copy(self)
        ready._looked_at = {asked.message: asked for asked in self._asked(sorted(set(messages)))}
        return ready

    def _danger_in_rest(self, asked: _Asked, profile: Profile) -> Reply | None:
        """The reply to a danger sign beyond the part of a long message that is matched."""
        if len(asked.message) <= chat.MAX_CHARACTERS:
            return None
        rest = self._asked(_rest_of(asked.message))
        replies = (self._reply(one, profile) for one in rest)
        return next((reply for reply in replies if reply.outcome == "urgent"), None)

    def chosen(self, answer_id: str, profile: Profile, language: str | None = None) -> Reply:
        """The reply with the answer that a person picked, or a refusal where it is not served.

        Args:
            answer_id: From a tap, so it may name anything.
            profile: Decides between variants, and on the language where `language` does not.
            language: In which she wants to read it.
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
            picked = Candidate(answer_id=answer_id, score=1.0, question="", language="")
            decision = Decision(outcome="answer", reason="chosen", offered=(picked,))
        return self._written(decision, listener)

    def _written(self, decision: Decision, listener: reply.Listener) -> Reply:
        said = reply.reply_to(decision, self._contents, listener)
        today = self._today()
        return replace(
            said,
            bundle_id=self.bundle.manifest.bundle_id,
            resources=tuple(r for r in said.resources if self._is_shown(r.document, today)),
        )

    def guess(self, message: str) -> language.Guess:
        """The language of the corpus that `message` seems to be in."""
        return self._matcher.guess(message)

    def plain(self, messages: Sequence[str]) -> list[str]:
        """`messages` as they are compared with the wordings of the bundle."""
        parts = [_matched_part(message) for message in messages]
        guesses = [self.guess(part) for part in parts]
        return self._matcher.plain(parts, [guess.language for guess in guesses])

    def vectors(self, plain: Sequence[str]) -> FloatArray:
        """What texts that `plain` gave mean: float32, shape (n, d), rows of length 1."""
        return self._matcher.vectors(plain)

    def _asked(self, messages: Sequence[str]) -> list[_Asked]:
        new = [message for message in messages if message not in self._looked_at]
        found = iter(self._looked_up(new))
        return [self._looked_at.get(message) or next(found) for message in messages]

    def _looked_up(self, messages: Sequence[str]) -> list[_Asked]:
        guesses = [self.guess(_matched_part(message)) for message in messages]
        places = [place for place, message in enumerate(messages) if self._is_question(message)]
        queries = self._matcher.queries(
            [_matched_part(messages[place]) for place in places],
            [guesses[place].language for place in places],
        )
        by_place = dict(zip(places, queries, strict=True))
        return [
            _Asked(message, guess, by_place.get(place))
            for place, (message, guess) in enumerate(zip(messages, guesses, strict=True))
        ]

    def _is_question(self, message: str) -> bool:
        return self._contents.policy is not None and chat.kind_of(message) not in _CERTAIN

    def _reply(self, asked: _Asked, profile: Profile) -> Reply:
        listener = reply.Listener(
            profile=profile,
            language=profile.language or asked.guess.language,
            is_sure=profile.language is not None or asked.guess.is_sure,
        )
        policy = self._contents.policy
        decision = decide.decide(
            self._evidence(asked),
            policy and policy.for_language(asked.guess.language),
            lambda close: self._preferred(close, profile),
        )
        return self._written(decision, listener)

    def _evidence(self, asked: _Asked) -> decide.Evidence:
        kind = chat.kind_of(asked.message)
        policy = self._contents.policy
        if kind in _CERTAIN:
            return decide.Evidence(chat=kind)
        if policy is None or asked.query is None:
            sign = self._urgent.recognised(asked.message, _NO_SIGNS, threshold=1.0)
            return decide.Evidence(chat=kind, urgent_id=self._sign_in_term(sign))
        fit = policy.fit_for(asked.guess.language)
        ranking = self._matcher.rank(asked.query, fit)
        signs = self._urgent.signs(asked.query, self._matcher, fit.rank, ranking.likeness)
        sign = self._urgent.recognised(
            _matched_part(asked.message), signs, policy.urgent_threshold, policy.alarm
        )
        today = self._today()
        return decide.Evidence(
            chat=kind,
            urgent_id=self._sign_in_term(sign),
            candidates=tuple(c for c in ranking.candidates if self._is_served(c.answer_id, today)),
            refused_by=ranking.refused_by,
            passages=tuple(
                hit for hit in ranking.passages if self._is_shown(hit.passage.document, today)
            ),
        )

    def _sign_in_term(self, sign: str | None) -> str | None:
        is_served = sign is not None and self._may_serve("danger_sign", sign, self._today())
        return sign if is_served else None

    def pdf(self, document: str) -> Path | None:
        """The file of a document whose review has not lapsed, or None where there is none."""
        path = self.bundle.pdf(document) if self._is_shown(document, self._today()) else None
        return path if path is not None and path.is_file() else None

    def standing_of(self, ref: ContentRef) -> standing.Standing:
        """Return whether an item may be served just now, as `kmqa.channels.may_leave` asks."""
        return standing.standing_of(ref, self._contents, self.withheld, self._today())

    def _is_served(self, answer_id: str, today: date) -> bool:
        """Whether an answer may be sent, as a build of today would judge: with its sources."""
        return self._may_serve("answer", answer_id, today)

    def _is_shown(self, document: str, today: date) -> bool:
        return self._may_serve("document", document, today)

    def _may_serve(self, kind: str, item_id: str, today: date) -> bool:
        ref = ContentRef(kind, item_id)
        return standing.standing_of(ref, self._contents, self.withheld, today) == "served"

    def _preferred(self, close: tuple[Candidate, ...], profile: Profile) -> int | None:
        answers = [self._contents.answer_by_id[candidate.answer_id] for candidate in close]
        return audience.preferred(answers, profile)


def _matched_part(message: str) -> str:
    """The beginning of a message that is too long to be a question; it may report a danger."""
    return message[: chat.MAX_CHARACTERS]


def _rest_of(message: str) -> list[str]:
    """What is beyond that beginning, in stretches of its length; each holds the end of the last."""
    step = chat.MAX_CHARACTERS - _OVERLAP
    return [_matched_part(message[start:]) for start in range(step, len(message) - _OVERLAP, step)]
