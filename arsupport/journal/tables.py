"""The tables, for SQLite and PostgreSQL alike. Times are integer milliseconds since 1970, UTC.

The migrations create them; a test compares both.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, MetaData, Table, Text, UniqueConstraint

metadata: Final = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

machines: Final = Table(
    "machines",
    metadata,
    Column("id", Text, primary_key=True),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("retired_at_ms", BigInteger),
    # Every machine has one; SQLite adds no column without a default that may not be null.
    Column("tag", BigInteger),
    Index(None, "tag", unique=True),
)

users: Final = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("role", Text, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("disabled_at_ms", BigInteger),
)

cameras: Final = Table(
    "cameras",
    metadata,
    Column("id", Text, primary_key=True),
    Column("machine_id", Text, ForeignKey("machines.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("token_digest", Text, nullable=False, unique=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("retired_at_ms", BigInteger),
)

sessions: Final = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("machine_id", Text, ForeignKey("machines.id"), nullable=False),
    Column("opened_at_ms", BigInteger, nullable=False),
    Column("closed_at_ms", BigInteger),
    Column("head", LargeBinary(32), nullable=False),
    Column("event_count", BigInteger, nullable=False),
    Index(None, "machine_id", "opened_at_ms"),
    Index(None, "opened_at_ms"),
)

one_time_links: Final = Table(
    "one_time_links",
    metadata,
    Column("id", Text, primary_key=True),
    Column("purpose", Text, nullable=False),
    Column("token_digest", Text, nullable=False, unique=True),
    Column("machine_id", Text, ForeignKey("machines.id")),
    Column("session_id", Text, ForeignKey("sessions.id")),
    Column("user_id", Text, ForeignKey("users.id")),
    Column("role", Text),
    Column("name", Text),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("used_at_ms", BigInteger),
)

events: Final = Table(
    "events",
    metadata,
    Column("session_id", Text, ForeignKey("sessions.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
"""Append-only: triggers refuse to update or delete a row."""

files: Final = Table(
    "files",
    metadata,
    Column("id", Text, primary_key=True),
    Column("session_id", Text, ForeignKey("sessions.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("details", LargeBinary, nullable=False),
    UniqueConstraint("session_id", "name"),
)

manifests: Final = Table(
    "manifests",
    metadata,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("session_id", Text, ForeignKey("sessions.id"), nullable=False, unique=True),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
    Column("public_key", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64), nullable=False),
)
"""Append-only, like ``events``."""

retired_marks: Final = Table(
    "retired_marks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("machine_id", Text, ForeignKey("machines.id"), nullable=False, index=True),
    Column("kept", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("reason", Text, nullable=False),
)
"""Kept marks that were retired outside of a session; what happens in one is in its events."""

sign_ins: Final = Table(
    "sign_ins",
    metadata,
    Column("secret_digest", Text, primary_key=True),
    Column("user_id", Text, ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at_ms", BigInteger, nullable=False),
    Column("expires_at_ms", BigInteger, nullable=False),
    Column("ended_at_ms", BigInteger),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", LargeBinary(32), nullable=False),
)
"""Append-only, like ``events``."""

Index("ix_events_session_id_type", events.c.session_id, events.c.type)
