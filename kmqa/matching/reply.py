"""From a decision to the words that leave: approved texts, fixed phrases, document titles.

Every text is taken whole from the bundle. Nothing is cut, joined inside or translated; parts are
only set under each other with an empty line between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict, Unpack

from kmqa import phrases
from kmqa.index.contents import Contents
from kmqa.lexicon import languages
from kmqa.matching import audience
from kmqa.records import (
    Answer,
    Candidate,
    CitedSource,
    Decision,
    Profile,
    Reason,
    Reply,
    Resource,
    Source,
    UrgentEntry,
)

NO_TEXT: Reason = "no-text-in-language"
SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """Whom a reply is for.

    Attributes:
        language: In which the person wrote or which they have chosen.
        is_sure: Whether that language was chosen or is beyond doubt; otherwise an answer that is
            not there in it is given in the language of the wording that matched.
    """

    profile: Profile
    language: str
    is_sure: bool


def compose_reply(decision: Decision, contents: Contents, listener: Listener) -> Reply:
    """Compose the reply that carries out `decision`, without bundle id and time."""
    composers = {
        "answer": _compose_answer,
        "choose": _compose_choice,
        "resources": _compose_resources,
        "refuse": _compose_refusal,
        "urgent": _compose_danger,
        "chat": _compose_chat,
    }
    return composers[decision.outcome](decision, contents, listener)


def _compose_answer(decision: Decision, contents: Contents, listener: Listener) -> Reply:
    candidate = decision.offered[0]
    answer = contents.answer_by_id[candidate.answer_id]
    texts = audience.select_texts(answer, listener.profile)
    language = listener.language
    if not listener.is_sure:
        language = _first_available((language, candidate.language), texts)
    if language not in texts:
        return _offer_languages(decision, contents, language, texts)
    return _make_reply(
        decision,
        language,
        [texts[language]],
        answer_id=answer.id,
        sources=_cite_all(answer, contents, language),
        resources=_list_resources(answer.resources, contents),
        offered=decision.offered,
    )


def _offer_languages(
    decision: Decision, contents: Contents, language: str, texts: Mapping[str, str]
) -> Reply:
    """Offer the languages that an answer exists in, because `language` is none of them."""
    spoken = _choose_language(language, contents)
    names = ", ".join(languages.endonym(code) for code in sorted(texts))
    line = phrases.fill(contents.phrases[spoken]["language_unavailable"], languages=names)
    reply = _make_reply(decision, spoken, [line], offered=decision.offered)
    return replace(reply, outcome="choose", reason=NO_TEXT)


def _compose_choice(decision: Decision, contents: Contents, listener: Listener) -> Reply:
    spoken = _choose_language(listener.language, contents)
    said = contents.phrases[spoken]
    return _make_reply(decision, spoken, [said["choose_intro"]], offered=decision.offered)


def _compose_resources(decision: Decision, contents: Contents, listener: Listener) -> Reply:
    spoken = _choose_language(listener.language, contents)
    pages: dict[str, set[int]] = {}
    for hit in decision.passages:
        pages.setdefault(hit.passage.document, set()).add(hit.passage.pages[0])
    found = tuple(
        replace(item, pages=tuple(sorted(pages[item.document])))
        for item in _list_resources(tuple(pages), contents)
    )
    said = contents.phrases[spoken]
    lines = [
        phrases.fill(said["resource_line"], title=item.title, pages=_join_pages(item.pages))
        for item in found
    ]
    return _make_reply(
        decision, spoken, [said["resources_intro"], "\n".join(lines)], resources=found
    )


def _compose_refusal(decision: Decision, contents: Contents, listener: Listener) -> Reply:
    spoken = _choose_language(listener.language, contents)
    said = contents.phrases[spoken]
    contact = find_contact(contents, listener.profile.country, spoken)
    parts = [said["refuse"], *([said["contact_intro"], contact] if contact else [])]
    return _make_reply(decision, spoken, parts)


def _compose_danger(decision: Decision, contents: Contents, listener: Listener) -> Reply:
    entry = contents.urgent_by_id[decision.urgent_id or ""]
    spoken = _first_available((listener.language, *contents.settings.languages), entry.text)
    contact = find_contact(contents, listener.profile.country, spoken)
    parts = [entry.text[spoken], *([contact] if contact else [])]
    return _make_reply(
        decision,
        spoken,
        parts,
        answer_id=entry.id,
        sources=_cite_all(entry, contents, spoken),
    )


def _compose_chat(decision: Decision, contents: Contents, listener: Listener) -> Reply:
    spoken = _choose_language(listener.language, contents)
    return _make_reply(decision, spoken, [contents.phrases[spoken][decision.chat or "empty"]])


def find_contact(contents: Contents, country: str | None, language: str) -> str | None:
    """Return whom to turn to in `country`, in `language` or else the default one, if anyone."""
    contacts = contents.refusals.contacts
    contact = contacts.get(country or "", contacts.get("default"))
    if contact is None:
        return None
    return contact.text.get(language) or contact.text.get(contents.settings.languages[0])


def _cite_all(
    item: Answer | UrgentEntry, contents: Contents, language: str
) -> tuple[CitedSource, ...]:
    said = contents.phrases[_choose_language(language, contents)]
    return tuple(_cite_source(source, item, contents, said) for source in item.sources)


def _cite_source(
    source: Source, item: Answer | UrgentEntry, contents: Contents, said: Mapping[str, str]
) -> CitedSource:
    title = contents.document_by_id[source.document].title
    reviewed = item.approved_on.strftime("%Y-%m") if item.approved_on else "?"
    line = phrases.fill(
        said["source_line"], title=title, pages=_join_pages(source.pages), reviewed=reviewed
    )
    return CitedSource(document=source.document, title=title, pages=source.pages, line=line)


def _list_resources(names: Sequence[str], contents: Contents) -> tuple[Resource, ...]:
    known = contents.document_by_id
    return tuple(
        Resource(document=name, title=known[name].title, url=known[name].url)
        for name in names
        if name in known
    )


def _join_pages(pages: Sequence[int]) -> str:
    return ", ".join(str(page) for page in pages)


def _choose_language(language: str, contents: Contents) -> str:
    """Return `language` where the bot has its phrases, else the corpus's default language."""
    return language if language in contents.phrases else contents.settings.languages[0]


def _first_available(languages: Sequence[str], texts: Mapping[str, str]) -> str:
    """Return the first of `languages` that `texts` has, or the first of them where it has none."""
    return next((language for language in languages if language in texts), languages[0])


class _ReplyParts(TypedDict, total=False):
    """The parts of a reply that only some outcomes have."""

    answer_id: str | None
    sources: tuple[CitedSource, ...]
    resources: tuple[Resource, ...]
    offered: tuple[Candidate, ...]


def _make_reply(
    decision: Decision, language: str, parts: Sequence[str], **facts: Unpack[_ReplyParts]
) -> Reply:
    return Reply(
        outcome=decision.outcome,
        reason=decision.reason,
        text=SEPARATOR.join(parts),
        language=language,
        confidence=decision.candidates[0].confidence if decision.candidates else 0.0,
        candidates=decision.candidates,
        **facts,
    )
