"""What is sent in each situation, one row each: the outcome, its language, and the parts of its text.

A part is a name out of `PARTS`: a reviewed text, a contact, or a fixed phrase in a language. Parts
are set under each other with an empty line between, and nothing else is in a text.
"""

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

from kmqa import phrases
from kmqa.index.contents import Contents
from kmqa.matching.reply import Listener, compose_reply
from kmqa.records import Candidate, Decision, Passage, PassageHit, Profile

EN, FR = make_phrases("en"), make_phrases("fr")
PARTS = {
    "answer.en": "Give it now.",
    "answer.fr": "Faites-la maintenant.",
    "answer for chw.en": "Refer the client.",
    "danger.en": "Go to the hospital now.",
    "contact": "Ask your supervisor.",
    "contact of KE": "Ask the county.",
    "contact.fr": "Demandez à votre superviseur.",
    "phrase languages(English, Français)": phrases.fill(
        EN["language_unavailable"], languages="English, Français"
    ),
    "phrase document(A handbook, 4)": phrases.fill(
        EN["resource_line"], title="A handbook", pages="4"
    ),
    **{f"phrase {name}": text for name, text in EN.items()},
    **{f"phrase {name}.fr": text for name, text in FR.items()},
}

LATE = Candidate(answer_id="late", confidence=0.91, question="q", language="en")
OTHER = Candidate(answer_id="other", confidence=0.9, question="q", language="en")
PAGE = Passage(id="handbook#1", document="handbook", pages=(4, 5), text="never sent")
ANSWER = Decision(outcome="answer", reason="above-threshold", candidates=(LATE,), offered=(LATE,))
CHOICE = Decision(
    outcome="choose", reason="within-margin", candidates=(LATE, OTHER), offered=(LATE, OTHER)
)
DOCUMENT = Decision(
    outcome="resources", reason="passage-only", passages=(PassageHit(passage=PAGE, score=0.8),)
)
REFUSAL = Decision(outcome="refuse", reason="no-match")
DANGER = Decision(outcome="urgent", reason="danger-sign", urgent_id="urgent-bleeding")
GREETING = Decision(outcome="chat", reason="greeting", chat="greeting")


def _to(language: str, *, is_sure: bool = True, **profile: str) -> Listener:
    return Listener(profile=Profile(**profile), language=language, is_sure=is_sure)


# The corpus of these rows speaks English, French and Urdu; its phrases are there in all three, the
# answer and the contacts in English and French, the danger sign in English.
ROWS = [
    ("an answer, in the person's language", ANSWER, _to("fr"), "answer", "fr", ["answer.fr"]),
    ("an answer, to whom a variant is for", ANSWER, _to("en", role="chw"), "answer", "en", ["answer for chw.en"]),
    ("a variant that lacks the language", ANSWER, _to("fr", role="chw"), "answer", "fr", ["answer.fr"]),
    ("a guessed language that the answer lacks", ANSWER, _to("ur", is_sure=False), "answer", "en", ["answer.en"]),
    ("a chosen language that the answer lacks", ANSWER, _to("sw"), "choose", "en", ["phrase languages(English, Français)"]),
    ("close answers", CHOICE, _to("en"), "choose", "en", ["phrase choose_intro"]),
    ("close answers, in French", CHOICE, _to("fr"), "choose", "fr", ["phrase choose_intro.fr"]),
    ("only a document fits", DOCUMENT, _to("en"), "resources", "en", ["phrase resources_intro", "phrase document(A handbook, 4)"]),
    ("nothing fits", REFUSAL, _to("en"), "refuse", "en", ["phrase refuse", "phrase contact_intro", "contact"]),
    ("nothing fits, in a country with a contact", REFUSAL, _to("en", country="KE"), "refuse", "en", ["phrase refuse", "phrase contact_intro", "contact of KE"]),
    ("nothing fits, in French", REFUSAL, _to("fr"), "refuse", "fr", ["phrase refuse.fr", "phrase contact_intro.fr", "contact.fr"]),
    ("nothing fits, in a language without phrases", REFUSAL, _to("sw"), "refuse", "en", ["phrase refuse", "phrase contact_intro", "contact"]),
    ("a danger sign", DANGER, _to("en"), "urgent", "en", ["danger.en", "contact"]),
    ("a danger sign, in a country with a contact", DANGER, _to("en", country="KE"), "urgent", "en", ["danger.en", "contact of KE"]),
    ("a danger sign that lacks the language", DANGER, _to("ur"), "urgent", "en", ["danger.en", "contact"]),
    ("a greeting", GREETING, _to("fr"), "chat", "fr", ["phrase greeting.fr"]),
]  # fmt: skip


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> Contents:
    answer = make_answer(
        "late",
        text={"en": PARTS["answer.en"], "fr": PARTS["answer.fr"]},
        variants=[{"when": {"role": ["chw"]}, "text": {"en": PARTS["answer for chw.en"]}}],
    )
    contacts = {
        "default": {"text": {"en": PARTS["contact"], "fr": PARTS["contact.fr"]}},
        "KE": {"text": {"en": PARTS["contact of KE"]}},
    }
    corpus = make_corpus(
        Path(tmp_path_factory.mktemp("spec")),
        settings=make_settings(languages=["en", "fr", "ur"]),
        answers=(answer, make_answer("other")),
        documents=(make_document(),),
        urgent=(make_urgent(),),
        refusals=make_refusals(contacts=contacts),
    )
    return make_contents(corpus)


@pytest.mark.parametrize(
    ("decision", "listener", "outcome", "language", "parts"),
    [row[1:] for row in ROWS],
    ids=[row[0] for row in ROWS],
)
def test_each_situation_has_one_text_of_whole_parts(
    contents: Contents,
    decision: Decision,
    listener: Listener,
    outcome: str,
    language: str,
    parts: list[str],
) -> None:
    reply = compose_reply(decision, contents, listener)

    assert (reply.outcome, reply.language) == (outcome, language)
    assert reply.text == "\n\n".join(PARTS[part] for part in parts)


def test_a_language_that_is_missing_keeps_its_own_reason(contents: Contents) -> None:
    reply = compose_reply(ANSWER, contents, _to("sw"))

    assert reply.reason == "no-text-in-language"
    assert [offer.answer_id for offer in reply.offered] == ["late"]


def test_every_outcome_has_a_row() -> None:
    assert {row[3] for row in ROWS} == {"answer", "choose", "resources", "refuse", "urgent", "chat"}
