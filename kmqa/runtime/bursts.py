"""Waiting messages as the dialogue sees them."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa.dialogue.step import UserMessage
from kmqa.state.inbox import Waiting

LATE = 15 * 60.0  # seconds after which an answer says that it comes late
BURST = 2.0  # seconds between messages that are parts of one


def merge_bursts(waiting: Sequence[Waiting], now: float) -> list[UserMessage]:
    """Return the `waiting` messages; typed ones that came in one burst are one."""
    merged: list[UserMessage] = []
    before: UserMessage | None = None
    for row in waiting:
        message = as_user_message(row, is_late=now - row.sent_at > LATE)
        if before is not None and _are_one_burst(before, message):
            merged[-1] = _join(merged[-1], message)
        else:
            merged.append(message)
        before = message
    return merged


def as_user_message(message: Waiting, *, is_late: bool) -> UserMessage:
    """Return one message as the dialogue reads it."""
    return UserMessage(
        kind=message.kind,
        text=message.text,
        choice=message.choice,
        at=message.sent_at,
        is_late=is_late,
        answers_to=message.answers_to,
    )


def _join(burst: UserMessage, message: UserMessage) -> UserMessage:
    pieces = (*(burst.pieces or (burst.text or "",)), message.text or "")
    return replace(
        burst,
        text="\n".join(pieces),
        pieces=pieces,
        answers_to=burst.answers_to or message.answers_to,
    )


def _are_one_burst(before: UserMessage, message: UserMessage) -> bool:
    """Return whether both are parts of one question; a command such as "stop" is never a part."""
    return (
        before.kind == message.kind == "text"
        and message.at - before.at <= BURST
        and before.command is None
        and message.command is None
    )
