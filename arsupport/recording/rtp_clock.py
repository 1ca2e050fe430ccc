"""RTP timestamps on a line that does not wrap around."""

from __future__ import annotations

from typing import Final

_MODULUS: Final = 1 << 32


class RtpClock:
    """Unwraps one track's 32-bit RTP timestamps (RFC 3550, section 5.1) into ticks since its first one."""

    def __init__(self, first_rtp: int) -> None:
        self._last_rtp = first_rtp
        self._ticks = 0

    def ticks(self, rtp: int) -> int:
        """Return ticks since the first timestamp: the nearest such value to the one before (± 2³¹)."""
        step = (rtp - self._last_rtp) % _MODULUS
        if step >= _MODULUS // 2:
            step -= _MODULUS
        self._last_rtp = rtp
        self._ticks += step
        return self._ticks


def wrapped(ticks: int) -> int:
    """Return a number of ticks as a 32-bit RTP timestamp."""
    return ticks % _MODULUS
