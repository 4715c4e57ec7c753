"""What a flow is: something that spans several messages, or answers one kind of them.

A feature is a module in `kmqa.flows` with one class and a line in its registry. The turn goes
through these steps, and only the first that answers counts: a danger sign, a command, the flow
that the person is in, a flow that starts on the message. A flow is therefore never asked about a
danger sign, and sees no command but those that it starts on.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.state import FlowState, State
from kmqa.dialogue.step import Step
from kmqa.messages import Outgoing

if TYPE_CHECKING:  # the context holds the flows
    from kmqa.dialogue.context import TurnContext

HANDOVER = "handover"
COMMENT = "comment"
COMMENT_WINDOW = 30 * 60.0  # seconds in which a message can be the comment that was asked for


class Flow(Protocol):
    """One flow. It holds nothing: what it must remember stands in the person's `State.flow`."""

    name: str
    """Unique; stands in stored states and in the ids of its buttons."""
    version: int = 1
    """Counted up when places that were stored before mean something else; those are dropped."""

    def starts(self, event: ClassifiedMessage, state: State, context: "TurnContext") -> bool:
        """Return whether `event`, which no other flow took, may be for this flow."""

    def step(self, state: State, event: ClassifiedMessage, context: "TurnContext") -> Step | None:
        """Return what `event` leads to, or None where it is not for this flow.

        Called for a message on which the flow starts, and for every message while it is active,
        which it is as long as the state that it returns has its `FlowState` in `State.flow`.
        """

    def is_current(self, place: FlowState, context: "TurnContext") -> bool:  # noqa: ARG002 - for others
        """Return whether the content that `place` is about is still served, and unchanged."""
        return True

    def resume(self, state: State, context: "TurnContext") -> Outgoing | None:  # noqa: ARG002 - for others
        """Return where the flow stands and what to tap to go on, for who was interrupted."""
        return None

    def say_ended(self, state: State, context: "TurnContext") -> Outgoing | None:  # noqa: ARG002 - for others
        """Return what to say where the flow ends because its content is not served any longer."""
        return None

    def after_answer(
        self,
        before: State,  # noqa: ARG002 - for others
        step: Step,
        event: ClassifiedMessage,  # noqa: ARG002 - for others
        context: "TurnContext",  # noqa: ARG002 - for others
    ) -> Step:
        """Return `step`, which answers a message, with what this flow has to add to it."""
        return step


def flow_named(name: str, flows: Sequence[Flow]) -> Flow | None:
    """Return the flow called `name`, or None where there is none."""
    return next((flow for flow in flows if flow.name == name), None)


def active_flow(state: State, context: "TurnContext") -> Flow | None:
    """Return the flow that the next message is for.

    A person who has the conversation, and a comment that was asked for, go before the flow that
    they interrupted; it goes on after them.
    """
    if state.handed_over_at is not None:
        return flow_named(HANDOVER, context.flows)
    if state.comments_on and context.now - state.comment_asked_at <= COMMENT_WINDOW:
        return flow_named(COMMENT, context.flows)
    return flow_named(state.flow.name, context.flows) if state.flow else None


def drop_outdated(state: State, context: "TurnContext") -> tuple[State, Outgoing | None]:
    """Return `state` without a flow whose content is gone, and what to say about that."""
    place = state.flow
    if place is None:
        return state, None
    flow = flow_named(place.name, context.flows)
    if flow and flow.version == place.version and flow.is_current(place, context):
        return state, None
    state = replace(state, flow=None)
    return state, flow.say_ended(state, context) if flow else None
