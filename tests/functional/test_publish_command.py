"""`kmqa publish` with the real model: the gate, its record, and what may pass in spite of it."""

import json
from pathlib import Path
from shutil import rmtree

import pytest
import yaml
from own_database import new_database_url

from kmqa.cli import main
from kmqa.index import preview, store
from kmqa.records import Reply
from kmqa.state import turns
from kmqa.state.database import Database
from kmqa.state.identity import Identity

TESTS = (
    ("woman comes a month after her depo date", "dmpa-late"),
    ("skipped her pills 3 days", "pills-missed"),
    ("ran out and missed pills for a week", "pills-missed"),
    ("contraceptive pill left untaken two days", "pills-missed"),
    ("his condom split, she is worried", "condom-broke"),
    ("rubber broke while having sex", "condom-broke"),
    ("years of protection from an implant", "implant-years"),
    ("recipe for chapati", None),
    ("blood pouring since delivery", "urgent-bleeding"),
)
PROMISES = (("depo client is 3 weeks late", "dmpa-late"), ("who won the football match", None))
GATE = {
    "right_or_offered": 0.7,
    "refusal_recall": 0.5,
    "urgent_recall": 1.0,
    "slice_loss": 0.2,
    "least_slice": 5,
}


def _write(path: Path, lines: tuple[tuple[str, str | None], ...]) -> None:
    path.parent.mkdir(exist_ok=True)
    objects = ({"text": text, "lang": "en", "expected": expected} for text, expected in lines)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in objects))


@pytest.fixture
def tested(home: Path) -> Path:
    """`home` with a gate and test sets that its live bundle passes."""
    tests = home / "corpus" / "tests"
    _write(tests / "test.jsonl", TESTS[:-1])
    _write(tests / "urgent.jsonl", TESTS[-1:])
    _write(tests / "promises.jsonl", PROMISES)
    settings = home / "corpus" / "corpus.yaml"
    settings.write_text(yaml.safe_dump(yaml.safe_load(settings.read_text()) | {"gate": GATE}))
    return home


def _rebuilt(home: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["build", "--corpus", str(home / "corpus"), "--index", str(home / "index")]) == 0
    return capsys.readouterr().out.strip()


def _publish(home: Path, bundle_id: str, *options: str) -> int:
    folders = ("--index", str(home / "index"), "--corpus", str(home / "corpus"))
    return main(["publish", bundle_id, *folders, *options])


def _edit(home: Path, name: str, before: str, after: str) -> None:
    path = home / "corpus" / "answers" / "general" / f"{name}.yaml"
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def _retire_half(home: Path) -> None:
    for name in ("dmpa-late", "condom-broke"):
        _edit(home, name, "status: approved", "status: retired")


def test_a_changed_text_passes_the_gate_and_goes_live(
    tested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(tested, "dmpa-late", "up to 4 weeks", "up to four weeks")
    bundle_id = _rebuilt(tested, capsys)

    assert _publish(tested, bundle_id) == 0

    printed = capsys.readouterr().out
    assert "gate: passed" in printed
    assert f"{bundle_id} is live" in printed
    assert store.current_id(tested / "index") == bundle_id
    assert store.read_history(tested / "index")[-1].gate == "passed"
    assert store.read_verdicts(tested / "index")[bundle_id]["passed"] is True


def test_a_bundle_with_half_of_its_answers_retired_is_refused(
    tested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It stays out, the reasons are on the screen and on record, and the live one stays live."""
    index = tested / "index"
    before = store.current_id(index)
    _retire_half(tested)
    bundle_id = _rebuilt(tested, capsys)

    assert _publish(tested, bundle_id) == 14

    printed = capsys.readouterr()
    assert "answered right or offered" in printed.out
    assert "falls short" in printed.out
    assert "dmpa-late" in printed.out
    assert printed.err.startswith("kmqa: the bundle falls short of the gate")
    assert store.current_id(index) == before
    failed = {
        check["name"]
        for check in store.read_verdicts(index)[bundle_id]["checks"]
        if check["holds"] is False
    }
    assert {
        "answered right or offered",
        "worse than the live bundle",
        "promises",
        "expected answers that are missing",
    } <= failed


def test_force_publishes_and_leaves_a_line_with_the_reason(
    tested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _retire_half(tested)
    bundle_id = _rebuilt(tested, capsys)

    assert _publish(tested, bundle_id, "--force", "recalled by the ministry", "--by", "Asha") == 0

    assert "by force" in capsys.readouterr().out
    last = store.read_history(tested / "index")[-1]
    assert (last.bundle_id, last.gate) == (bundle_id, "failed")
    assert (last.reason, last.by) == ("recalled by the ministry", "Asha")
    assert main(["bundles", "--index", str(tested / "index"), "--json"]) == 0
    rows = {row["bundle_id"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows[bundle_id]["gate"] == "failed"


def test_without_a_corpus_only_force_publishes_and_says_that_nothing_was_tested(
    tested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _edit(tested, "dmpa-late", "up to 4 weeks", "up to four weeks")
    bundle_id = _rebuilt(tested, capsys)
    rmtree(tested / "corpus")

    assert _publish(tested, bundle_id) == 14
    assert "nothing was tested" in capsys.readouterr().err

    assert _publish(tested, bundle_id, "--force", "copied from the build machine") == 0
    assert "nothing was tested" in capsys.readouterr().out
    assert store.read_history(tested / "index")[-1].gate == "untested"


def test_a_corpus_without_test_sets_vouches_for_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = store.current_id(home / "index")
    assert live is not None

    assert _publish(home, live) == 14

    assert "got test questions" in capsys.readouterr().err


def test_a_bundle_of_another_corpus_is_not_judged(
    tested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    live = store.current_id(tested / "index")
    assert live is not None
    settings = tested / "corpus" / "corpus.yaml"
    settings.write_text(settings.read_text().replace("name: test corpus", "name: other corpus"))

    assert _publish(tested, live) == 14

    assert "built from another corpus" in capsys.readouterr().err


def test_a_leaking_question_fails(tested: Path, capsys: pytest.CaptureFixture[str]) -> None:
    live = store.current_id(tested / "index")
    assert live is not None
    _write(tested / "corpus/tests/test.jsonl", (*TESTS[:-1], ("Missed depo date!", "dmpa-late")))

    assert _publish(tested, live) == 14

    printed = capsys.readouterr()
    assert 'test.jsonl:9: "Missed depo date!" is a wording of dmpa-late' in printed.out
    assert "got leaking questions." in printed.err


def test_the_gate_is_not_in_the_bundle(tested: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is asked of a bundle changes nothing that it serves, so its id stays."""
    assert _rebuilt(tested, capsys) == store.current_id(tested / "index")


def test_logged_questions_that_would_change_answer_are_shown(
    tested: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tested / "log.jsonl"
    texts = ("depo client is 3 weeks late", "implant duration", "call 0712345678")
    log.write_text("".join(f"{json.dumps({'text': text, 'lang': 'en'})}\n" for text in texts))
    _edit(tested, "dmpa-late", "status: approved", "status: retired")
    bundle_id = _rebuilt(tested, capsys)

    _publish(tested, bundle_id, "--log", str(log))

    printed = capsys.readouterr().out
    assert "logged questions: 1 of 3 would get something else" in printed
    assert '"depo client is 3 weeks late": answer dmpa-late becomes ' in printed


def test_a_look_publishes_nothing_and_keeps_which_past_questions_would_change(
    tested: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the service's newest questions, each wording once, without their words."""
    url = new_database_url(tested)
    monkeypatch.setenv("KMQA_DATABASE_URL", url)
    monkeypatch.setenv("KMQA_PEPPER", "p" * 40)
    database, identity = Database(url), Identity("p" * 40)
    texts = ("depo client is 3 weeks late", "recipe for chapati", "Recipe for chapati?")
    reply = Reply(outcome="refuse", reason="no-match", text="x", language="en")
    with database.writing() as connection:
        for text in texts:
            asker = turns.Asker(person=None, channel="whatsapp")
            turns.record_turn(connection, identity, asker, text, reply, 0.0)
    database.close()
    _edit(tested, "dmpa-late", "status: approved", "status: retired")
    live, bundle_id = store.current_id(tested / "index"), _rebuilt(tested, capsys)

    assert _publish(tested, bundle_id, "--look") == 0

    look = preview.read_against_live(tested / "index")[bundle_id]
    assert "1 of 2 would get something else" in capsys.readouterr().out
    assert store.current_id(tested / "index") == live
    assert (look.n_asked, [turn for turn, _, _ in look.changes]) == (2, [1])
    assert "weeks" not in (tested / "index" / "LOOKS.jsonl").read_text()
