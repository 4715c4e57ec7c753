"""A message that asks or tells something: its replies as one message, and what to remember."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa import masking
from kmqa.dialogue import questions, render
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.events import Asked, Event, Feedback, HandedOver
from kmqa.dialogue.state import State, Topic
from kmqa.dialogue.step import Step, UserMessage, send
from kmqa.messages import Outgoing
from kmqa.records import Reply

_OTHERS = 5  # candidates that are kept for "not helpful"


def send_replies(
    state: State, said: UserMessage, replies: Sequence[Reply], context: TurnContext
) -> Step:
    """The `replies` to a message go out, as one message."""
    kept = masking.mask_contacts(said.text or "")
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
        Asked(question=kept, reply=reply) for reply in replies[: questions.MAX_ANSWERED]
    ]
    if first.outcome == "urgent":
        events.append(HandedOver(cause="urgent", message=kept))
    outgoing = _add_notes(outgoing, said, first, context)
    return send(_remember(state, first, kept, context), outgoing, *events)


def _add_notes(
    outgoing: Outgoing, said: UserMessage, reply: Reply, context: TurnContext
) -> Outgoing:
    """With an excuse before what comes late, and a reminder after what named a client."""
    phrases_of = context.phrases_in(reply.language)
    parts = [outgoing.text]
    if said.is_late and reply.outcome != "urgent":
        parts.insert(0, phrases_of["late_prefix"])
    if masking.names_somebody(said.text or ""):
        parts.append(phrases_of["privacy_reminder"])
    return replace(outgoing, text=SEPARATOR.join(parts))


def _remember(state: State, reply: Reply, question: str, context: TurnContext) -> State:
    """What the next message may lean on; a refusal ends the topic."""
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


def take_comment(state: State, said: UserMessage, context: TurnContext) -> Step:
    """The message is a comment on an answer, unless it reports a danger."""
    comment = Feedback(
        answer_id=state.comments_on,
        bundle_id="",
        is_helpful=None,
        comment=masking.mask_contacts(said.text or ""),
    )
    danger = questions.danger_in(said, context.asker_profile(state, said.text or ""), context)
    if danger is not None:
        return send_replies(state, said, [danger], context)
    thanks = context.phrases_in(context.language_for(state))["comment_thanks"]
    return send(replace(state, comments_on=""), Outgoing(text=thanks), comment)
