"""How a fixed camera comes to a machine: an expert gives its agent a token, the agent makes the key and enrols it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code
from arsupport.journal import audit, cameras, links, machines, users
from arsupport.protocol.rest import EnrolledCamera, Enrolment, NewEnrolment, RedeemEnrolment
from arsupport.server import secret
from arsupport.server.accounts import USER
from arsupport.server.bodies import json_answer, read_json
from arsupport.server.parts import parts_of
from arsupport.server.rate import address_key

if TYPE_CHECKING:
    from aiohttp import web
    from sqlalchemy import Connection

    from arsupport.journal.cameras import Camera
    from arsupport.journal.machines import Machine

_PURPOSE: Final = "camera"
_MS_PER_MINUTE: Final = 60_000


def offer(
    connection: Connection, machine: Machine, name: str, *, at_ms: int, minutes: int, user_id: str | None = None
) -> tuple[str, int]:
    """Let one camera enrol at a machine; return the token, which is stored nowhere, and its end (ms UTC).

    Raises:
        ArError: ``unknown-machine`` when the machine was taken out of use.
    """
    if machine.retired_at_ms is not None:
        raise ArError(Code.UNKNOWN_MACHINE, "This machine was taken out of use.")
    token, expires_at_ms = secret.new(), at_ms + minutes * _MS_PER_MINUTE
    links.create(
        connection,
        purpose=_PURPOSE,
        token_digest=secret.digest(token),
        at_ms=at_ms,
        expires_at_ms=expires_at_ms,
        about=links.Subject(machine_id=machine.id, user_id=user_id, name=name),
    )
    return token, expires_at_ms


async def create(request: web.Request) -> web.Response:
    """POST /api/enrolments."""
    parts = parts_of(request)
    given = await read_json(request, NewEnrolment)
    at_ms, user = parts.clock(), request[USER]
    minutes = parts.config.limits.enrolment_minutes

    def make(connection: Connection) -> tuple[str, int]:
        machine = machines.get(connection, given.machine)
        made = offer(connection, machine, given.name, at_ms=at_ms, minutes=minutes, user_id=user.id)
        deed = audit.Deed(actor=user.login, address=request.remote or "", subject=machine.id, detail=given.name)
        audit.append(connection, at_ms=at_ms, kind="camera-invited", deed=deed)
        return made

    token, expires_at_ms = await parts.journal.write(make)
    return json_answer(Enrolment(token, expires_at_ms))


async def redeem(request: web.Request) -> web.Response:
    """POST /api/enrolments/redeem: use a token up. Said again with the same key, it gives the same answer."""
    parts = parts_of(request)
    parts.rates.cameras.take(address_key(request.remote))
    given = await read_json(request, RedeemEnrolment)
    at_ms, key_digest = parts.clock(), secret.digest(given.key)

    def use(connection: Connection) -> tuple[Camera, Machine]:
        camera = cameras.find(connection, key_digest)
        if camera is None:
            camera = _enrol(connection, secret.digest(given.token), key_digest, at_ms, request.remote or "")
        elif camera.retired_at_ms is not None:
            raise ArError(Code.UNKNOWN_CAMERA, "This camera was taken out of use. Remove its key, then enrol it anew.")
        return camera, machines.get(connection, camera.machine_id)

    camera, machine = await parts.journal.write(use)
    return json_answer(EnrolledCamera(camera.id, camera.name, machine.code, machine.name, machine.site))


def _enrol(connection: Connection, token_digest: str, key_digest: str, at_ms: int, address: str) -> Camera:
    link = links.use(connection, purpose=_PURPOSE, token_digest=token_digest, at_ms=at_ms)
    host = users.get(connection, link.user_id) if link.user_id is not None else None
    if host is not None and host.disabled_at_ms is not None:
        raise ArError(Code.LINK_EXPIRED, "Who made this token has no account any more. Ask for a new one.")
    if link.machine_id is None or machines.get(connection, link.machine_id).retired_at_ms is not None:
        raise ArError(Code.UNKNOWN_MACHINE, "This machine was taken out of use.")
    camera = cameras.create(
        connection, machine_id=link.machine_id, name=link.name or "Camera", token_digest=key_digest, at_ms=at_ms
    )
    deed = audit.Deed(actor=host.login if host else "", address=address, subject=camera.id, detail=camera.name)
    audit.append(connection, at_ms=at_ms, kind="camera-added", deed=deed)
    return camera
