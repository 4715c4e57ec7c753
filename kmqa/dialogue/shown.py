"""Replies as messages: the text, its source, and what can be tapped under it, in one message."""

from collections.abc import Sequence

from kmqa.dialogue import choices, lists
from kmqa.dialogue.bot import SEPARATOR, Bot, language_name
from kmqa.matching.reply import NO_TEXT
from kmqa.messages import Option, Outgoing
from kmqa.records import Candidate, Reply

_MEGABYTE = 1_000_000
MOST_RELATED = 5
_LETTERS = "abc"


def shown(reply: Reply, bot: Bot) -> Outgoing:
    """The message that carries `reply`."""
    writers = {"answer": _answer, "choose": _choice, "refuse": _refusal, "urgent": _urgent}
    writer = writers.get(reply.outcome)
    return writer(reply, bot) if writer else Outgoing(text=reply.text)


def together(replies: Sequence[Reply], bot: Bot, *, more_were_asked: bool) -> Outgoing:
    """Several replies in one message, lettered as they were asked; what can be picked is numbered.

    Its rows are what can be picked and, for what was answered, what belongs to it.
    """
    said = bot.said(replies[0].language)
    parts: list[str] = []
    rows: list[Option] = []
    for letter, reply in zip(_LETTERS, replies, strict=False):
        lines = [bot.question(one.answer_id, reply.language) for one in _offered(reply)]
        numbers = range(len(rows) + 1, len(rows) + 1 + len(lines))
        numbered = [f"{number}. {line}" for number, line in zip(numbers, lines, strict=True)]
        parts.append(SEPARATOR.join([f"{letter}) {_body(reply)}", *_block(numbered)]))
        rows += [
            lists.row(choices.Answer(one.answer_id), number, line)
            for one, number, line in zip(_offered(reply), numbers, lines, strict=True)
        ]
        if reply.answer_id:
            rows.append(
                Option(choices.More(reply.answer_id).written, f"{letter}) {said['button_more']}")
            )
    if more_were_asked:
        parts.append(said["too_many"])
    return Outgoing(
        text=SEPARATOR.join(parts), options=tuple(rows), list_label=said["button_choose"]
    )


def _offered(reply: Reply) -> tuple[Candidate, ...]:
    return reply.offered if reply.outcome == "choose" else ()


def _block(lines: Sequence[str]) -> list[str]:
    return ["\n".join(lines)] if lines else []


def more(answer_id: str, spoken: str, bot: Bot) -> Outgoing:
    """Documents behind an answer and questions beside it."""
    answer = bot.contents.answer_by_id[answer_id]
    said = bot.said(spoken)
    documents = dict.fromkeys((*answer.resources, *(source.document for source in answer.sources)))
    lines: list[lists.Line] = [
        (choices.Send(name), document_line(name, spoken, bot))
        for name in documents
        if bot.document(name)
    ]
    related = [name for name in answer.related if name in bot.contents.answer_by_id]
    lines += [(choices.Answer(name), bot.question(name, spoken)) for name in related[:MOST_RELATED]]
    back = (choices.Questions(answer.topic), said["button_back"])
    menu = (choices.Topics(), said["button_menu"])
    return lists.numbered(said["more_intro"], lines[: lists.PAGE], [back, menu], said)


def document_line(name: str, spoken: str, bot: Bot) -> str:
    """A document's title and, where its file is at hand, how many megabytes it costs to get."""
    from kmqa.phrases import fill

    title = bot.contents.document_by_id[name].title
    size = bot.contents.document_sizes.get(name)
    if size is None:
        return title
    megabytes = f"{max(0.1, size / _MEGABYTE):.1f}"
    return fill(bot.said(spoken)["document_line"], title=title, size=megabytes)


def _body(reply: Reply) -> str:
    lines = list(dict.fromkeys(source.line for source in reply.sources if source.line))
    return SEPARATOR.join([reply.text, *lines[:1]])


def _answer(reply: Reply, bot: Bot) -> Outgoing:
    said = bot.said(reply.language)
    answer_id = reply.answer_id or ""
    options: list[tuple[choices.Choice, str]] = [
        (choices.Verdict(answer_id, reply.bundle_id, is_helpful=True), "button_helpful"),
        (choices.Verdict(answer_id, reply.bundle_id, is_helpful=False), "button_not_helpful"),
        (choices.More(answer_id), "button_more"),
    ]
    return Outgoing(
        text=_body(reply),
        options=tuple(Option(choice.written, said[phrase]) for choice, phrase in options),
    )


def _choice(reply: Reply, bot: Bot) -> Outgoing:
    if reply.reason == NO_TEXT:
        return _languages(reply, bot)
    said = bot.said(reply.language)
    lines: list[lists.Line] = [
        (choices.Answer(candidate.answer_id), bot.question(candidate.answer_id, reply.language))
        for candidate in reply.offered
    ]
    return lists.numbered(reply.text, lines, [(choices.Nothing(), said["none_of_these"])], said)


def _languages(reply: Reply, bot: Bot) -> Outgoing:
    """One tap for each language that the answer has."""
    answer_id = reply.offered[0].answer_id
    texts = bot.contents.answer_by_id[answer_id].text
    options = tuple(
        Option(choices.Answer(answer_id, code).written, language_name(code))
        for code in bot.contents.settings.languages
        if code in texts
    )
    return Outgoing(
        text=reply.text, options=options, list_label=bot.said(reply.language)["button_choose"]
    )


def menu_and_person(bot: Bot, spoken: str) -> tuple[Option, ...]:
    """Two ways on for somebody whom the bot could not help."""
    said = bot.said(spoken)
    return (
        Option(choices.Topics().written, said["button_menu"]),
        Option(choices.Go("person").written, said["button_person"]),
    )


def _refusal(reply: Reply, bot: Bot) -> Outgoing:
    return Outgoing(text=reply.text, options=menu_and_person(bot, reply.language))


def _urgent(reply: Reply, bot: Bot) -> Outgoing:
    """The fixed text first; under it what may help when the person is safe."""
    entry = bot.contents.urgent_by_id[reply.answer_id or ""]
    related = [name for name in entry.related if name in bot.contents.answer_by_id]
    body = _body(reply)
    if not related:
        return Outgoing(text=body)
    said = bot.said(reply.language)
    lines: list[lists.Line] = [
        (choices.Answer(name), bot.question(name, reply.language)) for name in related[:2]
    ]
    return lists.numbered(SEPARATOR.join([body, said["urgent_more"]]), lines, [], said)
