"""Starting and stopping the server."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from aiohttp import web

from arsupport.addresses import public_origin
from arsupport.certificates import folder, tls
from arsupport.errors import ArError, Code
from arsupport.journal.journal import Journal
from arsupport.live.nursery import NURSERY
from arsupport.server.app import make_app
from arsupport.server.checks import Checks
from arsupport.server.door import Door
from arsupport.server.figures import Collector
from arsupport.server.kept_marks import PLANT
from arsupport.server.live_side import live_side
from arsupport.server.loop_lag import watching_loop
from arsupport.server.metrics import Metrics
from arsupport.server.no_http import log_in_one_line
from arsupport.server.origins import Origins
from arsupport.server.parts import Parts, Rates, now_ms
from arsupport.server.setup import open_setup
from arsupport.server.sole import only_server
from arsupport.server.tokens import Tokens, load_or_make_key

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Callable

    from arsupport.config import Config

log = structlog.get_logger()

STATIC: Final = Path(__file__).parent / "static"
_STOP_SECONDS: Final = 5.0
_KEEP_ALIVE_SECONDS: Final = 75.0
_BACKLOG: Final = 128
_SECONDS_PER_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Running:
    """A server that answers. ``setup_link`` makes the first administrator, None when there is one."""

    parts: Parts
    port: int
    setup_link: str | None

    @property
    def public_url(self) -> str:
        """The origin that people open."""
        return self.parts.public_url

    @property
    def fingerprint(self) -> str | None:
        """The local authority's SHA-256 fingerprint, which people compare; None when the certificate is another's."""
        return None if self.parts.authority is None else folder.authority_fingerprint(self.parts.authority)


async def serve(
    config: Config, *, ready: Callable[[Running], None] | None = None, stopping: Callable[[], None] | None = None
) -> None:
    """Serve until SIGTERM or SIGINT.

    ``ready`` is called once, as soon as the server answers; ``stopping`` in a thread, while it still does.

    Raises:
        ArError: as ``running``.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    try:
        async with running(config) as server:
            leave_the_start_alone()
            if ready is not None:
                ready(server)
            await stop.wait()
            log.info("server-stopping")
            if stopping is not None:
                await asyncio.to_thread(stopping)
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
    log.info("server-stopped")


def leave_the_start_alone() -> None:
    """Keep Python's garbage collector from looking through what was made for the start, which stays till the end.

    Each full collection would: 140,000 objects, for which no packet goes anywhere for 0.1 s.
    """
    gc.collect()
    gc.freeze()


@contextlib.asynccontextmanager
async def running(config: Config) -> AsyncIterator[Running]:
    """Serve while the block runs, then stop in order.

    Raises:
        ArError: ``already-running`` when another server has the data folder, ``bad-config`` when the address is taken
            or TLS cannot be set up, ``insecure-key``, and what opening the journal raises.
    """
    NURSERY.prepare()  # while there is no thread yet
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(only_server(config.data.folder))
        journal = await asyncio.to_thread(Journal.open, config.data.folder)
        stack.push_async_callback(journal.close)
        listening = stack.enter_context(_listen(config))
        port: int = listening.getsockname()[1]
        parts = await asyncio.to_thread(_parts, config, journal, port)
        signalling, whip = await stack.enter_async_context(live_side(parts))
        lag = stack.enter_context(watching_loop())
        figures = Metrics(parts, Collector(signalling, lag))
        checks = Checks.of(parts)
        app = make_app(
            parts,
            web.get("/signal", signalling.serve),
            web.get("/check-signal", checks.serve),
            web.get("/metrics", figures.serve),
            *whip.routes(),
        )
        app[PLANT] = signalling.plant
        app.on_shutdown.append(lambda _app: signalling.close())
        app.on_shutdown.append(checks.close)
        log_in_one_line()
        runner = web.AppRunner(
            app,
            access_log=None,
            auto_decompress=False,  # nobody compresses what is at most 64 KiB, except who sends a bomb
            keepalive_timeout=_KEEP_ALIVE_SECONDS,
            shutdown_timeout=_STOP_SECONDS,
        )
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        context = await asyncio.to_thread(_tls_context, config, parts.authority)
        if context is None:
            await web.SockSite(runner, listening, backlog=_BACKLOG).start()
        elif runner.server is not None:
            door = Door(listening, runner.server, context, parts.public_url)
            stack.push_async_callback(door.close)
        setup_link = await open_setup(journal, config, parts.public_url)
        log.info("server-ready", url=parts.public_url, port=port)
        yield Running(parts, port, setup_link)


def _parts(config: Config, journal: Journal, port: int) -> Parts:
    key = load_or_make_key(config.data.folder / "keys" / "token.key")
    own_certificate = config.server.cert_file is None and config.server.tls
    lifetime = config.limits.token_minutes * _SECONDS_PER_MINUTE
    return Parts(
        config=config,
        journal=journal,
        tokens=Tokens(key, lifetime=lifetime, clock=now_ms),
        origins=Origins.of(config, port),
        rates=Rates.of(config),
        public_url=public_origin(config, port),
        static=STATIC,
        authority=folder.default(config.data.folder) if own_certificate else None,
    )


def _tls_context(config: Config, authority: Path | None) -> ssl.SSLContext | None:
    if authority is not None:
        files = folder.make(authority, _asked_names(config)).files
        return tls.server_context(files.server, files.server_key)
    if config.server.cert_file is not None and config.server.key_file is not None and config.server.tls:
        return tls.server_context(config.server.cert_file, config.server.key_file)
    return None


def _asked_names(config: Config) -> list[str]:
    """Return the name that people type, so that the certificate holds it."""
    if config.server.public_url is None:
        return []
    host = config.server.public_url.partition("://")[2]
    return [host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]]


def _listen(config: Config) -> socket.socket:
    family = socket.AF_INET6 if ":" in config.server.host else socket.AF_INET
    try:
        return socket.create_server((config.server.host, config.server.port), family=family, backlog=_BACKLOG)
    except OSError as failure:
        raise ArError(
            Code.BAD_CONFIG,
            f"server.host and server.port: cannot listen on {config.server.host}:{config.server.port}: "
            f"{failure.strerror}",
        ) from failure
