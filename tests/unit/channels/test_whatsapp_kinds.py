"""One body of each kind that people send, made by this project, and what the service sees in it."""

import json
from typing import Any

import pytest

from kmqa.channels.whatsapp.parse import delivery_of

FILE = {"id": "200000000000001", "mime_type": "image/jpeg", "sha256": "aGFzaA=="}
TAP = {"type": "list_reply", "list_reply": {"id": "topic:pills", "title": "Pills"}}
FORM = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": "{}"}}
ITEMS = [{"product_retailer_id": "aid-1", "quantity": 2, "item_price": 30, "currency": "KES"}]


def _read(kind: str, held: object, **more: object) -> Any:  # noqa: ANN401 - a delivery
    message = {"id": "wamid.1", "from": "254700000001", "timestamp": "1795435200", "type": kind}
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "254711000000", "phone_number_id": "100"},
        "contacts": [{"profile": {"name": "Asha"}, "wa_id": "254700000001", "user_id": "KE.77"}],
        "messages": [message | {kind: held} | more],
    }
    entry = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    body = {"object": "whatsapp_business_account", "entry": [entry]}
    return delivery_of(json.dumps(body).encode(), ("100",))


@pytest.mark.parametrize(
    ("kind", "held", "expected"),
    [
        ("text", {"body": "late for depo"}, ("text", "late for depo", None)),
        ("image", FILE | {"caption": "this rash"}, ("image", "this rash", None)),
        ("image", FILE, ("image", None, None)),
        ("audio", FILE | {"voice": True}, ("voice", None, None)),
        ("video", FILE, ("video", None, None)),
        ("document", FILE | {"filename": "register.pdf"}, ("document", None, None)),
        ("sticker", FILE | {"animated": False}, ("sticker", None, None)),
        ("location", {"latitude": -1.28, "longitude": 36.8}, ("location", None, None)),
        ("contacts", [{"name": {"formatted_name": "B"}}], ("contacts", None, None)),
        ("reaction", {"message_id": "wamid.0", "emoji": "👍"}, ("reaction", None, None)),
        ("reaction", {"message_id": "wamid.0"}, ("reaction", None, None)),
        ("interactive", TAP, ("choice", "Pills", "topic:pills")),
        ("interactive", FORM, ("choice", "", "")),
        ("button", {"text": "Yes", "payload": "yes"}, ("choice", "Yes", "yes")),
        ("order", {"catalog_id": "1", "product_items": ITEMS}, ("order", None, None)),
        ("edit", {"original_message_id": "wamid.0"}, ("edited", None, None)),
        ("revoke", {"original_message_id": "wamid.0"}, ("revoked", None, None)),
        ("unsupported", {"type": "poll"}, ("unsupported", None, None)),
        ("telepathy", {"thought": "?"}, ("other", None, None)),
    ],
)
def test_each_kind_of_message_is_seen_for_what_it_is(
    kind: str, held: object, expected: tuple[str, str | None, str | None]
) -> None:
    found = _read(kind, held)

    [message] = found.messages
    assert (message.kind, message.text, message.choice) == expected
    assert (found.unreadable, found.notices) == ((), ())


def test_a_file_that_meta_could_not_fetch_is_a_message_all_the_same() -> None:
    found = _read("unsupported", {"type": "video"}, errors=[{"code": 131052}])

    assert [one.kind for one in found.messages] == ["unsupported"]


@pytest.mark.parametrize(
    "field",
    ["account_alerts", "message_template_status_update", "phone_number_quality_update", "security"],
)
def test_news_of_the_account_are_noticed_and_need_no_work(field: str) -> None:
    body = {"entry": [{"id": "1", "changes": [{"field": field, "value": {"event": "X"}}]}]}

    assert delivery_of(json.dumps(body).encode()).notices == (field,)
