"""JSON in and out, bounded and typed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from aiohttp import web

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Sequence

MAX_BODY_BYTES: Final = 64 * 1024
"""Largest body that any path takes (``make_app`` gives it to the web server, which counts while it reads)."""
_SECONDS: Final = 10.0

T = TypeVar("T", bound=msgspec.Struct)


async def read_json(request: web.Request, expected: type[T]) -> T:
    """Return a request's body as ``expected``.

    Raises:
        ArError: ``bad-message``, naming the field, when it is not JSON of that form or does not arrive in time.
        HTTPRequestEntityTooLarge: beyond ``MAX_BODY_BYTES``.
    """
    # Forms of other sites can be sent as text/plain without asking, as JSON they cannot (Fetch standard, section 4.8).
    if request.content_type != "application/json":
        raise ArError(Code.BAD_MESSAGE, "the body must be sent as application/json")
    try:
        async with asyncio.timeout(_SECONDS):
            body = await request.read()
        return msgspec.json.decode(body, type=expected)
    except TimeoutError as failure:
        raise ArError(Code.BAD_MESSAGE, f"the body did not arrive within {_SECONDS:.0f} s") from failure
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as failure:
        raise ArError(Code.BAD_MESSAGE, str(failure)) from failure


def json_answer(value: msgspec.Struct | Sequence[Any] | dict[str, Any]) -> web.Response:
    """Return an answer with ``value`` as JSON."""
    return web.Response(body=msgspec.json.encode(value), content_type="application/json")
