"""How urgent a waiting message looks, by which people are answered first.

Messages that wait at the upgrade were not looked at: they count as ordinary, in their order.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column and the index that workers claim by."""
    urgency = sa.Column("urgency", sa.Integer(), nullable=False, server_default="2")
    op.add_column("inbox", urgency)
    op.create_index("ix_inbox_state_urgency_due_at", "inbox", ["state", "urgency", "due_at"])


def downgrade() -> None:
    """Drop both again."""
    op.drop_index("ix_inbox_state_urgency_due_at", "inbox")
    op.drop_column("inbox", "urgency")
