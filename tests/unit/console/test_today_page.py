"""Page Today: what is counted, and on which day."""

import re
from datetime import timedelta

from console_client import NOW, Curator, ask

from kmqa.console.context import ConsoleContext
from kmqa.state import turns

_DAY = 86_400.0
MIDNIGHT = NOW // _DAY * _DAY


def _bars(page: str) -> list[str]:
    """Days of the chart on which something was asked, with how much."""
    return [title for title in re.findall(r"<title>([^<]+)</title>", page) if ": 0" not in title]


def test_a_question_counts_on_its_own_day_at_any_hour(
    context: ConsoleContext, author: Curator
) -> None:
    for at in (MIDNIGHT + 1, MIDNIGHT + _DAY / 3, MIDNIGHT + _DAY - 1):
        ask(context, "who won", at=at)
    ask(context, "who won", at=MIDNIGHT - 1)

    page = author.get("/today")

    assert [bar.split(": ")[1] for bar in _bars(page)[1:]] == ["1", "3"]


def test_unanswered_are_those_that_still_wait(context: ConsoleContext, author: Curator) -> None:
    for question in ("who won", "cup final"):
        ask(context, question)
    with context.database.writing() as connection:
        turns.handle(connection, [1], turns.Done(what="ignored", thing="", by="Asha", at=NOW))

    assert "<b>1</b> Unanswered" in author.get("/today")


def test_only_approved_answers_have_to_be_reviewed_soon(
    context: ConsoleContext, author: Curator
) -> None:
    soon = context.today() + timedelta(days=30)
    files = {path.stem: path for path in context.corpus_root.rglob("answers/*/*.yaml")}
    for name, status in (("depo-late", "approved"), ("pill-missed", "retired")):
        text = re.sub(r"review_by: \S+", f"review_by: {soon}", files[name].read_text())
        files[name].write_text(text.replace("status: approved", f"status: {status}"))

    page = author.get("/today")

    assert "/answers/depo-late" in page
    assert "/answers/pill-missed" not in page
