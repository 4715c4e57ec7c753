"""Send the replies to a message as one message, and remember what was asked."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa import masking
from kmqa.dialogue import questions, render
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.events import Asked, Event, HandedOver
from kmqa.dialogue.state import State, Topic
from kmqa.dialogue.step import Step, send
from kmqa.messages import Outgoing
from kmqa.records import Reply

_OTHERS = 5  # candidates that are kept for "not helpful"


def send_replies(
    state: State, event: ClassifiedMessage, replies: Sequence[Reply], context: TurnContext
) -> Step:
    """Send the `replies` to a message as one message."""
    question = masking.mask_contacts(event.text)
    first = replies[0]
    if len(replies) == 1:
        outgoing = render.render_reply(first, context)
    else:
        outgoing = render.render_together(
            replies[: questions.MAX_ANSWERED],
            context,
            more_were_asked=len(replies) > questions.MAX_ANSWERED,
        )
    events: list[Event] = [
        Asked(question=question, reply=reply) for reply in replies[: questions.MAX_ANSWERED]
    ]
    if first.outcome == "urgent":
        events.append(HandedOver(cause="urgent", message=question))
    outgoing = _add_notes(outgoing, event, first, context)
    return send(_remember(state, first, question, context), outgoing, *events)


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


def _remember(state: State, reply: Reply, question: str, context: TurnContext) -> State:
    """Return `state` with what a follow-up may belong to; a refusal ends the topic."""
    others = tuple(
        candidate.answer_id
        for candidate in reply.candidates
        if candidate.answer_id != reply.answer_id
    )[:_OTHERS]
    first = reply.offered[0].answer_id if reply.offered else None
    topic = Topic(question=question, answer_id=first, at=context.now) if first else None
    if reply.outcome == "chat":
        topic, others = state.topic, state.others
    return replace(state, topic=topic, others=others, spoken=reply.language, comments_on="")
