"""Whatever a signed body holds, it is stored or set aside: nothing in it ends the batch."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from own_database import new_database

from kmqa.channels.whatsapp.parse import delivery_of
from kmqa.state import inbox
from kmqa.state.database import Database
from kmqa.state.identity import Identity

Json = Any  # what a body holds, spoilt or not
NOW = 1_795_435_200.0
NUMBER = "100000000000111"
DEEP: Any = []
for _ in range(300):
    DEEP = [DEEP]
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([10**30, -(10**30), 10**400, float("inf"), float("nan"), "9" * 600, DEEP]),
    st.text(max_size=40),  # lone halves of letters and NULs among them
    st.sampled_from(["\ud800", "\0", "x" * 3000, "", " "]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)
WHOLE: dict[str, Any] = {
    "contacts": [{"wa_id": "254700000001", "user_id": "KE.77", "profile": {"name": "A"}}],
    "messages": [
        {
            "id": "wamid.1", "from": "254700000001", "from_user_id": "KE.77", "type": "text",
            "timestamp": "1795435100", "text": {"body": "late depo"}, "context": {"id": "w"},
        },
        {
            "id": "wamid.2", "from": "254700000001", "type": "interactive",
            "timestamp": "1795435101",
            "interactive": {"type": "button_reply", "button_reply": {"id": "a", "title": "A"}},
        },
        {
            "id": "wamid.3", "from": "254700000001", "type": "system", "timestamp": "1795435102",
            "system": {"type": "user_changed_number", "wa_id": "254700000002"},
        },
    ],
    "statuses": [
        {
            "id": "wamid.o", "status": "failed", "timestamp": "1795435103",
            "biz_opaque_callback_data": "1", "errors": [{"code": 131047}],
            "pricing": {"type": "regular", "category": "service"},
        }
    ],
}  # fmt: skip
GOOD = {
    "id": "wamid.good", "from": "254700000009", "type": "text", "timestamp": "1795435104",
    "text": {"body": "the one that must not be lost"},
}  # fmt: skip


def _paths(value: Json, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where in `value` something stands, whole objects too."""
    if path:
        yield path
    if isinstance(value, dict | list):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from _paths(value[key], (*path, key))


def _spoilt(value: Json, path: tuple[Any, ...], odd: object) -> Json:
    if not path:
        return odd
    changed = value.copy()
    changed[path[0]] = _spoilt(value[path[0]], path[1:], odd)
    return changed


PATHS = list(_paths(WHOLE))
IDENTITY = Identity("0123456789abcdef0123456789abcdef")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    opened = new_database(tmp_path_factory.mktemp("bodies"))
    yield opened
    opened.close()


@settings(max_examples=15, deadline=None)
@given(spoils=st.lists(st.tuples(st.sampled_from(PATHS), ODD), min_size=20, max_size=20))
@example(spoils=[(("messages", 0, "type"), DEEP), (("contacts", 0, "wa_id"), DEEP)])
@example(spoils=[(("messages", 2, "system", "wa_id"), None)])
@example(spoils=[(("statuses", 0, "pricing", "category"), "x" * 3000)])
def test_one_odd_value_anywhere_loses_nothing_else(
    database: Database, spoils: list[tuple[Any, object]]
) -> None:
    metadata = {"metadata": {"phone_number_id": NUMBER}}
    changes = [
        {"field": "messages", "value": _spoilt(WHOLE, path, odd) | metadata} for path, odd in spoils
    ]
    changes.append({"field": "messages", "value": {"messages": [GOOD]} | metadata})
    body = json.dumps({"entry": [{"changes": changes}]}).encode()

    delivery = delivery_of(body, (NUMBER,))
    with database.reading() as connection:  # what is not committed is undone at the end
        connection.exec_driver_sql("BEGIN")
        inbox.store(connection, IDENTITY, delivery, NOW)
        connection.exec_driver_sql("ROLLBACK")

    assert delivery.messages[-1].text == GOOD["text"]["body"]


@settings(max_examples=50, deadline=None)
@given(value=st.recursive(ODD, lambda held: st.lists(held) | st.dictionaries(st.text(), held)))
def test_a_body_that_is_anything_at_all_is_read_or_refused(value: object) -> None:
    body = {"entry": [{"changes": [{"field": "messages", "value": value}]}, value]}

    delivery_of(json.dumps(body).encode(), (NUMBER,))
