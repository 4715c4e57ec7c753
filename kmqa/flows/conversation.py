"""Ask a question after others, as the service does: "and if 6 weeks?" follows what came before."""

from collections.abc import Sequence
from typing import Protocol

from kmqa.dialogue.context import Respond, TurnContext
from kmqa.dialogue.notice import notice_version
from kmqa.dialogue.state import State
from kmqa.dialogue.step import UserMessage
from kmqa.dialogue.turn import decide_turn
from kmqa.flows.registry import FLOWS
from kmqa.index.bundle import Bundle
from kmqa.records import Profile, Reply


class Responder(Respond, Protocol):
    """A responder that answers from an open bundle."""

    bundle: Bundle


def reply_after(
    history: Sequence[str], message: str, profile: Profile, responder: Responder, now: float
) -> Reply:
    """Return the reply to `message` from a person who sent `history` right before, first to last.

    Where a message gets several replies, or none, the last question's first one counts; a command
    such as "menu" is no question, so such a message is asked by itself. `now` is in Unix seconds.
    """
    state, context = replay(history, profile, responder, now)
    replies = decide_turn(state, [UserMessage(kind="text", text=message)], context).replies
    return replies[0] if replies else responder(message, profile)


def replay(
    history: Sequence[str], profile: Profile, responder: Responder, now: float
) -> tuple[State, TurnContext]:
    """Return where a person stands who has read the notice and sent `history`, first to last."""
    context = TurnContext(
        respond=responder, contents=responder.bundle.contents, now=now, flows=FLOWS
    )
    version = notice_version(context)
    state = State(profile=profile, welcomed=version, agreed=version)
    for earlier in history:
        state = decide_turn(state, [UserMessage(kind="text", text=earlier)], context).state
    return state, context
