"""The tables of people and of their messages on the way; all others stand here by name.

Texts and addresses are sealed (`kmqa.state.identity`), times are Unix seconds. Each table declares
whose its rows are and when they go (`kmqa.state.row_policy`). Changing a table needs a migration
under `migrations/`; a test holds both against each other.
"""

from sqlalchemy import (
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)

from kmqa.state.console_tables import api_keys, sessions, users
from kmqa.state.dialogue_tables import (
    CONFIRMED,
    UNANSWERED,
    consents,
    feedback,
    handovers,
    notes,
    turns,
)
from kmqa.state.row_policy import (
    Blank,
    Delete,
    Expiry,
    Leave,
    Named,
    Nobody,
    Owned,
    RowPolicy,
    Through,
)
from kmqa.state.schema import Id, Sealed, metadata

__all__ = [
    "CONFIRMED",
    "UNANSWERED",
    "api_keys",
    "consents",
    "feedback",
    "handovers",
    "inbox",
    "marks",
    "media",
    "metadata",
    "names",
    "notes",
    "outbox",
    "people",
    "sessions",
    "statuses",
    "turns",
    "unreadable",
    "users",
    "workers",
]

PROFILE = ("role", "country", "language", "age_group", "gender", "topic")
QUEUE_DAYS = 8  # Meta delivers a webhook again for up to seven days
_WEB_DAYS = 1  # a page that was closed yesterday fetches nothing any more
_WITH_PERSON = Leave("as long as its person, by the foreign key")
_NO_WORDS = Leave("nothing that the person said")

people = Table(
    "people",
    metadata,
    Column("id", Id, primary_key=True),
    Column("address", Sealed, nullable=False),
    Column("conversation", Sealed, nullable=False, default="", server_default=""),
    # What came and went lately, to know a programme that answers by itself.
    Column("traffic", Sealed, nullable=False, default="", server_default=""),
    Column("opted_out", Boolean, nullable=False, default=False),
    # The person asked to be forgotten; the row goes when they have been told so.
    Column("forgotten", Boolean, nullable=False, default=False, server_default=false()),
    Column("wrote_at", Float, nullable=False, index=True),  # opens the 24-hour window
    Column("created_at", Float, nullable=False),
    Column("leased_by", String(100)),
    Column("leased_until", Float, nullable=False, default=0.0),
    # The profile, by which people can be selected: codes of the corpus, nothing that was typed.
    *(Column(name, String(100)) for name in PROFILE),
    Column("low_data", Boolean, nullable=False, default=False, server_default=false()),
    # Known by a session of a browser alone.
    Column("is_anonymous", Boolean, nullable=False, default=False, server_default=false()),
    info=RowPolicy(
        owner=Owned("id"),
        # Who and where stays until the reply that says so has gone out, then the row goes.
        forget=Blank(
            {"forgotten": True, "conversation": "", "traffic": ""}
            | {"opted_out": False, "low_data": False}
            | dict.fromkeys(PROFILE)
        ),
        keep=Leave("until forgotten, or silent for KMQA_KEEP_PEOPLE_DAYS: `people.remove_silent`"),
        export=Leave("the dialogue reads the profile out of the conversation"),
    ).as_info(),
)

# A person's user id and phone number, each as a keyed hash, lead to them.
names = Table(
    "names",
    metadata,
    Column("hash", String(64), primary_key=True),
    Column("person", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    info=RowPolicy(
        owner=Owned(),
        forget=Leave("goes with the row of people, once the person has been told"),
        merge="move",
        keep=_WITH_PERSON,
        export=_NO_WORDS,
    ).as_info(),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("number_id", String(64), nullable=False),
    Column("message_id", String(512), nullable=False),  # hashed: ids hold phone numbers
    Column("person", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("kind", String(20), nullable=False),
    Column("body", Sealed, nullable=False),  # empty once it is answered
    Column("sent_at", Float, nullable=False),
    Column("stored_at", Float, nullable=False),
    Column("state", String(10), nullable=False),  # waiting, done, parked
    Column("tries", Integer, nullable=False, default=0),
    Column("due_at", Float, nullable=False),
    # As `kmqa.messages.Urgency`; the default is that of messages from before 0010.
    Column("urgency", Integer, nullable=False, default=2, server_default="2"),
    Column("reason", String(200), nullable=False, default=""),
    UniqueConstraint("number_id", "message_id"),
    Index("ix_inbox_state_due_at", "state", "due_at"),
    Index("ix_inbox_state_urgency_due_at", "state", "urgency", "due_at"),
    Index("ix_inbox_person_state", "person", "state"),
    sqlite_autoincrement=True,  # rows of the outbox name these ids, and outlive them
    info=RowPolicy(
        owner=Owned(),
        # The id stays, so that a message that is delivered again is not taken for a new one, and
        # what waits still waits for its answer.
        forget=Blank({"person": None, "body": "", "state": "done"}, states=("done", "parked")),
        merge="move",
        keep=(
            Expiry("stored_at", QUEUE_DAYS, Delete(states=("done",))),
            Expiry("stored_at", "keep_days", Delete(states=("parked",))),
        ),
        export=Leave("held until it is answered; the questions are exported from turns"),
    ).as_info(),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("person", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("number_id", String(64), nullable=False),
    Column("origin_kind", String(10), nullable=False),  # turn, curator, schedule, cap
    Column("origin_id", Id, nullable=False),  # row of the inbox, the notes, the jobs, the people
    Column("place", Integer, nullable=False),  # among the messages of one origin
    Column("purpose", String(20), nullable=False),
    Column(
        "content_refs", Text, nullable=False, default="[]", server_default="[]",
        info={"plain": "JSON: pairs of kind and id of reviewed items"},
    ),
    # Empty once it is sent, but for pages that fetch it.
    Column("content", Sealed, nullable=False, default="", server_default=""),
    Column(
        "legacy_payload", Text, nullable=False, default="", server_default="",
        info={"plain": "of versions before 0008, empty once it is sealed as content at the start"},
    ),
    Column("state", String(10), nullable=False),  # queued, sending, sent, held, parked
    Column("hold_reason", String(20), nullable=False, default="", server_default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("due_at", Float, nullable=False),
    Column("attempted_at", Float, nullable=False, default=0.0),  # the last time
    Column("created_at", Float, nullable=False),
    Column("message_id", String(512), index=True),  # hashed
    Column("reason", String(200), nullable=False, default=""),
    # What is queued twice for the same reason can be written once only.
    UniqueConstraint("origin_kind", "origin_id", "place"),
    Index("ix_outbox_state_due_at", "state", "due_at"),
    Index("ix_outbox_person_state", "person", "state"),
    sqlite_autoincrement=True,  # statuses name these ids, and may come late
    info=RowPolicy(
        owner=Owned(),
        forget=Delete(),
        merge="move",
        keep=(
            Expiry("created_at", QUEUE_DAYS, Delete(states=("sent",))),
            Expiry("created_at", "keep_days", Delete(states=("held", "parked"))),
            Expiry("created_at", _WEB_DAYS, Blank({"content": ""}, states=("sent",))),
        ),
        export=Leave("it is on its way to the person"),
    ).as_info(),
)  # fmt: skip

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
    info=RowPolicy(
        owner=Through("message_id", "outbox", key="message_id"),
        forget=Delete(),
        keep=(Expiry("at", QUEUE_DAYS, Delete()),),
        export=_NO_WORDS,
    ).as_info(),
)

# Items of a webhook that could not be read.
unreadable = Table(
    "unreadable",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("reason", String(200), nullable=False),
    Column("body", Sealed, nullable=False),
    Column("stored_at", Float, nullable=False),
    info=RowPolicy(
        owner=Named("body"),
        forget=Delete(),
        keep=(Expiry("stored_at", "keep_days", Delete()),),
        export=Leave("nobody could read it"),
    ).as_info(),
)

# Files that Meta holds for us.
media = Table(
    "media",
    metadata,
    Column("number_id", String(64), primary_key=True),
    Column("sha256", String(64), primary_key=True),
    Column("media_id", String(100), nullable=False),
    Column("expires_at", Float, nullable=False),
    info=RowPolicy(
        owner=Nobody("files of the programme that Meta holds"),
        keep=(Expiry("expires_at", 0, Delete()),),
    ).as_info(),
)

# What the service knows of itself, by name; see `kmqa.state.marks`.
marks = Table(
    "marks",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(100), nullable=False),
    info=RowPolicy(
        owner=Nobody("facts about the service"), keep=Leave("each is replaced by its next value")
    ).as_info(),
)

# Messages that were sent, by day and purpose; see `kmqa.state.usage`.
usage = Table(
    "usage",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False),  # since 1970-01-01, UTC
    Column("purpose", String(20), primary_key=True),
    Column("n", Integer, nullable=False),
    info=RowPolicy(
        owner=Nobody("counts of the service"), keep=Leave("a few small rows a day, for the bills")
    ).as_info(),
)

workers = Table(
    "workers",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("seen_at", Float, nullable=False),
    info=RowPolicy(
        owner=Nobody("processes of the service"),
        keep=(Expiry("seen_at", QUEUE_DAYS, Delete()),),
    ).as_info(),
)
