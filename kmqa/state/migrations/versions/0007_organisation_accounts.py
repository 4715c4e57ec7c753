"""Users may be known by an account of their organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and its index."""
    op.add_column("users", sa.Column("subject", sa.String(length=64)))
    op.create_index("ix_users_subject", "users", ["subject"], unique=True)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("ix_users_subject", "users")
    op.drop_column("users", "subject")
