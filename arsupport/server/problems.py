"""From failures to answers: JSON with a stable code for programs, a plain page for people, a log line once."""

from __future__ import annotations

import html
import secrets
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

import msgspec
import structlog
from aiohttp import web

from arsupport.errors import ArError, Code
from arsupport.protocol.rest import Problem
from arsupport.server.parts import parts_of

if TYPE_CHECKING:
    from arsupport.server.parts import Handler

log = structlog.get_logger()

_NOT_FOUND: Final = "not-found.html"

STATUS: Final[dict[Code, HTTPStatus]] = {
    Code.NOT_SIGNED_IN: HTTPStatus.UNAUTHORIZED,
    Code.WRONG_PASSWORD: HTTPStatus.UNAUTHORIZED,
    Code.PASSWORD_TOO_WEAK: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.NOT_ALLOWED: HTTPStatus.FORBIDDEN,
    Code.LINK_EXPIRED: HTTPStatus.GONE,
    Code.LINK_USED: HTTPStatus.GONE,
    Code.FOREIGN_ORIGIN: HTTPStatus.FORBIDDEN,
    Code.TOO_MANY: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.TOO_MANY_REQUESTS: HTTPStatus.TOO_MANY_REQUESTS,
    Code.UNKNOWN_MACHINE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_SESSION: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_CAMERA: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_FILE: HTTPStatus.NOT_FOUND,
    Code.UNKNOWN_MARK: HTTPStatus.NOT_FOUND,
    Code.NOT_FOUND: HTTPStatus.NOT_FOUND,
    Code.SESSION_ENDED: HTTPStatus.CONFLICT,
    Code.CAMERA_TAKEN: HTTPStatus.CONFLICT,
    Code.ALREADY_EXISTS: HTTPStatus.CONFLICT,
    Code.BAD_MESSAGE: HTTPStatus.BAD_REQUEST,
    Code.BAD_DESCRIPTION: HTTPStatus.BAD_REQUEST,
    Code.UNSUPPORTED_CODEC: HTTPStatus.UNPROCESSABLE_ENTITY,
    Code.MESSAGE_TOO_LARGE: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    Code.DISK_FULL: HTTPStatus.INSUFFICIENT_STORAGE,
    Code.STORAGE_FAILED: HTTPStatus.SERVICE_UNAVAILABLE,
    Code.SERVER_STOPPING: HTTPStatus.SERVICE_UNAVAILABLE,
}
"""The HTTP status of each code that a request can end with; every other one is the server's own fault: 500."""


_FOR_PROGRAMS: Final = ("/api/", "/whip/")


@web.middleware
async def answer_failures(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn what a handler raises into an answer: never a stack trace, and one line in the log."""
    try:
        return await handler(request)
    except ArError as failure:
        status = STATUS.get(failure.code, HTTPStatus.INTERNAL_SERVER_ERROR)
        log.info(
            "request-refused",
            code=failure.code.value,
            status=status.value,
            method=request.method,
            route=_route(request),
        )
        return _answer(request, status, failure.code, failure.detail)
    except web.HTTPException as raised:
        return _answer_http(request, raised)
    except ConnectionError:
        raise  # the client went away: the web server drops the connection
    except Exception:
        error_id = secrets.token_hex(4)
        log.exception("request-failed", error_id=error_id, method=request.method, route=_route(request))
        detail = f"The server failed; its log says why under the number {error_id}."
        return _answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, Code.INTERNAL, detail)


def _answer_http(request: web.Request, raised: web.HTTPException) -> web.Response:
    """Answer what the web server itself refuses: no such path, wrong method, a body that is too large."""
    match raised:
        case web.HTTPRequestEntityTooLarge():
            return _answer(
                request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Code.MESSAGE_TOO_LARGE, "The body is too large."
            )
        case web.HTTPMethodNotAllowed():
            detail = f"{raised.method} cannot be used here, only {', '.join(sorted(raised.allowed_methods))}."
            response = _answer(request, HTTPStatus.METHOD_NOT_ALLOWED, Code.BAD_MESSAGE, detail)
            response.headers["Allow"] = ", ".join(sorted(raised.allowed_methods))
            return response
        case web.HTTPNotFound():
            return _nothing_here(request)
        case _:
            return _answer(request, HTTPStatus(raised.status), Code.BAD_MESSAGE, raised.reason)


def _nothing_here(request: web.Request) -> web.Response:
    page = parts_of(request).static / _NOT_FOUND
    if request.path.startswith("/api/") or not page.is_file():
        return _answer(request, HTTPStatus.NOT_FOUND, Code.NOT_FOUND, "There is nothing at this address.")
    return web.Response(body=page.read_bytes(), status=HTTPStatus.NOT_FOUND, content_type="text/html", charset="utf-8")


def _answer(request: web.Request, status: HTTPStatus, code: Code, detail: str) -> web.Response:
    if request.path.startswith(_FOR_PROGRAMS):
        body = msgspec.json.encode(Problem(code, detail))
        # RFC 9110 section 11.6.1 wants it; /api has no scheme that a program could use, only a cookie.
        asks = status is HTTPStatus.UNAUTHORIZED and not request.path.startswith("/api/")
        headers = {"WWW-Authenticate": "Bearer"} if asks else {}
        return web.Response(body=body, status=status, content_type="application/json", headers=headers)
    text = html.escape(detail or code)
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{status.phrase}</title><h1>{status.phrase}</h1><p>{text}</p><p><code>{code}</code></p>"
        '<p><a href="/">To the start</a></p></html>'
    )
    return web.Response(text=page, status=status, content_type="text/html")


def _route(request: web.Request) -> str:
    """Return the route's pattern: a path may hold a code that is nobody's business in a log."""
    resource = request.match_info.route.resource
    return resource.canonical if resource is not None else "none"
