"""Ask a question after others, as the service does: "and if 6 weeks?" leans on what came before."""

from collections.abc import Sequence
from typing import Protocol

from kmqa.dialogue.bot import Bot, Respond
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Said
from kmqa.dialogue.turn import notice_version, turn
from kmqa.index.bundle import Bundle
from kmqa.records import Profile, Reply


class Responder(Respond, Protocol):
    """A responder that answers from an open bundle."""

    bundle: Bundle


def reply_after(
    history: Sequence[str], message: str, profile: Profile, responder: Responder, now: float
) -> Reply:
    """The reply to `message` from a person who sent `history` right before, first to last.

    Where a message gets several replies, or none, the last question's first one counts; an order
    such as "menu" is no question, so such a message is asked by itself. `now` is in Unix seconds.
    """
    bot = Bot(respond=responder, contents=responder.bundle.contents, now=now)
    version = notice_version(bot)
    state = State(profile=profile, welcomed=version, agreed=version)
    for said in history:
        state = turn(state, [Said(kind="text", text=said)], bot).state
    replies = turn(state, [Said(kind="text", text=message)], bot).replies
    return replies[0] if replies else responder(message, profile)
