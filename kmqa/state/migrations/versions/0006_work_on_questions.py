"""What was done about each question, what people found helpful, and indexes for the console."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_UNANSWERED = sa.text(
    "handled = '' AND picked = '' AND question <> ''"
    " AND (wish <> '' OR outcome IN ('refuse', 'resources'))"
)
_CONFIRMED = sa.text("handled = '' AND question <> '' AND (was_helpful OR picked <> '')")


def upgrade() -> None:
    """Add the columns and indexes."""
    op.add_column(
        "turns",
        sa.Column("was_helpful", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    for name in ("handled_with", "handled_by"):
        kind = sa.String(length=100)
        op.add_column("turns", sa.Column(name, kind, nullable=False, server_default=""))
    op.add_column("turns", sa.Column("handled_at", sa.Float(), nullable=False, server_default="0"))
    for name, where in (("ix_turns_unanswered", _UNANSWERED), ("ix_turns_confirmed", _CONFIRMED)):
        op.create_index(name, "turns", ["id"], sqlite_where=where, postgresql_where=where)
    op.create_index("ix_turns_handled_at", "turns", ["handled_at"])
    op.drop_index("ix_turns_at", "turns")
    op.create_index("ix_turns_at_outcome_language", "turns", ["at", "outcome", "language"])
    op.create_index("ix_statuses_at", "statuses", ["at"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_statuses_at", "statuses")
    op.drop_index("ix_turns_at_outcome_language", "turns")
    op.create_index("ix_turns_at", "turns", ["at"])
    for name in ("ix_turns_handled_at", "ix_turns_confirmed", "ix_turns_unanswered"):
        op.drop_index(name, "turns")
    for name in ("handled_at", "handled_by", "handled_with", "was_helpful"):
        op.drop_column("turns", name)
