"""`kmqa eval` from its command line, with a responder that looks replies up."""

import json
from pathlib import Path
from types import SimpleNamespace

import pytest
from eval_builder import LookupResponder, make_reply

from kmqa import cli
from kmqa.commands import answering

LINES = (
    {"text": "pill late", "lang": "en", "expected": "pill", "split": "dev"},
    {"text": "kidonge", "lang": "sw", "expected": ["pill", "other"], "kind": "typo"},
    {"text": "weather", "lang": "en", "expected": None},
    {"text": "fits", "expected": "urgent-fits"},
)


class OpenResponder(LookupResponder):
    """What `answering.open_responder` gives, without an index or an encoder behind it."""

    bundle = SimpleNamespace(
        manifest=SimpleNamespace(bundle_id="0123abcd"),
        contents=SimpleNamespace(
            answer_by_id={"pill": None, "other": None},
            urgent_by_id={"urgent-fits": None},
            wordings=(),
            answers=(),
            policy=None,
        ),
    )


@pytest.fixture
def responder(monkeypatch: pytest.MonkeyPatch) -> OpenResponder:
    opened = OpenResponder(
        {
            "pill late": make_reply("answer", ["pill", "other"], 0.9),
            "kidonge": make_reply("choose", ["coil", "other"], 0.4),
            "fits": make_reply("urgent", ["pill"], 0.2),
        }
    )
    monkeypatch.setattr(answering, "open_responder", lambda _index, **_: opened)
    return opened


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    path = tmp_path / "tests.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in LINES))
    return path


def evaluate(tests: Path, *options: str) -> int:
    return cli.main(["eval", str(tests), "--index", str(tests.parent), *options])


@pytest.mark.usefixtures("responder")
def test_prints_figures(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The bundle, counts, metrics and slices are on the screen, and no bar in a pipe."""
    assert evaluate(tests) == 0

    printed = capsys.readouterr()
    assert "tests.jsonl against bundle 0123abcd" in printed.out
    assert "questions: 4, of which answerable 2, unanswerable 1, danger signs 1" in printed.out
    for words in ("first candidate right", "0.500", "danger signs recognised", "sw", "typo"):
        assert words in printed.out
    assert printed.err == ""


def test_writes_json_and_predictions(tests: Path, responder: OpenResponder) -> None:
    """Both files hold the run; the person's language is that of the line."""
    out, predictions = tests.parent / "out.json", tests.parent / "predictions.jsonl"

    assert evaluate(tests, "--json", str(out), "--predictions", str(predictions)) == 0

    document = json.loads(out.read_text())
    assert (document["file"], document["bundle_id"]) == ("tests.jsonl", "0123abcd")
    assert len(document["file_sha256"]) == 64
    assert document["overall"]["metrics"]["right_or_offered"]["value"] == 1.0
    assert document["by_language"]["sw"]["n"] == 1
    lines = [json.loads(line) for line in predictions.read_text().splitlines()]
    assert [line["text"] for line in lines] == [line["text"] for line in LINES]
    assert [line["outcome"] for line in lines] == ["answer", "choose", "refuse", "urgent"]
    assert [asked[1].language for asked in responder.asked] == ["en", "sw", "en", None]


@pytest.mark.usefixtures("responder")
def test_predictions_are_the_same_twice(tests: Path) -> None:
    """Two runs write the same bytes, and leave nothing else behind."""
    files = [tests.parent / name for name in ("one.jsonl", "two.jsonl")]

    for file in files:
        evaluate(tests, "--predictions", str(file))

    assert files[0].read_bytes() == files[1].read_bytes()
    assert sorted(tests.parent.iterdir()) == sorted([tests, *files])


def test_unknown_ids(
    tests: Path, responder: OpenResponder, capsys: pytest.CaptureFixture[str]
) -> None:
    """An id that the bundle lacks ends with 14 before anything is asked, unless it is allowed."""
    tests.write_text('{"text": "x", "expected": "pil"}\n')

    assert evaluate(tests) == 14
    assert 'did you mean "pill"' in capsys.readouterr().err
    assert responder.asked == []
    assert evaluate(tests, "--allow-unknown") == 0


@pytest.mark.usefixtures("responder")
def test_faulty_file(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A faulty line ends with 14 and one line that names it."""
    tests.write_text("{\n")

    assert evaluate(tests) == 14
    assert f"{tests}:1; got not valid JSON" in capsys.readouterr().err


def test_outputs_are_checked_first(
    tests: Path, responder: OpenResponder, capsys: pytest.CaptureFixture[str]
) -> None:
    """A folder that is not there, or a folder in place of a file, is told before the questions."""
    for path in (tests.parent / "no" / "out.json", tests.parent):
        assert evaluate(tests, "--json", str(path)) == 14
        assert "the results cannot be written" in capsys.readouterr().err

    assert responder.asked == []


def test_nothing_is_written_over(
    tests: Path, responder: OpenResponder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Results replace neither the test set nor each other."""
    out, before = str(tests.parent / "out"), tests.read_bytes()

    assert evaluate(tests, "--predictions", str(tests)) == 14
    assert "got the test set itself" in capsys.readouterr().err
    assert evaluate(tests, "--json", out, "--predictions", out) == 14
    assert "got one file for two results" in capsys.readouterr().err
    assert (tests.read_bytes(), responder.asked) == (before, [])


@pytest.mark.usefixtures("responder")
def test_full_disk(
    tests: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the disk refuses is one line and 14, and the old results stay."""
    out = tests.parent / "out.json"
    out.write_text("old")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)

    assert evaluate(tests, "--json", str(out)) == 14
    assert "got no space left on device" in capsys.readouterr().err
    assert out.read_text() == "old"


def test_no_index(tests: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a bundle the exit code is the bundle's."""
    assert evaluate(tests) == 13
    assert capsys.readouterr().err.startswith("kmqa: ")
