"""Who may do what: one table, asked by every page that changes something."""

from collections.abc import Mapping
from typing import Literal

from kmqa.state.accounts import Role

Right = Literal["read", "write", "review", "publish", "converse", "manage"]

RIGHTS: Mapping[Role, frozenset[Right]] = {
    "author": frozenset({"read", "write", "converse"}),
    "reviewer": frozenset({"read", "write", "review", "converse"}),
    "publisher": frozenset({"read", "write", "review", "publish", "converse"}),
    "evaluator": frozenset({"read"}),
    "administrator": frozenset({"read", "write", "review", "publish", "converse", "manage"}),
}


def may(role: Role, right: Right) -> bool:
    """Whether people of this role may do what `right` names."""
    return right in RIGHTS[role]
