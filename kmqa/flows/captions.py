"""Words below a picture, a video or a file: nobody here sees it, so they must stand alone."""

from dataclasses import replace

from kmqa.dialogue import question_turn, questions
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.flow import Flow
from kmqa.dialogue.pointing import points_at_picture
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send
from kmqa.dialogue.unreadable import note_unread, phrase_of
from kmqa.messages import Outgoing


class Captions(Flow):
    """Never active; starts on every file with words, and says that the file cannot be looked at.

    A danger sign in the words was answered before. Else they are answered where they ask something
    without the file, and never as a follow-up: "and this one?" means the file.
    """

    name = "captions"

    def starts(self, event: ClassifiedMessage, state: State, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return event.kind == "file" and bool(event.text)

    def step(self, state: State, event: ClassifiedMessage, context: TurnContext) -> Step | None:
        """See `Flow`."""
        name = phrase_of(event.message.kind)
        noted = note_unread(state, (name,), context)
        alone = event.replies[event.text]
        if points_at_picture(event.text) or alone.outcome == "chat":
            words = context.phrases_in(alone.language)
            return send(noted, Outgoing(text=words[name]))
        profile = context.asker_profile(state, event.language)
        replies = questions.replies_to(event, profile, None, context)
        return _put_before(
            question_turn.send_replies(noted, event, replies, context), name, context
        )


def _put_before(step: Step, name: str, context: TurnContext) -> Step:
    """Return `step` with what is said about the file before its text."""
    words = context.phrases_in(step.state.spoken)
    notice = words.get("caption_only") or words[name]  # a bundle from before has none
    first, *rest = step.outgoing
    first = replace(first, text=SEPARATOR.join([notice, first.text]))
    return replace(step, outgoing=(first, *rest))
