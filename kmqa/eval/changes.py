"""What a new bundle would change for questions that people really asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kmqa.eval.logged import Logged
from kmqa.eval.run import Responder
from kmqa.masking import masked
from kmqa.records import Profile, Reply


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A masked question and what it gets before and after: the outcome, and the id if any."""

    text: str
    before: str
    after: str


def changes(
    questions: Sequence[Logged],
    before: Responder,
    after: Responder,
    on_progress: Callable[[], object] = lambda: None,
) -> tuple[Change, ...]:
    """Those of `questions` that get another outcome, answer or danger sign, in order.

    What the log says was sent does not count: the live bundle may have changed since.
    """
    found = []
    for question in questions:
        profile = Profile(language=question.lang)
        old, new = (_sent(ask(question.text, profile)) for ask in (before, after))
        if old != new:
            found.append(Change(text=masked(question.text), before=old, after=new))
        on_progress()
    return tuple(found)


def _sent(reply: Reply) -> str:
    if reply.outcome == "choose":
        return f"choose {', '.join(offer.answer_id for offer in reply.offered)}"
    return f"{reply.outcome} {reply.answer_id}" if reply.answer_id else reply.outcome
