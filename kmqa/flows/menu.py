"""The menu: topics, questions and documents by taps alone, and the way back through them.

It remembers only which list was sent last, so it covers no other flow: whoever looks something up
in the midst of one goes on with it afterwards.
"""

from dataclasses import replace

from kmqa.dialogue import choices, menu, render
from kmqa.dialogue.choices import Choice, TypedChoice
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.events import Event, HandoverEnded
from kmqa.dialogue.flow import Flow
from kmqa.dialogue.profile import ask_for
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send, send_list

_TAPS = (choices.More, choices.Send, choices.Topics, choices.Questions, choices.InFlow)


class Menu(Flow):
    """Starts on the commands *menu* and *back*, and on every tap on a list."""

    name = "menu"

    def starts(self, event: ClassifiedMessage, state: State, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return event.command in {"menu", "back"} or isinstance(event.choice, _TAPS)

    def step(self, state: State, event: ClassifiedMessage, context: TurnContext) -> Step | None:
        """See `Flow`."""
        if event.command == "menu":
            return _open_menu(state, context)
        choice = _back_target(state) if event.command == "back" else event.choice
        return _send_list(replace(state, comments_on=""), choice, context)


def _open_menu(state: State, context: TurnContext) -> Step:
    """Send the topics; who waits for a person has the bot back by asking for them."""
    events: tuple[Event, ...] = (HandoverEnded(),) if state.handed_over_at is not None else ()
    state = replace(state, handed_over_at=None)
    return replace(_send_list(state, choices.Topics(), context), events=events)


def _send_list(state: State, choice: TypedChoice | None, context: TurnContext) -> Step:
    """Send the list or document that `choice` stands for; the topics where there is none."""
    language = context.language_for(state)
    match choice:
        case choices.More(answer_id) if answer_id in context.contents.answer_by_id:
            return send(state, render.render_more(answer_id, language, context))
        case choices.Send(name):
            document = menu.document(name, language, context, low_data=state.low_data)
            return send(state, document or menu.topics(0, language, context))
        case choices.Topics(page):
            return send_list(state, choice, menu.topics(page, language, context))
        case choices.Questions(topic, page):
            return send_list(state, choice, menu.questions(topic, page, language, context))
        case choices.Ask(field, page):  # the way back from a later page of its values
            return send_list(state, choice, ask_for(field, page, language, context))
    return send(state, menu.topics(0, language, context))  # nobody offered this, or not lately


def _back_target(state: State) -> Choice:
    """Return where "back" leads: to the last list, or from that list to the one before it."""
    last = choices.parse_id(state.list_id) or choices.Topics()
    return menu.parent_of(last) if state.is_at_list else last
