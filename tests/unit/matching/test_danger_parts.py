import pytest

from kmqa.matching import danger_parts


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("she is bleeding heavily", []),
        ("Good day. She is bleeding.", ["Good day.", "She is bleeding."]),
        (
            "one line here\nand another",
            ["one line here", "and another"],
        ),
        ("नमस्ते दीदी। खून बह रहा है।", ["नमस्ते दीदी।", "खून बह रहा है।"]),
        ("کیا حال ہے؟ خون بہہ رہا ہے۔", ["کیا حال ہے؟", "خون بہہ رہا ہے۔"]),
        ("temp 39.5 and shivering", []),
        ("Hello. She has fits.", ["She has fits."]),
    ],
)
def test_sentences_lines_and_neighbours_are_looked_at(message: str, expected: list[str]) -> None:
    assert set(expected) <= set(danger_parts.split_message(message))
    assert message not in danger_parts.split_message(message)


def test_one_word_is_no_part() -> None:
    assert "Hello." not in danger_parts.split_message("Hello. She has fits. Bye.")


def test_each_pair_of_neighbours_is_a_part() -> None:
    parts = danger_parts.split_message("She is pregnant. She has fits. What now? Thank you.")

    assert {"She is pregnant. She has fits.", "She has fits. What now?"} <= set(parts)


def test_every_eight_words_of_a_long_sentence_stand_together_in_some_part() -> None:
    words = [f"w{n}" for n in range(70)]
    parts = danger_parts.split_message(" ".join(words))

    for start in range(len(words) - 7):
        together = " ".join(words[start : start + 8])
        assert any(f" {together} " in f" {part} " for part in parts)


def test_the_likeliest_parts_are_selected_and_no_more_than_a_few() -> None:
    weights = {f"part {n}": float(n - 3) for n in range(20)}

    selected = danger_parts.select_parts(list(weights), weights.__getitem__)

    assert selected == ["part 19", "part 18", "part 17", "part 16"]
    assert danger_parts.select_parts(["part 1"], weights.__getitem__) == []
