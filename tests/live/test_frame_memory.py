from __future__ import annotations

import pytest

from arsupport.live.frame_memory import MAX_BYTES, SECONDS_KEPT, FrameMemory
from arsupport.rtc import EncodedFrame


def remember(pattern: str, size: int = 1, first_rtp: int = 0, apart: float = SECONDS_KEPT) -> FrameMemory:
    """Remember a frame for each letter, so many seconds apart: K is a keyframe; rtp counts from ``first_rtp``."""
    memory = FrameMemory()
    for number, letter in enumerate(pattern):
        memory.add(EncodedFrame((first_rtp + number) % 2**32, bytes(size), letter == "K", number * apart))
    return memory


def rtps(frames: list[EncodedFrame]) -> list[int]:
    return [frame.rtp for frame in frames]


def test_a_frame_comes_with_all_that_it_needs_and_all_after_it() -> None:
    memory = remember("KPPKPP")
    assert rtps(memory.leading_to(2)) == [0, 1, 2, 3, 4, 5]
    assert rtps(memory.leading_to(4)) == [3, 4, 5]
    assert rtps(memory.leading_to(3)) == [3, 4, 5]
    assert rtps(memory.since_keyframe()) == [3, 4, 5]


def test_the_last_interval_but_one_is_kept() -> None:
    memory = remember("KPKPKP")
    assert [memory.has(rtp) for rtp in range(6)] == [False, False, True, True, True, True]
    assert rtps(memory.leading_to(3)) == [2, 3, 4, 5]
    with pytest.raises(KeyError):
        memory.leading_to(1)


def test_what_was_seen_just_now_is_kept_however_many_keyframes_come() -> None:
    memory = remember("KPKKKPKP", apart=SECONDS_KEPT / 5)
    assert [memory.has(rtp) for rtp in range(8)] == [False] * 2 + [True] * 6
    assert rtps(memory.leading_to(2)) == [2, 3, 4, 5, 6, 7]


def test_nothing_is_kept_that_cannot_be_decoded() -> None:
    memory = remember("PPKP")
    assert [memory.has(rtp) for rtp in range(4)] == [False, False, True, True]
    assert remember("PP").since_keyframe() == []


def test_timestamps_may_wrap() -> None:
    memory = remember("KPPP", first_rtp=2**32 - 2)
    assert rtps(memory.leading_to(1)) == [2**32 - 2, 2**32 - 1, 0, 1]


def test_memory_is_bounded_and_goes_on_at_the_next_keyframe() -> None:
    memory = remember("KP" + "P" * 7 + "PKP", size=MAX_BYTES // 8)
    assert [memory.has(rtp) for rtp in range(12)] == [False] * 10 + [True, True]
