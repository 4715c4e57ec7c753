"""A full disk left half a line in the audit log: the pages and the stop button go on."""

from console_client import Curator

from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit
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
    assert audit.verify(context.corpus_root) == ()
