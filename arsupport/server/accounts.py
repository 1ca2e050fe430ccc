"""Who is signed in: sign-in, sign-out, and the token that opens the signalling socket."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.errors import ArError, Code
from arsupport.journal import audit, sign_ins, users
from arsupport.journal.users import User
from arsupport.protocol.events import Role
from arsupport.protocol.rest import Account, AccountRole, SignalToken, SignIn
from arsupport.server import passwords, secret
from arsupport.server.bodies import json_answer, read_json
from arsupport.server.parts import Parts, parts_of
from arsupport.server.rate import address_key
from arsupport.server.tokens import SignalClaims

if TYPE_CHECKING:
    from sqlalchemy import Connection

# `__Host-` makes browsers insist on Secure, on the path / and on exactly this host (RFC 6265bis section 4.1.3.2).
COOKIE: Final = "__Host-arsupport"
USER: Final = web.RequestKey("user", User)
_SECONDS_PER_HOUR: Final = 3600
_MAX_SECRET: Final = 128

# What an account is in a session.
_ROLES: Final = {
    AccountRole.ADMIN: Role.EXPERT,
    AccountRole.EXPERT: Role.EXPERT,
    AccountRole.SUPERVISOR: Role.SUPERVISOR,
    AccountRole.AUDITOR: Role.OBSERVER,
}


async def signed_in(request: web.Request) -> User:
    """Return who sends this request.

    Raises:
        ArError: ``not-signed-in``: no cookie, signed out, expired, or the user was disabled.
    """
    parts = parts_of(request)
    value = request.cookies.get(COOKIE, "")
    if not value or len(value) > _MAX_SECRET:
        raise ArError(Code.NOT_SIGNED_IN, "Sign in first.")
    digest, at_ms = secret.digest(value), parts.clock()
    user = await parts.journal.read(lambda connection: sign_ins.find(connection, secret_digest=digest, at_ms=at_ms))
    if user is None:
        raise ArError(Code.NOT_SIGNED_IN, "You are no longer signed in. Sign in again.")
    return user


async def sign_in(request: web.Request) -> web.Response:
    """POST /api/sign-in."""
    parts = parts_of(request)
    parts.rates.sign_in.take(f"address {address_key(request.remote)}")
    given = await read_json(request, SignIn)
    parts.rates.sign_in.take(f"login {given.login.casefold()}")
    user = await parts.journal.read(lambda connection: users.by_login(connection, given.login))
    usable = user is not None and user.disabled_at_ms is None
    fits = await passwords.fits(user.password_hash if user is not None and usable else None, given.password)
    if user is None or not fits:
        # What was typed is kept only when it is a login: people type passwords into the wrong field.
        subject = user.login if user is not None else "unknown login"
        await note(request, "sign-in-failed", subject=subject, actor="")
        raise ArError(Code.WRONG_PASSWORD)
    return await begin(request, user)


async def begin(request: web.Request, user: User) -> web.Response:
    """Sign a user in: answer with the account and a new cookie."""
    parts = parts_of(request)
    value, at_ms = secret.new(), parts.clock()
    hours = parts.config.limits.sign_in_hours
    deed = audit.Deed(actor=user.login, address=request.remote or "", subject=user.login)

    def store(connection: Connection) -> None:
        sign_ins.begin(
            connection,
            user_id=user.id,
            secret_digest=secret.digest(value),
            at_ms=at_ms,
            expires_at_ms=at_ms + hours * _SECONDS_PER_HOUR * 1000,
        )
        audit.append(connection, at_ms=at_ms, kind="signed-in", deed=deed)

    await parts.journal.write(store)
    response = json_answer(account_of(user))
    response.set_cookie(
        COOKIE, value, max_age=hours * _SECONDS_PER_HOUR, path="/", secure=True, httponly=True, samesite="Strict"
    )
    return response


async def sign_out(request: web.Request) -> web.Response:
    """POST /api/sign-out: the cookie is worth nothing from now on, also a copy of it."""
    parts = parts_of(request)
    digest, at_ms = secret.digest(request.cookies[COOKIE]), parts.clock()
    await parts.journal.write(lambda connection: sign_ins.end(connection, secret_digest=digest, at_ms=at_ms))
    await note(request, "signed-out", subject=request[USER].login)
    response = web.Response(status=204)
    response.del_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Strict")
    return response


async def me(request: web.Request) -> web.Response:
    """GET /api/me."""
    return json_answer(account_of(request[USER]))


async def signal_token(request: web.Request) -> web.Response:
    """POST /api/token: a one-time token for ``hello``, in the role that the account has in sessions."""
    tokens, user = parts_of(request).tokens, request[USER]
    role = _ROLES[AccountRole(user.role)]
    token = tokens.issue_signal(SignalClaims(role, account=user.login, name=user.name))
    return json_answer(SignalToken(token, tokens.lifetime))


async def note(request: web.Request, kind: str, *, subject: str, actor: str | None = None, detail: str = "") -> None:
    """Write into the audit what the sender of this request did. ``actor`` is the signed-in user unless given."""
    parts: Parts = parts_of(request)
    who = request[USER].login if actor is None else actor
    deed = audit.Deed(actor=who, address=request.remote or "", subject=subject, detail=detail)
    at_ms = parts.clock()
    await parts.journal.write(lambda connection: audit.append(connection, at_ms=at_ms, kind=kind, deed=deed))


def account_of(user: User) -> Account:
    """Return what pages may know of a user."""
    return Account(user.login, user.name, AccountRole(user.role))
