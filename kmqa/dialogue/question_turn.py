"""Send the replies to a message as one message, and remember what was asked."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa import masking
from kmqa.dialogue import questions, render
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.events import Asked, Event, HandedOver
from kmqa.dialogue.questions import AnsweredQuestion
from kmqa.dialogue.state import State, Topic
from kmqa.dialogue.step import Step, send
from kmqa.messages import Outgoing
from kmqa.records import Reply

_LONGEST_TOPIC = 300  # characters; after three or four follow-ups the first question says little
_OTHERS = 5  # candidates that are kept for "not helpful"


def send_danger(state: State, event: ClassifiedMessage, reply: Reply, context: TurnContext) -> Step:
    """Send the text for a danger sign alone, and hand the conversation over."""
    return send_replies(state, event, [AnsweredQuestion(event.text, reply, event.text)], context)


def send_replies(
    state: State,
    event: ClassifiedMessage,
    answered: Sequence[AnsweredQuestion],
    context: TurnContext,
) -> Step:
    """Send the replies to the questions of a message as one message."""
    question = masking.mask_contacts(event.text)
    first, shown = answered[0], answered[: questions.MAX_ANSWERED]
    if first.is_sent_already:
        outgoing = render.render_pointer(first.reply, context)
    elif len(answered) == 1:
        outgoing = render.render_reply(first.reply, context)
    else:
        more_were_asked = len(answered) > questions.MAX_ANSWERED
        replies = [one.reply for one in shown]
        outgoing = render.render_together(replies, context, more_were_asked=more_were_asked)
    events: list[Event] = [
        Asked(question=masking.mask_contacts(one.text), reply=one.reply) for one in shown
    ]
    if first.reply.outcome == "urgent":
        events.append(HandedOver(cause="urgent", message=question))
    outgoing = _add_notes(outgoing, event, first.reply, context)
    return send(_remember(state, answered, context), outgoing, *events)


def _add_notes(
    outgoing: Outgoing, event: ClassifiedMessage, reply: Reply, context: TurnContext
) -> Outgoing:
    """Put an excuse before what comes late, and a reminder after what named a client.

    The text for a danger sign stands alone.
    """
    if reply.outcome == "urgent":
        return outgoing
    phrases_of = context.phrases_in(reply.language)
    parts = [outgoing.text]
    if event.message.is_late:
        parts.insert(0, phrases_of["late_prefix"])
    if masking.names_somebody(event.text):
        parts.append(phrases_of["privacy_reminder"])
    return replace(outgoing, text=SEPARATOR.join(parts))


def _remember(state: State, answered: Sequence[AnsweredQuestion], context: TurnContext) -> State:
    """Return `state` with what a follow-up may belong to; a refusal ends the topic.

    Of several questions that is the last which found something.
    """
    found = next((one for one in reversed(answered) if one.reply.offered), answered[0])
    reply = found.reply
    others = tuple(
        candidate.answer_id
        for candidate in reply.candidates
        if candidate.answer_id != reply.answer_id
    )[:_OTHERS]
    topic = None
    if reply.offered:
        topic = Topic(
            question=masking.mask_contacts(_shorten(found)),
            answer_id=reply.offered[0].answer_id,
            at=context.now,
            is_sent=reply.outcome == "answer",
        )
    if reply.outcome == "chat":
        topic, others = state.topic, state.others
    return replace(state, topic=topic, others=others, spoken=reply.language, comments_on="")


def _shorten(answered: AnsweredQuestion) -> str:
    """Return what was asked, without what it leant on where that has grown too long."""
    is_short = len(answered.asked) <= _LONGEST_TOPIC
    return answered.asked if is_short else answered.text
