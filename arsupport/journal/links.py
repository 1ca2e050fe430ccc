"""Links that work once and expire. Only the digest of their secret is stored."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

from sqlalchemy import insert, select, update

from arsupport.errors import ArError, Code
from arsupport.journal import tables
from arsupport.journal.ids import new_id

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom or what a link is about, and the role and the name that it gives; what does not apply is None."""

    machine_id: str | None = None
    session_id: str | None = None
    user_id: str | None = None
    role: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """What a link is for (``purpose``), and about whom or what."""

    id: str
    purpose: str
    token_digest: str = field(repr=False)
    machine_id: str | None
    session_id: str | None
    user_id: str | None
    role: str | None
    name: str | None
    created_at_ms: int
    expires_at_ms: int
    used_at_ms: int | None


def create(
    connection: Connection,
    *,
    purpose: str,
    token_digest: str,
    at_ms: int,
    expires_at_ms: int,
    about: Subject,
) -> OneTimeLink:
    """Add a link. The caller makes the secret and gives its digest."""
    link = OneTimeLink(
        id=new_id(),
        purpose=purpose,
        token_digest=token_digest,
        **asdict(about),
        created_at_ms=at_ms,
        expires_at_ms=expires_at_ms,
        used_at_ms=None,
    )
    connection.execute(insert(tables.one_time_links).values(asdict(link)))
    return link


def look_at(connection: Connection, *, purpose: str, token_digest: str, at_ms: int) -> OneTimeLink:
    """Return a link that could be used now, without using it.

    Raises:
        ArError: ``not-found``, ``link-used`` or ``link-expired``.
    """
    columns = tables.one_time_links.c
    query = select(tables.one_time_links).where(columns.token_digest == token_digest, columns.purpose == purpose)
    row = connection.execute(query).mappings().first()
    if row is None:
        raise ArError(Code.NOT_FOUND, "There is no such link. Ask for a new one.")
    link = OneTimeLink(**row)
    if link.used_at_ms is not None:
        raise ArError(Code.LINK_USED, "This link was used before. Ask for a new one.")
    if at_ms >= link.expires_at_ms:
        raise ArError(Code.LINK_EXPIRED, "This link has expired. Ask for a new one.")
    return link


def use(connection: Connection, *, purpose: str, token_digest: str, at_ms: int) -> OneTimeLink:
    """Use a link up and return it. Of two who try at the same time one succeeds.

    Raises:
        ArError: ``not-found``, ``link-used`` or ``link-expired``.
    """
    link = look_at(connection, purpose=purpose, token_digest=token_digest, at_ms=at_ms)
    columns = tables.one_time_links.c
    taken = update(tables.one_time_links).where(columns.id == link.id, columns.used_at_ms.is_(None))
    if connection.execute(taken.values(used_at_ms=at_ms)).rowcount == 0:
        raise ArError(Code.LINK_USED, "This link was used before. Ask for a new one.")
    return replace(link, used_at_ms=at_ms)


def expire_all(connection: Connection, *, user_id: str, at_ms: int) -> None:
    """Let every link that is about this user, and was not used yet, expire now."""
    columns = tables.one_time_links.c
    unused = (columns.user_id == user_id) & columns.used_at_ms.is_(None) & (columns.expires_at_ms > at_ms)
    connection.execute(update(tables.one_time_links).where(unused).values(expires_at_ms=at_ms))
