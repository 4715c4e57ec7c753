"""Waiting messages as the dialogue sees them."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa.dialogue.step import UserMessage
from kmqa.state.inbox import Waiting

LATE = 15 * 60.0  # seconds after which an answer says that it comes late
BURST = 2.0  # seconds between messages that are parts of one
_WORDLESS = frozenset(
    {"voice", "image", "video", "document", "sticker", "location", "contacts", "order"}
    | {"unsupported", "other"}
)


def merge_bursts(waiting: Sequence[Waiting], now: float) -> list[UserMessage]:
    """Return the `waiting` messages; typed ones that came in one burst are one.

    So are messages without words, such as the pictures of an album. What was changed or deleted
    meanwhile is marked as withdrawn; of several changes of one message the last counts.
    """
    merged: list[UserMessage] = []
    before: UserMessage | None = None
    withdrawn = _find_withdrawn(waiting)
    for row in waiting:
        message = as_user_message(row, is_late=now - row.sent_at > LATE)
        message = replace(message, is_withdrawn=row.id in withdrawn)
        if before is not None and _are_one_burst(before, message):
            merged[-1] = _join(merged[-1], message)
        elif before is not None and _have_transcripts_alike(before, message):
            transcript = f"{merged[-1].transcript}\n{message.transcript}".strip()
            merged[-1] = replace(merged[-1], transcript=transcript)
        elif before is not None and _is_wordless(before) and _is_wordless(message):
            merged[-1] = replace(merged[-1], others=(*merged[-1].others, message.kind))
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
        transcript=message.transcript,
    )


def _join(burst: UserMessage, message: UserMessage) -> UserMessage:
    pieces = (*(burst.pieces or (burst.text or "",)), message.text or "")
    return replace(
        burst,
        text="\n".join(pieces),
        pieces=pieces,
        answers_to=burst.answers_to or message.answers_to,
    )


def _find_withdrawn(waiting: Sequence[Waiting]) -> set[int]:
    """Return the rows whose words a later one replaces or deletes."""
    last = {row.replaces: row.id for row in waiting if row.replaces}
    return {
        row.id
        for row in waiting
        if row.message_id in last or (row.replaces and last[row.replaces] != row.id)
    }


def _is_wordless(message: UserMessage) -> bool:
    has_words = bool(message.text) or message.transcript is not None
    return message.kind in _WORDLESS and not has_words and not message.is_withdrawn


def _have_transcripts_alike(before: UserMessage, message: UserMessage) -> bool:
    """Return whether something was heard in both, or in neither: one message is about both."""
    if (
        before.transcript is None
        or message.transcript is None
        or before.is_withdrawn != message.is_withdrawn
    ):
        return False
    return bool(before.transcript) == bool(message.transcript)


def _are_one_burst(before: UserMessage, message: UserMessage) -> bool:
    """Return whether both are parts of one question; a command such as "stop" is never a part."""
    return (
        before.kind == message.kind == "text"
        and message.at - before.at <= BURST
        and not before.is_withdrawn
        and not message.is_withdrawn
        and before.command is None
        and message.command is None
    )
