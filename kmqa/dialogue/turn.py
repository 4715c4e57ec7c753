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
    button_handlers,
    choices,
    command_handlers,
    commands,
    handover,
    menu,
    profile,
    question_turn,
    questions,
    typed_answers,
)
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.events import (
    Asked,
    Consented,
    Event,
    Forgotten,
    HandedOver,
    HandoverEnded,
    StaffMessage,
)
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, UserMessage, send
from kmqa.lexicon.language import Command
from kmqa.messages import IncomingKind, Outgoing
from kmqa.records import Reply

MAX_MESSAGES = 3  # of one turn beside what must be said: taps must not become a burst of bills
QUIET = 60.0  # seconds in which one kind of unreadable message is answered once
# Obeyed in every state; a danger sign is the only thing that is answered in every state beside.
_ALWAYS = frozenset({"stop", "start", "delete_my_data"})
_ORDERS = (HandedOver, HandoverEnded, Forgotten)
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


def decide_turn(state: State, messages: Sequence[UserMessage], context: TurnContext) -> Turn:
    """What follows from `messages`, in the order in which they were sent."""
    steps: list[Step] = []
    spare: list[Step] = []
    for said in messages:
        steps.append(_decide_step(state, said, context))
        if steps[-1].outgoing and not _must_be_said(steps[-1], state):
            spare.append(steps[-1])
        state = steps[-1].state
    urgent = [step for step in steps if any(_is_urgent(event) for event in step.events)]
    # Of the others the last are answered: numbers that are typed next mean their lines.
    unsaid = [*urgent, *spare[: max(0, len(spare) - MAX_MESSAGES)]]
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


def is_always_obeyed(state: State, said: UserMessage) -> bool:
    """Whether `said` is an order to stop, to start or to forget, which is obeyed in every state."""
    return _command_in(state, said) in _ALWAYS


def notice_version(context: TurnContext) -> str:
    """Changes whenever the wording of the notice or of the welcome changes, in any language."""
    said = [context.phrases_in(code)["welcome"] for code in sorted(context.contents.phrases)]
    content = "\n".join(
        [*said, *(text for _, text in sorted(context.contents.settings.notice.items()))]
    )
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def _decide_step(state: State, said: UserMessage, context: TurnContext) -> Step:
    """What follows from one message: the rules in their order."""
    state, events = _end_old_handover(state, context)
    command = _command_in(state, said)
    if command in _ALWAYS:
        step = _obey_always(command, state, said, context)
    elif state.opted_out or (state.handed_over_at is not None and command != "menu"):
        step = _answer_danger_only(state, said, context)
    else:
        state, consented = _record_consent(state)
        events = (*events, *consented)
        step = _with_welcome(state, _answer(state, said, command, context), said, context)
    return replace(step, events=(*events, *step.events))


def _obey_always(command: Command, state: State, said: UserMessage, context: TurnContext) -> Step:
    """What the order leads to; a start that she sent before her stop comes late and is none."""
    if command == "start" and 0 < said.at < state.stopped_at:
        return Step(state)
    step = command_handlers.handle_command(command, state, said.text, context)
    return (
        replace(step, state=replace(step.state, stopped_at=said.at)) if command == "stop" else step
    )


def _end_old_handover(state: State, context: TurnContext) -> tuple[State, tuple[Event, ...]]:
    """A hand-over that nobody closed ends by itself."""
    if state.handed_over_at is None or not handover.is_over(state.handed_over_at, context.now):
        return state, ()
    return replace(state, handed_over_at=None), (HandoverEnded(),)


def _command_in(state: State, said: UserMessage) -> Command | None:
    """The order that was typed or tapped; a button of a template has its words alone."""
    tapped = choices.parse_id(_tapped_id(state, said) or "")
    if isinstance(tapped, choices.Go):
        return tapped.command
    if tapped is not None:
        return None
    return commands.command_in(said.text or "", state.profile.language or state.spoken)


def _record_consent(state: State) -> tuple[State, tuple[Event, ...]]:
    """Who goes on after she has read the notice agrees to it, once for each wording."""
    if not state.welcomed or state.agreed == state.welcomed:
        return state, ()
    return replace(state, agreed=state.welcomed), (Consented(version=state.welcomed),)


def _answer_danger_only(state: State, said: UserMessage, context: TurnContext) -> Step:
    """Neither who said stop nor who waits for a person is answered, unless she is in danger."""
    danger = questions.danger_in(said, context.asker_profile(state, said.text or ""), context)
    if danger is not None:
        return question_turn.send_replies(state, said, [danger], context)
    if state.opted_out:
        return Step(state)
    if not said.text and said.kind != "reaction":
        return _answer_unreadable(state, said, context)  # the person does not get it either
    return Step(state, events=(StaffMessage(message=masking.mask_contacts(said.text or "")),))


def _answer(state: State, said: UserMessage, command: Command | None, context: TurnContext) -> Step:
    if command == "back":
        return button_handlers.handle_choice(state, _back_target(state), context)
    if command:
        return command_handlers.handle_command(command, state, said.text, context)
    choice = choices.parse_id(_tapped_id(state, said) or "")
    if choice is not None:
        return button_handlers.handle_choice(state, choice, context)
    if not said.text:
        return _answer_unreadable(state, said, context)
    value = typed_answers.choice_in(said.text, state, context)
    if value is not None:
        return _set_typed_value(state, value, said, context)
    if state.comments_on and context.now - state.comment_asked_at <= questions.FRESH:
        return question_turn.take_comment(state, said, context)
    replies = questions.replies_to(
        said, context.asker_profile(state, said.text), state.topic, context
    )
    return question_turn.send_replies(state, said, replies, context)


def _set_typed_value(
    state: State, value: choices.Set, said: UserMessage, context: TurnContext
) -> Step:
    """The value that was typed is set as if it had been tapped, unless it reports a danger."""
    danger = questions.danger_in(said, context.asker_profile(state, said.text or ""), context)
    if danger is not None:
        return question_turn.send_replies(state, said, [danger], context)
    return button_handlers.handle_choice(state, value, context)


def _back_target(state: State) -> choices.Choice:
    """Where "back" leads: to the last list, or from that list to the one before it."""
    last = choices.parse_id(state.list_id) or choices.Topics()
    return menu.parent_of(last) if state.is_at_list else last


def _tapped_id(state: State, said: UserMessage) -> str | None:
    """The id behind a tap, or behind a number that was typed instead."""
    if said.choice is not None:
        return said.choice
    number = commands.number_in(said.text or "")
    if number is None:
        return None
    if number == 0:
        return choices.Go("back").button_id
    return state.offered[number - 1] if number <= len(state.offered) else None


def _with_welcome(state: State, step: Step, said: UserMessage, context: TurnContext) -> Step:
    """At her first message the bot says who it is, after what she asked was answered.

    The same where the notice has a new wording since.
    """
    version = notice_version(context)
    if state.welcomed == version:
        return step
    spoken = context.language_for(step.state, said.text)
    welcome = profile.welcome(spoken, context)
    welcomed = replace(step.state, welcomed=version, is_new=not state.welcomed, spoken=spoken)
    if _is_small_talk(step, said):
        return replace(send(welcomed, welcome), events=step.events)
    # Numbers typed next mean the lines of what she asked for, not the buttons of the welcome.
    return Step(welcomed, (*step.outgoing, welcome), step.events)


def _is_small_talk(step: Step, said: UserMessage) -> bool:
    """Whether the welcome says all that this message needs."""
    asked = [event.reply for event in step.events if isinstance(event, Asked)]
    is_order = bool(said.text) and commands.command_in(said.text or "") is not None
    is_chat = bool(asked) and all(reply.outcome == "chat" for reply in asked)
    return is_chat and not is_order


def _answer_unreadable(state: State, said: UserMessage, context: TurnContext) -> Step:
    """One helpful phrase, at most once a minute."""
    if context.now - state.noted_at < QUIET:
        return Step(state)
    words = context.phrases_in(context.language_for(state))
    phrase = _PHRASE_OF_KIND.get(said.kind, "got_unsupported")
    return send(replace(state, noted_at=context.now), Outgoing(text=words[phrase]))


def _is_urgent(event: Event) -> bool:
    return isinstance(event, Asked) and event.reply.outcome == "urgent"
