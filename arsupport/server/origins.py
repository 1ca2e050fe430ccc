"""Which pages may talk to this server: an exact list of origins (RFC 6454)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.certificates import names
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from aiohttp import web

    from arsupport.config import Config

_DEFAULT_PORTS = {"https": 443, "http": 80}


class Origins:
    """The list, compared exactly."""

    def __init__(self, allowed: Iterable[str]) -> None:
        self._allowed = frozenset(allowed)

    @classmethod
    def of(cls, config: Config, port: int) -> Origins:
        """Take the configured origins, and this machine's names and addresses with the port."""
        scheme = "https" if config.server.tls else "http"
        own = [origin(scheme, name, port) for name in (*names.of_this_machine(), config.server.host)]
        public = [config.server.public_url] if config.server.public_url else []
        return cls([*public, *config.server.origins, *own])

    def check_page(self, request: web.Request) -> None:
        """Refuse a request that changes something unless it comes from a page of this server.

        Raises:
            ArError: ``foreign-origin``, also when the request names no origin: every browser does for such requests.
        """
        if request.headers.get("Origin") not in self._allowed:
            raise _foreign(request)

    def check_program(self, request: web.Request) -> None:
        """Refuse what comes from a foreign page; programs name no origin and bring no cookies.

        Raises:
            ArError: ``foreign-origin``.
        """
        if "Origin" in request.headers:
            self.check_page(request)


def origin(scheme: str, host: str, port: int) -> str:
    """Return an origin as browsers write it: IPv6 in brackets, without the scheme's default port."""
    bracketed = f"[{host}]" if ":" in host else host
    return f"{scheme}://{bracketed}" + ("" if port == _DEFAULT_PORTS[scheme] else f":{port}")


def _foreign(request: web.Request) -> ArError:
    named = request.headers.get("Origin", "none")[:200]
    return ArError(
        Code.FOREIGN_ORIGIN,
        f"Pages of {named!r} may not do this here. Open the server's own address, or add the origin to the "
        "configuration (server.origins).",
    )
