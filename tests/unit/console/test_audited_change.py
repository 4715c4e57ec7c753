"""Changes of the database that have their line in the audit log."""

import pytest
from sqlalchemy import Connection

from kmqa.console.audited_change import make_audited_change
from kmqa.console.context import ConsoleContext
from kmqa.corpus import audit
from kmqa.errors import EditConflict
from kmqa.state import accounts

LINE = audit.Entry(by="Chen", action="add", item="user:Asha")


def _names(context: ConsoleContext) -> list[str]:
    with context.database.reading() as connection:
        return [user.name for user in accounts.list_users(connection)]


def test_what_cannot_be_done_leaves_no_line(context: ConsoleContext) -> None:
    def checked(_: Connection) -> audit.Entry:
        raise EditConflict("no")

    with pytest.raises(EditConflict):
        make_audited_change(context, checked, lambda c: accounts.add_user(c, "Asha", "author", 0.0))

    assert (_names(context), audit.read(context.corpus_root)) == ([], ())


def test_who_was_faster_between_line_and_change_is_not_overwritten(context: ConsoleContext) -> None:
    asked: list[str] = []

    def checked(_: Connection) -> audit.Entry:
        asked.append("asked")
        if len(asked) > 1:
            raise EditConflict("somebody was faster")
        return LINE

    with pytest.raises(EditConflict):
        make_audited_change(context, checked, lambda c: accounts.add_user(c, "Asha", "author", 0.0))

    assert _names(context) == []
    assert audit.read(context.corpus_root)[-1].item == "user:Asha"
