"""Users may be known by an account of their organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """The column and its index are there."""
    op.add_column("users", sa.Column("subject", sa.String(length=64)))
    op.create_index("ix_users_subject", "users", ["subject"], unique=True)


def downgrade() -> None:
    """They are gone again."""
    op.drop_index("ix_users_subject", "users")
    op.drop_column("users", "subject")
