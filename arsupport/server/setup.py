"""The first administrator: there is no default password, but a link that works once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import update

from arsupport.errors import ArError, Code
from arsupport.journal import audit, links, tables, users
from arsupport.protocol.rest import AccountRole, Setup
from arsupport.server import accounts, passwords, secret
from arsupport.server.bodies import json_answer, read_json
from arsupport.server.parts import now_ms, parts_of
from arsupport.server.rate import address_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from aiohttp import web
    from sqlalchemy import Connection

    from arsupport.config import Config
    from arsupport.journal.journal import Journal
    from arsupport.journal.users import User

_PURPOSE: Final = "setup"
_MS_PER_MINUTE: Final = 60_000


async def open_setup(
    journal: Journal, config: Config, public_url: str, *, clock: Callable[[], int] = now_ms
) -> str | None:
    """Return a link that makes the first administrator, and end earlier ones; None when there is an administrator."""
    value, at_ms = secret.new(), clock()

    def make(connection: Connection) -> bool:
        if _has_admin(connection):
            return False
        columns = tables.one_time_links.c
        earlier = (columns.purpose == _PURPOSE) & columns.used_at_ms.is_(None) & (columns.expires_at_ms > at_ms)
        connection.execute(update(tables.one_time_links).where(earlier).values(expires_at_ms=at_ms))
        expires = at_ms + config.limits.setup_link_minutes * _MS_PER_MINUTE
        links.create(
            connection,
            purpose=_PURPOSE,
            token_digest=secret.digest(value),
            at_ms=at_ms,
            expires_at_ms=expires,
            about=links.Subject(role=AccountRole.ADMIN),
        )
        return True

    return f"{public_url}/setup#{value}" if await journal.write(make) else None


async def status(request: web.Request) -> web.Response:
    """GET /api/setup: whether the first administrator is still to be made."""
    return json_answer({"open": not await parts_of(request).journal.read(_has_admin)})


async def finish(request: web.Request) -> web.Response:
    """POST /api/setup: use the link up, make the administrator and sign in. Of two at the same time one succeeds."""
    parts = parts_of(request)
    parts.rates.sign_in.take(f"address {address_key(request.remote)}")
    given = await read_json(request, Setup)
    digest, at_ms = secret.digest(given.token), parts.clock()
    await parts.journal.read(
        lambda connection: links.look_at(connection, purpose=_PURPOSE, token_digest=digest, at_ms=at_ms)
    )
    password_hash = await passwords.hash_new_in_thread(given.login, given.password)
    deed = audit.Deed(actor="", address=request.remote or "", subject=given.login, detail="first administrator")

    def make(connection: Connection) -> User:
        links.use(connection, purpose=_PURPOSE, token_digest=digest, at_ms=at_ms)
        if _has_admin(connection):
            raise ArError(Code.LINK_USED, "There is an administrator already. Sign in, or ask for an account.")
        user = users.create(
            connection,
            login=given.login,
            name=given.name,
            role=AccountRole.ADMIN,
            at_ms=at_ms,
            password_hash=password_hash,
        )
        audit.append(connection, at_ms=at_ms, kind="user-added", deed=deed)
        return user

    return await accounts.begin(request, await parts.journal.write(make))


def _has_admin(connection: Connection) -> bool:
    return any(
        user.role == AccountRole.ADMIN and user.disabled_at_ms is None and user.password_hash is not None
        for user in users.list_all(connection)
    )
