"""How many messages were sent on each day, by purpose.

The days before are counted from the outbox as far as its rows are there.
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table, empty; the next worker counts the last days."""
    op.create_table(
        "usage",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "purpose", name=op.f("pk_usage")),
    )


def downgrade() -> None:
    """Drop the table; what was counted is lost."""
    op.drop_table("usage")
