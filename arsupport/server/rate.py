"""How often something may be tried: one token bucket for each address or name, and not more buckets than fit."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_KEYS: Final = 10_000
"""Buckets kept; beyond, the one that was not used for longest is forgotten (and would be full again soon anyway)."""
_SECONDS: Final = 60.0
# What one subscriber gets (RFC 6177): counting single IPv6 addresses would limit nobody.
_IPV6_PREFIX: Final = 64


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Rate:
    """At most ``tries`` in a row for each key, refilled evenly over ``seconds``."""

    def __init__(self, tries: int, *, seconds: float = _SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._capacity = float(tries)
        self._seconds = seconds
        self._clock = clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> None:
        """Count one try.

        Raises:
            ArError: ``too-many-requests``, with the seconds to wait; the refused try costs nothing.
        """
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(self._capacity, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > MAX_KEYS:
            self._buckets.popitem(last=False)
        per_second = self._capacity / self._seconds
        bucket.left = min(self._capacity, bucket.left + (now - bucket.at) * per_second)
        bucket.at = now
        if bucket.left < 1:
            seconds = math.ceil((1 - bucket.left) / per_second)
            raise ArError(Code.TOO_MANY_REQUESTS, f"Too many tries. Wait {seconds} s, then try again.")
        bucket.left -= 1


def address_key(address: str | None) -> str:
    """Return what stands for one client: its IPv4 address, or its IPv6 network of 64 bits."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if parsed.version == 4:  # noqa: PLR2004 - the version's name
        return str(parsed)
    return str(ipaddress.ip_network((parsed, _IPV6_PREFIX), strict=False))
