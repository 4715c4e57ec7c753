"""`kmqa eval --url` and `kmqa canary` against a service that really runs."""

import json
from collections.abc import Iterator
from pathlib import Path

import process_harness
import pytest

from kmqa import settings
from kmqa.cli import main

LINES = (
    {"text": "depo client is 3 weeks late", "lang": "en", "expected": "dmpa-late"},
    {"text": "her injection is late", "expected": "dmpa-late", "profile": {"role": "chw"}},
    {"text": "and if five weeks?", "expected": "dmpa-late", "history": ["missed depo date"]},
    {"text": "condom or implant", "lang": "en", "expected": ["condom-broke", "implant-years"]},
    {"text": "soaked two pads in an hour", "lang": "en", "expected": "urgent"},
    {"text": "price of maize in the market", "lang": "en", "expected": None},
    {"text": "hello", "lang": "sw", "expected": None},
)


@pytest.fixture(scope="module")
def on(built: Path) -> Iterator[process_harness.ServiceProcesses]:
    with process_harness.start_service(built / "index") as running:
        running.start_web()
        yield running


@pytest.fixture
def url(on: process_harness.ServiceProcesses, monkeypatch: pytest.MonkeyPatch) -> str:
    _use_key(monkeypatch, process_harness.KEY)
    return f"http://127.0.0.1:{on.web_port}"


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    path = tmp_path / "tests.jsonl"
    _write(path, LINES)
    return path


@pytest.fixture
def recorded(tests: Path, built: Path) -> Path:
    """A local run of `tests`."""
    path = tests.parent / "recorded.jsonl"
    local = ["--index", str(built / "index"), "--predictions", str(path)]
    assert main(["eval", str(tests), *local]) == 0
    return path


def _use_key(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    monkeypatch.setenv("KMQA_API_KEY", key)
    settings.read_settings.cache_clear()


def _write(path: Path, lines: object) -> None:
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))


def _without_times(document: dict) -> dict:
    for slices in (document["by_language"], document["by_kind"], {"": document["overall"]}):
        for part in slices.values():
            del part["p50_ms"], part["p95_ms"]
    return document


def test_a_live_run_gives_what_a_local_run_gives(tests: Path, built: Path, url: str) -> None:
    """Figures, report and predictions are the same, but for the times."""
    places = {}
    for name, how in (("local", []), ("live", ["--url", url])):
        place = places[name] = tests.parent / name
        place.mkdir()
        outputs = ["--predictions", str(place / "p.jsonl"), "--json", str(place / "f.json")]
        report = ["--report", str(place)]
        index = ["--index", str(built / "index")]
        assert main(["eval", str(tests), *how, *index, *outputs, *report]) == 0

    local, live = (
        _without_times(json.loads((places[name] / "f.json").read_text())) for name in places
    )
    assert (live.pop("url"), live.pop("left_out")) == (url, 0)
    assert live == local
    assert (places["live"] / "p.jsonl").read_bytes() == (places["local"] / "p.jsonl").read_bytes()
    for name in ("report.md", "report.html"):
        pages = [(place / name).read_text().splitlines() for place in places.values()]
        differ = [one for one, other in zip(*pages, strict=True) if one != other]
        assert all("time to a reply" in line for line in differ)


def test_what_the_api_cannot_carry_is_counted_and_told(
    tests: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the screen, in the figures and in the report; the rest is asked."""
    _write(tests, [*LINES, {"text": "", "expected": None}, {"text": "x" * 5000, "expected": None}])
    out = tests.parent

    code = main(
        ["eval", str(tests), "--url", url, "--json", str(out / "f.json"), "--report", str(out)]
    )

    printed = capsys.readouterr()
    assert code == 0
    assert "warning: 2 of 9 questions are left out, first tests.jsonl:8" in printed.err
    assert "at most 4096 characters" in printed.err
    assert "questions: 7," in printed.out
    assert json.loads((out / "f.json").read_text())["left_out"] == 2
    for name in ("report.md", "report.html"):
        assert "2 questions are left out" in (out / name).read_text()


def test_without_the_bundle_at_hand_nobody_looks_for_leaks_and_that_is_told(
    tests: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["eval", str(tests), "--url", url, "--index", str(tests.parent)]) == 0

    assert "nobody looked whether questions stand in the corpus" in capsys.readouterr().err


def test_unknown_ids_are_told_before_anything_is_asked(
    tests: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tests, [{"text": "late", "expected": "dmpa-lat"}])

    assert main(["eval", str(tests), "--url", url]) == 14
    assert 'did you mean "dmpa-late"' in capsys.readouterr().err


def _canary(tests: Path, url: str, recorded: Path, *options: str) -> int:
    return main(["canary", str(tests), "--url", url, "--recorded", str(recorded), *options])


def test_a_service_that_answers_as_recorded_is_left_in_peace(
    tests: Path, recorded: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it said today is written as it was recorded."""
    capsys.readouterr()
    now = tests.parent / "now.jsonl"

    assert _canary(tests, url, recorded, "--predictions", str(now)) == 0

    assert capsys.readouterr().out.startswith("no drift: 0 changed, 0 may; 7 questions, bundle ")
    assert now.read_bytes() == recorded.read_bytes()


def test_drift_names_each_question_and_fails_the_job(
    tests: Path, recorded: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Unless as many may change."""
    lines = [json.loads(line) for line in recorded.read_text().splitlines()]
    lines[0]["answer_id"] = "pills-missed"
    lines[5] |= {"outcome": "answer", "answer_id": "condom-broke"}
    _write(recorded, lines)
    capsys.readouterr()

    assert _canary(tests, url, recorded) == 1

    assert capsys.readouterr().out.splitlines()[:5] == [
        "tests.jsonl:1: depo client is 3 weeks late",
        "  was answer pills-missed, is answer dmpa-late",
        "tests.jsonl:6: price of maize in the market",
        "  was answer condom-broke, is refuse",
        f"drift: 2 changed, 0 may; 7 questions, bundle {_bundle_id(url)} at {url}",
    ]
    assert _canary(tests, url, recorded, "--most-changes", "1") == 1
    assert _canary(tests, url, recorded, "--most-changes", "2") == 0


def _bundle_id(url: str) -> str:
    import httpx

    headers = {"Authorization": f"Bearer {process_harness.KEY}"}
    found: str = httpx.get(f"{url}/api/v1/bundle", headers=headers).json()["bundle_id"]
    return found


def test_a_baseline_of_other_questions_is_refused(
    tests: Path, recorded: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _write(tests, LINES[1:])

    assert _canary(tests, url, recorded) == 14
    assert "1 recorded that the test set does not have" in capsys.readouterr().err


def test_a_baseline_is_not_written_over(
    tests: Path, recorded: Path, url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = recorded.read_bytes()

    assert _canary(tests, url, recorded, "--predictions", str(recorded)) == 14
    assert "the results cannot be written" in capsys.readouterr().err
    assert recorded.read_bytes() == before


def test_a_wrong_key_and_none_are_told_apart(
    tests: Path,
    url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A key on the command line goes before the setting."""
    assert main(["eval", str(tests), "--url", url, "--key", "wrong"]) == 15
    assert "does not know the key" in capsys.readouterr().err
    _use_key(monkeypatch, "")
    assert main(["eval", str(tests), "--url", url]) == 10
    assert "KMQA_API_KEY" in capsys.readouterr().err
    assert main(["eval", str(tests), "--url", url, "--key", process_harness.KEY]) == 0


@pytest.mark.usefixtures("url")
def test_a_service_that_is_not_there_is_told(
    tests: Path, recorded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _canary(tests, f"http://127.0.0.1:{process_harness.free_port()}", recorded) == 15

    assert "the service does not answer" in capsys.readouterr().err
