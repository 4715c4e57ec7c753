"""A person takes over: from the wish for one until the menu, four hours or a curator end it."""

from dataclasses import replace

from kmqa import masking, phrases
from kmqa.dialogue import handover
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.events import HandedOver, StaffMessage
from kmqa.dialogue.flow import HANDOVER, Flow
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send
from kmqa.dialogue.unreadable import answer_unreadable
from kmqa.matching.reply import find_contact
from kmqa.messages import Outgoing


class Handover(Flow):
    """Active while `State.handed_over_at` says since when a person has the conversation."""

    name = HANDOVER

    def starts(self, event: ClassifiedMessage, state: State, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return event.command == "person"

    def step(self, state: State, event: ClassifiedMessage, context: TurnContext) -> Step | None:
        """See `Flow`."""
        if state.handed_over_at is None:
            return _hand_over(state, context)
        if not event.text and event.message.kind != "reaction":
            return answer_unreadable(state, event, context)  # the person does not get it either
        note = StaffMessage(message=masking.mask_contacts(event.text))
        if event.kind == "file":  # the words reach the person, and what stands above them does not
            step = answer_unreadable(state, event, context)
            return replace(step, events=(*step.events, note))
        return Step(state, events=(note,))


def _hand_over(state: State, context: TurnContext) -> Step:
    """Call a person: now, later or never, by the hours of the country."""
    words = context.phrases_in(context.language_for(state))
    hours = handover.hours_of(context.contents.settings, context.country_for(state))
    event = HandedOver(cause="asked")
    if hours is None:
        return send(state, _with_contact(words["person_none"], state, context))
    if not handover.is_open(hours, context.now):
        closed = phrases.fill(words["person_closed"], hours=handover.hours_text(hours, context.now))
        return send(state, _with_contact(closed, state, context), event)
    waiting = replace(state, handed_over_at=context.now)
    return send(waiting, Outgoing(text=words["person_noted"], purpose="handover"), event)


def _with_contact(text: str, state: State, context: TurnContext) -> Outgoing:
    """Return `text` with whom to turn to meanwhile, where the corpus names somebody."""
    language = context.language_for(state)
    contact = find_contact(context.contents, context.country_for(state), language)
    parts = [context.phrases_in(language)["contact_intro"], contact] if contact else []
    return Outgoing(text=SEPARATOR.join([text, *parts]), purpose="handover")
