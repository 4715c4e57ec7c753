"""What the glossary brings together."""

from collections.abc import Iterator

from kmqa.content.corpus import Corpus
from kmqa.content.rules import texts
from kmqa.errors import Problem
from kmqa.text import normalise


def problems_of(corpus: Corpus) -> Iterator[Problem]:
    """Problems with the terms and their forms."""
    taken: dict[tuple[str, str], str] = {}
    for number, term in enumerate(corpus.glossary.terms):
        for language, forms in term.forms.items():
            where = ("terms", number, "forms", language)
            place = corpus.place("glossary", "", *where)
            yield from texts.problems_of_language(corpus, language, place)
            for at, form in enumerate(forms):
                place = corpus.place("glossary", "", *where, at)
                fault = form_fault(form)
                if fault:
                    yield Problem(*place, "form-invalid", f'the form "{form}" {fault}')
                first = taken.setdefault((language, normalise(form)), term.term)
                if first != term.term:
                    message = f'"{form}" already stands for "{first}". Keep it under one term.'
                    yield Problem(*place, "form-repeated", message)


def form_fault(form: str) -> str:
    """Say what is wrong with a form, as the end of a sentence; empty when nothing is."""
    bare = form.strip().removeprefix("*").removesuffix("*")
    if "*" in bare:
        return "has a * inside. Put it before the first letter or after the last."
    if not any(char.isalnum() for char in bare):
        return "has no letter. Delete it, or write a word."
    return ""
