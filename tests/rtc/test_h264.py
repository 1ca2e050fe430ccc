from __future__ import annotations

import base64
import fractions

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc import h264

IDR, SLICE, SPS, PPS = b"\x65\x88\x84", b"\x41\x9a\x00", b"\x67\x42\xc0\x1f", b"\x68\xce"


def parameter_sets(width: int, height: int, profile: str, pixels: str) -> tuple[bytes, bytes]:
    """SPS and PPS as x264 writes them."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height, encoder.pix_fmt = width, height, pixels
    encoder.time_base = fractions.Fraction(1, 30)
    encoder.options = {"profile": profile}
    picture = av.VideoFrame.from_ndarray(np.zeros((height, width, 3), np.uint8), format="rgb24").reformat(format=pixels)
    data = b"".join(bytes(packet) for packet in [*encoder.encode(picture), *encoder.encode(None)])
    units = [unit for unit in data.replace(b"\x00\x00\x00\x01", b"\x00\x00\x01").split(b"\x00\x00\x01") if unit]
    return next(u for u in units if u[0] & 31 == 7), next(u for u in units if u[0] & 31 == 8)


@pytest.mark.parametrize(
    ("width", "height", "profile", "pixels"),
    [
        (1280, 720, "baseline", "yuv420p"),
        (1920, 1080, "high", "yuv420p"),
        (642, 362, "main", "yuv420p"),
        (640, 360, "high444", "yuv444p"),
    ],
)
def test_the_picture_size_of_real_parameter_sets(width: int, height: int, profile: str, pixels: str) -> None:
    sps, _pps = parameter_sets(width, height, profile, pixels)
    assert h264.sps_size(sps) == (width, height)


@given(st.binary(max_size=64))
def test_a_damaged_parameter_set_has_no_size_or_a_possible_one(data: bytes) -> None:
    size = h264.sps_size(b"\x67" + data)
    assert size is None or all(0 < side <= 0xFFFF for side in size)


def test_where_frames_and_keyframes_start() -> None:
    aggregate = b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in (b"\x09\xf0", SPS, PPS))
    first, second = b"\x7c\x85" + IDR[1:], b"\x7c\x05" + IDR[1:]
    assert h264.starts_keyframe(aggregate)
    assert h264.opens_frame(aggregate)
    assert h264.opens_frame(SPS)
    assert not h264.starts_keyframe(b"\x78\x00\x03" + SLICE)
    assert h264.starts_keyframe(first)
    assert h264.starts_keyframe(IDR)
    assert not h264.starts_keyframe(second)
    assert not h264.starts_keyframe(SLICE)
    assert not h264.opens_frame(PPS)
    assert not h264.opens_frame(SLICE)
    assert not h264.opens_frame(b"")


def test_fragments_are_joined() -> None:
    unit = b"\x65" + bytes(range(1, 10))
    fragments = [b"\x7c\x85" + unit[1:4], b"\x7c\x05" + unit[4:7], b"\x7c\x45" + unit[7:]]
    assert h264.join_payloads([SPS, *fragments]) == [SPS, unit]


@pytest.mark.parametrize(
    "payloads",
    [
        [b"\x7c\x05\x01", b"\x7c\x45\x02"],
        [SLICE, b"\x7c\x05\x01"],
        [b"\x7c\x85\x01", b"\x7c\x85\x01"],
        [b"\x7c\x85\x01"],
        [b"\x7c\x85\x01", SLICE],
        [b"\x7c"],
        [b"\x78\x00\x09\x01"],
        [b"\x1d\x00"],
        [],
    ],
    ids=[
        "no start",
        "no start after a whole unit",
        "two starts",
        "no end",
        "interrupted",
        "cut off",
        "short aggregate",
        "unknown type",
        "nothing",
    ],
)
def test_what_does_not_fit_together_is_no_frame(payloads: list[bytes]) -> None:
    assert h264.join_payloads(payloads) is None


def test_a_keyframe_without_parameter_sets_gets_the_latest_ones_and_is_none_before_any() -> None:
    code = h264.START_CODE
    sets = h264.ParameterSets()
    assert sets.access_unit([IDR]) == (code + IDR, False)
    assert sets.access_unit([SPS, PPS, IDR]) == (code + SPS + code + PPS + code + IDR, True)
    assert sets.access_unit([IDR]) == (code + SPS + code + PPS + code + IDR, True)
    assert sets.access_unit([SLICE]) == (code + SLICE, False)


def test_parameter_sets_can_come_out_of_band() -> None:
    announced = ",".join(base64.b64encode(unit).decode() for unit in (SPS, PPS))
    data, _keyframe = h264.ParameterSets(announced + ",not base64!").access_unit([IDR])
    assert data.startswith(h264.START_CODE + SPS + h264.START_CODE + PPS)
