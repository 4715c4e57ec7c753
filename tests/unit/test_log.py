import pytest

from kmqa import log


@pytest.mark.parametrize(
    "value",
    [
        "sent to +254 700 000 001",
        "sent to 254700000001",
        "user KE.1349876 wrote",
        ["nested", {"deep": "254700000001"}],
        {"error": ValueError("no such number 254700000001")},
    ],
)
def test_no_number_and_no_user_id_reaches_a_line_wherever_it_hides(value: object) -> None:
    line = str(log.redact(None, "info", {"event": "x", "what": value}))

    assert "254700000001" not in line
    assert "700 000 001" not in line
    assert "1349876" not in line


@pytest.mark.parametrize("key", ["text", "body", "payload", "question", "address", "phone"])
def test_what_a_person_wrote_is_blanked_whatever_it_says(key: str) -> None:
    line = log.redact(None, "info", {"event": "x", key: "short", "held": {key: "short"}})

    assert "short" not in str(line)


def test_our_own_numbers_stay_readable() -> None:
    line = log.redact(None, "info", {"event": "x", "person": 12345678, "took_ms": 1234567.25})

    assert (line["person"], line["took_ms"]) == (12345678, 1234567.25)
