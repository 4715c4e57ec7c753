"""From a message to replies: one question, several in one message, or a follow-up to the last.

The whole message counts first, and where it found an answer it is only parted by what marks a
second question. No message with a danger sign comes here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kmqa import text
from kmqa.dialogue import question_parts
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.question_parts import DivisionMark
from kmqa.dialogue.state import Topic
from kmqa.matching import followups
from kmqa.matching.followups import Before
from kmqa.records import Profile, Reply

MAX_ANSWERED = 3  # questions of one message; more than that nobody reads on a small screen
FRESH = 30 * 60.0  # seconds in which a message can belong to what was said before it


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question with its reply.

    Attributes:
        text: As typed.
        asked: As it was understood: a follow-up with the question that it leans on.
        is_sent_already: Whether the reply is the answer that was sent right before.
    """

    text: str
    reply: Reply
    asked: str
    is_sent_already: bool = False


def replies_to(
    event: ClassifiedMessage, profile: Profile, topic: Topic | None, context: TurnContext
) -> list[AnsweredQuestion]:
    """Return one reply to `event` in the ordinary case, else one for each question in it.

    Args:
        event: A text in which no danger sign was found.
        profile: Of the person who asks.
        topic: The question that was answered last.
        context: Knows the answers, and what follow-ups belong to.
    """
    whole = event.replies[event.text]
    alone = AnsweredQuestion(event.text, whole, event.text)
    if whole.outcome == "chat":
        return [alone]
    several = _answer_each(event, profile, context)
    if several:
        return several
    if topic is None or context.now - topic.at > FRESH:
        return [alone]
    return [_follow_up(alone, profile, topic, context) or alone]


def _follow_up(
    alone: AnsweredQuestion, profile: Profile, topic: Topic, context: TurnContext
) -> AnsweredQuestion | None:
    """Return the reply to a message that leans on the question before it, or None.

    An answer that was sent right before is not sent again, unless the same words ask for it.
    """
    before = Before(question=topic.question, answer_id=topic.answer_id)
    found = context.respond.follow_up(alone.text, alone.reply, before, profile)
    understood = AnsweredQuestion(alone.text, found.reply, found.asked) if found else alone
    is_same = understood.reply.answer_id == topic.answer_id
    is_new = text.normalise(alone.text) != text.normalise(topic.question)
    if topic.is_sent and is_same and is_new and followups.is_short(alone.text):
        return replace(understood, is_sent_already=True)
    return understood if found else None


def _answer_each(
    event: ClassifiedMessage, profile: Profile, context: TurnContext
) -> list[AnsweredQuestion]:
    """Return a reply to each question of a message, or nothing where it asks one."""
    whole = event.replies[event.text]
    guess = event.language.guess
    language = guess.language if guess else profile.language or whole.language
    for division in question_parts.list_divisions(event.text, language):
        parts = [
            AnsweredQuestion(part, event.replies.get(part) or context.respond(part, profile), part)
            for part in division.parts
        ]
        asking = [part for part in parts if part.reply.outcome != "chat"]
        several = _join_dependent(asking, profile, context)
        if _are_several(several, whole, division.by):
            return several
    return []


def _join_dependent(
    parts: Sequence[AnsweredQuestion], profile: Profile, context: TurnContext
) -> list[AnsweredQuestion]:
    """Return `parts` without those that only lean on the one before and find the same answer.

    "She is 3 weeks late. Does she need a test?" is one question in two sentences.
    """
    kept: list[AnsweredQuestion] = []
    for part in parts:
        last = kept[-1] if kept else None
        if last and last.reply.offered and part.reply.outcome != "answer":
            first = last.reply.offered[0].answer_id
            topic = Topic(question=last.asked, answer_id=first, at=context.now)
            found = _follow_up(part, profile, topic, context)
            if found and found.reply.offered[0].answer_id == first:
                continue
            part = found or part
        kept.append(part)
    return kept


def _are_several(parts: Sequence[AnsweredQuestion], whole: Reply, by: DivisionMark) -> bool:
    """Return whether `parts` are questions of their own and not one question cut in two.

    Each must find something of its own. Of marked ones some may be refused while another is
    answered, if the whole is not answered or those are like what must be refused. Where nothing
    marks them each must be as sure as the whole, or be answered by itself.
    """
    if len(parts) < 2 or any(part.reply.outcome == "urgent" for part in parts):
        return False
    firsts = [part.reply.offered[0].answer_id for part in parts if part.reply.offered]
    if len(set(firsts)) < len(firsts):
        return False
    answered = [part for part in parts if part.reply.outcome == "answer"]
    if len(firsts) < len(parts):
        is_foreign = any(part.reply.reason == "refusal-example" for part in parts)
        is_lost = is_foreign or whole.outcome != "answer" or len(firsts) > 1
        return by == "mark" and bool(answered) and is_lost
    if by == "mark" or len(answered) == len(parts):
        return True
    is_as_sure = min(part.reply.confidence for part in parts) >= whole.confidence
    return whole.outcome != "answer" and is_as_sure
