from pathlib import Path

import pytest
from bundle_builder import make_contents
from corpus_builder import (
    make_answer,
    make_corpus,
    make_document,
    make_phrases,
    make_refusals,
    make_settings,
    make_urgent,
)

from kmqa.index.contents import Contents
from kmqa.matching import reply
from kmqa.records import Candidate, Decision, Passage, PassageHit, Profile

ANSWER = make_answer(
    "late",
    text={"en": "Give it now.", "fr": "Faites-la maintenant."},
    variants=[{"when": {"role": ["chw"]}, "text": {"en": "Refer her."}}],
    sources=[{"document": "handbook", "pages": [8, 9], "quote": "x"}],
    resources=["handbook"],
)


@pytest.fixture
def contents(tmp_path: Path) -> Contents:
    corpus = make_corpus(
        tmp_path,
        settings=make_settings(languages=["en", "fr", "ur"]),
        answers=(ANSWER, make_answer("english-only")),
        documents=(make_document(url="https://example.org/h.pdf"),),
        urgent=(make_urgent(),),
        refusals=make_refusals(
            contacts={
                "default": {"text": {"en": "Ask your supervisor."}},
                "KE": {"text": {"en": "Ask the county."}},
            }
        ),
    )
    return make_contents(corpus)


def _candidate(answer_id: str = "late", language: str = "en") -> Candidate:
    return Candidate(answer_id=answer_id, confidence=0.91, question="q", language=language)


def _answering(answer_id: str = "late", language: str = "en") -> Decision:
    candidates = (_candidate(answer_id, language),)
    return Decision(outcome="answer", reason="r", candidates=candidates, offered=candidates)


def _listener(language: str = "en", *, is_sure: bool = True, **profile: str) -> reply.Listener:
    return reply.Listener(profile=Profile(**profile), language=language, is_sure=is_sure)


def test_an_answer_is_sent_word_for_word_with_its_source(contents: Contents) -> None:
    sent = reply.compose_reply(_answering(), contents, _listener())

    assert (sent.text, sent.answer_id, sent.confidence) == ("Give it now.", "late", 0.91)
    assert sent.sources[0].pages == (8, 9)
    assert "A handbook" in sent.sources[0].line
    assert "8, 9" in sent.sources[0].line
    assert "2026-11" in sent.sources[0].line
    assert sent.resources[0].url == "https://example.org/h.pdf"


def test_the_profile_picks_the_variant(contents: Contents) -> None:
    assert reply.compose_reply(_answering(), contents, _listener(role="chw")).text == "Refer her."


def test_the_reply_is_in_the_persons_language(contents: Contents) -> None:
    sent = reply.compose_reply(_answering(), contents, _listener("fr"))

    assert (sent.text, sent.language) == ("Faites-la maintenant.", "fr")


@pytest.mark.parametrize(("guessed", "spoken"), [("fr", "fr"), ("ur", "en")])
def test_an_unsure_guess_yields_where_the_answer_is_not_there_in_it(
    contents: Contents, guessed: str, spoken: str
) -> None:
    """The wording that matched is in English, which says little: all are compared in its terms."""
    sent = reply.compose_reply(
        _answering(language="en"), contents, _listener(guessed, is_sure=False)
    )

    assert sent.language == spoken


def test_a_missing_translation_is_said_and_the_languages_offered(contents: Contents) -> None:
    sent = reply.compose_reply(_answering(), contents, _listener("ur"))

    assert (sent.outcome, sent.reason) == ("choose", "no-text-in-language")
    assert "English" in sent.text
    assert "Français" in sent.text
    assert "Give it now." not in sent.text
    assert sent.offered[0].answer_id == "late"


def test_an_urgent_text_comes_first_and_whole(contents: Contents) -> None:
    decision = Decision(outcome="urgent", reason="r", urgent_id="urgent-bleeding")

    sent = reply.compose_reply(decision, contents, _listener("ur", country="KE"))

    assert sent.text == "Go to the hospital now.\n\nAsk the county."
    assert sent.answer_id == "urgent-bleeding"


def test_a_refusal_names_a_person_to_ask(contents: Contents) -> None:
    sent = reply.compose_reply(Decision(outcome="refuse", reason="r"), contents, _listener())

    said = make_phrases("en")
    assert sent.text == "\n\n".join([said["refuse"], said["contact_intro"], "Ask your supervisor."])


def test_documents_are_named_but_never_quoted(contents: Contents) -> None:
    passage = Passage(id="handbook#1", document="handbook", pages=(4, 5), text="secret words")
    hits = (PassageHit(passage=passage, score=0.8),)

    sent = reply.compose_reply(
        Decision(outcome="resources", reason="r", passages=hits), contents, _listener()
    )

    assert "A handbook" in sent.text
    assert "secret" not in sent.text
    assert sent.resources[0].pages == (4,)


@pytest.mark.parametrize("kind", ["greeting", "thanks", "empty", "emoji", "gibberish", "too_long"])
def test_small_talk_gets_its_fixed_phrase(contents: Contents, kind: str) -> None:
    decision = Decision(outcome="chat", reason=kind, chat=kind)  # type: ignore[arg-type]  # a kind

    assert reply.compose_reply(decision, contents, _listener("fr")).text == make_phrases("fr")[kind]


def test_a_language_without_phrases_gets_the_default_ones(contents: Contents) -> None:
    sent = reply.compose_reply(Decision(outcome="refuse", reason="r"), contents, _listener("sw"))

    assert sent.language == "en"
