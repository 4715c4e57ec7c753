"""Queries, replies and predictions for tests of the evaluation, and a responder that looks up."""

from collections.abc import Mapping, Sequence
from typing import Any

from kmqa.eval.run import Prediction
from kmqa.eval.test_set import Query
from kmqa.records import Candidate, Profile, Reply


def make_query(*expected: str, text: str = "a question", **changes: Any) -> Query:  # noqa: ANN401 - any field of a query
    """A query of line 1 that expects these ids; none means that it must be refused."""
    defaults: dict[str, Any] = {"line": 1, "lang": "en", "kind": None, "profile": Profile()}
    source = {"text": text, "expected": list(expected)}
    return Query(**(defaults | {"text": text, "expected": expected, "source": source} | changes))


def make_candidates(ranking: Sequence[str], score: float) -> tuple[Candidate, ...]:
    """Candidates in this order, the first with `score`, each further one with half."""
    return tuple(
        Candidate(
            answer_id=name, confidence=score / 2**rank, question=f"about {name}", language="en"
        )
        for rank, name in enumerate(ranking)
    )


def make_reply(outcome: str, ranking: Sequence[str] = (), score: float = 0.5) -> Reply:
    """A reply that answers with the first of `ranking`, or offers the first two of it."""
    candidates = make_candidates(ranking, score)
    n_offered = {"answer": 1, "choose": 2}.get(outcome, 0)
    return Reply(
        outcome=outcome,  # type: ignore[arg-type]  # tests write one of the six
        reason="test",
        text="",
        language="en",
        answer_id=ranking[0] if outcome == "answer" else None,
        confidence=score if ranking else 0.0,
        candidates=candidates,
        offered=candidates[:n_offered],
    )


def predicted(
    expected: str | tuple[str, ...] = (),
    outcome: str = "answer",
    ranking: str = "",
    score: float = 0.5,
) -> Prediction:
    """One prediction; `ranking` is ids parted by spaces, `expected` one id, several or none."""
    names = (expected,) if isinstance(expected, str) else expected
    reply = make_reply(outcome, ranking.split(), score)
    return Prediction(query=make_query(*names), reply=reply, took_ms=1.0)


class LookupResponder:
    """Gives the reply that was put down for a text, and refuses every other text."""

    def __init__(self, replies: Mapping[str, Reply]) -> None:
        self.known = replies
        self.asked: list[tuple[str, Profile]] = []

    def __call__(self, text: str, profile: Profile, /) -> Reply:
        """The reply to `text`."""
        self.asked.append((text, profile))
        return self.known.get(text, make_reply("refuse"))

    def replies(self, messages: Sequence[str], profiles: Sequence[Profile], /) -> list[Reply]:
        """The reply to each of `messages`."""
        return [self(*one) for one in zip(messages, profiles, strict=True)]
