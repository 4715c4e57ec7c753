"""What came from each person lately and what went, sealed, to know automatic repliers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, empty: nobody is taken for a programme at first."""
    op.add_column("people", sa.Column("traffic", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop the column again."""
    op.drop_column("people", "traffic")
