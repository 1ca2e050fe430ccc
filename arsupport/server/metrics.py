"""``/metrics``: the server's figures for Prometheus, to those whom the configuration names."""

from __future__ import annotations

import hmac
import ipaddress
from typing import TYPE_CHECKING

from aiohttp import web
from prometheus_client import CollectorRegistry, PlatformCollector, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from arsupport.errors import ArError, Code
from arsupport.server import secret
from arsupport.server.rate import address_key

if TYPE_CHECKING:
    from prometheus_client.registry import Collector

    from arsupport.server.parts import Parts

_SCHEME = "Bearer "


class Metrics:
    """Answers who may know; for everybody else the path does not exist."""

    def __init__(self, parts: Parts, collector: Collector) -> None:
        self._parts = parts
        self._registry = CollectorRegistry()
        self._registry.register(collector)
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    async def serve(self, request: web.Request) -> web.Response:
        """Give all figures in Prometheus' text format.

        Raises:
            ArError: ``not-found`` when nothing is configured, ``not-allowed`` for others, ``too-many-requests`` after
                too many wrong tokens from one address.
        """
        self._check(request)
        return web.Response(body=generate_latest(self._registry), headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4})

    def _check(self, request: web.Request) -> None:
        config = self._parts.config.metrics
        if config.token is None and not config.addresses:
            raise ArError(Code.NOT_FOUND)
        if self._is_listed(request.remote):
            return
        given = request.headers.get("Authorization", "")
        if config.token is not None and given.startswith(_SCHEME):
            shown = secret.as_bytes(given.removeprefix(_SCHEME))
            if hmac.compare_digest(shown, config.token.get_secret_value().encode()):
                return
            self._parts.rates.sign_in.take(address_key(request.remote))
        raise ArError(Code.NOT_ALLOWED, "Metrics need the token of the configuration (metrics.token).")

    def _is_listed(self, remote: str | None) -> bool:
        try:
            address = ipaddress.ip_address((remote or "").partition("%")[0])
        except ValueError:
            return False
        if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
            address = address.ipv4_mapped
        return any(address in network for network in self._parts.config.metrics.addresses)
