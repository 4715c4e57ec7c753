"""The outbox says what a message is for and what it carries, and holds no channel's JSON.

What is queued, in flight or parked is kept: its purpose and its content references are read from
the turn that it belongs to, which was written in the same moment. Its JSON waits in
`legacy_payload` until `kmqa.state.legacy_outbox` seals it, because a migration has no key.
"""

import json
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns, and let every row say where it comes from."""
    highest = _highest_id()
    # Given defaults at first, because there are rows; none is left in the end but for the empty.
    with _changing() as table:
        table.add_column(sa.Column("origin_kind", sa.String(10), nullable=False, server_default=""))
        table.add_column(sa.Column("origin_id", _ID, nullable=False, server_default="0"))
        table.add_column(sa.Column("purpose", sa.String(20), nullable=False, server_default=""))
        table.add_column(sa.Column("content_refs", sa.Text(), nullable=False, server_default="[]"))
        table.add_column(sa.Column("content", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("hold_reason", sa.String(20), nullable=False, server_default=""))
    _set_origins()
    _set_purposes()
    with _changing() as table:
        table.alter_column("origin_kind", existing_type=sa.String(10), server_default=None)
        table.alter_column("origin_id", existing_type=_ID, server_default=None)
        table.alter_column("purpose", existing_type=sa.String(20), server_default=None)
        table.alter_column(
            "payload", existing_type=sa.Text(), new_column_name="legacy_payload", server_default=""
        )
        table.alter_column("tries", existing_type=sa.Integer(), new_column_name="attempts")
        table.alter_column("begun_at", existing_type=sa.Float(), new_column_name="attempted_at")
        table.drop_constraint("uq_outbox_answers_place", type_="unique")
        table.drop_column("answers")
        table.create_unique_constraint(
            op.f("uq_outbox_origin_kind_origin_id_place"), ["origin_kind", "origin_id", "place"]
        )
    _count_on_from(highest)


def downgrade() -> None:
    """There is no way back: sealed messages cannot be opened without the key."""
    message = "the outbox is sealed since 0008; restore the backup that was made before it"
    raise NotImplementedError(message)


def _changing() -> AbstractContextManager[BatchOperations]:
    """Open the table's changes; SQLite copies it for them, and must go on counting its ids."""
    is_sqlite = op.get_context().dialect.name == "sqlite"
    return op.batch_alter_table(
        "outbox",
        recreate="always" if is_sqlite else "never",
        table_kwargs={"sqlite_autoincrement": True},
    )


def _highest_id() -> int:
    """Return the highest id that SQLite has given; a copied table forgets those of deleted rows."""
    if op.get_context().dialect.name != "sqlite":
        return 0
    found = op.get_bind().execute(sa.text("SELECT seq FROM sqlite_sequence WHERE name = 'outbox'"))
    return found.scalar() or 0


def _count_on_from(highest: int) -> None:
    if not highest:
        return
    connection = op.get_bind()
    connection.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = 'outbox'"))
    connection.execute(
        sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES ('outbox', :seq)"), {"seq": highest}
    )


def _set_origins() -> None:
    """Read whose messages they are: a curator's had the number of their note, below zero."""
    op.execute("UPDATE outbox SET origin_kind = 'turn', origin_id = answers WHERE answers >= 0")
    op.execute("UPDATE outbox SET origin_kind = 'curator', origin_id = -answers WHERE answers < 0")


def _set_purposes() -> None:
    """Set what messages are for; those that are sent say nothing, the others their turn."""
    op.execute("UPDATE outbox SET purpose = 'handover' WHERE origin_kind = 'curator'")
    op.execute("UPDATE outbox SET purpose = 'service' WHERE origin_kind = 'turn'")
    connection = op.get_bind()
    rows = connection.execute(
        sa.text(
            "SELECT outbox.id, outbox.person, outbox.created_at, outbox.payload, people.opted_out"
            " FROM outbox JOIN people ON people.id = outbox.person"
            " WHERE outbox.origin_kind = 'turn' AND outbox.payload <> ''"
        )
    ).all()
    for row in rows:
        refs = _refs_of_turn(connection, row.person, row.created_at)
        refs += [ref for ref in _refs_in(json.loads(row.payload)) if ref not in refs]
        purpose = _purpose(refs, is_opted_out=bool(row.opted_out))
        connection.execute(
            sa.text("UPDATE outbox SET purpose = :purpose, content_refs = :refs WHERE id = :id"),
            {"purpose": purpose, "refs": json.dumps(refs), "id": row.id},
        )


def _purpose(refs: list[list[str]], *, is_opted_out: bool) -> str:
    kinds = {kind for kind, _ in refs}
    if "danger_sign" in kinds:
        return "danger"
    if is_opted_out:
        return "consent"  # all else was deleted when the person said stop
    return "answer" if "answer" in kinds else "service"


def _refs_of_turn(connection: sa.Connection, person: int, at: float) -> list[list[str]]:
    """Return what the person's turn of this moment decided to send."""
    found = connection.execute(
        sa.text(
            "SELECT outcome, answer_id FROM turns WHERE person = :person AND at = :at"
            " AND outcome IN ('answer', 'urgent') AND answer_id <> '' ORDER BY id"
        ),
        {"person": person, "at": at},
    )
    kinds = {"answer": "answer", "urgent": "danger_sign"}
    return [[kinds[row.outcome], row.answer_id] for row in found]


def _refs_in(payload: dict[str, Any]) -> list[list[str]]:
    """Return the document that goes along, and the answers that the buttons below belong to."""
    document = payload.get("document", {}).get("kmqa_document")
    action = payload.get("interactive", {}).get("action", {})
    ids = [button["reply"]["id"] for button in action.get("buttons", ())]
    ids += [row["id"] for section in action.get("sections", ()) for row in section["rows"]]
    answers = [one.removeprefix("more:") for one in ids if one.startswith("more:")]
    return [*([["document", document]] if document else []), *(["answer", one] for one in answers)]
