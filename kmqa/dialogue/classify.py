"""Read a message once: what it is, in which language, whether it is a command or a danger sign.

Everything after this asks the `ClassifiedMessage` and never the text again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from kmqa.dialogue import choices, commands, typed_answers, typed_choices
from kmqa.dialogue.choices import TypedChoice
from kmqa.dialogue.context import LanguageReading, TurnContext
from kmqa.dialogue.danger import find_danger
from kmqa.dialogue.state import State
from kmqa.dialogue.step import UserMessage, line_of
from kmqa.dialogue.typed_choices import Offer, Reading
from kmqa.lexicon.language import Command
from kmqa.matching import chat
from kmqa.messages import IncomingKind
from kmqa.records import Reply

ALWAYS_OBEYED: frozenset[Command | None] = frozenset({"stop", "start", "delete_my_data"})
"""Commands that are obeyed in every state."""
MessageKind = Literal["text", "tap", "file", "location", "edit", "other"]
_KINDS: Mapping[IncomingKind, MessageKind] = {
    "text": "text",
    "choice": "tap",
    "voice": "file",
    "image": "file",
    "video": "file",
    "document": "file",
    "sticker": "file",
    "location": "location",
    "edited": "edit",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassifiedMessage:
    """A message with all that is found out about it.

    Attributes:
        message: As it came.
        kind: What sort of thing it is; `message.kind` says more exactly what a file is.
        command: The command that was typed or tapped; a command is nothing else beside.
        choice: What was tapped, or chosen by its number; None for a command.
        language: What the text says about the language.
        danger: The reply to the danger sign in it, or None.
        replies: What was looked up to find a danger sign: a reply for the text, for each message
            of a burst and for each question in it. Empty where the text was not looked at.
    """

    message: UserMessage
    kind: MessageKind
    command: Command | None
    choice: TypedChoice | None
    language: LanguageReading
    danger: Reply | None = None
    replies: Mapping[str, Reply] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """What was typed, or the title of what was tapped; empty for other kinds."""
        return self.message.text or ""

    @property
    def answers_to(self) -> str | None:
        """The channel's id of the earlier message that this one quotes."""
        return self.message.answers_to


def classify(state: State, message: UserMessage, context: TurnContext) -> ClassifiedMessage:
    """Return `message` with what it is for a person in `state`.

    A danger sign is looked for in every text but commands and the titles of what is tapped, which
    are the bot's own words; where nothing else would be said, it is looked for in these, too.
    """
    command, reading = _read_order(state, message, context.language_of_country)
    choice = reading.choice if reading else None
    is_own_words = reading is None or reading.is_title
    is_read = is_muted(state, command) or (command is None and is_own_words)
    language = _read_language(state, message, command, context, is_read=is_read)
    danger: Reply | None = None
    replies: Mapping[str, Reply] = {}
    if is_read and message.text:
        profile = context.asker_profile(state, language)
        danger, replies = find_danger(message, profile, context)
    is_new = command is None and reading is None and danger is None and message.kind == "text"
    if is_new and typed_answers.choice_in(message.text or "", state, context) is None:
        command = commands.likely_order(message.text or "")
    return ClassifiedMessage(
        message=message,
        kind=_KINDS.get(message.kind, "other"),
        command=command,
        choice=choice,
        language=language,
        danger=danger,
        replies=replies,
    )


def read_command(state: State, message: UserMessage) -> tuple[Command | None, TypedChoice | None]:
    """Return the command that was typed or tapped, or else what was chosen.

    A button of a template has an id that nobody here knows, so its words count.
    """
    command, reading = _read_order(state, message)
    return command, reading.choice if reading else None


def _read_order(
    state: State, message: UserMessage, likely: str = ""
) -> tuple[Command | None, Reading | None]:
    """Return the command or what was chosen; `likely` is spoken where nobody knows better."""
    typed = message.text or ""
    tapped = choices.parse_id(message.choice) if message.choice is not None else None
    if isinstance(tapped, choices.Go):
        return tapped.command, None
    if tapped is not None:
        return None, Reading(tapped)
    number = commands.number_in(typed) if message.choice is None else None
    if number == 0:
        return "back", None
    language = state.profile.language or state.spoken or likely
    command = message.command
    if command and language:  # which may be small talk in the language of the person
        command = commands.command_in(typed, language)
    if command or message.choice is not None or not typed:
        return command, None
    reading = typed_choices.read(typed, _offer_of(state, message))
    if reading and isinstance(reading.choice, choices.Go):
        return reading.choice.command, None
    return None, reading


def _offer_of(state: State, message: UserMessage) -> Offer:
    """Return what a typed answer chooses from: what was offered last, or what is quoted."""
    if message.quoted:
        return Offer(
            ids=tuple(option.id for option in message.quoted),
            titles=tuple(line_of(option) for option in message.quoted),
        )
    asked: tuple[str, ...] = ()
    if state.is_new and state.flow and state.flow.step == "language" and state.spoken:
        own = choices.Set("language", state.spoken)
        asked = (own.button_id, choices.Ask("language").button_id)
    return Offer(ids=state.offered, titles=state.titles, asked=asked)


def is_muted(state: State, command: Command | None) -> bool:
    """Return whether the bot says nothing to a message but what helps in danger.

    So it is after *stop*, and while a person has the conversation; *menu* calls the bot back.
    """
    if command in ALWAYS_OBEYED:
        return False
    return state.opted_out or (state.handed_over_at is not None and command != "menu")


def _read_language(
    state: State,
    message: UserMessage,
    command: Command | None,
    context: TurnContext,
    *,
    is_read: bool,
) -> LanguageReading:
    """Return what the text says about its language, as far as somebody needs to know.

    A command is too short to be guessed, and so is small talk: the languages that it is one in
    count, of small talk only for who was never answered before. A chosen
    language needs no guess, and nor does who was never answered before and is only tapping.
    """
    if not message.text or state.profile.language:
        return LanguageReading()
    commanded = commands.languages_of(message.text) if command and message.command else ()
    if not command and not state.spoken and not state.welcomed:
        commanded = chat.languages_of(message.text)
    is_needed = not state.welcomed or (bool(state.spoken) and (is_read or command is not None))
    if commanded or not is_needed:
        return LanguageReading(commanded=commanded)
    return LanguageReading(guess=context.respond.guess(message.text))
