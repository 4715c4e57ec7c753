"""What the starter corpus promises: complete, cited, sendable, and tested by other words."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from bundle_builder import make_responder
from corpus_builder import TODAY

from kmqa.content.corpus import Corpus
from kmqa.corpus import files, validate
from kmqa.eval import leaks, test_set
from kmqa.index import encoder, store
from kmqa.matching.respond import Responder
from kmqa.offline import extract, vectors, wordings
from kmqa.records import Profile

FloatArray = npt.NDArray[np.float32]
ROOT = Path(__file__).parents[2] / "corpus"
LANGUAGES = ("en", "es", "fr", "ur", "sw", "hi", "pt", "ar")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return files.read_corpus(ROOT)


@pytest.fixture(scope="module")
def respond(corpus: Corpus) -> Responder:
    """Sends the real texts of answers with variants; nothing is asked, so nothing is fitted."""
    answers = [answer for answer in corpus.answers if answer.variants]
    brief = tuple(replace(one, questions={"en": one.questions["en"][:1]}) for one in answers)
    return make_responder(
        replace(corpus, items={**corpus.items, "answer": brief, "danger_sign": ()})
    )


def test_the_corpus_is_fit_to_build() -> None:
    checked = validate.check(ROOT, extract.read_pdf, TODAY)

    assert [str(problem) for problem in checked.errors] == []
    assert {problem.code for problem in checked.problems} <= {"translation-missing"}


def test_every_answer_is_cited_linked_and_asked_for(corpus: Corpus) -> None:
    by_id = {answer.id: answer for answer in corpus.answers}
    for answer in corpus.answers:
        assert answer.sources, answer.id
        assert all(source.quote for source in answer.sources), answer.id
        assert len(answer.questions["en"]) >= 5, answer.id
        assert all(answer.id in by_id[other].related for other in answer.related), answer.id
        assert all(len(text) <= 900 for text in answer.text.values()), answer.id
    assert len(by_id) == 111


@pytest.mark.parametrize(
    ("language", "least"),
    [("es", 60), ("fr", 60), ("ur", 60), ("sw", 60), ("hi", 20), ("pt", 20)],
)
def test_enough_answers_can_be_read_in_each_language(
    corpus: Corpus, language: str, least: int
) -> None:
    assert sum(language in answer.text for answer in corpus.answers) >= least


def _variants() -> list[tuple[str, int]]:
    return [
        (answer.id, number)
        for answer in files.read_corpus(ROOT).answers
        for number in range(len(answer.variants))
    ]


@pytest.mark.parametrize(("answer_id", "number"), _variants())
def test_a_variant_is_sent_to_those_it_is_for_and_to_nobody_else(
    respond: Responder, corpus: Corpus, answer_id: str, number: int
) -> None:
    answer = next(one for one in corpus.answers if one.id == answer_id)
    variant = answer.variants[number]
    fits = {name: values[0] for name, values in variant.when.items()}

    assert respond.reply_with(answer_id, Profile(**fits), "en").text == variant.text["en"]
    assert respond.reply_with(answer_id, Profile(), "en").text == answer.text["en"]


def test_there_are_variants_enough() -> None:
    assert len(_variants()) >= 12


def test_every_danger_sign_speaks_all_languages(corpus: Corpus) -> None:
    assert len(corpus.urgent) == 11
    for entry in corpus.urgent:
        assert set(entry.text) == set(LANGUAGES), entry.id
        assert sum(len(examples) for examples in entry.examples.values()) >= 15, entry.id
        assert set(entry.examples) == set(LANGUAGES), entry.id


def test_contacts_are_dated(corpus: Corpus) -> None:
    countries = set(corpus.refusals.contacts) - {"default"}

    assert len(countries) >= 15
    assert all(contact.noted_on for contact in corpus.refusals.contacts.values())


class _RememberingEncoder:
    """The model as it is exported into a bundle; encodes each text once."""

    def __init__(self, exported: encoder.OnnxEncoder, folder: Path) -> None:
        self._exported = exported
        self._cache = vectors.VectorCache(folder, exported.facts)

    def encode(self, texts: Sequence[str], kind: encoder.Kind = "query") -> FloatArray:
        """See `kmqa.index.encoder.Encoder`."""
        return self._cache.encode(texts, kind, lambda new: self._exported.encode(new, kind))

    def knows(self, word: str) -> bool:
        """See `kmqa.index.encoder.Encoder`."""
        return self._exported.knows(word)


@pytest.fixture(scope="module")
def encode_all(built: Path, tmp_path_factory: pytest.TempPathFactory) -> encoder.Encoder:
    exported = encoder.OnnxEncoder(store.current_folder(built / "index") / "encoder")
    return _RememberingEncoder(exported, tmp_path_factory.mktemp("vectors"))


def test_no_test_question_is_taken_from_the_corpus(
    corpus: Corpus, encode_all: encoder.Encoder
) -> None:
    files = [ROOT / "tests" / f"{name}.jsonl" for name in ("dev", "test", "urgent")]
    queries = [query for file in files for query in test_set.read_test_set(file).queries]

    found = leaks.find_leaks(queries, wordings.wordings_of(corpus), encode_all, "en")

    assert found == ()


def _lines(name: str) -> list[dict]:
    content = (ROOT / "tests" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in content.splitlines()]


def test_the_two_test_sets_share_no_question() -> None:
    dev, test = ({line["text"].casefold() for line in _lines(name)} for name in ("dev", "test"))

    assert not dev & test
    assert len(dev) + len(test) >= 800


def test_promises_name_answers_that_there_are(corpus: Corpus) -> None:
    promises = test_set.read_test_set(ROOT / "tests" / str(corpus.settings.gate.promises))
    known = {item.id for item in (*corpus.answers, *corpus.urgent)}

    test_set.check_ids(promises, known)

    assert {query.lang for query in promises.queries} == set(LANGUAGES)
