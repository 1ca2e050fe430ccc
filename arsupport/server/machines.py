"""Machines: the list, a new one, its history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.journal import audit, machines
from arsupport.protocol.rest import MachineHistory, NewMachine
from arsupport.server.accounts import USER
from arsupport.server.bodies import json_answer, read_json
from arsupport.server.kept_marks import machine_kept_marks
from arsupport.server.parts import parts_of
from arsupport.server.summaries import (
    machine_pictures,
    machine_sessions,
    machine_stills,
    machine_summaries,
    machine_summary,
)

if TYPE_CHECKING:
    from aiohttp import web
    from sqlalchemy import Connection

    from arsupport.journal.machines import Machine


async def list_all(request: web.Request) -> web.Response:
    """GET /api/machines."""
    parts = parts_of(request)
    return json_answer(await parts.journal.read(lambda connection: machine_summaries(connection, parts.public_url)))


async def add(request: web.Request) -> web.Response:
    """POST /api/machines."""
    parts = parts_of(request)
    given = await read_json(request, NewMachine)
    at_ms, actor = parts.clock(), request[USER].login

    def make(connection: Connection) -> Machine:
        machine = machines.create(connection, name=given.name, site=given.site, at_ms=at_ms, tag=given.tag)
        deed = audit.Deed(actor=actor, address=request.remote or "", subject=machine.id, detail=machine.name)
        audit.append(connection, at_ms=at_ms, kind="machine-added", deed=deed)
        return machine

    return json_answer(machine_summary(await parts.journal.write(make), parts.public_url, 0, 0))


async def history(request: web.Request) -> web.Response:
    """GET /api/machines/{id}."""
    parts, machine_id = parts_of(request), request.match_info["id"]

    def read(connection: Connection) -> MachineHistory:
        machine = machines.get(connection, machine_id)
        sessions = machine_sessions(connection, machine_id)
        newest = max((session.opened_at for session in sessions), default=0)
        return MachineHistory(
            machine=machine_summary(machine, parts.public_url, len(sessions), newest),
            sessions=sessions,
            stills=machine_stills(connection, machine_id),
            pictures=machine_pictures(connection, machine_id),
            kept=machine_kept_marks(connection, machine_id),
        )

    return json_answer(await parts.journal.read(read))
