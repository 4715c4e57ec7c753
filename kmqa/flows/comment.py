"""A comment on an answer: "not helpful, why?", and the next message is the reason."""

from dataclasses import replace

from kmqa import masking
from kmqa.dialogue import choices
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.events import Feedback
from kmqa.dialogue.flow import COMMENT, Flow
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, send
from kmqa.messages import Outgoing


class Comment(Flow):
    """Active while a comment is asked for: until the next message, or half an hour long."""

    name = COMMENT

    def starts(self, event: ClassifiedMessage, state: State, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return isinstance(event.choice, choices.Comment)

    def step(self, state: State, event: ClassifiedMessage, context: TurnContext) -> Step | None:
        """See `Flow`."""
        words = context.phrases_in(context.language_for(state))
        if isinstance(event.choice, choices.Comment):
            answer_id = event.choice.answer_id
            state = replace(state, comments_on=answer_id, comment_asked_at=context.now)
            return send(state, Outgoing(text=words["ask_comment"]))
        if not event.text:
            return None
        comment = Feedback(
            answer_id=state.comments_on,
            bundle_id="",
            is_helpful=None,
            comment=masking.mask_contacts(event.text),
        )
        state = replace(state, comments_on="")
        return send(state, Outgoing(text=words["comment_thanks"]), comment)
