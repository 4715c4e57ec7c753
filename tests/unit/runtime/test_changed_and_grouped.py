"""Messages that change others, come in numbers or come from a group, through store and worker."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from corpus_builder import make_phrases
from own_service import OwnService, message, own_service
from talk_responder import DANGER, DEPO, make_talk_responder

from kmqa.messages import GROUP, Incoming, Sender

SAID = make_phrases("en")


@pytest.fixture
def own(tmp_path: Path) -> Iterator[OwnService]:
    with own_service(tmp_path, make_talk_responder()) as made:
        yield made


def _hear(own: OwnService, *messages: Incoming) -> list[str]:
    """The texts that are sent for `messages`, which come together."""

    async def run() -> None:
        await own.hear(*messages)
        while await own.work():
            pass

    before = len(own.channel.sent)
    asyncio.run(run())
    return [_text_of(payload) for payload in own.channel.sent[before:]]


def _text_of(payload: dict[str, object]) -> str:
    held = payload[str(payload["type"])]
    assert isinstance(held, dict)
    return str(held["body"]["text"] if "action" in held else held["body"])


def _welcome(own: OwnService) -> None:
    _hear(own, message(0, "hello"))


def _edit(number: int, text: str, of: int, after: int = 1) -> Incoming:
    at = message(0).sent_at + after
    return message(number, text, at, kind="edited", replaces=f"wamid.{of}")


def test_words_that_changed_before_the_answer_are_answered_once(own: OwnService) -> None:
    _welcome(own)

    said = _hear(own, message(1, "who won the football"), _edit(2, DEPO, of=1))

    assert len(said) == 1
    assert said[0].startswith("Inject up to 4 weeks late.")


def test_of_several_changes_the_last_counts(own: OwnService) -> None:
    _welcome(own)

    changes = [_edit(2, "client missed two pills", of=1), _edit(3, DEPO, of=1, after=2)]
    said = _hear(own, message(1, "who won the football"), *changes)

    assert [text.split("\n")[0] for text in said] == ["Inject up to 4 weeks late."]


@pytest.mark.parametrize(
    ("text", "begins"), [(DANGER, "Go now."), ("stop", SAID["stopped"]), (DEPO, "Inject")]
)
def test_changed_words_are_new_words_also_right_after_another_change(
    own: OwnService, text: str, begins: str
) -> None:
    _welcome(own)
    _hear(own, message(1, "who won the football"))
    _hear(own, _edit(2, "hello", of=1))

    [said] = _hear(own, _edit(3, text, of=1, after=2))

    assert said.startswith(begins)


def test_a_danger_sign_is_answered_though_it_was_deleted_before_it_was_read(
    own: OwnService,
) -> None:
    _welcome(own)
    deleted = message(2, kind="revoked", text=None, replaces="wamid.1")

    said = _hear(own, message(1, DANGER), deleted)

    assert said[0].startswith("Go now.")


def test_what_was_deleted_before_it_was_read_is_not_answered(own: OwnService) -> None:
    _welcome(own)
    deleted = message(2, kind="revoked", text=None, replaces="wamid.1")

    assert _hear(own, message(1, DEPO), deleted) == [SAID["got_revoked"]]


def test_an_album_gets_one_word(own: OwnService) -> None:
    _welcome(own)

    said = _hear(own, *(message(n, kind="image", text=None) for n in range(1, 11)))

    assert said == [SAID["got_pictures"].replace("{count}", "10")]


def test_a_group_is_answered_in_the_group_and_no_person_is_touched(own: OwnService) -> None:
    _welcome(own)
    names = ("turns", "consents", "handovers", "feedback")
    [before], others = own.rows("people"), [own.rows(name) for name in names]
    group = Sender(user_id=f"{GROUP}1203")

    texts = ("stop", DEPO, "delete my data")
    said = _hear(own, *(message(n, t, kind="group", sender=group) for n, t in enumerate(texts, 1)))

    assert said == [SAID["got_group"]]
    sent = own.channel.sent[-1]
    assert (sent["recipient_type"], sent["to"]) == ("group", "1203")
    assert "recipient" not in sent
    assert [row for row in own.rows("people") if row.id == before.id] == [before]
    assert [own.rows(name) for name in names] == others


def test_a_person_known_by_user_id_alone_is_written_to_by_it(own: OwnService) -> None:
    _hear(own, message(1, "hello", sender=Sender(user_id="KE.254700000031")))

    sent = own.channel.sent[-1]
    assert sent["recipient"] == "KE.254700000031"
    assert "to" not in sent
