"""Find a danger sign in what somebody wrote, whatever stands beside it."""

import re
from collections.abc import Mapping

from kmqa import text
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.step import UserMessage
from kmqa.records import Profile, Reply

_MIN_WORDS = 3
_MARKS = ("?", "؟")
_END = re.compile(r"(?<=[?؟])\s+|\n+")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*])\s*")


def find_danger(
    message: UserMessage, profile: Profile, context: TurnContext
) -> tuple[Reply | None, Mapping[str, Reply]]:
    """Return the reply to the first danger sign in `message`, and every reply that was looked up.

    The whole text is looked up, each message of a burst, and each question in it: what stands
    beside a danger sign can hide it. Replies are by their text; without a danger sign there is
    one for each of these.
    """
    typed = message.text or ""
    replies: dict[str, Reply] = {}
    for part in dict.fromkeys((typed, *message.pieces, *split_questions(typed))):
        if part:
            replies[part] = context.respond(part, profile)
            if replies[part].outcome == "urgent":
                return replies[part], replies
    return None, replies


def split_questions(message: str) -> list[str]:
    """Return the questions that `message` consists of, where each is marked as one; else nothing.

    A line without a question mark or a number before it tells of a case and belongs to the
    question beside it.
    """
    pieces = [piece.strip() for piece in _END.split(message) if piece.strip()]
    plain = [_NUMBERING.sub("", piece) for piece in pieces]
    are_marked = all(
        piece.endswith(_MARKS) or piece != bare for piece, bare in zip(pieces, plain, strict=True)
    )
    are_long = all(len(text.words(piece)) >= _MIN_WORDS for piece in plain)
    return plain if len(plain) > 1 and are_marked and are_long else []
