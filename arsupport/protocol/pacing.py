"""How fast a picture may go out beside marks and video: the sender's half of a transfer, without a clock or a network.

All data channels of a connection share one queue, and on the way everything shares the narrowest line. So a picture is
sent in small pieces, and each answer (``picture-have``) tells how long its piece took. More than the shortest time that
was seen is time in a queue, where the marks wait too: then the sender slows down, before anybody notices (the idea of
LEDBAT, RFC 6817). ``web/src/lib/pacing.ts`` is the same in the browser.
"""

from __future__ import annotations

from collections import deque
from typing import Final

from arsupport.protocol.pictures import MAX_CHUNK

# Bytes per second. The start is what any line takes; the most leaves room for marks, voice and video on a common one.
START_RATE: Final = 32 * 1024
LEAST_RATE: Final = 16 * 1024
MOST_RATE: Final = 600 * 1024

# A piece takes this long at the present rate, if it is not smaller or larger than pieces may be.
PIECE_SECONDS: Final = 0.008
LEAST_PIECE: Final = 1_024
# Waiting that is allowed: so long, or so many bytes at the present rate. On a slow line one packet is longer than 8 ms,
# and what a busy page adds to every answer must not be taken for a queue.
QUEUE_SECONDS: Final = 0.008
QUEUE_BYTES: Final = 2 * 1024
# How much the rate grows in one round trip: until the first queue is seen, and from then on.
FIRST_GAIN: Final = 0.7
STEADY_GAIN: Final = 0.2
LEAST_ROUND_TRIP: Final = 0.02
# A queue was longer than allowed: on with this part of what has come through.
BACK_OFF: Final = 0.8
# The shortest time is that of the last two of these: routes change.
MEMORY_SECONDS: Final = 10.0
SAMPLES: Final = 8
# What may be unanswered: two pieces, or as much as the rate allows for a round trip with an allowed queue and this.
SLACK_SECONDS: Final = 0.06
MOST_UNANSWERED: Final = 256 * 1024


class Sending:
    """What of a picture of ``size`` bytes goes out when; ``now`` is a clock in seconds that never goes back."""

    def __init__(self, size: int, offset: int, now: float) -> None:
        self.size = size
        self.offset = offset
        self.confirmed = offset
        self._pace = _Pace(now)

    @property
    def done(self) -> bool:
        """Tell whether everything was answered."""
        return self.confirmed >= self.size

    @property
    def rate(self) -> float:
        """Give the present rate in bytes per second."""
        return self._pace.rate

    def wait(self, now: float) -> float | None:
        """Give the seconds until the next piece may go out, or None when only an answer can change anything."""
        unanswered = self.offset - self.confirmed
        if self.offset >= self.size or unanswered >= self._pace.window:
            return None
        return self._pace.wait(self._next_length(), now)

    def take(self, now: float) -> tuple[int, int]:
        """Give the next piece, first byte and length; it goes out now."""
        first, length = self.offset, self._next_length()
        self.offset += length
        self._pace.sent(self.offset, length, now)
        return first, length

    def have(self, offset: int, now: float) -> None:
        """Take the receiver's answer; one that makes no sense changes nothing."""
        if self.confirmed < offset <= self.offset:
            self._pace.answered(offset, offset - self.confirmed, now)
            self.confirmed = offset

    def _next_length(self) -> int:
        return min(self._pace.piece, self.size - self.offset)


class _Pace:
    def __init__(self, now: float) -> None:
        self.rate: float = START_RATE
        self._credit: float = MAX_CHUNK
        self._credited_at = now
        self._in_flight: deque[tuple[int, float]] = deque()
        # Of the last answers: when it came, up to which byte, and how long that piece took.
        self._answers: deque[tuple[float, int, float]] = deque(maxlen=SAMPLES)
        self._shortest = [float("inf"), float("inf")]
        self._memory_from = now
        self._starting = True
        self._backed_off_at = float("-inf")

    @property
    def piece(self) -> int:
        return max(LEAST_PIECE, min(MAX_CHUNK, int(self.rate * PIECE_SECONDS)))

    @property
    def window(self) -> float:
        if not self._answers:
            return 2 * self.piece
        round_trip = min(self._shortest) + self._allowed + SLACK_SECONDS
        return min(MOST_UNANSWERED, max(2 * self.piece, self.rate * round_trip))

    @property
    def _allowed(self) -> float:
        return max(QUEUE_SECONDS, QUEUE_BYTES / self.rate)

    def wait(self, length: int, now: float) -> float:
        self._credit = min(2 * self.piece, self._credit + (now - self._credited_at) * self.rate)
        self._credited_at = now
        missing = length - self._credit
        return missing / self.rate if missing >= 1 else 0.0

    def sent(self, end: int, length: int, now: float) -> None:
        self._credit -= length
        self._in_flight.append((end, now))

    def answered(self, end: int, length: int, now: float) -> None:
        sent: float | None = None
        while self._in_flight and self._in_flight[0][0] <= end:
            sent = self._in_flight.popleft()[1]
        if sent is not None:
            if not self._answers:  # what the line carries is not known yet: no more than was under way
                self.rate = min(self.rate, 2 * self.piece / max(now - sent, LEAST_ROUND_TRIP))
            self._remember(end, now - sent, now)
            self._adapt(length, now - sent, now)

    def _remember(self, end: int, took: float, now: float) -> None:
        if now - self._memory_from > MEMORY_SECONDS:
            self._memory_from = now
            self._shortest = [self._shortest[1], float("inf")]
        self._shortest[1] = min(self._shortest[1], took)
        self._answers.append((now, end, took))

    def _adapt(self, length: int, took: float, now: float) -> None:
        queued = min(answer[2] for answer in self._answers) - min(self._shortest)
        allowed = self._allowed
        if queued < allowed:
            gain = FIRST_GAIN if self._starting else STEADY_GAIN
            # Each answer counts for its part of a round trip.
            part = min(1.0, length / (self.rate * max(took, LEAST_ROUND_TRIP)))
            self.rate *= 1 + gain * part * (1 - queued / allowed)
        elif now - self._backed_off_at > took:  # once for each queue: what was sent before is still in it
            self._starting = False
            self._backed_off_at = now
            self.rate = BACK_OFF * min(self.rate, self._came_through())
        self.rate = max(LEAST_RATE, min(MOST_RATE, self.rate))

    def _came_through(self) -> float:
        """Give the bytes per second of the last answers: what the line carries, once there is a queue."""
        (first_at, first_end, _), (last_at, last_end, _) = self._answers[0], self._answers[-1]
        return (last_end - first_end) / (last_at - first_at) if last_at > first_at else self.rate
