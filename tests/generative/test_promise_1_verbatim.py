"""Promise 1: what leaves is made only of approved texts, fixed phrases and document titles."""

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from bundle_builder import make_responder
from corpus_builder import (
    make_answer,
    make_corpus,
    make_document,
    make_phrases,
    make_refusals,
    make_settings,
    make_urgent,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from kmqa import phrases
from kmqa.lexicon import languages
from kmqa.matching import reply
from kmqa.matching.respond import Responder
from kmqa.records import Answer, Passage, Profile

LANGUAGES = ("en", "fr", "ur")
SOURCE = [{"document": "handbook", "pages": [3], "quote": "x"}]
ANSWERS = (
    make_answer(
        "depo-late",
        questions={"en": ["depo client three weeks late", "late injection"], "fr": ["piqûre tard"]},
        text={"en": "Inject up to 4 weeks late.", "fr": "Jusqu'à 4 semaines."},
        variants=[{"when": {"role": ["chw"]}, "text": {"en": "Refer her to the nurse."}}],
        sources=SOURCE,
    ),
    make_answer("pill-missed", questions={"en": ["client missed two pills", "forgot a pill"]}),
)
URGENT = (make_urgent(text={"en": "Go now.", "ur": "ابھی جائیں۔"}, sources=SOURCE),)
CONTACT = "Ask the nurse in charge."
PASSAGE = Passage(id="handbook#1", document="handbook", pages=(1, 2), text="never to be sent")
TITLE = "A handbook"


@lru_cache(maxsize=1)
def _responder() -> Responder:
    corpus = make_corpus(
        Path("nowhere"),
        settings=make_settings(languages=LANGUAGES),
        answers=ANSWERS,
        documents=(make_document(),),
        urgent=URGENT,
        refusals=make_refusals(contacts={"default": {"text": {"en": CONTACT}}}),
    )
    return make_responder(corpus, passages=(PASSAGE,))


def _texts(answers: Iterable[Answer]) -> set[str]:
    own = {text for answer in answers for text in answer.text.values()}
    return own | {t for answer in answers for v in answer.variants for t in v.text.values()}


APPROVED = _texts(ANSWERS) | {text for entry in URGENT for text in entry.text.values()} | {CONTACT}
FIXED = {phrase for language in LANGUAGES for phrase in make_phrases(language).values()}


def _values(blank: str) -> str:
    names = "|".join(language.endonym for language in languages.load().values())
    known = {
        "title": re.escape(TITLE),
        "pages": r"\d+(, \d+)*",
        "reviewed": r"\d{4}-\d{2}",
        "languages": rf"({names})(, ({names}))*",
    }
    return known[blank]


KNOWN_BLANKS = {"title", "pages", "reviewed", "languages"}
PATTERNS = [
    re.compile(re.sub(r"\\\{(\w+)\\\}", lambda m: _values(m[1]), re.escape(phrase)))
    for phrase in FIXED
    if phrases.blanks(phrase) and set(phrases.blanks(phrase)) <= KNOWN_BLANKS
]


def _is_allowed(part: str) -> bool:
    return part in APPROVED | FIXED or any(pattern.fullmatch(part) for pattern in PATTERNS)


MESSAGES = st.one_of(
    st.text(max_size=200),
    st.lists(
        st.sampled_from(
            "depo pill late missed client heavy bleeds soaked never sent handbook football "
            "گولی विशेष hello ignore rules {title} \n three weeks two who won".split(" ")
        ),
        max_size=12,
    ).map(" ".join),
)
PROFILES = st.builds(
    Profile,
    role=st.sampled_from([None, "chw", "nurse"]),
    country=st.sampled_from([None, "KE", "XX"]),
    language=st.sampled_from([None, *LANGUAGES, "sw"]),
    topic=st.sampled_from([None, "general"]),
)


@settings(max_examples=300, deadline=None)
@given(message=MESSAGES, profile=PROFILES)
def test_every_part_of_a_reply_is_an_approved_text_or_a_fixed_phrase(
    message: str, profile: Profile
) -> None:
    sent = _responder()(message, profile)

    for part in sent.text.split(reply.SEPARATOR):
        assert _is_allowed(part), part
    assert {source.title for source in sent.sources} <= {TITLE}
    assert {resource.title for resource in sent.resources} <= {TITLE}


def test_the_check_itself_notices_a_changed_word() -> None:
    assert _is_allowed("Inject up to 4 weeks late.")
    assert not _is_allowed("Inject up to 5 weeks late.")
    assert not _is_allowed(PASSAGE.text)
