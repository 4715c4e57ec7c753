"""What an order leads to."""

from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue import choices, handover, menu, profile, shown
from kmqa.dialogue.bot import SEPARATOR, Bot
from kmqa.dialogue.command_words import Command
from kmqa.dialogue.events import Event, Forgotten, HandedOver, TakenBack
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, listed, sent
from kmqa.dialogue.taps import set_entry
from kmqa.matching.reply import contact_text
from kmqa.messages import Outgoing


def obeyed(command: Command, state: State, text: str | None, bot: Bot) -> Step:  # noqa: C901
    """What an order leads to: one case for each."""
    spoken = bot.spoken(state, text)
    words = bot.said(spoken)
    state = replace(state, comments_on="", spoken=spoken)
    match command:
        case "stop":
            stopped = replace(state, opted_out=True, handed_over_at=None)
            return Step(stopped, (Outgoing(text=words["stopped"]),), (TakenBack(),))
        case "start":
            begun = replace(state, opted_out=False)
            return sent(begun, Outgoing(text=words["started"]))
        case "delete_my_data":
            # Nothing is remembered; whether she said stop is, until she is forgotten wholly.
            left = State(opted_out=state.opted_out)
            return Step(left, (Outgoing(text=words["deleted"]),), (Forgotten(),))
        case "help":
            options = shown.menu_and_person(bot, spoken)
            return sent(state, Outgoing(text=words["help"], options=options))
        case "menu":
            return _menu(state, spoken, bot)
        case "back":
            return Step(state)  # a list; `turn` has read it as one
        case "language":
            return sent(state, profile.asked("language", 0, spoken, bot))
        case "profile":
            return sent(state, profile.overview(state, spoken, bot))
        case "person":
            return _handed_over(state, spoken, bot)
        case "my_data":
            return sent(state, _my_data(state, spoken, bot))
        case "privacy":
            days = phrases.fill(words["privacy"], days=str(bot.keep_days))
            return sent(state, Outgoing(text=days))
        case "low_data":
            return set_entry(state, "low_data", None, bot)


def _menu(state: State, spoken: str, bot: Bot) -> Step:
    """The topics; who waits for a person has the bot back by asking for them."""
    events: tuple[Event, ...] = (TakenBack(),) if state.handed_over_at is not None else ()
    state = replace(state, handed_over_at=None)
    step = listed(state, choices.Topics(), menu.topics(0, spoken, bot))
    return replace(step, events=events)


def _handed_over(state: State, spoken: str, bot: Bot) -> Step:
    """A person is asked for: now, later or never, by the hours of her country."""
    words = bot.said(spoken)
    country = state.profile.country
    hours = handover.hours_of(bot.contents.settings, country)
    contact = contact_text(bot.contents, country, spoken)
    event = HandedOver(cause="asked")
    if hours is None:
        parts = [words["person_none"], *([words["contact_intro"], contact] if contact else [])]
        return sent(state, Outgoing(text=SEPARATOR.join(parts)))
    if not handover.is_open(hours, bot.now):
        closed = phrases.fill(words["person_closed"], hours=handover.hours_text(hours, bot.now))
        parts = [closed, *([words["contact_intro"], contact] if contact else [])]
        return sent(state, Outgoing(text=SEPARATOR.join(parts)), event)
    waiting = replace(state, handed_over_at=bot.now)
    return sent(waiting, Outgoing(text=words["person_noted"]), event)


def _my_data(state: State, spoken: str, bot: Bot) -> Outgoing:
    """Everything that is kept of her: what she told of herself, and her own words."""
    held = bot.held()
    words = bot.said(spoken)
    told = [entry for _, entry in profile.entries(state, spoken, bot)]
    parts = [
        phrases.fill(words["my_data"], count=str(len(held.questions))),
        "\n".join(told),
        "\n".join(f"- {question}" for question in held.questions),
    ]
    return Outgoing(text=SEPARATOR.join(part for part in parts if part))
