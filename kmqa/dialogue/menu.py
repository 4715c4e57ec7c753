"""The menu: topics, the questions of a topic, and documents."""

from kmqa import phrases
from kmqa.dialogue import choices, lists
from kmqa.dialogue.bot import SEPARATOR, Bot
from kmqa.dialogue.shown import document_line
from kmqa.messages import Outgoing


def topics(page: int, spoken: str, bot: Bot) -> Outgoing:
    """A page of the topics that have answers, in the order of the corpus."""
    said = bot.said(spoken)
    used = {answer.topic for answer in bot.contents.answers}
    known = [topic for topic in bot.contents.settings.topics if topic in used]
    rest = sorted(used.difference(known))
    found: list[lists.Line] = [
        (choices.Questions(topic), bot.topic(topic, spoken)) for topic in (*known, *rest)
    ]
    lines, goes_on = lists.page_of(found, page)
    others: list[lists.Line] = []
    if goes_on:
        others.append((choices.Topics(page + 1), said["button_next"]))
    if page:
        others.append((choices.Topics(page - 1), said["button_back"]))
    return lists.numbered(said["topics_intro"], lines, others, said)


def questions(topic: str, page: int, spoken: str, bot: Bot) -> Outgoing:
    """A page of the questions of a topic; the topics where there is no such topic."""
    found: list[lists.Line] = [
        (choices.Answer(answer.id), bot.question(answer.id, spoken))
        for answer in bot.contents.answers
        if answer.topic == topic
    ]
    if not found:
        return topics(0, spoken, bot)
    said = bot.said(spoken)
    lines, goes_on = lists.page_of(found, page)
    others: list[lists.Line] = []
    if goes_on:
        others.append((choices.Questions(topic, page + 1), said["button_next"]))
    back = choices.Questions(topic, page - 1) if page else choices.Topics()
    others.append((back, said["button_back"]))
    intro = phrases.fill(said["questions_intro"], topic=bot.topic(topic, spoken))
    return lists.numbered(intro, lines, others, said)


def parent_of(choice: choices.Choice) -> choices.Choice:
    """The list from which the list of `choice` was opened."""
    match choice:
        case choices.Topics(page):
            return choices.Topics(max(0, page - 1))
        case choices.Questions(topic, page) if page:
            return choices.Questions(topic, page - 1)
        case choices.Ask(field, page) if page:
            return choices.Ask(field, page - 1)
    return choices.Topics()


def document(name: str, spoken: str, bot: Bot, *, low_data: bool) -> Outgoing | None:
    """A document to send, or where to read it for people with little data; None if unknown."""
    known = bot.document(name)
    if known is None:
        return None
    if low_data or name not in bot.contents.document_sizes:
        link = [bot.said(spoken)["document_link"], known.url] if known.url else []
        return Outgoing(text=SEPARATOR.join([known.title, *link]))
    return Outgoing(text=document_line(name, spoken, bot), document=name)
