"""A change that should change nothing is shown to change nothing."""

import json
from pathlib import Path
from typing import Any

import compare_predictions
import pytest


def _line(**changes: object) -> dict[str, Any]:
    line: dict[str, Any] = {
        "text": "depo late",
        "outcome": "answer",
        "answer_id": "depo-late",
        "offered": ["depo-late"],
        "score": 0.9,
        "candidates": [{"answer_id": "depo-late", "score": 0.9}, {"answer_id": "b", "score": 0.2}],
    }
    return line | changes


def _write(folder: Path, line: dict[str, Any]) -> Path:
    folder.mkdir()
    (folder / "dev.jsonl").write_text(json.dumps(line) + "\n")
    return folder


def test_runs_that_differ_by_rounding_are_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, after = _write(tmp_path / "a", _line()), _write(tmp_path / "b", _line(score=0.900001))

    assert compare_predictions.main([str(before), str(after)]) == 0
    assert "1 lines, 0 differ, largest difference 1e-06" in capsys.readouterr().out


@pytest.mark.parametrize(
    "changes",
    [
        {"outcome": "choose"},
        {"answer_id": "b"},
        {"offered": []},
        {"score": 0.90001},
        {"text": "another question"},
        {"candidates": [{"answer_id": "depo-late", "score": 0.9}]},
    ],
)
def test_anything_else_is_a_difference(tmp_path: Path, changes: dict[str, Any]) -> None:
    before, after = _write(tmp_path / "a", _line()), _write(tmp_path / "b", _line(**changes))

    assert compare_predictions.main([str(before), str(after)]) == 1


def test_a_missing_run_is_an_error(tmp_path: Path) -> None:
    before = _write(tmp_path / "a", _line())

    assert compare_predictions.main([str(before), str(tmp_path)]) == 2
