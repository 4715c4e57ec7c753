"""What a new bundle would change for questions that people really asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kmqa.eval.logged import Logged
from kmqa.eval.run import Responder, replies_together
from kmqa.masking import mask_contacts
from kmqa.records import Profile, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnChange:
    """A masked question and what it gets before and after: the outcome, and the id if any.

    Attributes:
        turn: Its row in the service's log, or None where it comes from elsewhere.
    """

    text: str
    before: str
    after: str
    turn: int | None = None


def find_changes(
    questions: Sequence[Logged],
    before: Responder,
    after: Responder,
    on_progress: Callable[[], object] = lambda: None,
) -> tuple[TurnChange, ...]:
    """Return those of `questions` that get another outcome, answer or danger sign, in order.

    What the log says was sent does not count: the live bundle may have changed since.
    """
    texts = [question.text for question in questions]
    profiles = [Profile(language=question.lang) for question in questions]
    replies = (replies_together(texts, profiles, ask) for ask in (before, after))
    found = []
    for question, *both in zip(questions, *replies, strict=True):
        old, new = map(describe_reply, both)
        if old != new:
            text = mask_contacts(question.text)
            found.append(TurnChange(text=text, before=old, after=new, turn=question.turn))
        on_progress()
    return tuple(found)


def describe_outcome(outcome: str, answer_id: str | None, offered: Sequence[str]) -> str:
    """Return what a person gets, in a few words: the outcome, and the ids of what is shown."""
    if outcome == "choose":
        return f"choose {', '.join(offered)}"
    return f"{outcome} {answer_id}" if answer_id else outcome


def describe_reply(reply: Reply) -> str:
    """Return what a person gets by `reply`, as `describe_outcome` says it."""
    return describe_outcome(
        reply.outcome, reply.answer_id, [offer.answer_id for offer in reply.offered]
    )
