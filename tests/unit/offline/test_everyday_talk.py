from pathlib import Path

import pytest
from bundle_builder import make_contents
from corpus_builder import make_answer, make_corpus

from kmqa.lexicon import languages
from kmqa.offline import everyday_talk

KINDS = {
    "statements",
    "words",
    "courtesies",
    "follow_ups",
    "stories",
    "questions",
    "no_signs",
    "asked",
    "near_misses",
}


@pytest.mark.parametrize("language", languages.load())
def test_each_language_has_a_hundred_lines_of_every_kind_of_talk(language: str) -> None:
    talk = everyday_talk.read_talk(language)
    lines = [line for kind in talk.values() for line in kind]

    assert set(talk) == KINDS
    assert len(lines) >= 100
    assert min(len(kind) for kind in talk.values()) >= 14
    assert len(set(lines)) == len(lines)
    assert all(line == line.strip() and line for line in lines)


def test_a_language_without_a_file_has_no_everyday_talk() -> None:
    assert everyday_talk.read_talk("xx") == {}


def test_talk_is_of_the_languages_of_the_corpus_and_of_no_answer(tmp_path: Path) -> None:
    contents = make_contents(make_corpus(tmp_path, answers=(make_answer(),)))
    lines = everyday_talk.list_wordings(contents)

    assert {line.language for line in lines} == set(contents.settings.languages)
    assert {line.target for line in lines} == {everyday_talk.TARGET}
    assert {line.kind for line in lines} == {"refusal", "near_miss"}
    assert all(line.normalised for line in lines)


def test_what_the_corpus_says_itself_is_left_out(tmp_path: Path) -> None:
    said = everyday_talk.read_talk("en")["questions"][0]
    answer = make_answer(questions={"en": [said, "another question"]})
    contents = make_contents(make_corpus(tmp_path, answers=(answer,)))

    assert said not in {line.text for line in everyday_talk.list_wordings(contents)}
