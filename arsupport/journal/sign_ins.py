"""Who is signed in. Only the digest of a sign-in's secret is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from arsupport.journal import tables
from arsupport.journal.users import User

if TYPE_CHECKING:
    from sqlalchemy import Connection


def begin(connection: Connection, *, user_id: str, secret_digest: str, at_ms: int, expires_at_ms: int) -> None:
    """Sign a user in. The caller makes the secret and gives its digest."""
    row = {"secret_digest": secret_digest, "user_id": user_id, "created_at_ms": at_ms, "expires_at_ms": expires_at_ms}
    connection.execute(insert(tables.sign_ins).values(row))


def find(connection: Connection, *, secret_digest: str, at_ms: int) -> User | None:
    """Return who is signed in with this secret: nobody after sign-out, expiry, or when the user was disabled."""
    columns, users = tables.sign_ins.c, tables.users
    query = (
        select(users)
        .join(tables.sign_ins, columns.user_id == users.c.id)
        .where(
            columns.secret_digest == secret_digest,
            columns.ended_at_ms.is_(None),
            columns.expires_at_ms > at_ms,
            users.c.disabled_at_ms.is_(None),
        )
    )
    row = connection.execute(query).mappings().first()
    return None if row is None else User(**row)


def end(connection: Connection, *, secret_digest: str, at_ms: int) -> None:
    """Sign out. An unknown secret, or one that has ended, changes nothing."""
    columns = tables.sign_ins.c
    change = update(tables.sign_ins).where(columns.secret_digest == secret_digest, columns.ended_at_ms.is_(None))
    connection.execute(change.values(ended_at_ms=at_ms))


def end_all(connection: Connection, *, user_id: str, at_ms: int) -> None:
    """Sign a user out everywhere."""
    columns = tables.sign_ins.c
    change = update(tables.sign_ins).where(columns.user_id == user_id, columns.ended_at_ms.is_(None))
    connection.execute(change.values(ended_at_ms=at_ms))
