"""Asking every question of a test set and keeping what came back.

The responder is the one that serves, so that what is measured is what people get. Predictions
are plain records; `kmqa.eval.metrics` judges them.
"""

import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol, cast

from kmqa.errors import EvaluationError
from kmqa.eval.test_set import Query
from kmqa.flows import conversation
from kmqa.records import Profile, Reply

_TIMED = 200  # questions of a test set that are asked alone, so that a reply's time can be told
_TOGETHER = 64  # of the others are asked at once: little memory, and progress is seen


class Responder(Protocol):
    """Anything that replies to messages, such as `kmqa.matching.respond.Responder`.

    Threads may share it.
    """

    def __call__(self, text: str, profile: Profile, /) -> Reply:
        """Return the reply to `text` from a person with `profile`."""
        ...

    def replies(self, messages: Sequence[str], profiles: Sequence[Profile], /) -> Sequence[Reply]:
        """Return the same replies as by single calls, in order."""
        ...


class Ask(Protocol):
    """Anything that asks a running service, such as `kmqa.runtime.client.Client.ask`."""

    def __call__(self, text: str, profile: Profile, history: Sequence[str], /) -> Reply:
        """Return the reply to `text` after `history`, with the bundle's id and the time it took."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """One query and the reply to it.

    Attributes:
        took_ms: Milliseconds of wall time until the reply; None where it was not timed.
    """

    query: Query
    reply: Reply
    took_ms: float | None

    @property
    def confidence(self) -> float:
        """Fitted confidence in [0, 1] of the first candidate, whatever was decided."""
        return self.reply.confidence

    @property
    def ranking(self) -> tuple[str, ...]:
        """Ids of the candidates, best first."""
        return tuple(candidate.answer_id for candidate in self.reply.candidates)

    @property
    def is_first_right(self) -> bool:
        """Whether the first candidate is among the expected answers."""
        return bool(self.ranking) and self.ranking[0] in self.query.expected

    @property
    def is_answered(self) -> bool:
        """Whether an answer was sent; a danger sign's text is not one."""
        return self.reply.outcome == "answer"

    @property
    def is_answered_right(self) -> bool:
        """Whether the answer that was sent is among the expected ones."""
        return self.is_answered and self.reply.answer_id in self.query.expected


def predict(
    queries: Sequence[Query],
    responder: Responder,
    on_progress: Callable[[], object] = lambda: None,
) -> tuple[Prediction, ...]:
    """One prediction for each query, in order; `on_progress` is called for each.

    Some are asked one by one and timed, the others together, which takes half the time and gives
    the same replies. A query with a history is asked after it, in a conversation; the responder
    must answer from an open bundle then.
    """
    every = max(1, len(queries) // _TIMED)
    places = range(len(queries))
    alone = [place for place in places if queries[place].history or place % every == 0]
    found: dict[int, Prediction] = {}
    others = sorted(set(places).difference(alone))
    asked = [queries[place] for place in others]
    replies = replies_together([q.text for q in asked], [q.profile for q in asked], responder)
    for place, reply in zip(others, replies, strict=True):
        found[place] = Prediction(query=queries[place], reply=reply, took_ms=None)
        on_progress()
    for place in alone:
        found[place] = _predict_one(queries[place], responder)
        on_progress()
    return tuple(found[place] for place in places)


def replies_together(
    texts: Sequence[str], profiles: Sequence[Profile], responder: Responder
) -> Iterator[Reply]:
    """Yield the reply to each of `texts` from a person with the profile at its place, in order.

    Many are asked at once, on all cores: while one part is encoded another is matched.
    """

    def replies(start: int) -> Sequence[Reply]:
        stop = start + _TOGETHER
        return responder.replies(texts[start:stop], profiles[start:stop])

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        for part in threads.map(replies, range(0, len(texts), _TOGETHER)):
            yield from part


def _predict_one(query: Query, responder: Responder) -> Prediction:
    started = time.perf_counter()
    reply = _reply(query, responder)
    took_ms = (time.perf_counter() - started) * 1000
    return Prediction(query=query, reply=reply, took_ms=took_ms)


def predict_live(
    queries: Sequence[Query],
    ask: Ask,
    bundle_id: str,
    on_progress: Callable[[], object] = lambda: None,
) -> tuple[Prediction, ...]:
    """As `predict`, from a running service, which says itself how long each reply took.

    Raises:
        EvaluationError: A reply comes from another bundle than `bundle_id`.
    """
    predictions = []
    for query in queries:
        reply = ask(query.text, query.profile, query.history)
        if reply.bundle_id != bundle_id:
            raise EvaluationError(
                "the service changed its bundle in the middle of the run",
                which=query.place,
                got=f"bundle {reply.bundle_id}",
                expected=bundle_id,
                remedy="Run it again, when nobody publishes.",
            )
        predictions.append(Prediction(query=query, reply=reply, took_ms=reply.took_ms))
        on_progress()
    return tuple(predictions)


def _reply(query: Query, responder: Responder) -> Reply:
    if not query.history:
        return responder(query.text, query.profile)
    opened = cast(conversation.Responder, responder)
    return conversation.reply_after(query.history, query.text, query.profile, opened, time.time())


def prediction_line(prediction: Prediction) -> Mapping[str, object]:
    """Return the query's own keys and what was replied, fit for JSON; the same on every run.

    Times are left out, so that two runs can be compared byte by byte.
    """
    reply = prediction.reply
    return dict(prediction.query.source) | {
        "outcome": reply.outcome,
        "answer_id": reply.answer_id,
        "score": reply.confidence,
        "candidates": [
            {"answer_id": found.answer_id, "score": found.confidence, "question": found.question}
            for found in reply.candidates
        ],
        "offered": [offer.answer_id for offer in reply.offered],
        "reason": reply.reason,
    }
