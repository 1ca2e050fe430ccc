"""A forgotten password: a link that works once, printed for the administrator, sets a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.journal import audit, links, sign_ins, users
from arsupport.protocol.rest import NewPassword
from arsupport.server import accounts, passwords, secret
from arsupport.server.bodies import read_json
from arsupport.server.parts import parts_of
from arsupport.server.rate import address_key

if TYPE_CHECKING:
    from aiohttp import web
    from sqlalchemy import Connection

    from arsupport.journal.users import User

_PURPOSE: Final = "new-password"
_MS_PER_MINUTE: Final = 60_000


def open_link(connection: Connection, user: User, public_url: str, *, minutes: int, at_ms: int) -> str:
    """Return a link by which a user chooses a new password. The old one, sign-ins and earlier links end at once."""
    value = secret.new()
    users.set_password(connection, user.id, None)
    end_access(connection, user, at_ms=at_ms)
    links.create(
        connection,
        purpose=_PURPOSE,
        token_digest=secret.digest(value),
        at_ms=at_ms,
        expires_at_ms=at_ms + minutes * _MS_PER_MINUTE,
        about=links.Subject(user_id=user.id),
    )
    return f"{public_url}/new-password#{value}"


def end_access(connection: Connection, user: User, *, at_ms: int) -> None:
    """End what a user can do with what was given out before: sign-ins, invitations, links for a password."""
    sign_ins.end_all(connection, user_id=user.id, at_ms=at_ms)
    links.expire_all(connection, user_id=user.id, at_ms=at_ms)


async def finish(request: web.Request) -> web.Response:
    """POST /api/new-password: use the link up, set the password and sign in."""
    parts = parts_of(request)
    parts.rates.sign_in.take(f"address {address_key(request.remote)}")
    given = await read_json(request, NewPassword)
    digest, at_ms = secret.digest(given.token), parts.clock()

    def look(connection: Connection) -> User:
        return _user_of(connection, links.look_at(connection, purpose=_PURPOSE, token_digest=digest, at_ms=at_ms))

    user = await parts.journal.read(look)
    password_hash = await passwords.hash_new_in_thread(user.login, given.password)
    deed = audit.Deed(actor="", address=request.remote or "", subject=user.login)

    def change(connection: Connection) -> None:
        _user_of(connection, links.use(connection, purpose=_PURPOSE, token_digest=digest, at_ms=at_ms))
        users.set_password(connection, user.id, password_hash)
        audit.append(connection, at_ms=at_ms, kind="password-set", deed=deed)

    await parts.journal.write(change)
    return await accounts.begin(request, user)


def _user_of(connection: Connection, link: links.OneTimeLink) -> User:
    user = users.get(connection, link.user_id or "")
    if user is None or user.disabled_at_ms is not None:
        raise ArError(Code.LINK_EXPIRED, "This account was disabled. Ask an administrator.")
    return user
