"""From a message to replies: one question, several in one message, or one that leans on the last.

The whole message is always matched first. It is parted, or put behind the question before it,
only where it found no answer by itself, and never where it reports a danger.
"""

import re
from collections.abc import Iterable
from functools import cache

from kmqa import text
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.state import Topic
from kmqa.dialogue.step import UserMessage
from kmqa.lexicon import languages
from kmqa.records import Profile, Reply

MAX_ANSWERED = 3  # questions of one message; more than that nobody reads on a small screen
FRESH = 30 * 60.0  # seconds in which a message can belong to what was said before it
_MIN_WORDS = 3
_MARKS = ("?", "؟")
_MAX_FOLLOW_UP_WORDS = 8
_END = re.compile(r"(?<=[?؟])\s+|\n+")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*])\s*")


def replies_to(
    message: UserMessage, profile: Profile, topic: Topic | None, context: TurnContext
) -> list[Reply]:
    """What is replied to `said`: one reply in the ordinary case, else one for each question."""
    typed = message.text or ""
    whole = context.respond(typed, profile)
    if whole.outcome == "urgent":
        return [whole]
    danger = _first_danger(message.pieces, profile, context)
    if danger is not None:
        return [danger]
    if whole.outcome == "chat":
        return [whole]
    several = _answer_each(typed, profile, context)
    if several:
        return several
    if whole.outcome == "answer" or topic is None or context.now - topic.at > FRESH:
        return [whole]
    return [resolve_follow_up(typed, whole, profile, topic, context) or whole]


def danger_in(message: UserMessage, profile: Profile, context: TurnContext) -> Reply | None:
    """The reply to a danger sign in `said` or in a part of it, for who is answered nothing else."""
    typed = message.text or ""
    return _first_danger((typed, *message.pieces, *split_questions(typed)), profile, context)


def split_questions(message: str) -> list[str]:
    """The questions that `message` consists of, where each is marked as one; else nothing.

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


def is_follow_up(message: str) -> bool:
    """Whether `message` is short and begins like something that goes on from before."""
    words = tuple(text.words(message))
    if not words or len(words) > _MAX_FOLLOW_UP_WORDS:
        return False
    return any(words[:n] in _leads() for n in (1, 2))


@cache
def _leads() -> frozenset[tuple[str, ...]]:
    known = languages.load().values()
    return frozenset(tuple(text.words(lead)) for language in known for lead in language.leads)


def _is_bare_number(message: str) -> bool:
    """Whether nothing but a number and perhaps its unit follows the words that lead on."""
    words = text.words(message)
    n_lead = max((n for n in (1, 2) if tuple(words[:n]) in _leads()), default=0)
    rest = words[n_lead:]
    return 0 < len(rest) <= 2 and any(char.isdigit() for char in rest[0])


def _first_danger(messages: Iterable[str], profile: Profile, context: TurnContext) -> Reply | None:
    """The reply to the first danger sign; what stands beside one can hide it from the matcher."""
    replies = (context.respond(message, profile) for message in messages if message)
    return next((reply for reply in replies if reply.outcome == "urgent"), None)


def _answer_each(message: str, profile: Profile, context: TurnContext) -> list[Reply]:
    """A reply to each part, where every part finds something of its own; else nothing."""
    parts = split_questions(message)
    if not parts:
        return []
    found = [context.respond(part, profile) for part in parts]
    danger = next((reply for reply in found if reply.outcome == "urgent"), None)
    if danger is not None:
        return [danger]
    firsts = {reply.offered[0].answer_id for reply in found if reply.offered}
    return found if len(firsts) == len(found) else []


def resolve_follow_up(
    message: str, alone: Reply, profile: Profile, topic: Topic, context: TurnContext
) -> Reply | None:
    """The reply to `message` put behind the last question, where that alone finds something.

    Never to another topic, nor across a refusal of a kind of question that must be refused; a bare
    number says so little that it is like such a question by accident, and leads to the same answer.
    """
    is_refused = alone.reason == "refusal-example"
    if not is_follow_up(message) or (is_refused and not _is_bare_number(message)):
        return None
    joined = context.respond(f"{topic.question}\n{message}", profile)
    if joined.outcome not in {"answer", "choose"} or not joined.offered:
        return None
    before = context.contents.answer_by_id.get(topic.answer_id)
    after = context.contents.answer_by_id.get(joined.offered[0].answer_id)
    if before is None or after is None or before.topic != after.topic:
        return None
    return None if is_refused and after.id != before.id else joined
