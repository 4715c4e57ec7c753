"""What is said to messages that the bot cannot read: one helpful phrase for each kind, seldom."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send
from kmqa.messages import IncomingKind, Outgoing

QUIET = 60.0  # seconds in which unreadable messages of a kind are answered once
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

_PHRASE_OF_SEVERAL = {
    "got_voice": "got_voices", "got_picture": "got_pictures", "got_file": "got_files",
}  # fmt: skip


def answer_unreadable(state: State, event: ClassifiedMessage, context: TurnContext) -> Step:
    """Say in one message what the bot cannot do with each kind, once a minute for a kind."""
    kinds = (event.message.kind, *event.message.others)
    counts = Counter(phrase_of(kind) for kind in kinds)
    noted = _phrases_said_lately(state, context)
    due = {name: count for name, count in counts.items() if name not in noted}
    if not due:
        return Step(state)
    words = context.phrases_in(context.language_for(state))
    text = SEPARATOR.join(_say(name, count, words) for name, count in due.items())
    return send(note_unread(state, tuple(due), context), Outgoing(text=text))


def phrase_of(kind: IncomingKind) -> str:
    """Return the name of the phrase for a kind of message that cannot be read."""
    return _PHRASE_OF_KIND.get(kind, "got_unsupported")


def note_unread(state: State, names: tuple[str, ...], context: TurnContext) -> State:
    """Return `state` after the phrases called `names` were said."""
    noted = dict.fromkeys((*_phrases_said_lately(state, context), *names))
    return replace(state, noted_at=context.now, noted=tuple(noted))


def _phrases_said_lately(state: State, context: TurnContext) -> tuple[str, ...]:
    return state.noted if context.now - state.noted_at < QUIET else ()


def _say(name: str, count: int, words: Mapping[str, str]) -> str:
    several = words.get(_PHRASE_OF_SEVERAL.get(name, ""))  # a bundle from before has none
    return phrases.fill(several, count=str(count)) if several and count > 1 else words[name]
