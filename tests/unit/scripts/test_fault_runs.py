"""The table of fault runs; the runs themselves take minutes (`make chaos`)."""

import json
from collections.abc import Iterator
from pathlib import Path

import fault_injection
import pytest
from faults import report
from faults.scenario import CannotRunError, Place, Row, Scenario

RUN = report.Run(command="python scripts/fault_injection.py", commit="abc1234", at="2026-11-30")


def _row(name: str = "outage", **changes: object) -> Row:
    return Row(**{"scenario": name, "tried": 3, "held": 3} | changes)  # type: ignore[arg-type]


def _scenario(*rows: Row, error: Exception | None = None) -> Scenario:
    def run(_place: Place) -> Iterator[Row]:
        yield from rows
        if error:
            raise error

    return Scenario("one", "breaks nothing", run)


@pytest.mark.parametrize(
    ("scenario", "code"),
    [
        (_scenario(_row()), 0),
        (_scenario(_row(parked=2)), 0),
        (_scenario(_row(lost=1)), 1),
        (_scenario(_row(doubled=1)), 1),
        (_scenario(_row(broken=("it was late",))), 1),
        (_scenario(_row(), error=ValueError("x")), 1),
        (_scenario(error=CannotRunError("needs root")), 0),
    ],
)
def test_the_exit_code_is_1_when_a_promise_did_not_hold(
    scenario: Scenario, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fault_injection, "SCENARIOS", (scenario,))

    assert fault_injection.main([]) == code


def test_what_did_not_hold_stands_in_the_table() -> None:
    row = _row(lost=2, waited=(1.0, 2.0, 9.0), broken=("it was late",))

    table = report.format_table([report.as_data(row, RUN, "one")])

    assert "| outage | 3 | 3 | 2 | 0 | 0 | 2 / 8.9 / 9 |" in table
    assert "did not hold: it was late" in table


def test_rows_of_other_scenarios_stay_in_the_page(tmp_path: Path) -> None:
    report.write(tmp_path, [report.as_data(_row("a"), RUN, "one")])
    report.write(tmp_path, [report.as_data(_row("b"), RUN, "two")])
    report.write(tmp_path, [report.as_data(_row("c"), RUN, "one")])

    rows = json.loads((tmp_path / "fault-runs.json").read_text())["rows"]
    page = (tmp_path / "fault-runs.md").read_text()
    assert [row["scenario"] for row in rows] == ["c", "b"]
    assert "| a |" not in page
    assert "| b |" in page


def test_each_scenario_has_a_name_of_its_own_that_is_listed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    names = [one.name for one in fault_injection.SCENARIOS]

    assert fault_injection.main(["--list"]) == 0

    assert len(set(names)) == len(names)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == names
