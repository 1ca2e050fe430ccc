from __future__ import annotations

from arsupport.rtc.codecs import Codec, match

VP8 = Codec("VP8", 90_000, 96)
BASELINE = Codec("H264", 90_000, 102, h264_profile="42e0")
HIGH = Codec("H264", 90_000, 112, h264_profile="6400")


def test_the_same_profile_is_preferred() -> None:
    assert match(HIGH, [VP8, BASELINE, HIGH]) is HIGH


def test_another_profile_is_better_than_no_picture() -> None:
    assert match(HIGH, [VP8, BASELINE]) is BASELINE


def test_another_codec_is_no_match() -> None:
    assert match(HIGH, [VP8]) is None
