"""Waiting messages as the dialogue sees them."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa.dialogue import commands
from kmqa.dialogue.step import UserMessage
from kmqa.state.inbox import Waiting

LATE = 15 * 60.0  # seconds after which an answer says that it comes late
BURST = 2.0  # seconds between messages that are parts of one


def merge_bursts(waiting: Sequence[Waiting], now: float) -> list[UserMessage]:
    """What was said; typed messages that came in one breath are one."""
    said: list[UserMessage] = []
    before: Waiting | None = None
    for message in waiting:
        if before is not None and _are_one_burst(before, message):
            said[-1] = _join(said[-1], message.text or "")
        else:
            said.append(as_user_message(message, is_late=now - message.sent_at > LATE))
        before = message
    return said


def as_user_message(message: Waiting, *, is_late: bool) -> UserMessage:
    """What one message says."""
    return UserMessage(
        kind=message.kind,
        text=message.text,
        choice=message.choice,
        at=message.sent_at,
        is_late=is_late,
    )


def _join(said: UserMessage, text: str) -> UserMessage:
    pieces = (*(said.pieces or (said.text or "",)), text)
    return replace(said, text="\n".join(pieces), pieces=pieces)


def _are_one_burst(before: Waiting, message: Waiting) -> bool:
    """Whether both are parts of one question; an order such as "stop" is never a part."""
    return (
        before.kind == message.kind == "text"
        and message.sent_at - before.sent_at <= BURST
        and not any(commands.command_in(one.text or "") for one in (before, message))
    )
