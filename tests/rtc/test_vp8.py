from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc import vp8

KEYFRAME = b"\x10\x02\x00\x9d\x01\x2a" + (640).to_bytes(2, "little") + (360 | 0x4000).to_bytes(2, "little") + b"data"


def test_the_size_of_a_keyframe_leaves_out_the_scale_bits() -> None:
    assert vp8.keyframe_size(KEYFRAME) == (640, 360)


def test_a_keyframe_needs_its_sync_code() -> None:
    assert vp8.starts_keyframe(b"\x10" + KEYFRAME)
    assert not vp8.starts_keyframe(b"\x10" + KEYFRAME.replace(b"\x9d", b"\x9c"))
    assert not vp8.starts_keyframe(b"\x10\x11" + KEYFRAME[1:])


def test_only_the_start_of_the_first_partition_starts_a_frame() -> None:
    assert vp8.starts_frame(b"\x90\x80\x05\x00")
    assert not vp8.starts_frame(b"\x00\x00")
    assert not vp8.starts_frame(b"\x11\x00")


def test_descriptors_of_all_lengths_are_removed() -> None:
    short, picture, long_picture, everything = (
        b"\x10",
        b"\x90\x80\x11",
        b"\x90\x80\x81\x02",
        b"\x90\xe0\x81\x02\x03\x04",
    )
    for descriptor in (short, picture, long_picture, everything):
        assert vp8.join_payloads([descriptor + b"frame"]) == b"frame"


@given(st.binary(max_size=8))
def test_a_cut_off_payload_is_no_frame(data: bytes) -> None:
    frame = vp8.join_payloads([data])
    assert frame is None or data.endswith(frame)
