"""Words below a picture: never an answer to what only the picture shows."""

from dataclasses import replace

import pytest
from corpus_builder import make_phrases
from talk import Talk
from talk_responder import DANGER, DEPO, make_talk_responder

from kmqa.dialogue import events
from kmqa.dialogue.pointing import points_at_picture
from kmqa.dialogue.step import UserMessage
from kmqa.messages import IncomingKind

SAID = make_phrases("en")


@pytest.fixture
def talk() -> Talk:
    return Talk(make_talk_responder()).known()


def _send(talk: Talk, caption: str, kind: IncomingKind = "image") -> list[str]:
    return [one.text for one in talk.hear(UserMessage(kind=kind, text=caption))]


@pytest.mark.parametrize("kind", ["image", "video", "document"])
def test_a_danger_sign_below_a_picture_is_answered_alone(talk: Talk, kind: IncomingKind) -> None:
    [said] = _send(talk, DANGER, kind)

    assert said.startswith("Go now.")
    assert SAID["caption_only"] not in said


def test_a_question_that_stands_alone_is_answered_as_words_only(talk: Talk) -> None:
    [said] = _send(talk, DEPO)

    assert said.startswith(f"{SAID['caption_only']}\n\nInject up to 4 weeks late.")
    assert talk.last.outgoing[0].purpose == "answer"
    assert talk.last.outgoing[0].content_refs


@pytest.mark.parametrize(
    ("kind", "phrase"),
    [("image", "got_picture"), ("video", "got_picture"), ("document", "got_file")],
)
def test_words_that_point_at_the_picture_are_not_answered(
    talk: Talk, kind: IncomingKind, phrase: str
) -> None:
    assert _send(talk, "is this depo client three weeks late?", kind) == [SAID[phrase]]
    assert talk.last.events == ()


def test_the_word_for_the_picture_is_in_the_language_of_the_words_below_it(talk: Talk) -> None:
    assert _send(talk, "c'est quoi ce comprimé, piqûre en retard, comment faire") == [
        make_phrases("fr")["got_picture"]
    ]


@pytest.mark.parametrize("caption", ["👍", "hello", "?"])
def test_small_talk_below_a_picture_gets_the_word_for_the_picture(talk: Talk, caption: str) -> None:
    assert _send(talk, caption) == [SAID["got_picture"]]


def test_each_picture_with_words_gets_its_word_also_within_a_minute(talk: Talk) -> None:
    assert _send(talk, "what is this?") == _send(talk, "and this one?") == [SAID["got_picture"]]
    assert [one.text for one in talk.send("image")] == []


def test_words_below_a_picture_never_lean_on_the_question_before(talk: Talk) -> None:
    talk.say(DEPO)
    _send(talk, "and if four weeks?")

    assert not talk.last.replies[0].offered


def test_stop_below_a_picture_is_obeyed(talk: Talk) -> None:
    assert _send(talk, "STOP") == [SAID["stopped"]]
    assert talk.state.opted_out
    assert _send(talk, DEPO) == []


def test_who_has_the_conversation_gets_the_words_and_the_writer_hears_that_no_more(
    talk: Talk,
) -> None:
    talk.say("person")

    assert _send(talk, "her rash since Monday") == [SAID["got_picture"]]
    assert talk.last.events == (events.StaffMessage(message="her rash since Monday"),)


def test_a_bundle_from_before_the_phrase_has_a_word_for_it(talk: Talk) -> None:
    contents = talk.responder.bundle.contents
    older = {name: text for name, text in contents.phrases["en"].items() if name != "caption_only"}
    made = replace(contents, phrases={**contents.phrases, "en": older})
    talk.responder.bundle = replace(talk.responder.bundle, contents=made)

    assert _send(talk, DEPO)[0].startswith(SAID["got_picture"])


@pytest.mark.parametrize(
    ("caption", "points"),
    [
        ("What is this?", True), ("are these pills ok", True), ("see the picture", True),
        ("C'est quoi ce comprimé ?", True), ("¿Qué es esto?", True), ("O que é isto?", True),
        ("Hii ni nini?", True), ("यह क्या है?", True), ("yeh kya hai", True), ("یہ کیا ہے؟", True),
        ("ما هذا؟", True), ("shof hada", True),
        ("how late can she be for depo", False), ("", False),
        ("Est-ce que la pilule empêche l'allaitement ?", False),
        ("¿Puede una mujer con VIH usar DIU?", False), ("Pode usar DIU depois do parto?", False),
        ("Je, sindano ina madhara gani?", False), ("कॉपर टी के बाद बुखार", False),
        ("انجکشن میں کتنی دیر ہو سکتی ہے", False), ("هل تمنع الرضاعة الحمل؟", False),
    ],
)  # fmt: skip
def test_pointing_is_known_in_each_language(caption: str, points: bool) -> None:
    assert points_at_picture(caption) is points
