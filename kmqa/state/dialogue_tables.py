"""The tables of what people asked, said and agreed to, with their declarations."""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    String,
    Table,
    Text,
    false,
    text,
    true,
)

from kmqa.state.row_policy import Blank, Delete, Expiry, Leave, Owned, RowPolicy, Through
from kmqa.state.schema import Id, Sealed, metadata

feedback = Table(
    "feedback",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Id, index=True),
    Column("answer_id", String(100), nullable=False),
    Column("bundle_id", String(16), nullable=False),
    Column("is_helpful", Boolean),  # null where it is a comment
    Column("comment", Sealed, nullable=False, default="", server_default=""),
    Column("at", Float, nullable=False, index=True),
    info=RowPolicy(
        owner=Owned(),
        forget=Blank({"person": None, "comment": ""}),
        merge="move",
        keep=(Expiry("at", "keep_days", Blank({"person": None, "comment": ""})),),
        export=("at", "answer_id", "is_helpful", "comment"),
    ).as_info(),
)

# Both are written out, because SQLite takes an index of part of a table only for the same words.
UNANSWERED = text(
    "handled = '' AND picked = '' AND question <> ''"
    " AND (wish <> '' OR outcome IN ('refuse', 'resources'))"
)
"""Questions that got no answer, or not the one that was meant, and that wait for a curator."""
CONFIRMED = text("handled = '' AND question <> '' AND (was_helpful OR picked <> '')")
"""Questions of which somebody said which answer fits, by a tap."""

# Every question that was decided, without who asked it once its time is over.
turns = Table(
    "turns",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("at", Float, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("language", String(10), nullable=False),
    Column("question", Sealed, nullable=False),  # blacked out; empty after its time
    Column("outcome", String(10), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("answer_id", String(100), nullable=False, default=""),
    Column("score", Float, nullable=False),
    Column("candidates", Text, nullable=False, info={"plain": "ids of answers and scores"}),
    Column("bundle_id", String(16), nullable=False),
    Column("took_ms", Float, nullable=False),
    # What the person did with it: took an answer that was offered, or said that nothing fits.
    Column("picked", String(100), nullable=False, default=""),
    Column("wish", String(20), nullable=False, default=""),
    Column("was_helpful", Boolean, nullable=False, default=False, server_default=false()),
    # What a curator did about it: what, with which answer or group, who and when.
    Column("handled", String(20), nullable=False, default=""),
    Column("handled_with", String(100), nullable=False, default="", server_default=""),
    Column("handled_by", String(100), nullable=False, default="", server_default=""),
    Column("handled_at", Float, nullable=False, default=0.0, server_default="0", index=True),
    Index("ix_turns_at_outcome_language", "at", "outcome", "language"),
    Index("ix_turns_unanswered", "id", sqlite_where=UNANSWERED, postgresql_where=UNANSWERED),
    Index("ix_turns_confirmed", "id", sqlite_where=CONFIRMED, postgresql_where=CONFIRMED),
    Index("ix_turns_outcome_at", "outcome", "at"),
    Index("ix_turns_wish_at", "wish", "at"),
    info=RowPolicy(
        owner=Owned(),
        forget=Blank({"person": None, "question": ""}),
        merge="move",
        keep=(Expiry("at", "keep_days", Blank({"person": None, "question": ""})),),
        export=("at", "question", "outcome", "answer_id"),
    ).as_info(),
)

# Conversations that wait for a person, or that one has.
handovers = Table(
    "handovers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number_id", String(64), nullable=False),
    Column("cause", String(10), nullable=False),  # asked, urgent
    Column("opened_at", Float, nullable=False, index=True),
    Column("closed_at", Float),
    Column("closed_by", String(100), nullable=False, default=""),
    info=RowPolicy(
        owner=Owned(),
        forget=Delete(),
        merge="move",
        keep=(Expiry("closed_at", "keep_days", Delete()),),
        export=("opened_at", "closed_at", "cause"),
    ).as_info(),
)

# What was said while a person has the conversation.
notes = Table(
    "notes",
    metadata,
    Column("id", Id, primary_key=True),
    Column(
        "handover", Id, ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("by", String(100), nullable=False, default=""),  # a curator; empty for the person
    Column("body", Sealed, nullable=False),
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,  # rows of the outbox name these ids too
    info=RowPolicy(
        owner=Through("handover", "handovers"),
        forget=Delete(),
        keep=(Expiry("at", "keep_days", Delete()),),
        export=("at", "by", "body"),
    ).as_info(),
)

# What somebody agreed to, or no longer does, and after which wording; the last one counts.
consents = Table(
    "consents",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("purpose", String(20), nullable=False, default="service", server_default="service"),
    Column("topic", String(100), nullable=False, default="", server_default=""),
    Column("wording_id", String(100), nullable=False, default="notice", server_default="notice"),
    Column("wording_version", String(20), nullable=False),
    Column("is_given", Boolean, nullable=False, default=True, server_default=true()),
    Column("at", Float, nullable=False),
    info=RowPolicy(
        owner=Owned(),
        forget=Delete(),
        merge="move",
        keep=Leave("as long as its person, by the foreign key"),
        export=("at", "purpose", "topic", "wording_id", "wording_version", "is_given"),
    ).as_info(),
)
