"""From a message to replies: one question, several in one message, or a follow-up to the last.

The whole message counts first. It is split, or put behind the question before it, only where it
found no answer by itself. No message with a danger sign comes here.
"""

from functools import cache

from kmqa import text
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.danger import split_questions
from kmqa.dialogue.state import Topic
from kmqa.lexicon import languages
from kmqa.records import Profile, Reply

MAX_ANSWERED = 3  # questions of one message; more than that nobody reads on a small screen
FRESH = 30 * 60.0  # seconds in which a message can belong to what was said before it
_MAX_FOLLOW_UP_WORDS = 8


def replies_to(
    event: ClassifiedMessage, profile: Profile, topic: Topic | None, context: TurnContext
) -> list[Reply]:
    """Return one reply to `event` in the ordinary case, else one for each question in it.

    Args:
        event: A text in which no danger sign was found.
        profile: Of the person who asks.
        topic: The question that was answered last.
        context: Knows the answers, and what follow-ups belong to.
    """
    whole = event.replies[event.text]
    if whole.outcome == "chat":
        return [whole]
    several = _answer_each(event)
    if several:
        return several
    if whole.outcome == "answer" or topic is None or context.now - topic.at > FRESH:
        return [whole]
    return [resolve_follow_up(event.text, whole, profile, topic, context) or whole]


def is_follow_up(message: str) -> bool:
    """Return whether `message` is short and begins like something that goes on from before."""
    words = tuple(text.words(message))
    if not words or len(words) > _MAX_FOLLOW_UP_WORDS:
        return False
    return any(words[:n] in _leads() for n in (1, 2))


@cache
def _leads() -> frozenset[tuple[str, ...]]:
    known = languages.load().values()
    return frozenset(tuple(text.words(lead)) for language in known for lead in language.leads)


def _is_bare_number(message: str) -> bool:
    """Return whether nothing but a number and perhaps its unit follows the words that lead on."""
    words = text.words(message)
    n_lead = max((n for n in (1, 2) if tuple(words[:n]) in _leads()), default=0)
    rest = words[n_lead:]
    return 0 < len(rest) <= 2 and any(char.isdigit() for char in rest[0])


def _answer_each(event: ClassifiedMessage) -> list[Reply]:
    """Return a reply to each part, where every part finds something of its own; else nothing."""
    found = [event.replies[part] for part in split_questions(event.text)]
    firsts = {reply.offered[0].answer_id for reply in found if reply.offered}
    return found if len(firsts) == len(found) else []


def resolve_follow_up(
    message: str, alone: Reply, profile: Profile, topic: Topic, context: TurnContext
) -> Reply | None:
    """Return the reply to `message` put behind the last question, where that finds something.

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
