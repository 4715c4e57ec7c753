"""Waiting messages as the dialogue sees them."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa.dialogue import commands
from kmqa.dialogue.step import Said
from kmqa.state.inbox import Waiting

LATE = 15 * 60.0  # seconds after which an answer says that it comes late
BURST = 2.0  # seconds between messages that are parts of one


def heard(waiting: Sequence[Waiting], now: float) -> list[Said]:
    """What was said; typed messages that came in one breath are one."""
    said: list[Said] = []
    before: Waiting | None = None
    for message in waiting:
        if before is not None and _belong_together(before, message):
            said[-1] = _joined(said[-1], message.text or "")
        else:
            said.append(heard_alone(message, is_late=now - message.sent_at > LATE))
        before = message
    return said


def heard_alone(message: Waiting, *, is_late: bool) -> Said:
    """What one message says."""
    return Said(
        kind=message.kind,
        text=message.text,
        choice=message.choice,
        at=message.sent_at,
        is_late=is_late,
    )


def _joined(said: Said, text: str) -> Said:
    pieces = (*(said.pieces or (said.text or "",)), text)
    return replace(said, text="\n".join(pieces), pieces=pieces)


def _belong_together(before: Waiting, message: Waiting) -> bool:
    """Whether both are parts of one question; an order such as "stop" is never a part."""
    return (
        before.kind == message.kind == "text"
        and message.sent_at - before.sent_at <= BURST
        and not any(commands.command_in(one.text or "") for one in (before, message))
    )
