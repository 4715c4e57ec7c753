"""The tables. Texts and addresses are sealed (`kmqa.state.identity`), times are Unix seconds.

Changing a table needs a migration under `migrations/`; a test holds both against each other.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
# SQLite counts rows by itself only in a column that is exactly INTEGER.
_Id = BigInteger().with_variant(Integer, "sqlite")

people = Table(
    "people",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("address", Text, nullable=False),  # sealed
    Column("conversation", Text, nullable=False, default="", server_default=""),  # sealed
    Column("opted_out", Boolean, nullable=False, default=False),
    # She asked to be forgotten; the row goes when she has been told so.
    Column("forgotten", Boolean, nullable=False, default=False, server_default=false()),
    Column("wrote_at", Float, nullable=False),  # opens the 24-hour window
    Column("created_at", Float, nullable=False),
    Column("leased_by", String(100)),
    Column("leased_until", Float, nullable=False, default=0.0),
)

# A person's user id and phone number, each as a keyed hash, lead to her.
names = Table(
    "names",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("number_id", String(64), nullable=False),
    Column("message_id", String(512), nullable=False),  # hashed: ids hold phone numbers
    Column("person", _Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("kind", String(20), nullable=False),
    Column("body", Text, nullable=False),  # sealed; empty once it is answered
    Column("sent_at", Float, nullable=False),
    Column("stored_at", Float, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, done, parked
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", Float, nullable=False),
    Column("reason", String(200), nullable=False, default=""),
    UniqueConstraint("number_id", "message_id"),
    Index("ix_inbox_state_due_at", "state", "due_at"),
    Index("ix_inbox_person_state", "person", "state"),
    sqlite_autoincrement=True,  # rows of the outbox name these ids, and outlive them
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("number_id", String(64), nullable=False),
    Column("answers", _Id, nullable=False),  # row of the inbox
    Column("place", Integer, nullable=False),  # among the messages of one turn
    Column("payload", Text, nullable=False),  # empty once it is sent
    Column("state", String(10), nullable=False),  # queued, sending, sent, parked
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", Float, nullable=False),
    Column("begun_at", Float, nullable=False, default=0.0),  # of the last try
    Column("created_at", Float, nullable=False),
    Column("message_id", String(512), index=True),  # hashed
    Column("reason", String(200), nullable=False, default=""),
    # A turn that is taken twice can be written once only.
    UniqueConstraint("answers", "place"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_person_state", "person", "state"),
    sqlite_autoincrement=True,  # statuses name these ids, and may come late
)

statuses = Table(
    "statuses",
    metadata,
    Column("message_id", String(512), primary_key=True),  # hashed
    Column("state", String(10), primary_key=True),
    Column("at", Float, nullable=False, index=True),
    Column("callback", String(512), index=True),
    Column("codes", String(100), nullable=False, default=""),
    Column("category", String(40)),
    Column("is_billed", Boolean),
)

# Items of a webhook that could not be read.
unreadable = Table(
    "unreadable",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("reason", String(200), nullable=False),
    Column("body", Text, nullable=False),  # sealed
    Column("stored_at", Float, nullable=False),
)

# Files that Meta holds for us.
media = Table(
    "media",
    metadata,
    Column("number_id", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("media_id", String(100), nullable=False),
    Column("expires_at", Float, nullable=False),
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("seen_at", Float, nullable=False),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person", _Id, index=True),
    Column("answer_id", String(100), nullable=False),
    Column("bundle_id", String(16), nullable=False),
    Column("is_helpful", Boolean),  # null where it is a comment
    Column("comment", Text, nullable=False, default="", server_default=""),  # sealed
    Column("at", Float, nullable=False, index=True),
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
    Column("id", _Id, primary_key=True),
    Column("person", _Id, ForeignKey("people.id", ondelete="SET NULL"), index=True),
    Column("at", Float, nullable=False),
    Column("channel", String(20), nullable=False),
    Column("language", String(10), nullable=False),
    Column("question", Text, nullable=False),  # blacked out and sealed; empty after its time
    Column("outcome", String(10), nullable=False),
    Column("reason", String(40), nullable=False),
    Column("answer_id", String(100), nullable=False, default=""),
    Column("score", Float, nullable=False),
    Column("candidates", Text, nullable=False),  # JSON: pairs of answer id and score
    Column("bundle_id", String(16), nullable=False),
    Column("took_ms", Float, nullable=False),
    # What she did with it: took an answer that was offered, or said that nothing fits.
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
)

# Conversations that wait for a person, or that one has.
handovers = Table(
    "handovers",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("number_id", String(64), nullable=False),
    Column("cause", String(10), nullable=False),  # asked, urgent
    Column("opened_at", Float, nullable=False, index=True),
    Column("closed_at", Float),
    Column("closed_by", String(100), nullable=False, default=""),
)

# What was said while a person has the conversation.
notes = Table(
    "notes",
    metadata,
    Column("id", _Id, primary_key=True),
    Column(
        "handover", _Id, ForeignKey("handovers.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("by", String(100), nullable=False, default=""),  # a curator; empty for the person
    Column("body", Text, nullable=False),  # sealed
    Column("at", Float, nullable=False),
    sqlite_autoincrement=True,  # rows of the outbox name these ids too
)

# Who went on after which wording of the notice.
consents = Table(
    "consents",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("person", _Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("version", String(20), nullable=False),
    Column("at", Float, nullable=False),
)

# People who work in the console.
users = Table(
    "users",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("password", String(200), nullable=False),  # argon2; empty where she has none
    Column("role", String(20), nullable=False),
    Column("language", String(10), nullable=False, default="en"),
    Column("must_change", Boolean, nullable=False, default=False),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Float, nullable=False, default=0.0),
    Column("created_at", Float, nullable=False),
    # Fingerprint of her account at the organisation, once she came in with it.
    Column("subject", String(64), unique=True, index=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),  # of what the cookie holds
    Column("user", String(100), ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("form_key", String(64), nullable=False),  # what every form must bring along
    Column("until", Float, nullable=False),
)

# Keys of the API that an administrator issued; a revoked one stays, with its name.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("per_minute", Integer, nullable=False),
    Column("issued_by", String(100), nullable=False),
    Column("issued_at", Float, nullable=False),
    Column("used_at", Float),  # to the minute
    Column("revoked_at", Float),
)
