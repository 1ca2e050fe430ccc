from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.protocol.glimpses import MAX_GLIMPSE_BYTES, MAX_PARTS, Glimpse, Joining, split
from arsupport.protocol.pictures import MAX_CHUNK, MediaType


def glimpse(size: int, rtp: int = 7) -> Glimpse:
    return Glimpse("p1-1", rtp, MediaType.JPEG, 480, 270, bytes(index % 251 for index in range(size)))


@given(st.integers(1, MAX_GLIMPSE_BYTES))
def test_what_is_split_is_joined_again(size: int) -> None:
    joining = Joining()
    parts = split(glimpse(size))
    assert len(parts) <= MAX_PARTS
    assert all(len(part.data) <= MAX_CHUNK for part in parts)
    assert [joining.add(part) for part in parts] == [None] * (len(parts) - 1) + [glimpse(size)]


def test_a_picture_beyond_the_limit_is_not_sent() -> None:
    with pytest.raises(ArError) as refusal:
        split(glimpse(MAX_GLIMPSE_BYTES + 1))
    assert refusal.value.code is Code.PICTURE_TOO_LARGE


def test_the_next_picture_takes_the_place_of_one_that_is_not_whole() -> None:
    joining = Joining()
    joining.add(split(glimpse(10_000))[0])
    assert joining.add(split(glimpse(5, rtp=8))[0]) == glimpse(5, rtp=8)


@pytest.mark.parametrize("wrong", [{"part": 2}, {"part": 1, "rtp": 8}, {"part": 1, "parts": 1}], ids=str)
def test_a_part_that_does_not_follow_is_refused_and_the_next_picture_is_taken(wrong: dict[str, int]) -> None:
    joining = Joining()
    first = split(glimpse(10_000))[0]
    joining.add(first)
    with pytest.raises(ArError) as refusal:
        joining.add(msgspec.structs.replace(first, **wrong))
    assert refusal.value.code is Code.BAD_MESSAGE
    assert joining.add(split(glimpse(5, rtp=8))[0]) == glimpse(5, rtp=8)
