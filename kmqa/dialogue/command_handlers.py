"""What an order leads to."""

from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue import choices, handover, menu, profile, render
from kmqa.dialogue.button_handlers import set_entry
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.events import Event, Forgotten, HandedOver, HandoverEnded
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send, send_list
from kmqa.lexicon.language import Command
from kmqa.matching.reply import contact_text
from kmqa.messages import Outgoing


def handle_command(command: Command, state: State, text: str | None, context: TurnContext) -> Step:  # noqa: C901
    """What an order leads to: one case for each."""
    language = context.language_for(state, text)
    words = context.phrases_in(language)
    state = replace(state, comments_on="", spoken=language)
    match command:
        case "stop":
            stopped = replace(state, opted_out=True, handed_over_at=None)
            return Step(
                stopped, (Outgoing(text=words["stopped"], purpose="consent"),), (HandoverEnded(),)
            )
        case "start":
            begun = replace(state, opted_out=False)
            return send(begun, Outgoing(text=words["started"], purpose="consent"))
        case "delete_my_data":
            # Nothing is remembered; whether she said stop is, until she is forgotten wholly.
            left = State(opted_out=state.opted_out)
            return Step(left, (Outgoing(text=words["deleted"], purpose="consent"),), (Forgotten(),))
        case "help":
            options = render.menu_and_person_options(context, language)
            return send(state, Outgoing(text=words["help"], options=options))
        case "menu":
            return _menu(state, language, context)
        case "back":
            return Step(state)  # a list; `turn` has read it as one
        case "language":
            return send(state, profile.ask_for("language", 0, language, context))
        case "profile":
            return send(state, profile.overview(state, language, context))
        case "person":
            return _hand_over(state, language, context)
        case "my_data":
            return send(state, _my_data(state, language, context))
        case "privacy":
            days = phrases.fill(words["privacy"], days=str(context.keep_days))
            return send(state, Outgoing(text=days))
        case "low_data":
            return set_entry(state, "low_data", None, context)


def _menu(state: State, language: str, context: TurnContext) -> Step:
    """The topics; who waits for a person has the bot back by asking for them."""
    events: tuple[Event, ...] = (HandoverEnded(),) if state.handed_over_at is not None else ()
    state = replace(state, handed_over_at=None)
    step = send_list(state, choices.Topics(), menu.topics(0, language, context))
    return replace(step, events=events)


def _hand_over(state: State, language: str, context: TurnContext) -> Step:
    """A person is asked for: now, later or never, by the hours of her country."""
    words = context.phrases_in(language)
    country = state.profile.country
    hours = handover.hours_of(context.contents.settings, country)
    contact = contact_text(context.contents, country, language)
    event = HandedOver(cause="asked")
    if hours is None:
        parts = [words["person_none"], *([words["contact_intro"], contact] if contact else [])]
        return send(state, Outgoing(text=SEPARATOR.join(parts)))
    if not handover.is_open(hours, context.now):
        closed = phrases.fill(words["person_closed"], hours=handover.hours_text(hours, context.now))
        parts = [closed, *([words["contact_intro"], contact] if contact else [])]
        return send(state, Outgoing(text=SEPARATOR.join(parts)), event)
    waiting = replace(state, handed_over_at=context.now)
    return send(waiting, Outgoing(text=words["person_noted"]), event)


def _my_data(state: State, language: str, context: TurnContext) -> Outgoing:
    """Everything that is kept of her: what she told of herself, and her own words."""
    stored = context.read_stored_data()
    words = context.phrases_in(language)
    entries = [entry for _, entry in profile.entries(state, language, context)]
    parts = [
        phrases.fill(words["my_data"], count=str(len(stored.questions))),
        "\n".join(entries),
        "\n".join(f"- {question}" for question in stored.questions),
    ]
    return Outgoing(text=SEPARATOR.join(part for part in parts if part))
