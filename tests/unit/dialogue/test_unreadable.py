"""What is said to pictures, files and voices: a word for each kind, never the same ten times."""

import pytest
from corpus_builder import make_phrases
from talk import Talk
from talk_responder import make_talk_responder

from kmqa.dialogue.step import UserMessage
from kmqa.messages import IncomingKind

SAID = make_phrases("en")


@pytest.fixture
def talk() -> Talk:
    return Talk(make_talk_responder()).known()


def _send(talk: Talk, kind: IncomingKind, *others: IncomingKind) -> list[str]:
    return [one.text for one in talk.hear(UserMessage(kind=kind, text=None, others=others))]


def test_each_kind_within_a_minute_gets_its_word(talk: Talk) -> None:
    assert _send(talk, "voice") == [SAID["got_voice"]]
    assert _send(talk, "image") == [SAID["got_picture"]]
    assert _send(talk, "video") == []
    assert _send(talk, "voice") == []
    assert _send(talk, "location") == [SAID["got_location"]]


def test_several_pictures_get_one_message_with_their_number(talk: Talk) -> None:
    [said] = _send(talk, "image", *["video", "image"] * 4)

    assert said == SAID["got_pictures"].replace("{count}", "9")


def test_several_kinds_get_one_message(talk: Talk) -> None:
    [said] = _send(talk, "image", "voice", "document", "document", "sticker")

    files = SAID["got_files"].replace("{count}", "2")
    assert said.split("\n\n") == [
        SAID["got_picture"], SAID["got_voice"], files, SAID["got_sticker"],
    ]  # fmt: skip


def test_a_kind_that_was_told_is_left_out_of_the_next_word(talk: Talk) -> None:
    _send(talk, "image")

    assert _send(talk, "image", "image", "voice") == [SAID["got_voice"]]


def test_a_minute_later_all_is_said_again(talk: Talk) -> None:
    _send(talk, "image", "voice")
    talk.now += 61

    assert _send(talk, "image") == [SAID["got_picture"]]


def test_what_was_withdrawn_gets_no_word(talk: Talk) -> None:
    assert talk.hear(UserMessage(kind="image", text=None, is_withdrawn=True)) == []
