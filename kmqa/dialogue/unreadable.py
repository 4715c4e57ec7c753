"""What is said to messages that the bot cannot read: one helpful phrase, seldom."""

from dataclasses import replace

from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send
from kmqa.messages import IncomingKind, Outgoing

QUIET = 60.0  # seconds in which unreadable messages are answered once
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


def answer_unreadable(state: State, event: ClassifiedMessage, context: TurnContext) -> Step:
    """Say what the bot cannot do with a message, at most once a minute."""
    if context.now - state.noted_at < QUIET:
        return Step(state)
    words = context.phrases_in(context.language_for(state))
    phrase = _PHRASE_OF_KIND.get(event.message.kind, "got_unsupported")
    return send(replace(state, noted_at=context.now), Outgoing(text=words[phrase]))
