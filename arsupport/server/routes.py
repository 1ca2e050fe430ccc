"""Every path with who may use it. What is not in this table does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from arsupport.errors import ArError, Code
from arsupport.protocol.rest import AccountRole
from arsupport.server import (
    accounts,
    codes,
    enrolments,
    kept_marks,
    labels,
    machines,
    new_password,
    pages,
    pictures,
    proofs,
    recordings,
    reports,
    sessions,
    setup,
    stills,
)
from arsupport.server.parts import Handler, parts_of

if TYPE_CHECKING:
    from aiohttp import web

ANYBODY: Final = None
SIGNED_IN: Final = frozenset(AccountRole)
EXPERTS: Final = frozenset({AccountRole.ADMIN, AccountRole.EXPERT})
ADMINS: Final = frozenset({AccountRole.ADMIN})

# Names in paths are made by the server or checked in the handler's query; none ever holds a slash, a dot alone or NUL.
_ID: Final = r"{id:[A-Za-z0-9._-]{1,64}}"
_KEPT: Final = r"{kept:[A-Za-z0-9._-]{1,64}}"
_TRACK: Final = r"{track:[A-Za-z0-9_-]{1,64}}"
_SHA256: Final = r"{sha256:[0-9a-f]{64}}"
_CODE: Final = r"{code:[A-Za-z0-9]{1,16}}"
_FILE: Final = r"{name:[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}}"


class Route(NamedTuple):
    """A method and a path, and the roles that may use it (``ANYBODY``: also without an account).

    ``by_programs``: a program may use it too, which names no origin and brings no cookies.
    """

    method: str
    path: str
    handler: Handler
    roles: frozenset[AccountRole] | None
    by_programs: bool = False


ROUTES: Final[tuple[Route, ...]] = (
    *(Route("GET", path, pages.page(name), ANYBODY) for path, name in pages.PAGES.items()),
    Route("GET", f"/assets/{_FILE}", pages.asset, ANYBODY),
    Route("GET", "/api/trust", pages.trust, ANYBODY),
    Route("GET", "/trust/authority.crt", pages.authority, ANYBODY),
    Route("GET", "/api/setup", setup.status, ANYBODY),
    Route("POST", "/api/setup", setup.finish, ANYBODY),
    Route("POST", "/api/new-password", new_password.finish, ANYBODY),
    Route("POST", "/api/sign-in", accounts.sign_in, ANYBODY),
    Route("POST", "/api/sign-out", accounts.sign_out, SIGNED_IN),
    Route("GET", "/api/me", accounts.me, SIGNED_IN),
    Route("POST", "/api/token", accounts.signal_token, SIGNED_IN),
    Route("GET", f"/api/codes/{_CODE}", codes.look_up, ANYBODY),
    Route("POST", f"/api/codes/{_CODE}/token", codes.signal_token, ANYBODY),
    Route("POST", "/api/invitations", codes.invite, EXPERTS),
    Route("POST", "/api/invitations/redeem", codes.redeem, ANYBODY),
    Route("POST", "/api/enrolments", enrolments.create, EXPERTS),
    Route("POST", "/api/enrolments/redeem", enrolments.redeem, ANYBODY, by_programs=True),
    Route("GET", "/api/machines", machines.list_all, SIGNED_IN),
    Route("POST", "/api/machines", machines.add, ADMINS),
    Route("GET", f"/api/machines/{_ID}", machines.history, SIGNED_IN),
    Route("GET", f"/api/machines/{_ID}/label.svg", labels.as_svg, SIGNED_IN),
    Route("GET", f"/api/machines/{_ID}/label.pdf", labels.as_pdf, SIGNED_IN),
    Route("GET", "/api/labels.pdf", labels.sheet, SIGNED_IN),
    Route("POST", f"/api/machines/{_ID}/kept/{_KEPT}/retire", kept_marks.retire, EXPERTS),
    Route("GET", "/api/sessions", sessions.list_recent, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}", sessions.show, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/events", sessions.list_events, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/recording", recordings.show, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/tracks/{_TRACK}/media", recordings.media, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/tracks/{_TRACK}/frames", recordings.frames, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/tracks/{_TRACK}/poses", recordings.track_poses, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/stills/{_SHA256}", stills.show, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/stills/{_SHA256}/annotated", stills.annotated, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/pictures/{_SHA256}", pictures.show, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/verification", proofs.verification, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/bundle", proofs.bundle, SIGNED_IN),
    Route("GET", f"/api/sessions/{_ID}/report.pdf", reports.show, SIGNED_IN),
)


def guarded(route: Route) -> Handler:
    """Return the route's handler behind its checks: own origin for what changes something, then account and role."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if route.by_programs:
            parts_of(request).origins.check_program(request)
        elif route.method != "GET":
            parts_of(request).origins.check_page(request)
        if route.roles is not None:
            user = await accounts.signed_in(request)
            if user.role not in route.roles:
                raise ArError(Code.NOT_ALLOWED, f"This is not for the role {user.role}. Ask an administrator.")
            request[accounts.USER] = user
        return await route.handler(request)

    return handle
