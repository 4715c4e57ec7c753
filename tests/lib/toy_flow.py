"""A flow of two questions, as a later feature adds one: nothing but this class and its place."""

from dataclasses import dataclass, replace

from kmqa.dialogue import choices
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.flow import Flow
from kmqa.dialogue.state import FlowState, State
from kmqa.dialogue.step import Step, send
from kmqa.flows.registry import FLOWS
from kmqa.messages import Option, Outgoing

BEGIN = "flow:toy:begin"
ASKS = {"first": "Is she well?", "second": "Is the child well?"}
DONE = "Thank you for both."
RESUME = "You are at question {} of 2."
GO_ON = "Go on"
ENDED = "These two questions are no longer asked."


@dataclass
class Toy(Flow):
    """Two questions about the sheet that is current; each is answered yes or no."""

    sheet: str = "v1"
    name = "toy"

    def starts(self, event: ClassifiedMessage, state: State, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return event.choice == choices.InFlow("toy", "begin")

    def step(self, state: State, event: ClassifiedMessage, context: TurnContext) -> Step | None:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        if event.choice == choices.InFlow("toy", "begin"):
            return self._ask(state, FlowState(name="toy", step="first", values={"of": self.sheet}))
        assert state.flow is not None
        if event.choice == choices.InFlow("toy", "on"):
            return self._ask(state, state.flow)
        answer = self._answer(event)
        if answer is None:
            return None
        values = {**state.flow.values, state.flow.step: answer}
        if state.flow.step == "first":
            return self._ask(state, FlowState(name="toy", step="second", values=values))
        return send(replace(state, flow=None), Outgoing(text=DONE, purpose="survey"))

    def is_current(self, place: FlowState, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return place.values["of"] == self.sheet

    def resume(self, state: State, context: TurnContext) -> Outgoing | None:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        assert state.flow is not None
        text = RESUME.format([*ASKS].index(state.flow.step) + 1)
        options = (Option(choices.InFlow("toy", "on").button_id, GO_ON),)
        return Outgoing(text=text, options=options, purpose="survey")

    def say_ended(self, state: State, context: TurnContext) -> Outgoing | None:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return Outgoing(text=ENDED, purpose="survey")

    def _answer(self, event: ClassifiedMessage) -> str | None:
        if isinstance(event.choice, choices.InFlow):
            return event.choice.value
        return event.text if event.text in {"yes", "no"} else None

    def _ask(self, state: State, place: FlowState) -> Step:
        options = tuple(
            Option(choices.InFlow("toy", word).button_id, word.title()) for word in ("yes", "no")
        )
        outgoing = Outgoing(text=ASKS[place.step], options=options, purpose="survey")
        return send(replace(state, flow=place), outgoing)


def flows_with(toy: Toy) -> tuple[Flow, ...]:
    """Return every flow of the bot and `toy`, registered as a feature would be."""
    return (toy, *FLOWS)
