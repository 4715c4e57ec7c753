"""One turn: messages of one person in, messages to her out. Pure.

Whatever leaves is an approved text, a fixed phrase or a document's title of the open bundle. Where
several messages wait together, the first danger sign is answered before anything else.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from kmqa.dialogue import choices, commands
from kmqa.index.contents import Contents
from kmqa.messages import IncomingKind, Option, Outgoing
from kmqa.records import Profile, Reply

SEPARATOR = "\n\n"
MOST_ANSWERED = 3  # questions of one turn; more than that nobody reads on a small screen


class Respond(Protocol):
    """What the dialogue needs of `kmqa.matching.respond.Responder`."""

    def __call__(self, message: str, profile: Profile | None = None) -> Reply:
        """The reply to a question."""

    def chosen(self, answer_id: str, profile: Profile, language: str | None = None) -> Reply:
        """The reply with an answer that the person picked from what was offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One message as the dialogue sees it.

    Attributes:
        is_late: Whether it waited so long that the answer must say so.
    """

    kind: IncomingKind
    text: str | None
    choice: str | None = None
    is_late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is known of the person before the turn."""

    profile: Profile = field(default_factory=Profile)
    opted_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether an answer helped, as its reader says."""

    answer_id: str
    bundle_id: str
    is_helpful: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """What one turn decided.

    Attributes:
        outgoing: What to send, in order; empty where nothing may be said.
        state: What is known of the person after it.
        replies: What was decided about each question, for logs and curators.
    """

    outgoing: tuple[Outgoing, ...]
    state: State
    replies: tuple[Reply, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


def turn(state: State, messages: Sequence[Said], respond: Respond, contents: Contents) -> Turn:
    """What follows from `messages`, in the order in which they were sent."""
    done = Turn(outgoing=(), state=state)
    for said in messages:
        done = _after(done, said, respond, contents)
    urgent = [reply for reply in done.replies if reply.outcome == "urgent"]
    if urgent:
        rest = [reply for reply in done.replies if reply.outcome not in {"urgent", "chat"}]
        shown = [urgent[0], *rest][:MOST_ANSWERED]
        outgoing = tuple(_shown(reply, contents) for reply in shown)
        return replace(done, outgoing=outgoing)
    return replace(done, outgoing=done.outgoing[:MOST_ANSWERED])


def _after(done: Turn, said: Said, respond: Respond, contents: Contents) -> Turn:
    command = commands.command_in(said.text) if said.text and said.choice is None else None
    if command == "stop":
        return _told(done, "stopped", said, contents, opted_out=True)
    if command == "start":
        return _told(done, "started", said, contents, opted_out=False)
    if done.state.opted_out:
        return _only_danger(done, said, respond, contents)
    if command == "help":
        return _told(done, "help", said, contents, opted_out=False)
    if said.choice is not None:
        return _tapped(done, said, respond, contents)
    if not said.text:
        return _told(done, "only_text", said, contents, opted_out=False)
    return _replied(done, respond(said.text, done.state.profile), said, contents)


def _only_danger(done: Turn, said: Said, respond: Respond, contents: Contents) -> Turn:
    """Nobody who said stop is written to, unless she herself reports a danger."""
    if not said.text:
        return done
    reply = respond(said.text, done.state.profile)
    return _replied(done, reply, said, contents) if reply.outcome == "urgent" else done


def _tapped(done: Turn, said: Said, respond: Respond, contents: Contents) -> Turn:
    choice = choices.read(said.choice or "")
    if choice is None or not isinstance(choice, choices.Answer | choices.Verdict):
        if choice is None and said.text:
            return _replied(done, respond(said.text, done.state.profile), said, contents)
        return _told(done, "none_noted", said, contents, opted_out=False)
    if isinstance(choice, choices.Answer):
        reply = respond.chosen(choice.answer_id, done.state.profile, choice.language)
        return _replied(done, reply, said, contents)
    verdict = Verdict(
        answer_id=choice.answer_id, bundle_id=choice.bundle_id, is_helpful=choice.is_helpful
    )
    told = _told(done, "feedback_thanks", said, contents, opted_out=False)
    return replace(told, verdicts=(*done.verdicts, verdict))


def _told(done: Turn, phrase: str, said: Said, contents: Contents, *, opted_out: bool) -> Turn:
    language = _language(done.state.profile, said, contents)
    outgoing = Outgoing(text=contents.phrases[language][phrase])
    return replace(
        done,
        outgoing=(*done.outgoing, outgoing),
        state=replace(done.state, opted_out=opted_out),
    )


def _replied(done: Turn, reply: Reply, said: Said, contents: Contents) -> Turn:
    outgoing = _shown(reply, contents)
    if said.is_late and reply.outcome != "urgent":
        late = contents.phrases[_spoken(reply.language, contents)]["late_prefix"]
        outgoing = replace(outgoing, text=late + SEPARATOR + outgoing.text)
    return replace(done, outgoing=(*done.outgoing, outgoing), replies=(*done.replies, reply))


def _shown(reply: Reply, contents: Contents) -> Outgoing:
    show: dict[str, Callable[[Reply, Contents], Outgoing]] = {
        "answer": _answer,
        "choose": _choice,
    }
    return show.get(reply.outcome, _plain)(reply, contents)


def _plain(reply: Reply, _contents: Contents) -> Outgoing:
    return Outgoing(text=reply.text)


def _answer(reply: Reply, contents: Contents) -> Outgoing:
    said = contents.phrases[_spoken(reply.language, contents)]
    lines = list(dict.fromkeys(source.line for source in reply.sources if source.line))
    parts = [reply.text, *lines[:1]]
    answer_id = reply.answer_id or ""
    options = [
        (choices.Verdict(answer_id, reply.bundle_id, is_helpful=True), "button_helpful"),
        (choices.Verdict(answer_id, reply.bundle_id, is_helpful=False), "button_not_helpful"),
    ]
    return Outgoing(
        text=SEPARATOR.join(parts),
        options=tuple(Option(choice.written, said[phrase]) for choice, phrase in options),
    )


def _choice(reply: Reply, contents: Contents) -> Outgoing:
    said = contents.phrases[_spoken(reply.language, contents)]
    if reply.reason == "no-text-in-language":
        return _languages(reply, contents)
    offered = [
        (candidate.answer_id, _title(candidate.answer_id, reply.language, contents))
        for candidate in reply.offered
    ]
    lines = [f"{number}. {title}" for number, (_, title) in enumerate(offered, start=1)]
    options = [
        Option(choices.Answer(answer_id).written, str(number), title)
        for number, (answer_id, title) in enumerate(offered, start=1)
    ]
    none = Option(choices.Nothing().written, said["none_of_these"])
    return Outgoing(
        text=SEPARATOR.join([reply.text, "\n".join(lines)]),
        options=(*options, none),
        list_label=said["button_choose"],
    )


def _languages(reply: Reply, contents: Contents) -> Outgoing:
    """One tap for each language that the answer has."""
    from kmqa.phrases import LANGUAGE_NAMES

    answer_id = reply.offered[0].answer_id
    texts = contents.answer_by_id[answer_id].text
    options = tuple(
        Option(choices.Answer(answer_id, code).written, LANGUAGE_NAMES.get(code, code))
        for code in contents.settings.languages
        if code in texts
    )
    label = contents.phrases[_spoken(reply.language, contents)]["button_choose"]
    return Outgoing(text=reply.text, options=options, list_label=label)


def _title(answer_id: str, language: str, contents: Contents) -> str:
    """A wording in the person's language, or the title where there is none."""
    answer = contents.answer_by_id[answer_id]
    wordings = answer.questions.get(language, ())
    return wordings[0] if wordings else answer.title or answer_id


def _language(profile: Profile, said: Said, contents: Contents) -> str:
    from kmqa.matching import language

    if profile.language:
        return _spoken(profile.language, contents)
    guess = language.guess(said.text or "", contents.settings.languages)
    return _spoken(guess.language, contents)


def _spoken(language: str, contents: Contents) -> str:
    return language if language in contents.phrases else contents.settings.languages[0]
