"""What is said in a group: that the bot talks to one person at a time, once; else a danger text.

The group is one correspondent and has a row of its own. Who wrote is not known here, so nothing
that is said in a group changes what the bot knows of a person, or is kept of them.
"""

from dataclasses import replace

from kmqa.dialogue import render
from kmqa.dialogue.context import LanguageReading, TurnContext
from kmqa.dialogue.danger import find_danger
from kmqa.dialogue.state import State
from kmqa.dialogue.step import Step, UserMessage
from kmqa.messages import Outgoing
from kmqa.records import Profile

_SAID = "got_group"


def answer_in_group(state: State, message: UserMessage, context: TurnContext) -> Step:
    """Return what is said in a group in this `state`; taps and commands mean nothing."""
    danger = find_danger(message, Profile(), context)[0] if message.text else None
    if danger is not None:
        outgoing = render.with_provenance(Outgoing(text=danger.text), [danger])
        return Step(state, (outgoing,))
    if _SAID in state.noted:
        return Step(state)
    reading = LanguageReading(guess=context.respond.guess(message.text) if message.text else None)
    words = context.phrases_in(context.language_for(state, reading))
    text = words.get(_SAID) or words["got_unsupported"]  # a bundle from before has none
    return Step(replace(state, noted=(_SAID,), noted_at=context.now), (Outgoing(text=text),))
