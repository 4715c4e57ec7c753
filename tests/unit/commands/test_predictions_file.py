"""The file of predictions, as it is written and read back."""

from pathlib import Path

import pytest

from kmqa.commands import compare

LINE = '{"text": "%s", "outcome": "refuse"}'


@pytest.mark.parametrize("separator", ["\u2028", "\x85"])
def test_a_question_with_a_line_separator_stays_one_line(tmp_path: Path, separator: str) -> None:
    """Phones paste them; a nightly canary would end with an error."""
    file = tmp_path / "predictions.jsonl"
    file.write_text(f"{LINE % f'late{separator}depo'}\n{LINE % 'pill'}\n", encoding="utf-8")

    found = compare.read_predictions(file)

    assert [one["text"] for one in found] == [f"late{separator}depo", "pill"]
