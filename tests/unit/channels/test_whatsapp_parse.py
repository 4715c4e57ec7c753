import json
from typing import Any

import pytest

from kmqa.channels.whatsapp.parse import NotAWebhook, delivery_of
from kmqa.messages import Delivery, Sender

NUMBER = "100000000000111"


def _text(number: int = 1, **changes: object) -> dict[str, Any]:
    made = {
        "from": "254700000001",
        "id": f"wamid.{number}",
        "timestamp": "1795435200",
        "type": "text",
        "text": {"body": f"question {number}"},
    }
    return {name: value for name, value in (made | changes).items() if value is not None}


def _status(number: int = 1, **changes: object) -> dict[str, Any]:
    made = {"id": f"wamid.out{number}", "status": "delivered", "timestamp": "1795435201"}
    return made | changes


def _change(**value: object) -> dict[str, Any]:
    about = {"messaging_product": "whatsapp", "metadata": {"phone_number_id": NUMBER}}
    return {"field": "messages", "value": about | value}


def _read(*changes: object, number_ids: tuple[str, ...] = ()) -> Delivery:
    entries = [{"id": "1", "changes": [change]} for change in changes]
    body = json.dumps({"object": "whatsapp_business_account", "entry": entries})
    return delivery_of(body.encode(), number_ids)


def test_every_message_and_status_of_every_entry_is_read() -> None:
    found = _read(
        _change(messages=[_text(1), _text(2)], statuses=[_status(1)]),
        _change(messages=[_text(3)]),
        _change(statuses=[_status(2), _status(3)]),
    )

    assert [message.text for message in found.messages] == [f"question {n}" for n in (1, 2, 3)]
    assert [status.message_id for status in found.statuses] == [f"wamid.out{n}" for n in (1, 2, 3)]
    assert found.unreadable == ()


def test_several_changes_of_one_entry_are_read() -> None:
    entry = {"changes": [_change(messages=[_text(1)]), _change(messages=[_text(2)])]}

    found = delivery_of(json.dumps({"entry": [entry]}).encode())

    assert len(found.messages) == 2


@pytest.mark.parametrize(
    "bad",
    [
        _text(9, id=None),
        _text(9, id=""),
        _text(9, id="x" * 513),
        _text(9, timestamp="soon"),
        _text(9, text=None),
        _text(9, **{"from": None}),
        _text(9, type="interactive"),
        _text(9, type="image"),
        _text(9, type=["image"], id=""),
        _text(9, type={"image": 1}, id=None),
        _text(9, id="half \ud800"),
        _text(9, id="nul \0"),
        _text(9, timestamp=float("inf")),
        _text(9, timestamp=10**30),
        _text(9, text={"body": None}),
        _text(9, from_user_id="KE.\ud800"),
        _text(9, type="system", system={"type": "user_changed_number"}),
        _text(9, type="system", system={"type": "user_changed_user_id", "user_id": 7}),
        "a string",
        None,
        7,
        ["a list"],
    ],
)
def test_a_bad_message_is_set_aside_and_the_others_go_on(bad: object) -> None:
    found = _read(_change(messages=[_text(1), bad, _text(2)], statuses=[_status()]))

    assert [message.message_id for message in found.messages] == ["wamid.1", "wamid.2"]
    assert len(found.statuses) == 1
    assert len(found.unreadable) == 1


@pytest.mark.parametrize(
    "bad", [_status(status=None), _status(status=3), _status(id=None), _status(timestamp=None), 3]
)
def test_a_bad_status_is_set_aside_and_the_others_go_on(bad: object) -> None:
    found = _read(_change(statuses=[_status(1), bad, _status(2)]))

    assert len(found.statuses) == 2
    assert len(found.unreadable) == 1


@pytest.mark.parametrize("value", ["text", 5, {"0": _text()}])
def test_a_list_that_is_none_is_set_aside_and_not_lost(value: object) -> None:
    found = _read(_change(messages=value))

    assert len(found.unreadable) == 1


def test_a_change_or_an_entry_that_is_no_object_is_set_aside() -> None:
    body = {"entry": ["odd", {"changes": [4, _change(messages=[_text()])]}]}

    found = delivery_of(json.dumps(body).encode())

    assert len(found.messages) == 1
    assert len(found.unreadable) == 2


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b"null", b'{"entry": {}}', b"\xff", b"[" * 100_000]
)
def test_a_body_that_is_no_webhook_is_refused(body: bytes) -> None:
    with pytest.raises(NotAWebhook):
        delivery_of(body)


def test_unknown_types_and_fields_are_tolerated() -> None:
    odd = _text(1, type="hologram", hologram={"depth": 3}, future_field=[1])

    found = _read(_change(messages=[odd], new_block={}), {"field": "flows", "value": {}})

    assert [message.kind for message in found.messages] == ["other"]
    assert found.notices == ("flows",)
    assert found.unreadable == ()


def test_a_person_without_a_number_is_known_by_her_user_id() -> None:
    found = _read(_change(messages=[_text(1, from_user_id="KE.77", **{"from": None})]))

    assert found.messages[0].sender == Sender("KE.77", None)


def test_the_contact_beside_a_message_completes_its_sender() -> None:
    beside = [{"wa_id": "254700000001", "user_id": "KE.77", "profile": {"name": "A"}}]

    found = _read(_change(contacts=beside, messages=[_text(1)]))

    assert found.messages[0].sender == Sender("KE.77", "254700000001")


def test_a_changed_number_names_the_old_and_the_new_one() -> None:
    system = {"type": "user_changed_number", "wa_id": "254700000002", "body": "changed"}

    found = _read(_change(messages=[_text(1, type="system", system=system, text=None)]))

    assert found.messages == ()
    assert found.renamings[0].old == Sender(None, "254700000001")
    assert found.renamings[0].new == Sender(None, "254700000002")


def test_a_tapped_button_tells_its_id_and_its_title() -> None:
    reply = {"type": "button_reply", "button_reply": {"id": "more", "title": "More"}}

    found = _read(_change(messages=[_text(1, type="interactive", interactive=reply)]))

    assert (found.messages[0].choice, found.messages[0].text) == ("more", "More")


def test_errors_and_prices_of_statuses_are_read() -> None:
    failed = _status(1, status="failed", errors=[{"code": 131047}, {"title": "no code"}])
    priced = _status(2, pricing={"type": "regular", "category": "utility", "billable": False})

    found = _read(_change(statuses=[failed, priced]))

    assert found.statuses[0].codes == (131047,)
    assert (found.statuses[1].category, found.statuses[1].is_billed) == ("utility", True)


def test_what_no_database_holds_is_taken_out_of_a_text_and_the_rest_is_kept() -> None:
    found = _read(_change(messages=[_text(1, text={"body": "late \ud83d for depo"})]))

    assert found.messages[0].text == "late ? for depo"


@pytest.mark.parametrize("callback", ["\0", "\ud800", "x" * 513, 7, None])
def test_a_callback_that_cannot_be_ours_is_none(callback: object) -> None:
    found = _read(_change(statuses=[_status(1, biz_opaque_callback_data=callback)]))

    assert found.statuses[0].callback is None


def test_a_contact_that_cannot_be_read_takes_no_message_with_it() -> None:
    beside = [{"user_id": "\ud800", "wa_id": ["254"]}, {"user_id": 5}]

    found = _read(_change(contacts=beside, messages=[_text(1)]))

    assert len(found.messages) == 1


def test_a_change_of_messages_without_a_value_is_set_aside_and_not_lost() -> None:
    found = _read({"field": "messages", "value": [_text(1)]})

    assert len(found.unreadable) == 1


def test_statuses_of_another_number_are_noticed_and_not_kept() -> None:
    """A second number of the same account would fill the database with them."""
    found = _read(_change(statuses=[_status(1)]), number_ids=("999",))

    assert (found.statuses, found.unreadable, found.notices) == ((), (), ("for another number",))


def test_messages_to_another_number_are_kept_aside() -> None:
    found = _read(_change(messages=[_text(1)]), number_ids=("999",))

    assert found.messages == ()
    assert found.unreadable[0].reason == "for another number"


def test_no_reason_holds_what_a_person_wrote() -> None:
    typed = "her name is Amina"
    found = _read(_change(messages=[_text(1, text=typed), typed, _text(2, type=typed, id="")]))

    assert len(found.unreadable) == 3
    assert all("Amina" not in one.reason for one in found.unreadable)
    assert "Amina" not in repr(found)


def test_a_new_status_is_noticed_and_nothing_to_mend() -> None:
    found = _read(_change(statuses=[_status(1), _status(2, status="teleported"), _status(3)]))

    assert [status.message_id for status in found.statuses] == ["wamid.out1", "wamid.out3"]
    assert found.notices == ("status teleported",)
    assert found.unreadable == ()


@pytest.mark.parametrize("beside", ["KE.254700000031", "254700000031", None])
def test_a_user_id_is_never_taken_for_a_number(beside: str | None) -> None:
    """Else the answer would go to whoever has the number that its digits make."""
    user_id = "KE.254700000031"
    contact = {"profile": {"name": "T"}, "wa_id": beside, "user_id": user_id}
    text = _text(1, **{"from": user_id})

    found = _read(_change(contacts=[contact], messages=[text]))

    assert found.messages[0].sender == Sender(user_id, None if beside == user_id else beside)


@pytest.mark.parametrize("name", ["nobody", "KE254700000031", "1" * 16, "12", "KE. 7", "+"])
def test_who_has_neither_number_nor_user_id_is_set_aside(name: str) -> None:
    found = _read(_change(messages=[_text(1, **{"from": name})]))

    assert found.messages == ()
    assert len(found.unreadable) == 1


def test_a_number_that_became_a_user_id_is_a_new_name_of_the_same_person() -> None:
    system = {"type": "user_changed_user_id", "wa_id": "KE.99", "user_id": "KE.99"}

    found = _read(_change(messages=[_text(1, type="system", system=system)]))

    assert (found.renamings[0].old.phone, found.renamings[0].new) == (
        "254700000001",
        Sender("KE.99", None),
    )


def _edit(message: object, **changes: object) -> dict[str, Any]:
    edit = {"original_message_id": "wamid.A", "message": message}
    return _text(1, type="edit", text=None, edit=edit | changes)


def test_changed_words_are_read_in_place_of_the_old_ones() -> None:
    words = {"type": "text", "text": {"body": "she has fits"}, "context": {"id": "M0"}}

    [message] = _read(_change(messages=[_edit(words)])).messages

    assert (message.kind, message.text) == ("edited", "she has fits")
    assert (message.replaces, message.answers_to) == ("wamid.A", "M0")


def test_changed_words_below_a_picture_are_words_below_a_picture() -> None:
    words = {"type": "image", "image": {"id": "1", "caption": "she has fits"}}

    [message] = _read(_change(messages=[_edit(words)])).messages

    assert (message.kind, message.text, message.replaces) == ("image", "she has fits", "wamid.A")


@pytest.mark.parametrize(
    "item",
    [
        _edit({"type": "image", "image": {"id": "1"}}),
        _edit({"type": "hologram"}),
        _edit(None),
        _text(1, type="edit", edit=None),
        _text(1, type="unsupported", unsupported={"type": "edit"}),
    ],
)
def test_a_change_without_words_is_at_least_known_as_one(item: object) -> None:
    [message] = _read(_change(messages=[item])).messages

    assert (message.kind, message.text) == ("edited", None)


def test_a_deleted_message_is_named() -> None:
    revoke = {"original_message_id": "wamid.A"}

    [message] = _read(_change(messages=[_text(1, type="revoke", revoke=revoke)])).messages

    assert (message.kind, message.text, message.replaces) == ("revoked", None, "wamid.A")


def test_what_is_written_in_a_group_names_the_group_and_nobody_in_it() -> None:
    beside = [{"wa_id": "254700000001", "user_id": "KE.77"}]
    said = _text(1, group_id="1203@g", from_user_id="KE.77", text={"body": "stop"})

    [message] = _read(_change(contacts=beside, messages=[said])).messages

    assert (message.kind, message.text) == ("group", "stop")
    assert message.sender == Sender("group.1203@g", None)
    assert message.sender.group_id == "1203@g"


@pytest.mark.parametrize("group", ["", "x" * 513, "a\0b"])
def test_a_group_without_an_id_is_set_aside_and_nobody_is_answered(group: str) -> None:
    found = _read(_change(messages=[_text(1, group_id=group)]))

    assert found.messages == ()
    assert len(found.unreadable) == 1
