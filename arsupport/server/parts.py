"""What request handlers work with: one typed place in the application."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from aiohttp import web

from arsupport.server.rate import Rate

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.config import Config
    from arsupport.journal.journal import Journal
    from arsupport.server.origins import Origins
    from arsupport.server.tokens import Tokens

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def now_ms() -> int:
    """Return the server's clock, ms UTC."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Rates:
    """How often one address, or one login, may try what needs no account."""

    sign_in: Rate
    lookups: Rate
    cameras: Rate

    @classmethod
    def of(cls, config: Config, *, clock: Callable[[], float] = time.monotonic) -> Rates:
        """Make them from the configured limits; ``clock`` gives seconds."""
        limits = config.limits
        return cls(
            sign_in=Rate(limits.sign_in_attempts_per_minute, clock=clock),
            lookups=Rate(limits.calls_per_minute, clock=clock),
            cameras=Rate(limits.calls_per_minute, clock=clock),
        )


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a running server.

    ``public_url`` is the origin that links carry. ``authority`` is the folder of the local certificate authority, None
    when the certificate comes from elsewhere. ``clock`` gives ms UTC.
    """

    config: Config
    journal: Journal
    tokens: Tokens
    origins: Origins
    rates: Rates
    public_url: str
    static: Path
    authority: Path | None = None
    clock: Callable[[], int] = field(default=now_ms)


PARTS: Final = web.AppKey("parts", Parts)


def parts_of(request: web.Request) -> Parts:
    """Return the parts of the application that serves this request."""
    return request.app[PARTS]
