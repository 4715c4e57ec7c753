"""The first contact: who the bot is, and three questions about the person; each can be skipped.

The welcome comes after what the first message asked was answered. The same values can be changed
at any time later, so this flow takes every tap on one, and every value that is typed for one that
has just been asked for.
"""

from dataclasses import replace

from kmqa.dialogue import choices, profile, typed_answers
from kmqa.dialogue.classify import ClassifiedMessage
from kmqa.dialogue.context import TurnContext
from kmqa.dialogue.events import Asked, Consented
from kmqa.dialogue.flow import Flow
from kmqa.dialogue.notice import notice_version
from kmqa.dialogue.state import ONBOARDING, FlowState, State
from kmqa.dialogue.step import Step, send, send_list

# Small talk to which the welcome is answer enough; "are you a doctor?" is answered before it.
_SAID_BY_WELCOME = frozenset(
    {"greeting", "thanks", "praise", "farewell", "agreement", "identity", "empty", "emoji"}
    | {"gibberish", "too_long"}
)


class Onboarding(Flow):
    """Active from the welcome until the last of its questions was answered or skipped."""

    name = ONBOARDING

    def starts(self, event: ClassifiedMessage, state: State, context: TurnContext) -> bool:  # noqa: ARG002 - the protocol has it
        """See `Flow`."""
        return event.command is None and bool(event.text or event.choice)

    def step(self, state: State, event: ClassifiedMessage, context: TurnContext) -> Step | None:
        """See `Flow`."""
        choice = event.choice
        if choice is None and event.text:
            choice = typed_answers.choice_in(event.text, state, context)
        match choice:
            case choices.Ask(field, page):
                language = context.language_for(state)
                return send_list(state, choice, profile.ask_for(field, page, language, context))
            case choices.Set("language", str(code)) if code not in context.contents.phrases:
                language = context.language_for(state)
                return send_list(
                    state,
                    choices.Ask("language"),
                    profile.ask_for("language", 0, language, context),
                )
            case choices.Set(field, value):
                return profile.set_entry(replace(state, comments_on=""), field, value, context)
        return None

    def after_answer(
        self, before: State, step: Step, event: ClassifiedMessage, context: TurnContext
    ) -> Step:
        """Note the consent of who goes on, and welcome who has not seen this notice yet."""
        step = _note_consent(before, step)
        if event.danger is not None:
            return step  # stands alone on the screen; the welcome comes with the next message
        version = notice_version(context)
        if before.welcomed == version:
            return step
        language = context.language_for(step.state, event.language)
        is_sure = context.is_sure_of(step.state, event.language)
        welcome = profile.welcome(language, context, is_sure=is_sure)
        welcomed = replace(step.state, welcomed=version, spoken=language)
        if not before.welcomed and welcomed.flow is None:
            welcomed = replace(welcomed, flow=FlowState(name=self.name, step="language"))
        if _is_small_talk(step, event):
            return replace(send(welcomed, welcome), events=step.events)
        # Numbers typed next mean the lines of what was asked for, not the buttons of the welcome.
        return replace(step, state=welcomed, outgoing=(*step.outgoing, welcome))


def _note_consent(before: State, step: Step) -> Step:
    """Record that who goes on after the notice agrees to it, once for each wording."""
    if not before.welcomed or before.agreed == before.welcomed:
        return step
    consented = Consented(version=before.welcomed)
    state = replace(step.state, agreed=before.welcomed)
    return replace(step, state=state, events=(consented, *step.events))


def _is_small_talk(step: Step, event: ClassifiedMessage) -> bool:
    """Return whether the welcome says all that this message needs."""
    asked = [one.reply for one in step.events if isinstance(one, Asked)]
    is_chat = bool(asked) and all(reply.reason in _SAID_BY_WELCOME for reply in asked)
    return is_chat and event.message.command is None
