"""People who sign in. Passwords arrive here hashed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from arsupport.errors import ArError, Code
from arsupport.journal import tables
from arsupport.journal.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who may sign in. Without ``password_hash`` nobody can, until a link has set one."""

    id: str
    login: str
    name: str
    password_hash: str | None = field(repr=False)
    role: str
    created_at_ms: int
    disabled_at_ms: int | None


def create(
    connection: Connection, *, login: str, name: str, role: str, at_ms: int, password_hash: str | None = None
) -> User:
    """Add a user.

    Raises:
        ArError: ``already-exists`` when somebody has this login.
    """
    user = User(new_id(), _same_case(login), name, password_hash, role, at_ms, None)
    row = {
        "id": user.id,
        "login": user.login,
        "name": name,
        "password_hash": password_hash,
        "role": role,
        "created_at_ms": at_ms,
    }
    try:
        with connection.begin_nested():
            connection.execute(insert(tables.users).values(row))
    except IntegrityError as failure:
        raise ArError(Code.ALREADY_EXISTS, f"There is a user with the login {user.login}.") from failure
    return user


def get(connection: Connection, user_id: str) -> User | None:
    """Return the user with this id, also a disabled one."""
    return _one(connection, tables.users.c.id == user_id)


def by_login(connection: Connection, login: str) -> User | None:
    """Return the user with this login, also a disabled one; capitals don't matter."""
    return _one(connection, tables.users.c.login == _same_case(login))


def list_all(connection: Connection) -> list[User]:
    """Return all users by login, disabled ones too."""
    return [User(**row) for row in connection.execute(select(tables.users).order_by(tables.users.c.login)).mappings()]


def disabled(connection: Connection) -> frozenset[str]:
    """Return the logins of those who may not sign in any more."""
    columns = tables.users.c
    return frozenset(connection.scalars(select(columns.login).where(columns.disabled_at_ms.is_not(None))))


def count(connection: Connection) -> int:
    """Return how many users there are, disabled ones too."""
    return connection.execute(select(func.count()).select_from(tables.users)).scalar_one()


def set_password(connection: Connection, user_id: str, password_hash: str | None) -> None:
    """Replace a user's password; with None nobody can sign in until a link has set one.

    Raises:
        ArError: ``not-found``.
    """
    _change(connection, user_id, {"password_hash": password_hash})


def disable(connection: Connection, user_id: str, *, at_ms: int) -> None:
    """Keep a user from signing in; what the user did stays attributed.

    Raises:
        ArError: ``not-found``.
    """
    _change(connection, user_id, {"disabled_at_ms": at_ms})


def enable(connection: Connection, user_id: str) -> None:
    """Let a disabled user sign in again.

    Raises:
        ArError: ``not-found``.
    """
    _change(connection, user_id, {"disabled_at_ms": None})


def _change(connection: Connection, user_id: str, values: dict[str, Any]) -> None:
    if connection.execute(update(tables.users).where(tables.users.c.id == user_id).values(values)).rowcount == 0:
        raise ArError(Code.NOT_FOUND, "There is no such user.")


def _one(connection: Connection, condition: ColumnElement[bool]) -> User | None:
    row = connection.execute(select(tables.users).where(condition)).mappings().first()
    return None if row is None else User(**row)


def _same_case(login: str) -> str:
    return login.strip().casefold()
