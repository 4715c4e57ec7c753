"""The menu: topics, the questions of a topic, and documents."""

from dataclasses import replace

from kmqa import phrases
from kmqa.dialogue import choices, lists
from kmqa.dialogue.context import SEPARATOR, TurnContext
from kmqa.dialogue.render import document_line
from kmqa.messages import ContentRef, Outgoing


def topics(page: int, language: str, context: TurnContext) -> Outgoing:
    """Return a page of the topics that have answers, in the order of the corpus."""
    words = context.phrases_in(language)
    used = {answer.topic for answer in context.contents.answers}
    known = [topic for topic in context.contents.settings.topics if topic in used]
    rest = sorted(used.difference(known))
    found: list[lists.Line] = [
        (choices.Questions(topic), context.topic_label(topic, language))
        for topic in (*known, *rest)
    ]
    lines, goes_on = lists.page_of(found, page)
    others: list[lists.Line] = []
    if goes_on:
        others.append((choices.Topics(page + 1), words["button_next"]))
    if page:
        others.append((choices.Topics(page - 1), words["button_back"]))
    return lists.number_lines(words["topics_intro"], lines, others, words)


def questions(topic: str, page: int, language: str, context: TurnContext) -> Outgoing:
    """Return a page of the questions of a topic; the topics where there is no such topic."""
    found: list[lists.Line] = [
        (choices.PickAnswer(answer.id), context.question_line(answer.id, language))
        for answer in context.contents.answers
        if answer.topic == topic
    ]
    if not found:
        return topics(0, language, context)
    words = context.phrases_in(language)
    lines, goes_on = lists.page_of(found, page)
    others: list[lists.Line] = []
    if goes_on:
        others.append((choices.Questions(topic, page + 1), words["button_next"]))
    back = choices.Questions(topic, page - 1) if page else choices.Topics()
    others.append((back, words["button_back"]))
    intro = phrases.fill(words["questions_intro"], topic=context.topic_label(topic, language))
    return lists.number_lines(intro, lines, others, words)


def parent_of(choice: choices.Choice) -> choices.Choice:
    """Return the list from which the list of `choice` was opened."""
    match choice:
        case choices.Topics(page):
            return choices.Topics(max(0, page - 1))
        case choices.Questions(topic, page) if page:
            return choices.Questions(topic, page - 1)
        case choices.Ask(field, page) if page:
            return choices.Ask(field, page - 1)
    return choices.Topics()


def document(name: str, language: str, context: TurnContext, *, low_data: bool) -> Outgoing | None:
    """Return a document to send, or for low data where to read it; None if it is unknown."""
    known = context.current_document(name)
    if known is None:
        return None
    if low_data or name not in context.contents.document_sizes:
        link = [context.phrases_in(language)["document_link"], known.url] if known.url else []
        outgoing = Outgoing(text=SEPARATOR.join([known.title, *link]))
    else:
        outgoing = Outgoing(text=document_line(name, language, context), document=name)
    return replace(outgoing, purpose="answer", content_refs=(ContentRef("document", name),))
