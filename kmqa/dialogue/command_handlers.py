"""What a command leads to."""

from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue import profile, render
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.events import Forgotten, HandoverEnded
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send
from kmqa.lexicon.language import Command
from kmqa.messages import Outgoing


def handle_command(  # noqa: C901 - one case for each
    command: Command, state: State, event: ClassifiedMessage, context: TurnContext
) -> Step:
    """Return what a command leads to; nothing is sent for those on which a flow starts."""
    language = context.language_for(state, event.language)
    words = context.phrases_in(language)
    before = state
    state = replace(state, comments_on="", spoken=language)
    match command:
        case "stop":
            stopped = replace(
                state, opted_out=True, handed_over_at=None, stopped_at=event.message.at
            )
            return Step(stopped, (_confirm(words["stopped"]),), (HandoverEnded(),))
        case "start":
            if 0 < event.message.at < state.stopped_at:
                return Step(before)  # sent before the stop, and came after it
            return send(replace(state, opted_out=False), _confirm(words["started"]))
        case "delete_my_data":
            # Nothing is remembered; whether they said stop is, until they are forgotten wholly.
            left = State(opted_out=state.opted_out)
            return Step(left, (_confirm(words["deleted"]),), (Forgotten(),))
        case "help":
            options = render.menu_and_person_options(context, language)
            return send(state, Outgoing(text=words["help"], options=options))
        case "language":
            return send(state, profile.ask_for("language", 0, language, context))
        case "profile":
            return send(state, profile.overview(state, language, context))
        case "my_data":
            return send(state, _my_data(state, language, context))
        case "privacy":
            days = phrases.fill(words["privacy"], days=str(context.keep_days))
            return send(state, Outgoing(text=days))
        case "low_data":
            return profile.set_entry(state, "low_data", None, context)
        case "menu" | "back" | "person":
            return Step(before if command == "back" else state)


def _confirm(text: str) -> Outgoing:
    return Outgoing(text=text, purpose="consent")


def _my_data(state: State, language: str, context: TurnContext) -> Outgoing:
    """Return everything that is kept of a person: their profile, and their own words."""
    stored = context.read_stored_data()
    words = context.phrases_in(language)
    entries = [entry for _, entry in profile.entries(state, language, context)]
    parts = [
        phrases.fill(words["my_data"], count=str(len(stored.questions))),
        "\n".join(entries),
        "\n".join(f"- {question}" for question in stored.questions),
    ]
    return Outgoing(text=SEPARATOR.join(part for part in parts if part))
