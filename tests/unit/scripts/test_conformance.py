import json
from pathlib import Path
from typing import Any

import conformance
import pytest

TEXT = {
    "messaging_product": "whatsapp",
    "to": "{{Recipient}}",
    "type": "text",
    "text": {"body": "hello"},
}


def _openapi(**examples: object) -> dict[str, Any]:
    held = {name: {"value": value} for name, value in examples.items()}
    content = {"application/json": {"examples": held}}
    operation = {"operationId": "sendMessage", "requestBody": {"content": content}}
    return {"paths": {"/{id}/messages": {"post": operation, "parameters": []}}}


def test_each_example_is_told_to_be_accepted_or_refused_and_why() -> None:
    too_long = TEXT | {"text": {"body": "x" * 5_000}}

    lines = list(conformance.example_lines(_openapi(fine=TEXT, long=too_long)))

    assert lines[0] == ("fine", "accepted", True)
    assert lines[1][0] == "long"
    assert not lines[1][2]


def test_an_example_may_leave_its_type_to_its_key() -> None:
    payload = {name: value for name, value in TEXT.items() if name != "type"}

    [(_, _, is_right)] = conformance.example_lines(_openapi(untyped=payload))

    assert is_right


@pytest.mark.parametrize(
    ("change", "is_right"),
    [
        ({"field": "flows", "value": {}}, True),
        ({"field": "messages", "value": {"messages": ["odd"]}}, False),
        ({"field": "messages", "value": {}}, False),
    ],
)
def test_a_body_counts_where_all_of_it_was_read_and_something_was(
    tmp_path: Path, change: dict[str, Any], is_right: bool
) -> None:
    (tmp_path / "one.json").write_text(json.dumps({"entry": [{"changes": [change]}]}))

    [(name, _, found)] = conformance.webhook_lines(tmp_path)

    assert (name, found) == ("one.json", is_right)
