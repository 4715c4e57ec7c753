"""One turn: messages of one person in, messages to her out. Pure.

Whatever leaves is an approved text, a fixed phrase, a label or a document's title of the open
bundle; the one exception is "my data", which shows a person her own words. A danger sign goes
before everything: before onboarding, after "stop", and while a person has the conversation.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kmqa import masking
from kmqa.dialogue import (
    asking,
    choices,
    commands,
    handover,
    menu,
    orders,
    profile,
    questions,
    taps,
    typed,
)
from kmqa.dialogue.bot import Bot
from kmqa.dialogue.command_words import Command
from kmqa.dialogue.events import (
    Asked,
    Consented,
    Event,
    Forgotten,
    ForStaff,
    HandedOver,
    TakenBack,
)
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Said, Step, sent
from kmqa.messages import IncomingKind, Outgoing
from kmqa.records import Reply

MOST_MESSAGES = 3  # of one turn beside what must be said: taps must not become a burst of bills
QUIET = 60.0  # seconds in which one kind of unreadable message is answered once
# Obeyed in every state; a danger sign is the only thing that is answered in every state beside.
_ALWAYS = frozenset({"stop", "start", "delete_my_data"})
_ORDERS = (HandedOver, TakenBack, Forgotten)
_PHRASE_OF_KIND: dict[IncomingKind, str] = {
    "voice": "got_voice",
    "image": "got_picture",
    "video": "got_picture",
    "document": "got_file",
    "sticker": "got_sticker",
    "location": "got_location",
    "contacts": "got_contact",
    "reaction": "got_reaction",
    "order": "got_order",
    "edited": "got_edited",
    "revoked": "got_revoked",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn decided.

    Attributes:
        outgoing: What to send, in order; empty where nothing may be said.
        state: What is known of the person after it.
    """

    outgoing: tuple[Outgoing, ...]
    state: State
    events: tuple[Event, ...] = ()

    @property
    def replies(self) -> tuple[Reply, ...]:
        """What was decided about each question."""
        return tuple(event.reply for event in self.events if isinstance(event, Asked))


def turn(state: State, messages: Sequence[Said], bot: Bot) -> Turn:
    """What follows from `messages`, in the order in which they were sent."""
    steps: list[Step] = []
    spare: list[Step] = []
    for said in messages:
        steps.append(_step(state, said, bot))
        if steps[-1].outgoing and not _must_be_said(steps[-1], state):
            spare.append(steps[-1])
        state = steps[-1].state
    urgent = [step for step in steps if any(_is_urgent(event) for event in step.events)]
    # Of the others the last are answered: numbers that are typed next mean their lines.
    unsaid = [*urgent, *spare[: max(0, len(spare) - MOST_MESSAGES)]]
    rest = [step for step in steps if not any(step is one for one in unsaid)]
    outgoing = tuple(message for step in (*urgent, *rest) for message in step.outgoing)
    events = tuple(event for step in steps for event in step.events)
    return Turn(outgoing=outgoing, state=state, events=events)


def _must_be_said(step: Step, before: State) -> bool:
    """Whether something was asked or ordered, or the notice is shown."""
    return step.state.welcomed != before.welcomed or any(
        isinstance(event, _ORDERS) or (isinstance(event, Asked) and event.reply.outcome != "chat")
        for event in step.events
    )


def is_obeyed_always(state: State, said: Said) -> bool:
    """Whether `said` is an order to stop, to start or to forget, which is obeyed in every state."""
    return _command_in(state, said) in _ALWAYS


def notice_version(bot: Bot) -> str:
    """Changes whenever the wording of the notice or of the welcome changes, in any language."""
    said = [bot.said(code)["welcome"] for code in sorted(bot.contents.phrases)]
    content = "\n".join(
        [*said, *(text for _, text in sorted(bot.contents.settings.notice.items()))]
    )
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _step(state: State, said: Said, bot: Bot) -> Step:
    """What follows from one message: the rules in their order."""
    state, events = _returned(state, bot)
    command = _command_in(state, said)
    if command in _ALWAYS:
        step = _always_obeyed(command, state, said, bot)
    elif state.opted_out or (state.handed_over_at is not None and command != "menu"):
        step = _only_danger(state, said, bot)
    else:
        state, agreed = _agreed(state)
        events = (*events, *agreed)
        step = _with_welcome(state, _answered(state, said, command, bot), said, bot)
    return replace(step, events=(*events, *step.events))


def _always_obeyed(command: Command, state: State, said: Said, bot: Bot) -> Step:
    """What the order leads to; a start that she sent before her stop comes late and is none."""
    if command == "start" and 0 < said.at < state.stopped_at:
        return Step(state)
    step = orders.obeyed(command, state, said.text, bot)
    return (
        replace(step, state=replace(step.state, stopped_at=said.at)) if command == "stop" else step
    )


def _returned(state: State, bot: Bot) -> tuple[State, tuple[Event, ...]]:
    """A hand-over that nobody closed ends by itself."""
    if state.handed_over_at is None or not handover.is_over(state.handed_over_at, bot.now):
        return state, ()
    return replace(state, handed_over_at=None), (TakenBack(),)


def _command_in(state: State, said: Said) -> Command | None:
    """The order that was typed or tapped; a button of a template has its words alone."""
    tapped = choices.read(_tapped_id(state, said) or "")
    if isinstance(tapped, choices.Go):
        return tapped.command
    if tapped is not None:
        return None
    return commands.command_in(said.text or "", state.profile.language or state.spoken)


def _agreed(state: State) -> tuple[State, tuple[Event, ...]]:
    """Who goes on after she has read the notice agrees to it, once for each wording."""
    if not state.welcomed or state.agreed == state.welcomed:
        return state, ()
    return replace(state, agreed=state.welcomed), (Consented(version=state.welcomed),)


def _only_danger(state: State, said: Said, bot: Bot) -> Step:
    """Neither who said stop nor who waits for a person is answered, unless she is in danger."""
    danger = questions.danger_in(said, bot.asker(state, said.text or ""), bot)
    if danger is not None:
        return asking.questioned(state, said, [danger], bot)
    if state.opted_out:
        return Step(state)
    if not said.text and said.kind != "reaction":
        return _unreadable(state, said, bot)  # the person does not get it either
    return Step(state, events=(ForStaff(message=masking.masked(said.text or "")),))


def _answered(state: State, said: Said, command: Command | None, bot: Bot) -> Step:
    if command == "back":
        return taps.chosen(state, _before(state), bot)
    if command:
        return orders.obeyed(command, state, said.text, bot)
    choice = choices.read(_tapped_id(state, said) or "")
    if choice is not None:
        return taps.chosen(state, choice, bot)
    if not said.text:
        return _unreadable(state, said, bot)
    value = typed.choice_in(said.text, state, bot)
    if value is not None:
        return _told(state, value, said, bot)
    if state.comments_on and bot.now - state.comment_asked_at <= questions.FRESH:
        return asking.commented(state, said, bot)
    replies = questions.replies_to(said, bot.asker(state, said.text), state.topic, bot)
    return asking.questioned(state, said, replies, bot)


def _told(state: State, value: choices.Set, said: Said, bot: Bot) -> Step:
    """The value that was typed is set as if it had been tapped, unless it reports a danger."""
    danger = questions.danger_in(said, bot.asker(state, said.text or ""), bot)
    if danger is not None:
        return asking.questioned(state, said, [danger], bot)
    return taps.chosen(state, value, bot)


def _before(state: State) -> choices.Choice:
    """Where "back" leads: to the last list, or from that list to the one before it."""
    last = choices.read(state.list_id) or choices.Topics()
    return menu.parent_of(last) if state.is_at_list else last


def _tapped_id(state: State, said: Said) -> str | None:
    """The id behind a tap, or behind a number that was typed instead."""
    if said.choice is not None:
        return said.choice
    number = commands.number_in(said.text or "")
    if number is None:
        return None
    if number == 0:
        return choices.Go("back").written
    return state.offered[number - 1] if number <= len(state.offered) else None


def _with_welcome(state: State, step: Step, said: Said, bot: Bot) -> Step:
    """At her first message the bot says who it is, after what she asked was answered.

    The same where the notice has a new wording since.
    """
    version = notice_version(bot)
    if state.welcomed == version:
        return step
    spoken = bot.spoken(step.state, said.text)
    welcome = profile.welcome(spoken, bot)
    welcomed = replace(step.state, welcomed=version, is_new=not state.welcomed, spoken=spoken)
    if _is_small_talk(step, said):
        return replace(sent(welcomed, welcome), events=step.events)
    # Numbers typed next mean the lines of what she asked for, not the buttons of the welcome.
    return Step(welcomed, (*step.outgoing, welcome), step.events)


def _is_small_talk(step: Step, said: Said) -> bool:
    """Whether the welcome says all that this message needs."""
    asked = [event.reply for event in step.events if isinstance(event, Asked)]
    is_order = bool(said.text) and commands.command_in(said.text or "") is not None
    is_chat = bool(asked) and all(reply.outcome == "chat" for reply in asked)
    return is_chat and not is_order


def _unreadable(state: State, said: Said, bot: Bot) -> Step:
    """One helpful phrase, at most once a minute."""
    if bot.now - state.noted_at < QUIET:
        return Step(state)
    words = bot.said(bot.spoken(state))
    phrase = _PHRASE_OF_KIND.get(said.kind, "got_unsupported")
    return sent(replace(state, noted_at=bot.now), Outgoing(text=words[phrase]))


def _is_urgent(event: Event) -> bool:
    return isinstance(event, Asked) and event.reply.outcome == "urgent"
