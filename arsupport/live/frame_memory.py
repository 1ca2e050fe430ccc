"""The newest encoded frames of a camera, so that a frame that an expert saw can be decoded after the fact."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from arsupport.rtc import EncodedFrame

# Two keyframe intervals of a camera at 2.5 Mbit/s with a keyframe every 10 s are 6 MB.
MAX_BYTES: Final = 16 * 1024 * 1024
KEYFRAMES_KEPT: Final = 2
# What was seen so long ago can be drawn on even when many keyframes have come since: after lost packets, or because
# several people have just joined, a camera sends one after the other.
SECONDS_KEPT: Final = 10.0


class FrameMemory:
    """Encoded frames of one track with the last few keyframes and what follows them, at most ``MAX_BYTES``.

    All of the last ``SECONDS_KEPT`` are among them. What cannot be decoded (because its keyframe is gone) is not kept.
    """

    def __init__(self, keyframes: int = KEYFRAMES_KEPT) -> None:
        self._keyframes_kept = keyframes
        self._frames: deque[EncodedFrame] = deque()
        self._keyframes: deque[int] = deque()  # positions are counted over all frames ever added
        self._first = 0
        self._bytes = 0

    def add(self, frame: EncodedFrame) -> None:
        """Remember the next frame in decoding order."""
        if frame.keyframe:
            self._keyframes.append(self._first + len(self._frames))
        elif not self._frames:
            return
        self._frames.append(frame)
        self._bytes += len(frame.data)
        while len(self._keyframes) > self._keyframes_kept and self._age_of_second_interval(frame) >= SECONDS_KEPT:
            self._forget_oldest_interval()
        while self._bytes > MAX_BYTES and self._keyframes:
            self._forget_oldest_interval()

    def has(self, rtp: int) -> bool:
        """Tell whether the frame with this RTP timestamp can be decoded."""
        return any(frame.rtp == rtp for frame in reversed(self._frames))

    def leading_to(self, rtp: int) -> list[EncodedFrame]:
        """Give everything that must be decoded to see frame ``rtp``, and what came after it up to now.

        Raises:
            KeyError: the frame is not in memory.
        """
        frames = list(self._frames)
        for index in range(len(frames) - 1, -1, -1):
            if frames[index].rtp == rtp:
                position = self._first + index
                keyframe = max(key for key in self._keyframes if key <= position)
                return frames[keyframe - self._first :]
        raise KeyError(rtp)

    def since_keyframe(self) -> list[EncodedFrame]:
        """Give the frames from the newest keyframe on; empty before the first."""
        if not self._keyframes:
            return []
        return list(self._frames)[self._keyframes[-1] - self._first :]

    def _age_of_second_interval(self, newest: EncodedFrame) -> float:
        return newest.arrival - self._frames[self._keyframes[1] - self._first].arrival

    def _forget_oldest_interval(self) -> None:
        self._keyframes.popleft()
        end = self._keyframes[0] if self._keyframes else self._first + len(self._frames)
        while self._first < end:
            self._bytes -= len(self._frames.popleft().data)
            self._first += 1
