"""For on-site staff, who have no account: a machine by the code on its label, and invitations that work once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.journal import audit, links, machines, users
from arsupport.protocol.events import Role
from arsupport.protocol.rest import Invitation, NewInvitation, RedeemInvitation, SignalToken
from arsupport.server import secret
from arsupport.server.accounts import USER
from arsupport.server.bodies import json_answer, read_json
from arsupport.server.parts import parts_of
from arsupport.server.rate import address_key
from arsupport.server.tokens import SignalClaims, Tokens

if TYPE_CHECKING:
    from aiohttp import web
    from sqlalchemy import Connection

    from arsupport.journal.machines import Machine

_PURPOSE: Final = "invitation"
_MS_PER_MINUTE: Final = 60_000


async def look_up(request: web.Request) -> web.Response:
    """GET /api/codes/{code}: what the tablet's page shows before anybody calls."""
    machine = await _by_code(request)
    return json_answer({"machine_name": machine.name, "site": machine.site})


async def signal_token(request: web.Request) -> web.Response:
    """POST /api/codes/{code}/token: a one-time token for ``hello`` at this machine. It lets nobody into a session."""
    machine = await _by_code(request)
    return json_answer(_onsite_token(parts_of(request).tokens, machine))


async def invite(request: web.Request) -> web.Response:
    """POST /api/invitations."""
    parts = parts_of(request)
    given = await read_json(request, NewInvitation)
    value, at_ms, user = secret.new(), parts.clock(), request[USER]
    expires_at_ms = at_ms + parts.config.limits.invitation_minutes * _MS_PER_MINUTE

    def make(connection: Connection) -> Machine:
        machine = _in_use(machines.get(connection, given.machine))
        links.create(
            connection,
            purpose=_PURPOSE,
            token_digest=secret.digest(value),
            at_ms=at_ms,
            expires_at_ms=expires_at_ms,
            about=links.Subject(machine_id=machine.id, user_id=user.id),
        )
        deed = audit.Deed(actor=user.login, address=request.remote or "", subject=machine.id)
        audit.append(connection, at_ms=at_ms, kind="invited", deed=deed)
        return machine

    machine = await parts.journal.write(make)
    return json_answer(Invitation(f"{parts.public_url}/m/{machine.code}#i={value}", expires_at_ms))


async def redeem(request: web.Request) -> web.Response:
    """POST /api/invitations/redeem: use an invitation up for a one-time token at its machine."""
    parts = parts_of(request)
    parts.rates.lookups.take(address_key(request.remote))
    given = await read_json(request, RedeemInvitation)
    digest, at_ms = secret.digest(given.token), parts.clock()

    def use(connection: Connection) -> tuple[Machine, str]:
        link = links.use(connection, purpose=_PURPOSE, token_digest=digest, at_ms=at_ms)
        if link.machine_id is None or link.user_id is None:
            raise ArError(Code.NOT_FOUND, "There is no such invitation. Ask for a new one.")
        host = users.get(connection, link.user_id)
        if host is None or host.disabled_at_ms is not None:
            raise ArError(Code.LINK_EXPIRED, "Who sent this link has no account any more. Ask for a new one.")
        return _in_use(machines.get(connection, link.machine_id)), host.login

    machine, invited_by = await parts.journal.write(use)
    return json_answer(_onsite_token(parts.tokens, machine, invited_by))


async def _by_code(request: web.Request) -> Machine:
    parts, code = parts_of(request), request.match_info["code"]
    parts.rates.lookups.take(address_key(request.remote))
    return _in_use(await parts.journal.read(lambda connection: machines.by_code(connection, code)))


def _in_use(machine: Machine) -> Machine:
    if machine.retired_at_ms is not None:
        raise ArError(Code.UNKNOWN_MACHINE, "This machine was taken out of use.")
    return machine


def _onsite_token(tokens: Tokens, machine: Machine, invited_by: str = "") -> SignalToken:
    token = tokens.issue_signal(SignalClaims(Role.ONSITE, machine=machine.id, invited_by=invited_by))
    return SignalToken(token, tokens.lifetime, machine.id, machine.name, machine.site)
