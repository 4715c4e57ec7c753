"""Replies as messages: the text, its source, and what can be tapped under it, in one message."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue import choices, lists
from kmqa.dialogue.context import SEPARATOR, TurnContext, language_name
from kmqa.matching.reply import NO_TEXT
from kmqa.messages import ContentRef, Option, Outgoing, Purpose
from kmqa.records import Candidate, Reply

_MEGABYTE = 1_000_000
MOST_RELATED = 5
_LETTERS = "abc"


def render_reply(reply: Reply, context: TurnContext) -> Outgoing:
    """Return the message that carries `reply`."""
    writers = {"answer": _answer, "choose": _choice, "refuse": _refusal, "urgent": _urgent}
    writer = writers.get(reply.outcome)
    outgoing = writer(reply, context) if writer else Outgoing(text=reply.text)
    return with_provenance(outgoing, [reply])


def render_pointer(reply: Reply, context: TurnContext) -> Outgoing:
    """Return the message that points to the answer which was sent right before.

    The answer is not repeated; whoever wants it again taps for it.
    """
    words = context.phrases_in(reply.language)
    answer_id = reply.answer_id or ""
    title = context.question_line(answer_id, reply.language)
    choices_below: list[tuple[choices.Choice, str]] = [
        (choices.PickAnswer(answer_id, reply.language), "button_again"),
        (choices.RateAnswer(answer_id, reply.bundle_id, is_helpful=False), "button_not_helpful"),
        (choices.More(answer_id), "button_more"),
    ]
    outgoing = Outgoing(
        text=phrases.fill(words["answered_above"], title=title),
        options=tuple(Option(choice.button_id, words[phrase]) for choice, phrase in choices_below),
    )
    return with_provenance(outgoing, [reply])


def with_provenance(outgoing: Outgoing, replies: Sequence[Reply]) -> Outgoing:
    """Return `outgoing` with what it is sent for, and with the reviewed items of its `replies`."""
    is_danger = any(reply.outcome == "urgent" for reply in replies)
    refs = tuple(dict.fromkeys(ref for reply in replies for ref in _refs_of(reply)))
    purpose: Purpose = "danger" if is_danger else "answer"
    return replace(outgoing, purpose=purpose, content_refs=refs)


def _refs_of(reply: Reply) -> Iterator[ContentRef]:
    if reply.answer_id:
        kind = "danger_sign" if reply.outcome == "urgent" else "answer"
        yield ContentRef(kind, reply.answer_id)
    if reply.outcome == "resources":
        yield from (ContentRef("document", one.document) for one in reply.resources)


def render_together(
    replies: Sequence[Reply], context: TurnContext, *, more_were_asked: bool
) -> Outgoing:
    """Return several replies in one message, each with its letter; what can be picked is numbered.

    Its rows are what can be picked and, for what was answered, what belongs to it.
    """
    words = context.phrases_in(replies[0].language)
    parts: list[str] = []
    rows: list[Option] = []
    for letter, reply in zip(_LETTERS, replies, strict=False):
        lines = [context.question_line(one.answer_id, reply.language) for one in _candidates(reply)]
        numbers = range(len(rows) + 1, len(rows) + 1 + len(lines))
        numbered = [f"{number}. {line}" for number, line in zip(numbers, lines, strict=True)]
        parts.append(SEPARATOR.join([f"{letter}) {_body(reply)}", *_block(numbered)]))
        rows += [
            lists.row(choices.PickAnswer(one.answer_id), number, line)
            for one, number, line in zip(_candidates(reply), numbers, lines, strict=True)
        ]
        if reply.answer_id:
            rows.append(
                Option(choices.More(reply.answer_id).button_id, f"{letter}) {words['button_more']}")
            )
    if more_were_asked:
        parts.append(words["too_many"])
    outgoing = Outgoing(
        text=SEPARATOR.join(parts), options=tuple(rows), list_label=words["button_choose"]
    )
    return with_provenance(outgoing, replies)


def _candidates(reply: Reply) -> tuple[Candidate, ...]:
    return reply.offered if reply.outcome == "choose" else ()


def _block(lines: Sequence[str]) -> list[str]:
    return ["\n".join(lines)] if lines else []


def render_more(answer_id: str, language: str, context: TurnContext) -> Outgoing:
    """Return documents behind an answer and questions beside it."""
    answer = context.contents.answer_by_id[answer_id]
    words = context.phrases_in(language)
    documents = dict.fromkeys((*answer.resources, *(source.document for source in answer.sources)))
    lines: list[lists.Line] = [
        (choices.Send(name), document_line(name, language, context))
        for name in documents
        if context.current_document(name)
    ]
    related = [name for name in answer.related if name in context.contents.answer_by_id]
    lines += [
        (choices.PickAnswer(name), context.question_line(name, language))
        for name in related[:MOST_RELATED]
    ]
    back = (choices.Questions(answer.topic), words["button_back"])
    menu = (choices.Topics(), words["button_menu"])
    return lists.number_lines(words["more_intro"], lines[: lists.PAGE], [back, menu], words)


def document_line(name: str, language: str, context: TurnContext) -> str:
    """Return a document's title and, where its file is at hand, its megabytes."""
    title = context.contents.document_by_id[name].title
    size = context.contents.document_sizes.get(name)
    if size is None:
        return title
    megabytes = f"{max(0.1, size / _MEGABYTE):.1f}"
    return phrases.fill(context.phrases_in(language)["document_line"], title=title, size=megabytes)


def _body(reply: Reply) -> str:
    lines = list(dict.fromkeys(source.line for source in reply.sources if source.line))
    return SEPARATOR.join([reply.text, *lines[:1]])


def _answer(reply: Reply, context: TurnContext) -> Outgoing:
    words = context.phrases_in(reply.language)
    answer_id = reply.answer_id or ""
    options: list[tuple[choices.Choice, str]] = [
        (choices.RateAnswer(answer_id, reply.bundle_id, is_helpful=True), "button_helpful"),
        (choices.RateAnswer(answer_id, reply.bundle_id, is_helpful=False), "button_not_helpful"),
        (choices.More(answer_id), "button_more"),
    ]
    return Outgoing(
        text=_body(reply),
        options=tuple(Option(choice.button_id, words[phrase]) for choice, phrase in options),
    )


def _choice(reply: Reply, context: TurnContext) -> Outgoing:
    if reply.reason == NO_TEXT:
        return _languages(reply, context)
    words = context.phrases_in(reply.language)
    lines: list[lists.Line] = [
        (
            choices.PickAnswer(candidate.answer_id),
            context.question_line(candidate.answer_id, reply.language),
        )
        for candidate in reply.offered
    ]
    return lists.number_lines(
        reply.text, lines, [(choices.Nothing(), words["none_of_these"])], words
    )


def _languages(reply: Reply, context: TurnContext) -> Outgoing:
    """Offer one tap for each language that the answer has."""
    answer_id = reply.offered[0].answer_id
    texts = context.contents.answer_by_id[answer_id].text
    options = tuple(
        Option(choices.PickAnswer(answer_id, code).button_id, language_name(code))
        for code in context.contents.settings.languages
        if code in texts
    )
    return Outgoing(
        text=reply.text,
        options=options,
        list_label=context.phrases_in(reply.language)["button_choose"],
    )


def menu_and_person_options(context: TurnContext, language: str) -> tuple[Option, ...]:
    """Return two ways on for somebody whom the bot could not help."""
    words = context.phrases_in(language)
    return (
        Option(choices.Topics().button_id, words["button_menu"]),
        Option(choices.Go("person").button_id, words["button_person"]),
    )


def _refusal(reply: Reply, context: TurnContext) -> Outgoing:
    return Outgoing(text=reply.text, options=menu_and_person_options(context, reply.language))


def _urgent(reply: Reply, context: TurnContext) -> Outgoing:
    """Put the fixed text first, and under it what may help when the person is safe."""
    entry = context.contents.urgent_by_id[reply.answer_id or ""]
    related = [name for name in entry.related if name in context.contents.answer_by_id]
    body = _body(reply)
    if not related:
        return Outgoing(text=body)
    words = context.phrases_in(reply.language)
    lines: list[lists.Line] = [
        (choices.PickAnswer(name), context.question_line(name, reply.language))
        for name in related[:2]
    ]
    return lists.number_lines(SEPARATOR.join([body, words["urgent_more"]]), lines, [], words)
