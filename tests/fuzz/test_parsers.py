"""Bytes inside of authenticated packets: they may be wrong, they may not hurt."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import pytest
from aiortc.rtcsctptransport import parse_packet
from aiortc.rtp import RtcpPacket
from google_crc32c import value as crc32c
from hypothesis import example, given
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.live.decoder import Decoder
from arsupport.protocol.picture_header import dimensions
from arsupport.protocol.pictures import MediaType
from arsupport.rtc import h264, vp8
from arsupport.rtc.codecs import Codec
from arsupport.rtc.frames import MAX_FRAME_BYTES, MAX_FRAME_PACKETS, EncodedFrame, FrameAssembler
from arsupport.rtc.gate import MAX_DATAGRAM_BYTES, Gate
from arsupport.rtc.packets import MediaPacket
from arsupport.rtc.publication import Publication, PublisherClock
from arsupport.rtc.reception import WINDOW, ReceptionLog
from arsupport.rtc.sctp import is_sound
from arsupport.rtc.twcc import TwccCollector
from tests.fuzz.effort import effort

if TYPE_CHECKING:
    from arsupport.rtc.codecs import CodecName

UINT16 = st.integers(0, 0xFFFF)
UINT32 = st.integers(0, 0xFFFFFFFF)
payloads = st.binary(max_size=60)
codecs: st.SearchStrategy[CodecName] = st.sampled_from(["H264", "VP8", "opus"])

# Beginnings that make parsers go on: NAL units and aggregates, fragments, keyframes of VP8 with and without extensions.
beginnings = st.sampled_from(
    [
        b"",
        b"\x67\x42\xe0\x1f",
        b"\x65\x88",
        b"\x18\x00\x04",
        b"\x7c\x85",
        b"\x7c\x45",
        b"\x7c\x05",
        b"\x10\x10\x00\x00",
        b"\x90\x80\x80",
        b"\x90\xf0\x80\x01\x02\x03",
        b"\x10\x10\x02\x00\x9d\x01\x2a",
        b"\x67\x64\x00\x28\xff\xe1",
    ]
)
media = st.builds(lambda start, rest: start + rest, beginnings, payloads)


@given(media)
@effort
def test_payloads_of_video(payload: bytes) -> None:
    assert h264.starts_keyframe(payload) in {True, False}
    assert h264.opens_frame(payload) in {True, False}
    assert vp8.starts_keyframe(payload) in {True, False}
    assert vp8.starts_frame(payload) in {True, False}
    for size in (h264.sps_size(payload), vp8.keyframe_size(payload)):
        assert size is None or all(0 <= side <= 0xFFFF for side in size)


@given(st.lists(media, max_size=6), st.text(max_size=40))
@effort
def test_frames_of_video(payloads: list[bytes], out_of_band: str) -> None:
    assert vp8.join_payloads(payloads) is None or any(payloads)
    units = h264.join_payloads(payloads)
    data, _keyframe = h264.ParameterSets(out_of_band).access_unit(units or [])
    assert len(data) <= sum(map(len, payloads)) + (4 + len(out_of_band)) * (2 + len(units or []))


@st.composite
def packets(draw: st.DrawFn) -> list[MediaPacket]:
    """A stream with jumps, repetitions and odd times."""
    made, extended = [], draw(st.integers(0, 1 << 20))
    for _ in range(draw(st.integers(1, 60))):
        extended = max(0, extended + draw(st.sampled_from([1, 1, 1, 1, 2, 0, -1, -7, 300, 40_000])))
        timestamp = draw(st.sampled_from([0, 3000, 3000, 6000, 0xFFFFFFFF]))
        made.append(
            MediaPacket(draw(media), extended & 0xFFFF, extended, timestamp, draw(st.booleans()), draw(st.floats(0, 9)))
        )
    return made


@given(packets(), codecs)
@effort
def test_frames_are_joined_from_anything(stream: list[MediaPacket], codec: CodecName) -> None:
    assembler = FrameAssembler(codec)
    for packet in stream:
        for frame in assembler.push(packet):
            assert 0 < len(frame.data) <= MAX_FRAME_BYTES
    assert len(assembler._waiting) <= 129


def test_a_frame_that_never_ends_is_given_up() -> None:
    assembler = FrameAssembler("VP8")
    for extended in range(3 * MAX_FRAME_PACKETS):
        assembler.push(MediaPacket(b"\x10\x01", extended & 0xFFFF, extended, 1, marker=False, arrival=0.0))
        assert len(assembler._parts) <= MAX_FRAME_PACKETS


@given(st.lists(st.tuples(UINT16, UINT32, st.floats(0, 1e6)), max_size=80))
@effort
def test_counters_that_jump(arrivals: list[tuple[int, int, float]]) -> None:
    log, twcc = ReceptionLog(90_000), TwccCollector(1)
    for sequence, timestamp, arrival in arrivals:
        log.add(sequence, timestamp, arrival)
        twcc.add(sequence, timestamp, arrival)
        assert len(log.missing) <= WINDOW + 16
        assert len(log.nacks_due(arrival)) <= WINDOW
    assert 0 <= log.fraction_lost() <= 255
    for feedback in twcc.feedback():
        assert len(feedback) <= 1500
        assert len(feedback) == 4 * (1 + int.from_bytes(feedback[2:4], "big"))


@given(st.integers(0, (1 << 64) - 1), st.integers(0, (1 << 64) - 1), UINT32)
@effort
def test_clocks_that_jump(first: int, second: int, timestamp: int) -> None:
    publication = Publication(
        kind="video",
        codec=Codec("VP8", 90_000, 96),
        mid="0",
        ssrc=2,
        rtcp_ssrc=1,
        send_rtcp=lambda packet: bool(RtcpPacket.parse(packet)),
        clock=PublisherClock(),
    )
    publication.handle_packet(1, timestamp, b"\x10\x01", marker=True, arrival=1.0)
    for ntp in (first, second):
        publication.handle_sender_report(ntp / (1 << 32), timestamp, 2.0)
        publication.send_receiver_report(3.0)
    assert publication.sender_report_at(4.0) is not None


heads = st.sampled_from(
    [
        b"",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"\xff\xd8",
        b"\xff\xd8\xff\xe0\x00\x10",
        b"\xff\xd8\xff\xc0\x00\x11\x08",
        b"RIFF\0\0\0\0WEBPVP8X",
        b"RIFF\0\0\0\0WEBPVP8 ",
        b"RIFF\0\0\0\0WEBPVP8L",
    ]
)


@given(st.builds(lambda head, rest: head + rest, heads, payloads), st.sampled_from(MediaType))
@example(b"\xff\xd8" + b"\xff" * 5_000_000, MediaType.JPEG)
@effort
def test_pictures_say_their_dimensions_or_are_none(data: bytes, media_type: MediaType) -> None:
    try:
        width, height = dimensions(data, media_type)
    except ArError as error:
        assert error.code is Code.BAD_PICTURE  # noqa: PT017 - both ways are right
    else:
        assert width > 0
        assert height > 0


def test_a_picture_of_fill_bytes_is_given_up() -> None:
    class Counted(bytes):
        looks = 0

        def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - as of bytes
            Counted.looks += 1
            return super().__getitem__(key)

    with pytest.raises(ArError):
        dimensions(Counted(b"\xff\xd8" + b"\xff" * 100_000), MediaType.JPEG)
    assert Counted.looks < 2000


chunk_kinds = st.sampled_from([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 130, 192, 77])


@st.composite
def sctp_packets(draw: st.DrawFn) -> bytes:
    """Chunks with lengths that are mostly true, and a checksum that is."""
    body = b""
    for _ in range(draw(st.integers(1, 5))):
        content = draw(st.binary(max_size=60))
        length = draw(st.sampled_from([len(content) + 4] * 5 + [0, 3, 4, 400]))
        body += struct.pack("!BBH", draw(chunk_kinds), draw(st.integers(0, 7)), length) + content
        body += bytes(-len(content) % 4)
    head = struct.pack("!HHL", 5000, 5000, draw(UINT32))
    return head + struct.pack("<L", crc32c(head + bytes(4) + body)) + body


@given(sctp_packets())
@example(bytes(12))
@effort
def test_what_passes_for_sctp_can_be_parsed(packet: bytes) -> None:
    if is_sound(packet) and len(packet) >= 16:
        *_, chunks = parse_packet(packet)
        for chunk in chunks:
            assert len(getattr(chunk, "params", [])) <= 32
            assert sum(end - start for start, end in getattr(chunk, "gaps", [])) <= 8192


addresses = st.tuples(st.sampled_from(["10.0.0.1", "::1", "10.0.0.2"]), st.integers(0, 65535))


@given(st.lists(st.tuples(st.binary(max_size=80), addresses, st.floats(0, 100)), max_size=40))
@effort
def test_the_gate_takes_anything(datagrams: list[tuple[bytes, tuple[str, int], float]]) -> None:
    gate = Gate(lambda: [("10.0.0.1", 5)], lambda: 0)
    admitted = [gate.admits(*it) for it in datagrams]
    assert sum(gate.dropped.values()) == admitted.count(False)
    assert not gate.admits(bytes(MAX_DATAGRAM_BYTES + 1), ("10.0.0.1", 5), 0.0)


@given(st.lists(media, min_size=1, max_size=5), st.sampled_from(["H264", "VP8"]))
@effort
def test_the_decoder_takes_anything(frames: list[bytes], codec: str) -> None:
    decoder = Decoder(codec)
    for rtp, data in enumerate(frames):
        try:
            pictures = list(decoder.decode(EncodedFrame(rtp, data, rtp == 0, 0.0)))
        except ArError:
            continue
        assert all(picture.luma().shape == (picture.height, picture.width) for picture in pictures)
