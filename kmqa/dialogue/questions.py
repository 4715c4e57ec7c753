"""From a message to replies: one question, several in one message, or one that leans on the last.

The whole message is always matched first. It is parted, or put behind the question before it,
only where it found no answer by itself, and never where it reports a danger.
"""

import re
from collections.abc import Iterable

from kmqa import text
from kmqa.dialogue.bot import Bot
from kmqa.dialogue.state import Topic
from kmqa.dialogue.step import Said
from kmqa.records import Profile, Reply

MOST_ANSWERED = 3  # questions of one message; more than that nobody reads on a small screen
FRESH = 30 * 60.0  # seconds in which a message can belong to what was said before it
_LEAST_WORDS = 3
_MARKS = ("?", "؟")
_MOST_LEANING_WORDS = 8
_END = re.compile(r"(?<=[?؟])\s+|\n+")
_NUMBERING = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*])\s*")
# fmt: off
_LEADS = frozenset([
    "and", "and if", "what if", "what about", "how about", "if", "but", "but if", "or", "also",
    "then", "y", "y si", "qué tal", "pero", "o", "et", "et si", "mais", "ou", "e", "e se", "mas",
    "na", "na kama", "je", "kama", "lakini", "au", "aur", "aur agar", "agar", "lekin", "اور",
    "اور اگر", "اگر", "لیکن", "और", "और अगर", "अगर", "लेकिन", "و", "وإذا", "واذا", "وإن", "ماذا لو",
    "إذا", "اذا", "لكن",
])
# fmt: on
_LEAD_WORDS = frozenset(tuple(text.words(lead)) for lead in _LEADS)


def replies_to(said: Said, profile: Profile, topic: Topic | None, bot: Bot) -> list[Reply]:
    """What is replied to `said`: one reply in the ordinary case, else one for each question."""
    message = said.text or ""
    whole = bot.respond(message, profile)
    if whole.outcome == "urgent":
        return [whole]
    danger = _danger_among(said.pieces, profile, bot)
    if danger is not None:
        return [danger]
    if whole.outcome == "chat":
        return [whole]
    several = _replies_apart(message, profile, bot)
    if several:
        return several
    if whole.outcome == "answer" or topic is None or bot.now - topic.at > FRESH:
        return [whole]
    return [_leaning(message, whole, profile, topic, bot) or whole]


def danger_in(said: Said, profile: Profile, bot: Bot) -> Reply | None:
    """The reply to a danger sign in `said` or in a part of it, for who is answered nothing else."""
    message = said.text or ""
    return _danger_among((message, *said.pieces, *parts_of(message)), profile, bot)


def parts_of(message: str) -> list[str]:
    """The questions that `message` consists of, where each is marked as one; else nothing.

    A line without a question mark or a number before it tells of a case and belongs to the
    question beside it.
    """
    pieces = [piece.strip() for piece in _END.split(message) if piece.strip()]
    plain = [_NUMBERING.sub("", piece) for piece in pieces]
    are_marked = all(
        piece.endswith(_MARKS) or piece != bare for piece, bare in zip(pieces, plain, strict=True)
    )
    are_long = all(len(text.words(piece)) >= _LEAST_WORDS for piece in plain)
    return plain if len(plain) > 1 and are_marked and are_long else []


def leans(message: str) -> bool:
    """Whether `message` is short and begins like something that goes on from before."""
    words = tuple(text.words(message))
    if not words or len(words) > _MOST_LEANING_WORDS:
        return False
    return any(words[:n] in _LEAD_WORDS for n in (1, 2))


def _is_bare_number(message: str) -> bool:
    """Whether nothing but a number and perhaps its unit follows the words that lead on."""
    words = text.words(message)
    n_lead = max((n for n in (1, 2) if tuple(words[:n]) in _LEAD_WORDS), default=0)
    rest = words[n_lead:]
    return 0 < len(rest) <= 2 and any(char.isdigit() for char in rest[0])


def _danger_among(messages: Iterable[str], profile: Profile, bot: Bot) -> Reply | None:
    """The reply to the first danger sign; what stands beside one can hide it from the matcher."""
    replies = (bot.respond(message, profile) for message in messages if message)
    return next((reply for reply in replies if reply.outcome == "urgent"), None)


def _replies_apart(message: str, profile: Profile, bot: Bot) -> list[Reply]:
    """A reply to each part, where every part finds something of its own; else nothing."""
    parts = parts_of(message)
    if not parts:
        return []
    found = [bot.respond(part, profile) for part in parts]
    danger = next((reply for reply in found if reply.outcome == "urgent"), None)
    if danger is not None:
        return [danger]
    firsts = {reply.offered[0].answer_id for reply in found if reply.offered}
    return found if len(firsts) == len(found) else []


def _leaning(message: str, alone: Reply, profile: Profile, topic: Topic, bot: Bot) -> Reply | None:
    """The reply to `message` put behind the last question, where that alone finds something.

    Never to another topic, nor across a refusal of a kind of question that must be refused; a bare
    number says so little that it is like such a question by accident, and leads to the same answer.
    """
    is_refused = alone.reason == "refusal-example"
    if not leans(message) or (is_refused and not _is_bare_number(message)):
        return None
    leant = bot.respond(f"{topic.question}\n{message}", profile)
    if leant.outcome not in {"answer", "choose"} or not leant.offered:
        return None
    before = bot.contents.answer_by_id.get(topic.answer_id)
    after = bot.contents.answer_by_id.get(leant.offered[0].answer_id)
    if before is None or after is None or before.topic != after.topic:
        return None
    return None if is_refused and after.id != before.id else leant
