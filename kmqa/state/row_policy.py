"""What every table declares about people: whose its rows are, and when they go.

`kmqa.state.personal_data` (forget, merge, export) and `kmqa.state.retention` (purge) walk over
these declarations and name no table, so a new table is done with its columns, its policy and its
migration. A test fails for a table that declares too little (`find_problems`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Table, Text, UniqueConstraint, and_, or_, true

from kmqa.state.schema import Sealed

PEOPLE = "people"
_KEY = "row_policy"


@dataclass(frozen=True, slots=True)
class Owned:
    """Each row belongs to the person in `column`, or to nobody where it is null."""

    column: str = "person"


@dataclass(frozen=True, slots=True)
class Through:
    """Each row belongs to whoever owns the row of `table` whose `key` is in `column`."""

    column: str
    table: str
    key: str = "id"


@dataclass(frozen=True, slots=True)
class Named:
    """A row belongs to every person who is named inside the sealed JSON of `column`."""

    column: str


@dataclass(frozen=True, slots=True)
class Nobody:
    """No row belongs to a person who writes to the bot; `reason` says why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Delete:
    """The row goes; only rows in one of `states` where any are given."""

    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Blank:
    """The row stays, with these values; only rows in one of `states` where any are given."""

    values: Mapping[str, object]
    states: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Leave:
    """Nothing is done; `reason` says why that is right."""

    reason: str


@dataclass(frozen=True, slots=True)
class Expiry:
    """What happens to a row so many days after the time in `since`.

    Attributes:
        since: Column with Unix seconds; a row without a time does not expire.
        days: A number, or the setting that holds it.
    """

    since: str
    days: float | Literal["keep_days"]
    then: Delete | Blank


Merge = Literal["move", "keep_newest", "drop", "follow"]
"""What becomes of the rows of a person who turns out to be another one.

``move``: they are the other one's from now on. ``keep_newest``: as ``move``, but of the rows that
may stand only once for a person the one with the latest ``at`` stays. ``drop``: they go.
``follow``: they go where the row goes that they belong to.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPolicy:
    """What a table declares.

    Attributes:
        forget: What *delete my data* does with the rows of a person.
        merge: What merging two people does with the rows of the one who goes.
        keep: When rows expire; without an entry for a state, rows in it stay.
        export: Columns that *my data* holds.
    """

    owner: Owned | Through | Named | Nobody
    keep: tuple[Expiry, ...] | Leave
    forget: Delete | Blank | Leave = Leave("")
    merge: Merge = "follow"
    export: tuple[str, ...] | Leave = field(default=Leave(""))

    def as_info(self) -> dict[str, Any]:
        """Return what `Table(info=...)` takes."""
        return {_KEY: self}


def policy_of(table: Table) -> RowPolicy:
    """Return what `table` declares.

    Raises:
        LookupError: Nothing.
    """
    policy = table.info.get(_KEY)
    if not isinstance(policy, RowPolicy):
        message = f"the table {table.name} declares no RowPolicy"
        raise LookupError(message)
    return policy


def is_in_states(table: Table, states: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that a row is in one of `states`; any row where there are none."""
    return table.c.state.in_(states) if states else true()


def differs(table: Table, values: Mapping[str, object]) -> ColumnElement[bool]:
    """Return the condition that a row holds anything else than `values`."""
    return or_(*(table.c[name].is_distinct_from(value) for name, value in values.items()))


def find_problems(table: Table) -> list[str]:
    """List what `table` must still declare; empty where everything is said."""
    try:
        policy = policy_of(table)
    except LookupError as error:
        return [str(error)]
    walks = (_problems_of_owner, _problems_of_columns, _problems_of_keep)
    problems = [problem for walk in walks for problem in walk(table, policy)]
    if not isinstance(policy.owner, Nobody):
        problems += _problems_of_actions(table, policy)
    return [f"{table.name}: {problem}" for problem in problems]


def _problems_of_owner(table: Table, policy: RowPolicy) -> Iterator[str]:
    owner = policy.owner
    for column in table.columns:
        leads_to = {key.column.table for key in column.foreign_keys}
        is_person = column.name == "person" or any(one.name == PEOPLE for one in leads_to)
        if is_person and owner != Owned(column.name):
            yield f"{column.name} names a person, so the owner must be Owned({column.name!r})"
        for parent in leads_to:
            has_owner = not isinstance(policy_of(parent).owner, Nobody)
            if has_owner and isinstance(owner, Nobody):
                yield f"{column.name} leads to {parent.name}, whose rows belong to a person"
    if isinstance(owner, Nobody) and not owner.reason:
        yield "why its rows belong to nobody is not said"
    if not isinstance(owner, Nobody) and owner.column not in table.c:
        yield f"there is no column {owner.column}"


def _problems_of_columns(table: Table, policy: RowPolicy) -> Iterator[str]:
    for column in table.columns:
        if isinstance(column.type, Sealed):
            if isinstance(policy.owner, Nobody):
                yield f"{column.name} is sealed, so its rows belong to somebody"
        elif isinstance(column.type, Text) and not column.info.get("plain"):
            yield f"{column.name} holds texts that are not sealed, and does not say why"


def _problems_of_keep(table: Table, policy: RowPolicy) -> Iterator[str]:
    if isinstance(policy.keep, Leave):
        if not policy.keep.reason:
            yield "how long rows are kept is not said"
        return
    for expiry in policy.keep:
        blanked = expiry.then.values if isinstance(expiry.then, Blank) else {}
        for name in (expiry.since, *blanked):
            if name not in table.c:
                yield f"it expires by the column {name}, which is not there"


def _problems_of_actions(table: Table, policy: RowPolicy) -> Iterator[str]:
    forget, owner = policy.forget, policy.owner
    if isinstance(forget, Leave) and not forget.reason:
        yield "what forget does is not said"
    if isinstance(forget, Blank) and table.name != PEOPLE:
        sealed = [c.name for c in table.columns if isinstance(c.type, Sealed)]
        owned = [owner.column] if isinstance(owner, Owned) else []
        for name in (*owned, *sealed):
            if name not in forget.values:
                yield f"forget leaves {name}"
    if isinstance(policy.export, Leave) and not policy.export.reason:
        yield "what my data holds of it is not said"
    if isinstance(owner, Owned) and policy.merge == "follow" and table.name != PEOPLE:
        yield "what a merge of two people does is not said"
    if isinstance(owner, Owned) and policy.merge == "move" and unique_with(table, owner.column):
        yield f"{owner.column} is unique, so a merge cannot move every row"


def unique_with(table: Table, column: str) -> list[tuple[str, ...]]:
    """Return the other columns of each set of columns that may stand only once for a person."""
    keys = [table.primary_key, *(c for c in table.constraints if isinstance(c, UniqueConstraint))]
    names = [[one.name for one in key.columns] for key in keys]
    names += [[one.name for one in index.columns] for index in table.indexes if index.unique]
    return [tuple(n for n in found if n != column) for found in names if column in found]


def is_same(table: FromClause, others: FromClause, names: tuple[str, ...]) -> ColumnElement[bool]:
    """Return the condition that two rows hold the same in the columns `names`."""
    return and_(true(), *(table.c[name] == others.c[name] for name in names))
