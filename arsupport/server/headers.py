"""Headers that every answer carries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arsupport.server.parts import PARTS

if TYPE_CHECKING:
    from aiohttp import web

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'self'; "
    "script-src 'self' 'wasm-unsafe-eval'; "
    "img-src 'self' blob: data:; "
    "media-src 'self' blob:; "
    "connect-src 'self'; "
    "worker-src 'self'; "
    "object-src 'none'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "form-action 'self'"
)
_ALWAYS: Final = {
    "Server": "arsupport",
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(self), microphone=(self), geolocation=(), display-capture=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# It covers every port of a name, so on localhost it would break other people's servers.
_NO_STRICT_TRANSPORT: Final = "localhost"
_STRICT_TRANSPORT: Final = "max-age=31536000"


async def add(request: web.Request, response: web.StreamResponse) -> None:
    """Add them (a signal handler of ``on_response_prepare``)."""
    response.headers.update(_ALWAYS)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if request.app[PARTS].config.server.tls and request.host.partition(":")[0] != _NO_STRICT_TRANSPORT:
        response.headers["Strict-Transport-Security"] = _STRICT_TRANSPORT
