"""The tables of those who work in the console, and of the keys that they issue."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Integer, String, Table

from kmqa.state.row_policy import Delete, Expiry, Leave, Nobody, RowPolicy
from kmqa.state.schema import Id, metadata

_STAFF = Nobody("an account of staff, who do not write to the bot")

# People who work in the console.
users = Table(
    "users",
    metadata,
    Column("name", String(100), primary_key=True),
    Column("password", String(200), nullable=False),  # argon2; empty where they have none
    Column("role", String(20), nullable=False),
    Column("language", String(10), nullable=False, default="en"),
    Column("must_change", Boolean, nullable=False, default=False),
    Column("is_active", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("locked_until", Float, nullable=False, default=0.0),
    Column("created_at", Float, nullable=False),
    # Fingerprint of their account at the organisation, once they came in with it.
    Column("subject", String(64), unique=True, index=True),
    info=RowPolicy(
        owner=_STAFF,
        keep=Leave("audit lines name it; an account that is not needed is switched off"),
    ).as_info(),
)

sessions = Table(
    "sessions",
    metadata,
    Column("hash", String(64), primary_key=True),  # of what the cookie holds
    Column("user", String(100), ForeignKey("users.name", ondelete="CASCADE"), nullable=False),
    Column("form_key", String(64), nullable=False),  # what every form must bring along
    Column("until", Float, nullable=False),
    info=RowPolicy(
        owner=_STAFF,
        keep=(Expiry("until", 0, Delete()),),
    ).as_info(),
)

# Keys of the API that an administrator issued; a revoked one stays, with its name.
api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("hash", String(64), nullable=False, unique=True),
    Column("name", String(100), nullable=False, unique=True),
    Column("per_minute", Integer, nullable=False),
    Column("issued_by", String(100), nullable=False),
    Column("issued_at", Float, nullable=False),
    Column("used_at", Float),  # to the minute
    Column("revoked_at", Float),
    info=RowPolicy(
        owner=Nobody("keys of other systems"),
        keep=Leave("a revoked one stays, so that its name is never given again"),
    ).as_info(),
)
