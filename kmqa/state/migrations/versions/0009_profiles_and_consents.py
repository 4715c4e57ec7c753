"""Profiles that a segment can be selected by, consents by purpose, and marks of the service.

Profiles are filled when people write next, because a migration has no key to open a conversation.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_PROFILE = ("role", "country", "language", "age_group", "gender", "topic")


def upgrade() -> None:
    """Add the columns and the table; whoever wrote from a page lately counts as anonymous."""
    for name in _PROFILE:
        op.add_column("people", sa.Column(name, sa.String(length=100)))
    for name in ("low_data", "is_anonymous"):
        op.add_column("people", _flag(name, sa.false()))
    op.create_index("ix_people_wrote_at", "people", ["wrote_at"])
    for table in ("inbox", "outbox", "handovers"):
        op.execute(
            "UPDATE people SET is_anonymous = true WHERE id IN"  # noqa: S608 - names of ours
            f" (SELECT person FROM {table} WHERE number_id = 'web')"
        )
    op.execute("ALTER TABLE consents RENAME COLUMN version TO wording_version")
    for name, length, default in (
        ("purpose", 20, "service"), ("topic", 100, ""), ("wording_id", 100, "notice"),
    ):  # fmt: skip
        kind = sa.String(length=length)
        op.add_column("consents", sa.Column(name, kind, nullable=False, server_default=default))
    op.add_column("consents", _flag("is_given", sa.true()))
    op.create_table(
        "marks",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_marks")),
    )


def _flag(name: str, default: sa.ColumnElement[bool]) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False, server_default=default)


def downgrade() -> None:
    """They are gone again; what was agreed to for other purposes than the notice is lost."""
    op.drop_table("marks")
    op.execute("DELETE FROM consents WHERE wording_id <> 'notice' OR NOT is_given")
    for name in ("is_given", "wording_id", "topic", "purpose"):
        op.drop_column("consents", name)
    op.execute("ALTER TABLE consents RENAME COLUMN wording_version TO version")
    op.drop_index("ix_people_wrote_at", "people")
    for name in ("is_anonymous", "low_data", *reversed(_PROFILE)):
        op.drop_column("people", name)
