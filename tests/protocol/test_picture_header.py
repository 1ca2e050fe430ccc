"""The dimensions of pictures before anything is decoded."""

from __future__ import annotations

import struct

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.protocol.picture_header import dimensions
from arsupport.protocol.pictures import MediaType

ENCODED = {
    MediaType.JPEG: (".jpg", []),
    MediaType.PNG: (".png", []),
    MediaType.WEBP: (".webp", [cv2.IMWRITE_WEBP_QUALITY, 80]),
}


def picture(media_type: MediaType, width: int, height: int) -> bytes:
    suffix, options = ENCODED[media_type]
    made, data = cv2.imencode(suffix, np.full((height, width, 3), 90, np.uint8), options)
    assert made
    return data.tobytes()


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("media_type", list(MediaType))
@pytest.mark.parametrize(("width", "height"), [(1, 1), (640, 480), (300, 4001)])
def test_what_an_encoder_wrote_is_read(media_type: MediaType, width: int, height: int) -> None:
    assert dimensions(picture(media_type, width, height), media_type) == (width, height)


def test_a_progressive_jpeg_is_read() -> None:
    made, data = cv2.imencode(".jpg", np.zeros((48, 64, 3), np.uint8), [cv2.IMWRITE_JPEG_PROGRESSIVE, 1])
    assert made
    assert dimensions(data.tobytes(), MediaType.JPEG) == (64, 48)


def test_a_lossless_webp_is_read() -> None:
    made, data = cv2.imencode(".webp", np.zeros((48, 64, 3), np.uint8), [cv2.IMWRITE_WEBP_QUALITY, 101])
    assert made
    assert dimensions(data.tobytes(), MediaType.WEBP) == (64, 48)


def test_an_extended_webp_says_the_size_of_its_canvas() -> None:
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes(4) + (4095).to_bytes(3, "little") + (2159).to_bytes(3, "little")
    assert dimensions(b"RIFF" + struct.pack("<I", len(body)) + body, MediaType.WEBP) == (4096, 2160)


def test_a_preview_inside_of_a_jpeg_is_passed_over() -> None:
    """Cameras put a small JPEG into the EXIF segment."""
    whole = picture(MediaType.JPEG, 640, 480)
    exif = segment(0xE1, b"Exif\x00\x00" + picture(MediaType.JPEG, 16, 12))
    fill = b"\xff\xff"
    assert dimensions(whole[:2] + exif + fill + whole[2:], MediaType.JPEG) == (640, 480)


@pytest.mark.parametrize("media_type", list(MediaType))
def test_another_kind_of_picture_is_none(media_type: MediaType) -> None:
    others = [picture(other, 64, 48) for other in MediaType if other is not media_type]
    for data in [*others, b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a" + bytes(40)]:
        with pytest.raises(ArError) as refusal:
            dimensions(data, media_type)
        assert refusal.value.code is Code.BAD_PICTURE


@pytest.mark.parametrize("media_type", list(MediaType))
def test_a_picture_cut_short_is_none_or_has_its_size(media_type: MediaType) -> None:
    whole = picture(media_type, 64, 48)
    for length in range(len(whole)):
        try:
            assert dimensions(whole[:length], media_type) == (64, 48)
        except ArError as error:
            assert error.code is Code.BAD_PICTURE  # noqa: PT017 - any other is a failure


@given(st.sampled_from(MediaType), st.integers(0, 120), st.binary(max_size=40))
def test_garbage_is_refused_or_has_a_size(media_type: MediaType, at: int, garbage: bytes) -> None:
    whole = picture(media_type, 64, 48)
    try:
        width, height = dimensions(whole[:at] + garbage + whole[at + len(garbage) :], media_type)
    except ArError as error:
        assert error.code is Code.BAD_PICTURE  # noqa: PT017 - any other is a failure
    else:
        assert width > 0
        assert height > 0


def test_many_small_segments_end() -> None:
    with pytest.raises(ArError):
        dimensions(b"\xff\xd8" + segment(0xE0, b"") * 100_000, MediaType.JPEG)
