"""A message that asks or tells something: its replies as one message, and what to remember."""

from collections.abc import Sequence
from dataclasses import replace

from kmqa import masking
from kmqa.dialogue import questions, shown
from kmqa.dialogue.bot import SEPARATOR, Bot
from kmqa.dialogue.events import Asked, Event, HandedOver, Verdict
from kmqa.dialogue.state import State, Topic
from kmqa.dialogue.step import Said, Step, sent
from kmqa.messages import Outgoing
from kmqa.records import Reply

_OTHERS = 5  # candidates that are kept for "not helpful"


def questioned(state: State, said: Said, replies: Sequence[Reply], bot: Bot) -> Step:
    """The `replies` to a message go out, as one message."""
    kept = masking.masked(said.text or "")
    first = replies[0]
    if len(replies) == 1:
        outgoing = shown.shown(first, bot)
    else:
        outgoing = shown.together(
            replies[: questions.MOST_ANSWERED],
            bot,
            more_were_asked=len(replies) > questions.MOST_ANSWERED,
        )
    events: list[Event] = [
        Asked(question=kept, reply=reply) for reply in replies[: questions.MOST_ANSWERED]
    ]
    if first.outcome == "urgent":
        events.append(HandedOver(cause="urgent", message=kept))
    outgoing = _framed(outgoing, said, first, bot)
    return sent(_remembering(state, first, kept, bot), outgoing, *events)


def _framed(outgoing: Outgoing, said: Said, reply: Reply, bot: Bot) -> Outgoing:
    """With an excuse before what comes late, and a reminder after what named a client."""
    phrases_of = bot.said(reply.language)
    parts = [outgoing.text]
    if said.is_late and reply.outcome != "urgent":
        parts.insert(0, phrases_of["late_prefix"])
    if masking.names_somebody(said.text or ""):
        parts.append(phrases_of["privacy_reminder"])
    return replace(outgoing, text=SEPARATOR.join(parts))


def _remembering(state: State, reply: Reply, question: str, bot: Bot) -> State:
    """What the next message may lean on; a refusal ends the topic."""
    others = tuple(
        candidate.answer_id
        for candidate in reply.candidates
        if candidate.answer_id != reply.answer_id
    )[:_OTHERS]
    first = reply.offered[0].answer_id if reply.offered else None
    topic = Topic(question=question, answer_id=first, at=bot.now) if first else None
    if reply.outcome == "chat":
        topic, others = state.topic, state.others
    return replace(state, topic=topic, others=others, spoken=reply.language, comments_on="")


def commented(state: State, said: Said, bot: Bot) -> Step:
    """The message is a comment on an answer, unless it reports a danger."""
    comment = Verdict(
        answer_id=state.comments_on,
        bundle_id="",
        is_helpful=None,
        comment=masking.masked(said.text or ""),
    )
    danger = questions.danger_in(said, bot.asker(state, said.text or ""), bot)
    if danger is not None:
        return questioned(state, said, [danger], bot)
    thanks = bot.said(bot.spoken(state))["comment_thanks"]
    return sent(replace(state, comments_on=""), Outgoing(text=thanks), comment)
