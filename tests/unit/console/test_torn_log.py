"""A full disk left half a line in the audit log: the pages and the stop button go on."""

import re

import pytest
from console_client import Curator

from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit, audit_proof
from kmqa.index import withholding


def test_a_torn_log_keeps_nobody_from_stopping_an_answer(
    context: ConsoleContext, reviewer: Curator
) -> None:
    """The answer's page opens, the stop works, and its line stands where the torn one stood."""
    reviewer.post("/answers/depo-late/withhold", action="stop", reason="wrong dose")
    reviewer.post("/answers/depo-late/withhold", action="release")
    with (context.corpus_root / "audit.jsonl").open("ab") as log:
        log.write(b'{"at": "2026-11-30T09:0')

    reviewer.get("/answers/depo-late")
    reviewer.post("/answers/depo-late/withhold", action="stop", reason="wrong dose")

    assert withholding.read_withheld(context.index) == {"depo-late": "Bilal: wrong dose"}
    assert audit.read(context.corpus_root)[-1].action == "withhold"
    assert audit_proof.verify(context.corpus_root) == ()


@pytest.mark.parametrize("broken", ["the log", "the log's place", "the settings", "the answer"])
def test_nothing_that_is_broken_keeps_anybody_from_stopping_an_answer(
    context: ConsoleContext, reviewer: Curator, broken: str
) -> None:
    """It is stopped, and where its line cannot be written, the page says so."""
    root = context.corpus_root
    reviewer.post("/answers/depo-late/withhold", action="stop", reason="wrong dose")
    reviewer.post("/answers/depo-late/withhold", action="release")
    if broken == "the log":
        with (root / "audit.jsonl").open("ab") as log:
            log.write(b'{"by": 3}\n')
        reviewer.get("/answers/depo-late")
    elif broken == "the log's place":
        (root / "audit.jsonl").unlink()
        (root / "audit.jsonl").mkdir()
    elif broken == "the settings":
        (root / "corpus.yaml").write_text("{")
    else:
        next(root.glob("answers/*/depo-late.yaml")).write_text("{")
    page = reviewer.get("/stop")
    key = re.search(r'name="form_key" value="([^"]+)"', page)

    answer = reviewer.client.post(
        "/stop",
        data={
            "form_key": key[1] if key else "",
            "action": "stop",
            "id": "depo-late",
            "reason": "wrong dose",
        },
        follow_redirects=False,
    )

    assert withholding.read_withheld(context.index) == {"depo-late": "Bilal: wrong dose"}
    is_unlogged = broken == "the log's place"
    assert answer.status_code == (503 if is_unlogged else 303)
    assert ("could not be written into the history" in answer.text) == is_unlogged


def test_what_is_live_is_stopped_and_sent_again(context: ConsoleContext, reviewer: Curator) -> None:
    """Only what the live bundle has can be stopped, and only with a reason."""
    reviewer.post("/stop", action="stop", id="nothing", reason="x", status=422)
    reviewer.post("/stop", action="stop", id="depo-late", reason=" ", status=422)
    assert withholding.read_withheld(context.index) == {}

    reviewer.post("/stop", action="stop", id="depo-late", reason="wrong dose")
    assert "Bilal: wrong dose" in reviewer.get("/stop")
    reviewer.post("/stop", action="release", id="depo-late")

    assert withholding.read_withheld(context.index) == {}
    lines = [(one.action, one.item) for one in audit.read(context.corpus_root)][-2:]
    assert lines == [("withhold", "answer:depo-late"), ("release", "answer:depo-late")]
