"""Whether every fixed phrase is there in every language, with its blanks."""

from collections.abc import Iterator, Mapping

from kmqa import phrases
from kmqa.content.corpus import Corpus
from kmqa.content.rules import names, texts
from kmqa.corpus import layout
from kmqa.errors import Problem


def problems_of(corpus: Corpus) -> Iterator[Problem]:
    """Problems with the phrase files."""
    for language in corpus.settings.languages:
        found = corpus.phrases.get(language)
        if found is None:
            message = (
                f'there are no phrases in "{language}". Write this file, or drop the language.'
            )
            path = layout.phrases_path(language)
            yield Problem(path, 0, "phrases-missing", message)
        else:
            yield from _problems_of_language(corpus, language, found)
    for language in sorted(corpus.phrases.keys() - set(corpus.settings.languages)):
        message = f'"{language}" is not a language of corpus.yaml, so this file is not used.'
        place = corpus.place("phrases", language)
        yield Problem(place[0], 0, "phrases-unused", message, "warning")


def _problems_of_language(
    corpus: Corpus, language: str, found: Mapping[str, str]
) -> Iterator[Problem]:
    path, _ = corpus.place("phrases", language)
    for key in phrases.PHRASES:
        if key not in found:
            yield Problem(path, 0, "phrase-missing", f'the phrase "{key}" is missing. Write it.')
    for key, phrase in found.items():
        place = corpus.place("phrases", language, key)
        if key in phrases.RETIRED:
            message = f'the phrase "{key}" is not shown any more. Delete it.'
            yield Problem(*place, "phrase-retired", message, "warning")
            continue
        if key not in phrases.PHRASES:
            known = names.did_you_mean(key, phrases.PHRASES)
            yield Problem(*place, "phrase-unknown", f'no phrase is called "{key}". {known}')
            continue
        for fault in (*texts.faults_of_message(phrase), *_faults_of_blanks(key, phrase)):
            yield fault.at(place)


def _faults_of_blanks(key: str, phrase: str) -> Iterator[texts.Fault]:
    wanted, found = phrases.PHRASES[key], phrases.blanks(phrase)
    for blank in sorted(wanted - set(found)):
        yield texts.Fault("phrase-blank", f'"{key}" lacks the blank {{{blank}}}. Put it in.')
    for blank in dict.fromkeys(found):
        if blank not in wanted:
            allowed = ", ".join(f"{{{name}}}" for name in sorted(wanted)) or "none"
            message = f'"{key}" has an unknown blank {{{blank}}}; it may have {allowed}. Delete it.'
            yield texts.Fault("phrase-blank", message)
    n_braces = phrase.count("{") + phrase.count("}")
    if n_braces != 2 * len(found):
        yield texts.Fault("phrase-blank", f'"{key}" has a stray brace. Delete it.')
    limit = phrases.LIMITS.get(key)
    if limit and texts.n_units(phrase) > limit:
        message = f'"{key}" has {texts.n_units(phrase)} UTF-16 units; a button takes {limit}.'
        yield texts.Fault("text-too-long", f"{message} Shorten it.")
