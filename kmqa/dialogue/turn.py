"""One turn: messages of one person in, messages to that person out. Pure.

Whatever leaves is an approved text, a fixed phrase, a label or a document's title of the open
bundle; the exceptions show people their own words: "my data", and what was heard in a voice
message. Each message is classified once and goes through the stages of `_answer` in their order.
The first of them is the only place where danger signs are answered: before everything, in every
flow, and after "stop".
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kmqa.dialogue import command_handlers, handover, question_turn, voice
from kmqa.dialogue.classify import (
    ALWAYS_OBEYED,
    ClassifiedMessage,
    is_muted,
    read_command,
)
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.events import Asked, Event, Forgotten, HandedOver, HandoverEnded
from kmqa.dialogue.flow import active_flow, drop_outdated
from kmqa.dialogue.groups import answer_in_group
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, UserMessage, send_also
from kmqa.messages import Outgoing
from kmqa.records import Reply

MAX_MESSAGES = 3  # of one turn beside what must be said: taps must not become a burst of bills
_MUST_BE_SAID = (HandedOver, HandoverEnded, Forgotten)


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
    """Return what follows from `messages`, in the order in which they were sent."""
    steps: list[Step] = []
    optional: list[Step] = []
    for message in messages:
        steps.append(_decide_step(state, message, context))
        if steps[-1].outgoing and not _must_be_said(steps[-1], state):
            optional.append(steps[-1])
        state = steps[-1].state
    urgent = [step for step in steps if any(_is_urgent(event) for event in step.events)]
    # Of the others the last are answered: numbers that are typed next mean their lines.
    left_out = [*urgent, *optional[: max(0, len(optional) - MAX_MESSAGES)]]
    rest = [step for step in steps if not any(step is one for one in left_out)]
    last = _resume(steps, Step(state), context)
    outgoing = tuple(message for step in (*urgent, *rest, last) for message in step.outgoing)
    events = tuple(event for step in steps for event in step.events)
    return Turn(outgoing=outgoing, state=last.state, events=events)


def is_always_obeyed(state: State, message: UserMessage) -> bool:
    """Return whether `message` is to stop, to start or to forget, which is obeyed in any state."""
    return read_command(state, message)[0] in ALWAYS_OBEYED


def _decide_step(state: State, message: UserMessage, context: TurnContext) -> Step:
    """Return what follows from one message."""
    if message.kind == "group":
        return answer_in_group(state, message, context)
    state, events = handover.end_if_over(state, context.now)
    state, message = voice.take_confirmed(state, message, context)
    event = voice.classify_transcript(state, message, context)
    if message.is_withdrawn and event.danger is None:
        return Step(state, events=events)
    is_answered = event.command not in ALWAYS_OBEYED and not is_muted(state, event.command)
    ended = None
    if is_answered:
        state, ended = drop_outdated(state, context)
    step = _answer(state, event, context)
    if is_answered:
        for flow in context.flows:
            step = flow.after_answer(state, step, event, context)
    if ended:
        step = send_also(step, ended)
    return replace(step, events=(*events, *step.events))


def _answer(state: State, event: ClassifiedMessage, context: TurnContext) -> Step:
    """Return what the first stage that answers has to say."""
    if event.danger is not None:
        return question_turn.send_danger(state, event, event.danger, context)
    if event.command and event.command in ALWAYS_OBEYED:
        return command_handlers.handle_command(event.command, state, event, context)
    if state.opted_out:
        return Step(state)
    if event.command and not is_muted(state, event.command):
        step = command_handlers.handle_command(event.command, state, event, context)
        return step if step.outgoing else _start_flow(step.state, event, context)
    if voice.is_about_voice(event):
        return voice.ask_if_right(state, event, context)
    if event.choice is not None:
        state = replace(state, comments_on="")
    flow = active_flow(state, context)
    taken = flow.step(state, event, context) if flow else None
    if flow and taken:
        return replace(taken, by=flow.name)
    return _start_flow(state, event, context)


def _start_flow(state: State, event: ClassifiedMessage, context: TurnContext) -> Step:
    """Return the step of the first flow that starts on `event`; questions come last."""
    active = active_flow(state, context)
    for flow in context.flows:
        if flow is not active and flow.starts(event, state, context):
            step = flow.step(state, event, context)
            if step is not None:
                return replace(step, by=flow.name)
    return Step(state)


def _resume(steps: Sequence[Step], end: Step, context: TurnContext) -> Step:
    """Return `end` with where the flow stands, if it was interrupted and did not go on since."""
    flow = active_flow(end.state, context)
    if flow is None or end.state.opted_out:
        return end
    own = [place for place, step in enumerate(steps, start=1) if step.by == flow.name]
    since = steps[max(own, default=0) :]
    if not any(_interrupts(step) for step in since):
        return end
    state, ended = drop_outdated(end.state, context)
    where = ended if ended or state.flow is None else flow.resume(state, context)
    return send_also(replace(end, state=state), where) if where else end


def _interrupts(step: Step) -> bool:
    """Return whether a flow is taken up again after `step`: an answer, or the return after stop."""
    return any(one.purpose in {"answer", "danger", "consent"} for one in step.outgoing)


def _must_be_said(step: Step, before: State) -> bool:
    """Return whether something was asked or ordered, or the notice is shown."""
    return step.state.welcomed != before.welcomed or any(
        isinstance(event, _MUST_BE_SAID)
        or (isinstance(event, Asked) and event.reply.outcome != "chat")
        for event in step.events
    )


def _is_urgent(event: Event) -> bool:
    return isinstance(event, Asked) and event.reply.outcome == "urgent"
