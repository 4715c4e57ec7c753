"""Ids are never given twice: SQLite would give those of deleted rows again."""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_TABLES = ("inbox", "outbox", "notes")


def upgrade() -> None:
    """Rows of these tables are counted on; PostgreSQL's sequences do so anyway."""
    _recreate(counted_on=True)


def downgrade() -> None:
    """They are counted from the highest that is left."""
    _recreate(counted_on=False)


def _recreate(*, counted_on: bool) -> None:
    if op.get_context().dialect.name != "sqlite":
        return
    for table in _TABLES:
        kwargs = {"sqlite_autoincrement": counted_on}
        with op.batch_alter_table(table, recreate="always", table_kwargs=kwargs):
            pass
