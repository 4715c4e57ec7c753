"""Over any conversation: only approved words leave, nothing is sent after stop, nothing breaks."""

import re
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
from talk import Talk

from kmqa import phrases
from kmqa.channels.whatsapp import payloads
from kmqa.dialogue import choices, events
from kmqa.lexicon import languages
from kmqa.matching.respond import Responder
from kmqa.messages import Sender
from kmqa.simulator.rules import fault_of

LANGUAGES = ("en", "fr", "ur")
ANSWERS = (
    make_answer(
        "depo-late",
        questions={"en": ["depo client three weeks late"], "ur": ["ٹیکے میں دیر"]},
        text={"en": "Inject up to 4 weeks late.", "fr": "Jusqu'à 4 semaines."},
        sources=[{"document": "handbook", "pages": [3], "quote": "x"}],
        related=["pill-missed"],
    ),
    make_answer("pill-missed", questions={"en": ["client missed two pills", "forgot a pill"]}),
)
URGENT = make_urgent(text={"en": "Go now.", "ur": "ابھی جائیں۔"}, related=["depo-late"])
CONTACT = "Ask the nurse in charge."
LABELS = {"chw": {"en": "Community worker"}, "KE": {"en": "Kenya"}}
HOURS = {"days": [1], "opens": "08:00", "closes": "17:00", "zone": "UTC"}


@lru_cache(maxsize=1)
def _responder() -> Responder:
    corpus = make_corpus(
        Path("nowhere"),
        settings=make_settings(
            languages=LANGUAGES,
            labels=LABELS,
            notice={"en": "For trial only."},
            genders=["female"],
            office_hours={"default": HOURS},
        ),
        answers=ANSWERS,
        documents=(make_document(url="https://example.org/handbook"),),
        urgent=(URGENT,),
        refusals=make_refusals(contacts={"default": {"text": {"en": CONTACT}}}),
    )
    return make_responder(corpus, document_sizes={"handbook": 1_500_000})


def _literals() -> set[str]:
    said = {phrase for code in LANGUAGES for phrase in make_phrases(code).values()}
    texts = {text for answer in ANSWERS for text in answer.text.values()}
    asked = {w for answer in ANSWERS for wordings in answer.questions.values() for w in wordings}
    labels = {text for texts_of in LABELS.values() for text in texts_of.values()}
    rest = {*URGENT.text.values(), CONTACT, "For trial only.", "A handbook", "General", "Général",
            "https://example.org/handbook", *map(languages.endonym, languages.load()), "KE", "IN",
            "nurse", "chw", "female", "pill missed", "depo late"}  # fmt: skip
    return said | texts | asked | labels | rest


ALLOWED = _literals()
# A line is a phrase with its blanks filled, or "label: value", behind a number or letter perhaps.
_VALUE = "|".join(
    re.escape(one)
    for one in sorted(ALLOWED, key=len, reverse=True)
    if "{" not in one and len(one) < 60
)
_BLANKS = {
    "pages": r"\d+(?:, \d+)*", "reviewed": r"\d{4}-\d{2}", "size": r"\d+\.\d", "count": r"\d+",
    "days": r"\d+", "hours": r"\d\d:\d\d–\d\d:\d\d \([^)]*\)",
    "languages": rf"(?:{_VALUE})(?:, (?:{_VALUE}))*",
}  # fmt: skip
PATTERNS = [
    re.compile(
        re.sub(r"\\\{(\w+)\\\}", lambda m: f"(?:{_BLANKS.get(m[1], _VALUE)})", re.escape(phrase))
    )
    for phrase in ALLOWED
    if phrases.blanks(phrase)
]
_ENTRY = re.compile(rf"(?:{_VALUE}): (?:{_VALUE})")


def _is_allowed(line: str) -> bool:
    bare = re.sub(r"^(?:\d+\. |[abc]\) )", "", line)
    return (
        bare in ALLOWED
        or any(pattern.fullmatch(bare) for pattern in PATTERNS)
        or bool(_ENTRY.fullmatch(bare))
    )


WORDS = st.lists(
    st.sampled_from(
        "depo pill late missed client heavily bleeds soaked handbook football ٹیکے हाय hello "
        "and if {title} ? \n three weeks two who won 0712345678".split(" ")
    ),
    max_size=9,
).map(" ".join)
ORDERS = st.sampled_from(
    [
        form
        for language in languages.load().values()
        for forms in language.commands.values()
        for form in forms
    ]
)
NUMBERS = st.integers(0, 12).map(str)
IDS = st.sampled_from(
    ["answer:depo-late", "answer:depo-late:ur", "no:depo-late:0", "yes:pill-missed:0", "none",
     "more:depo-late", "doc:handbook", "menu:0", "menu:7", "topic:general:0", "ask:role:0",
     "ask:language:0", "set:language:fr", "set:role:chw", "set:low_data:-", "comment:depo-late",
     "go:person", "go:back", "go:profile"]
)  # fmt: skip
STEPS = st.one_of(
    st.tuples(st.just("say"), st.one_of(WORDS, ORDERS, NUMBERS, st.text(max_size=60))),
    st.tuples(st.just("tap"), st.one_of(IDS, st.text(max_size=30))),
    st.tuples(st.just("send"), st.sampled_from(["voice", "image", "reaction", "unsupported"])),
)


@settings(max_examples=150, deadline=None)
@given(steps=st.lists(STEPS, max_size=12))
def test_promises_1_and_9_hold_over_any_conversation(steps: list[tuple[str, str]]) -> None:
    """Each line is approved, each message valid; after stop only a danger sign is answered."""
    talk = Talk(_responder())
    for how, what in steps:
        had_stopped = talk.state.opted_out
        sent = {"say": talk.say, "tap": talk.tap_id, "send": talk.send}[how](what)  # type: ignore[operator]
        outcomes = {reply.outcome for reply in talk.last.replies}
        if had_stopped and talk.state.opted_out:
            is_order = any(isinstance(event, events.Forgotten) for event in talk.last.events)
            assert not sent or outcomes == {"urgent"} or is_order or _said_stop(sent)
        for message in sent:
            _check(message)


def _said_stop(sent: list) -> bool:
    return sent[0].text in {make_phrases(code)["stopped"] for code in LANGUAGES}


def _check(message: object) -> None:
    for block in message.text.split("\n\n"):
        for line in [block] if _is_allowed(block) else block.split("\n"):
            assert _is_allowed(line), line
    for option in message.options:
        assert _is_allowed(option.title) or option.title.isdigit(), option.title
        assert not option.detail or _is_allowed(option.detail), option.detail
        assert choices.parse_id(option.id) is not None, option.id
    for part in payloads.divide(message):
        whole = payloads.address(payloads.render(part), Sender(phone="254700000001"), "1")
        if whole["type"] == "document":
            whole["document"] = {"id": "1", "filename": "x.pdf"}
        assert fault_of(whole) is None, fault_of(whole)


def test_the_check_itself_notices_a_changed_word() -> None:
    assert _is_allowed("1. Inject up to 4 weeks late.")
    assert not _is_allowed("Inject up to 5 weeks late.")
    assert not _is_allowed("1. never said by anybody")
