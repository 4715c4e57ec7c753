"""What the stand-in takes and refuses, and with which code."""

from typing import Any

import pytest

from kmqa.simulator.rules import fault_of

HEAD = {"messaging_product": "whatsapp", "to": "+254700000001"}


def _message(kind: str, held: object, **more: object) -> dict[str, Any]:
    return HEAD | {"type": kind, kind: held} | more


def _buttons(*titles: str, **reply: str) -> dict[str, Any]:
    made = [{"type": "reply", "reply": {"id": t, "title": t} | reply} for t in titles]
    return {"type": "button", "body": {"text": "x"}, "action": {"buttons": made}}


def _list(n_rows: int = 1, n_sections: int = 1, label: str = "open", **row: str) -> dict[str, Any]:
    rows = [{"id": f"{n}", "title": "row"} | row for n in range(n_rows)]
    sections = [{"title": "s", "rows": rows} for _ in range(n_sections)]
    return {
        "type": "list", "body": {"text": "x"}, "action": {"button": label, "sections": sections}
    }  # fmt: skip


@pytest.mark.parametrize(
    "payload",
    [
        _message("text", {"body": "x" * 4096}),
        _message("text", {"body": "𝒳" * 2048}),
        _message("document", {"id": "1", "filename": "a.pdf", "caption": "x" * 1024}),
        _message("interactive", _buttons("a" * 20, "b", "c")),
        _message("interactive", _list(10, title="t" * 24, description="d" * 72)),
        _message("template", {"name": "ask_again", "language": {"code": "en"}}),
        _message("reaction", {"message_id": "wamid.1", "emoji": ""}),
        {
            "messaging_product": "whatsapp", "recipient": "KE.1", "type": "text",
            "text": {"body": "x"},
        },
        {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1"},
        {
            "messaging_product": "whatsapp", "status": "read", "message_id": "wamid.1",
            "typing_indicator": {"type": "text"},
        },
    ],
)  # fmt: skip
def test_what_is_just_within_the_limits_is_taken(payload: dict[str, Any]) -> None:
    assert fault_of(payload) is None


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (_message("text", {"body": "x" * 4097}), 131009),
        (_message("text", {"body": "𝒳" * 2049}), 131009),
        (_message("text", {"body": ""}), 131008),
        (_message("document", {"id": "1", "caption": "x" * 1025}), 131009),
        (_message("document", {"caption": "x"}), 131008),
        (_message("document", {"id": "1", "link": "https://a"}), 100),
        (_message("interactive", _buttons("a", "b", "c", "d")), 131009),
        (_message("interactive", _buttons()), 131009),
        (_message("interactive", _buttons("a" * 21)), 131009),
        (_message("interactive", _buttons("a", "a")), 131009),
        (_message("interactive", _buttons("a", id=" a ")), 131009),
        (_message("interactive", _buttons("a", id="a" * 257)), 131009),
        (_message("interactive", _buttons("a") | {"body": {"text": "x" * 1025}}), 131009),
        (_message("interactive", _buttons("a") | {"footer": {"text": "x" * 61}}), 131009),
        (_message("interactive", _list(11)), 131009),
        (_message("interactive", _list(6, 2)), 131009),
        (_message("interactive", _list(title="t" * 25)), 131009),
        (_message("interactive", _list(description="d" * 73)), 131009),
        (_message("interactive", _list(label="l" * 21)), 131009),
        (_message("interactive", _list(id="i" * 201)), 131009),
        (_message("interactive", {"type": "hologram", "action": {}}), 131009),
        (_message("hologram", {}), 131051),
        (_message("template", {"name": "a"}), 131008),
        (_message("text", {"body": "x"}, to="nobody"), 131026),
        (_message("text", {"body": "x"}, to=""), 100),
        (_message("text", {"body": "x"}, recipient_type="crowd"), 100),
        (_message("text", {"body": "x"}, messaging_product="sms"), 100),
        (_message("text", {"body": "x"}, biz_opaque_callback_data="c" * 513), 131009),
        (_message("text", {"body": "x"}, context={}), 131008),
        ({"messaging_product": "whatsapp", "status": "seen", "message_id": "w"}, 100),
        ([], 100),
        (None, 100),
    ],
)
def test_what_is_over_a_limit_is_refused_with_metas_code(payload: object, code: int) -> None:
    fault = fault_of(payload)

    assert fault is not None
    assert (fault.code, fault.http_status) == (code, 400)


def test_a_refusal_has_the_shape_of_metas_errors() -> None:
    fault = fault_of(_message("text", {"body": ""}))

    assert fault is not None
    assert fault.body() == {
        "error": {
            "message": "(#131008) Parameter body is required",
            "type": "OAuthException",
            "code": 131008,
            "error_data": {
                "messaging_product": "whatsapp",
                "details": "Parameter body is required",
            },
            "is_transient": False,
            "fbtrace_id": "simulated",
        }
    }
