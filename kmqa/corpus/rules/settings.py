"""What `corpus.yaml` and `refusals.yaml` say: languages, topics, groups and contacts."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from kmqa.content.corpus import Corpus
from kmqa.content.rules import texts
from kmqa.errors import Problem
from kmqa.records import Contact

_ANYWHERE = "default"
_CONTACT_LIFE = timedelta(days=366)  # a year, as for an approval


def problems_of(corpus: Corpus, today: date) -> Iterator[Problem]:
    """Problems with the settings, the groups of refusals and the contacts."""
    yield from _problems_of_lists(corpus)
    if corpus.settings.notice:
        notice = corpus.settings.notice
        yield from texts.problems_of_texts(corpus, "settings", "", ("notice",), notice)
    for topic, labels in corpus.settings.topics.items():
        for language, label in labels.items():
            place = corpus.place("settings", "", "topics", topic, language)
            yield from texts.problems_of_language(corpus, language, place)
            yield from (fault.at(place) for fault in texts.faults_of_characters(label))
    yield from _problems_of_labels(corpus)
    yield from _problems_of_forms(corpus)
    yield from _problems_of_hours(corpus)
    yield from _problems_of_groups(corpus)
    yield from _problems_of_contacts(corpus, today)


def _problems_of_lists(corpus: Corpus) -> Iterator[Problem]:
    settings = corpus.settings
    for key, names in (
        ("languages", settings.languages),
        ("roles", settings.roles),
        ("countries", settings.countries),
    ):
        for name in _repeats(names):
            place = corpus.place("settings", "", key)
            yield Problem(*place, "name-repeated", f'"{name}" stands twice. Keep one.', "warning")


def _repeats(names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield name
        seen.add(name)


def _problems_of_labels(corpus: Corpus) -> Iterator[Problem]:
    for topic, labels in corpus.settings.topics.items():
        missing = [lang for lang in corpus.settings.languages if lang not in labels]
        if missing:
            message = f'the topic "{topic}" has no label in {", ".join(missing)}. Write it.'
            place = corpus.place("settings", "", "topics", topic)
            yield Problem(*place, "label-missing", message, "warning")


def _problems_of_forms(corpus: Corpus) -> Iterator[Problem]:
    settings = corpus.settings
    fields = (
        settings.languages,
        settings.roles,
        settings.countries,
        settings.age_groups,
        settings.genders,
    )
    known = {code for codes in fields for code in codes}
    for code in settings.forms:
        if code not in known:
            place = corpus.place("settings", "", "forms", code)
            message = (
                f'nobody is asked for "{code}", so its forms mean nothing. Correct its spelling.'
            )
            yield Problem(*place, "form-unknown", message, "warning")


def _problems_of_hours(corpus: Corpus) -> Iterator[Problem]:
    for country, hours in corpus.settings.office_hours.items():
        place = corpus.place("settings", "", "office_hours", country)
        if hours.closes <= hours.opens:
            message = (
                f'"{country}" closes at {hours.closes}, before it opens at {hours.opens}, so that '
                "nobody is ever there. Give hours of one day."
            )
            yield Problem(*place, "hours-reversed", message)
        if country not in {_ANYWHERE, *corpus.settings.countries}:
            message = f'"{country}" is no country of corpus.yaml and not "default". Add it there.'
            yield Problem(*place, "country-unknown", message)


def _problems_of_groups(corpus: Corpus) -> Iterator[Problem]:
    ids = [group.id for group in corpus.refusals.groups]
    for repeated in _repeats(ids):
        number = len(ids) - 1 - ids[::-1].index(repeated)
        place = corpus.place("refusals", "", "groups", number, "id")
        message = f'two groups are called "{repeated}". Give one of them another id.'
        yield Problem(*place, "id-repeated", message)
    for number, group in enumerate(corpus.refusals.groups):
        if not any(group.questions.values()):
            place = corpus.place("refusals", "", "groups", number, "questions")
            message = f'the group "{group.id}" has no questions. Add some, or delete it.'
            yield Problem(*place, "group-empty", message, "warning")


def _problems_of_contacts(corpus: Corpus, today: date) -> Iterator[Problem]:
    for country, contact in corpus.refusals.contacts.items():
        where = ("contacts", country)
        place = corpus.place("refusals", "", *where)
        if country not in {_ANYWHERE, *corpus.settings.countries}:
            message = f'"{country}" is no country of corpus.yaml and not "default". Add it there.'
            yield Problem(*place, "country-unknown", message)
        yield from texts.problems_of_texts(corpus, "refusals", "", (*where, "text"), contact.text)
        yield from _problems_of_dates(contact, country, place, today)


def _problems_of_dates(
    contact: Contact, country: str, place: tuple[str, int], today: date
) -> Iterator[Problem]:
    for name in ("confirmed_on", "noted_on"):
        day = getattr(contact, name)
        if day is not None and day > today:
            message = f'"{name}" lies in the future ({day}). Correct it.'
            yield Problem(*place, "date-in-future", message)
    last = contact.confirmed_on or contact.noted_on
    if last is None:
        message = f'nobody has confirmed or dated the contact for "{country}". Check it.'
        yield Problem(*place, "contact-unconfirmed", message, "warning")
    elif today - last > _CONTACT_LIFE:
        message = f'the contact for "{country}" was last looked at on {last}. Check it again.'
        yield Problem(*place, "contact-old", message, "warning")
