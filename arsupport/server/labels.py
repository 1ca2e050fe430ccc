"""Labels to print: a machine's own, and sheets for the machines of a site."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from aiohttp import web

from arsupport import plates
from arsupport.errors import ArError, Code
from arsupport.journal import machines
from arsupport.protocol.rest import LabelWish, SheetWish
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from arsupport.journal.machines import Machine

MAX_SHEET: Final = 100
"""Labels at once: each takes the processor for some 50 ms that calls may need."""

W = TypeVar("W", LabelWish, SheetWish)


async def as_svg(request: web.Request) -> web.Response:
    """GET /api/machines/{id}/label.svg."""
    wish = _wish(request, LabelWish)
    plate = _plate(await _machine(request), request, wish)
    drawn = await asyncio.to_thread(lambda: plates.svg(plates.draw(plate, wish.size)))
    return web.Response(text=drawn, content_type="image/svg+xml")


async def as_pdf(request: web.Request) -> web.Response:
    """GET /api/machines/{id}/label.pdf."""
    wish = _wish(request, LabelWish)
    plate = _plate(await _machine(request), request, wish)
    drawn = await asyncio.to_thread(lambda: plates.pdf(plates.draw(plate, wish.size)))
    return web.Response(body=drawn, content_type="application/pdf")


async def sheet(request: web.Request) -> web.Response:
    """GET /api/labels.pdf."""
    wish = _wish(request, SheetWish)
    known = await parts_of(request).journal.read(machines.list_all)
    found = [_plate(machine, request, wish) for machine in known if machine.site == wish.site]
    if not found:
        raise ArError(Code.UNKNOWN_MACHINE, f"no machine stands at the site {wish.site!r}")
    if len(found) > MAX_SHEET:
        raise ArError(Code.TOO_MANY, f"{len(found)} labels; more than {MAX_SHEET} are made by the command line")
    drawn = await asyncio.to_thread(lambda: plates.sheet([plates.draw(it, wish.size) for it in found], wish.site))
    return web.Response(body=drawn, content_type="application/pdf")


def _wish(request: web.Request, expected: type[W]) -> W:
    try:
        return msgspec.convert(dict(request.query), expected)
    except msgspec.ValidationError as failure:
        raise ArError(Code.BAD_MESSAGE, str(failure)) from failure


async def _machine(request: web.Request) -> Machine:
    machine_id = request.match_info["id"]
    return await parts_of(request).journal.read(lambda connection: machines.get(connection, machine_id))


def _plate(machine: Machine, request: web.Request, wish: LabelWish | SheetWish) -> plates.Plate:
    link = f"{parts_of(request).public_url}/m/{machine.code}"
    return plates.Plate(machine.name, machine.site, machine.code, machine.tag, link, wish.language)
