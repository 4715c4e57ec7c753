"""Voice messages that were listened to: what was heard is shown, and answered once it is confirmed.

A transcript is a guess. Only a danger sign in it is answered at once; a false alarm does less harm
than one that waits. Confirmed words are treated as if they had been typed.
"""

import hashlib
from dataclasses import replace

from kmqa import text
from kmqa.dialogue import choices
from kmqa.dialogue.classify import ClassifiedMessage, classify, read_command
from kmqa.dialogue.context import SEPARATOR, LanguageReading, TurnContext
from kmqa.dialogue.state import State, Transcript
from kmqa.dialogue.step import Step, UserMessage, send
from kmqa.messages import Option, Outgoing

VOICE = "voice"
"""What the ids of its buttons begin with, as if it were a flow."""
MOST_SHOWN = 3_500  # characters, so that what was heard and the question fit one message
_KEPT = 3  # voice messages that wait for a confirmation
_YES, _NO = "yes", "no"


def take_confirmed(
    state: State, message: UserMessage, context: TurnContext
) -> tuple[State, UserMessage]:
    """Return the words that `message` confirms, as if they were typed; else what it is.

    A typed yes or no is the same as a tap.
    """
    message = _as_tap(state, message, context)
    answer, name = _read_answer(state, message)
    transcript = _find(state, name)
    if answer != _YES or transcript is None:
        return state, message
    state = _forget(state, transcript)
    return state, UserMessage(kind="text", text=transcript.text, at=message.at)


def classify_transcript(
    state: State, message: UserMessage, context: TurnContext
) -> ClassifiedMessage:
    """Return what a message is; of what was heard only its language and a danger sign in it."""
    if not message.transcript:
        return classify(state, message, context)
    typed = replace(message, kind="text", text=message.transcript, transcript=None)
    event = classify(state, typed, context)
    if event.danger is not None:
        return event
    return replace(event, message=message, kind="file", command=None, choice=None, replies={})


def is_about_voice(event: ClassifiedMessage) -> bool:
    """Return whether `event` was listened to, or answers the question whether that was right."""
    return event.message.transcript is not None or _is_button(event.choice)


def ask_if_right(state: State, event: ClassifiedMessage, context: TurnContext) -> Step:
    """Show what was heard and ask whether it is right; after a no, ask to say it again."""
    heard = event.message.transcript
    # One word may be a command in many languages; only what it sounds like is asked here.
    reading = LanguageReading(guess=context.respond.guess(heard)) if heard else event.language
    words = context.phrases_in(context.language_for(state, reading))
    if "voice_heard" not in words:  # a bundle from before
        return send(state, Outgoing(text=words["got_voice"]))
    if heard is None:
        answered = _find(state, str(getattr(event.choice, "value", "")).partition(":")[2])
        state = _forget(state, answered) if answered else state
        return send(state, Outgoing(text=words["voice_again"]))
    if not heard:
        return send(state, Outgoing(text=words["voice_unheard"]))
    if len(heard) > MOST_SHOWN:
        return send(state, Outgoing(text=words["too_long"]))
    name = _name_of(heard)
    options = tuple(
        Option(choices.InFlow(VOICE, f"{answer}:{name}").button_id, words[phrase])
        for answer, phrase in ((_YES, "button_yes"), (_NO, "button_no"))
    )
    before = _find_offered_before(state)
    kept = [one for one in state.transcripts if one.text != heard][1 - _KEPT :]
    state = replace(state, transcripts=(*kept, Transcript(text=heard, offered=before)))
    return send(
        state, Outgoing(text=SEPARATOR.join([words["voice_heard"], heard]), options=options)
    )


def _read_answer(state: State, message: UserMessage) -> tuple[str, str]:
    """Return yes or no and of what, as it was tapped or chosen by its number."""
    choice = read_command(state, message)[1] if state.transcripts else None
    if not isinstance(choice, choices.InFlow) or choice.flow != VOICE:
        return "", ""
    answer, _, name = choice.value.partition(":")
    return answer, name


def _as_tap(state: State, message: UserMessage, context: TurnContext) -> UserMessage:
    """Return a typed yes or no to the question that was asked last as a tap on its button."""
    if not state.transcripts or message.kind != "text" or not _is_button(_first_offered(state)):
        return message
    for place, name in enumerate(("button_yes", "button_no")):
        if _is_phrase(message.text, name, context) and place < len(state.offered):
            return replace(message, kind="choice", choice=state.offered[place])
    return message


def _is_phrase(typed: str | None, name: str, context: TurnContext) -> bool:
    """Return whether `typed` is a phrase, in any language."""
    words = text.words(typed or "")
    every = context.contents.phrases.values()
    return bool(words) and any(words == text.words(one[name]) for one in every if name in one)


def _is_button(choice: choices.TypedChoice | None) -> bool:
    return isinstance(choice, choices.InFlow) and choice.flow == VOICE


def _first_offered(state: State) -> choices.Choice | None:
    return choices.parse_id(state.offered[0]) if state.offered else None


def _find_offered_before(state: State) -> tuple[str, ...]:
    """Return what numbers mean but for a question about a voice message."""
    is_asking = _is_button(_first_offered(state)) and bool(state.transcripts)
    return state.transcripts[-1].offered if is_asking else state.offered


def _find(state: State, name: str) -> Transcript | None:
    return next((one for one in state.transcripts if _name_of(one.text) == name), None)


def _forget(state: State, transcript: Transcript) -> State:
    """Return `state` without what was heard; numbers mean again what they meant before."""
    rest = tuple(one for one in state.transcripts if one is not transcript)
    offered = transcript.offered if _is_button(_first_offered(state)) else state.offered
    return replace(state, transcripts=rest, offered=offered)


def _name_of(heard: str) -> str:
    content = heard.encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=6).hexdigest()
