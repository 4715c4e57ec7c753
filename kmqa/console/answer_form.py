"""From the fields of an answer's form to the answer that they describe; pure.

Fields: ``title-LANG``, ``questions-LANG`` (one a line), ``text-LANG``; ``source-N-document``,
``-pages`` and ``-quote``; ``variant-N-role`` and so on, ``variant-N-text-LANG``; ``resources`` and
``related`` (ids). What a form has no field for stays as it is; a source without a document and a
variant without a text are left out.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from kmqa.console import editing
from kmqa.corpus import layout, schema
from kmqa.errors import UserError
from kmqa.records import Answer

CONDITIONS = ("role", "country", "age_group", "gender")
_LISTED = re.compile(r"[\s,;]+")
_NUMBERED = re.compile(r"(source|variant)-(\d{1,3})-")


class FormInvalid(UserError):
    """A form says what no answer can say; names each field."""

    http_status = 422


def answer_of(before: Answer, languages: Sequence[str], given: Mapping[str, str]) -> Answer:
    """`before` with what the form `given` says.

    Args:
        before: As its file says it.
        languages: Of the corpus; the first one's title is the answer's own.
        given: Fields of the form; line ends as browsers send them.

    Raises:
        FormInvalid: A field has the wrong form, or no language has a text.
    """
    data = schema.plain(before) | _texts(before, languages, given)
    if any(key.startswith("source-") for key in given):
        data["sources"] = [_source(given, number) for number in _numbers("source", given)]
        data["sources"] = [source for source in data["sources"] if source["document"]]
    if any(key.startswith("variant-") for key in given):
        data["variants"] = [_variant(given, n, languages) for n in _numbers("variant", given)]
        data["variants"] = [variant for variant in data["variants"] if variant["text"]]
    for key in ("resources", "related"):
        if key in given:
            data[key] = _split_list(given[key])
    return _answer_from(data)


def _texts(before: Answer, languages: Sequence[str], given: Mapping[str, str]) -> dict[str, Any]:
    text, questions = dict(before.text), dict(before.questions)
    titles = {languages[0]: before.title, **before.titles}
    for code in languages:
        if f"text-{code}" in given:
            text[code] = _whole(given[f"text-{code}"])
        if f"title-{code}" in given:
            titles[code] = " ".join(given[f"title-{code}"].split())
        if f"questions-{code}" in given:
            questions[code] = editing.lines_of(given[f"questions-{code}"])
    return {
        "title": titles.pop(languages[0], ""),
        "titles": {code: title for code, title in titles.items() if title},
        "text": {code: words for code, words in text.items() if words},
        "questions": {code: lines for code, lines in questions.items() if lines},
    }


def _numbers(kind: str, given: Mapping[str, str]) -> list[int]:
    found = (_NUMBERED.match(key) for key in given)
    return sorted({int(match[2]) for match in found if match and match[1] == kind})


def _source(given: Mapping[str, str], number: int) -> dict[str, Any]:
    return {
        "document": given.get(f"source-{number}-document", "").strip(),
        "pages": _split_list(given.get(f"source-{number}-pages", "")),
        "quote": " ".join(given.get(f"source-{number}-quote", "").split()),
    }


def _variant(given: Mapping[str, str], number: int, languages: Sequence[str]) -> dict[str, Any]:
    when = {name: _split_list(given.get(f"variant-{number}-{name}", "")) for name in CONDITIONS}
    text = {code: _whole(given.get(f"variant-{number}-text-{code}", "")) for code in languages}
    return {
        "when": {name: values for name, values in when.items() if values},
        "text": {code: words for code, words in text.items() if words},
    }


def _answer_from(data: dict[str, Any]) -> Answer:
    path = layout.answer_path(data["topic"], data["id"])
    answer, problems = schema.record_of(Answer, data, path, lambda *_place: 0)
    faults = [problem.message for problem in problems]
    if answer is not None and not answer.text:
        faults.append("No language has a text. Write one, or retire the answer.")
    if answer is None or faults:
        raise FormInvalid("the form cannot be saved", which=data["id"], remedy=" ".join(faults))
    return replace(answer)


def _split_list(text: str) -> list[str]:
    return [part for part in _LISTED.split(text) if part]


def _whole(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()
