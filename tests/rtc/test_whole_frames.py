"""Random loss, reordering and repetition of packets, against a simple model of what must come out."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from arsupport.rtc import EncodedFrame, FrameAssembler, MediaPacket

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arsupport.rtc.codecs import CodecName

STEP, BETWEEN_PACKETS = 3000, 0.05
START_CODE: Final = b"\0\0\0\1"
codecs: st.SearchStrategy[CodecName] = st.sampled_from(["H264", "VP8"])


@dataclass(frozen=True)
class Sent:
    """What an encoder made of one picture."""

    data: bytes
    keyframe: bool
    payloads: list[bytes]


def cut(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """``data`` in up to four pieces, none of them empty."""
    places = sorted(draw(st.sets(st.integers(1, len(data) - 1), max_size=3))) if len(data) > 1 else []
    return [data[start:end] for start, end in pairwise([0, *places, len(data)])]


@st.composite
def vp8_frame(draw: st.DrawFn, *, keyframe: bool) -> Sent:
    head = b"\x10\0\0\x9d\x01\x2a\x40\x01\xb4\0" if keyframe else b"\x11\0\0"
    data = head + draw(st.binary(min_size=1, max_size=40))
    pieces = cut(draw, data)
    picture = draw(st.sampled_from([b"", b"\x80\x07", b"\x80\x80\x07"]))
    extended = 0x80 if picture else 0
    partitions = draw(st.booleans())  # later pieces may each begin a partition of their own
    firsts = [0x10 if not number else 0x10 | min(number, 7) if partitions else 0 for number in range(len(pieces))]
    payloads = [bytes([first | extended]) + picture + piece for first, piece in zip(firsts, pieces, strict=True)]
    return Sent(data, keyframe, payloads)


@st.composite
def h264_frame(draw: st.DrawFn, *, keyframe: bool) -> Sent:
    rest = st.binary(min_size=1, max_size=30)
    sets = [b"\x67" + draw(rest), b"\x68" + draw(rest)] if keyframe else []
    words = [b"\x06" + text for text in draw(st.lists(rest, max_size=1))]
    kind = b"\x65" if keyframe else b"\x41"
    slices = [kind + first + draw(rest) for first in [b"\x88", b"\x44", b"\x42"][: draw(st.integers(1, 3))]]
    small, together = [*sets, *words], draw(st.booleans())
    aggregate = b"\x78" + b"".join(len(unit).to_bytes(2, "big") + unit for unit in small)
    payloads = [aggregate] if small and together else list(small)
    for unit in slices:
        pieces = cut(draw, unit[1:])
        if len(pieces) == 1:
            payloads.append(unit)
            continue
        for number, piece in enumerate(pieces):
            flags = 0x80 if number == 0 else 0x40 if number == len(pieces) - 1 else 0
            payloads.append(bytes([unit[0] & 0xE0 | 28, flags | unit[0] & 0x1F]) + piece)
    return Sent(b"".join(START_CODE + unit for unit in [*small, *slices]), keyframe, payloads)


@st.composite
def streams(draw: st.DrawFn) -> tuple[CodecName, list[Sent]]:
    codec = draw(codecs)
    frame = h264_frame if codec == "H264" else vp8_frame
    kinds = draw(st.lists(st.sampled_from([False, False, False, True]), min_size=2, max_size=16))
    return codec, [draw(frame(keyframe=key)) for key in [True, *kinds]]


def packets_of(frames: list[Sent], first: int = 65_530) -> list[MediaPacket]:
    """The packets in the order in which they are sent, each a while after the one before."""
    made: list[MediaPacket] = []
    for number, frame in enumerate(frames):
        for position, payload in enumerate(frame.payloads):
            extended, last = first + len(made), position == len(frame.payloads) - 1
            arrival = len(made) * BETWEEN_PACKETS
            made.append(MediaPacket(payload, extended & 0xFFFF, extended, number * STEP, last, arrival))
    return made


def arriving(packet: MediaPacket, at: float) -> MediaPacket:
    return MediaPacket(packet.payload, packet.sequence, packet.extended, packet.timestamp, packet.marker, at)


def assembled(codec: CodecName, packets: Iterable[MediaPacket]) -> list[EncodedFrame]:
    assembler = FrameAssembler(codec)
    return [frame for packet in packets for frame in assembler.push(packet)]


def check_whole(frames: list[EncodedFrame], sent: list[Sent]) -> list[int]:
    """Every frame is one that was sent, in order; what does not follow the one before says so. Gives their numbers."""
    numbers = [frame.rtp // STEP for frame in frames]
    assert all(later > earlier for earlier, later in pairwise(numbers))
    for frame, number in zip(frames, numbers, strict=True):
        assert (frame.data, frame.keyframe) == (sent[number].data, sent[number].keyframe)
    for (earlier, later), frame in zip(pairwise(numbers), frames[1:], strict=True):
        assert frame.after_gap or later == earlier + 1
    return numbers


@given(streams(), st.data())
@settings(max_examples=100)
def test_whatever_happens_on_the_way_only_whole_frames_come_out(
    stream: tuple[CodecName, list[Sent]], data: st.DataObject
) -> None:
    codec, sent = stream
    copies: list[MediaPacket] = []
    for packet in packets_of(sent):
        # Never, once, twice; early, in time, or (a retransmission) long after it was given up.
        delays = data.draw(st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.07, 0.3, 2.0]), max_size=2), label="delays")
        copies += [arriving(packet, packet.arrival + delay) for delay in delays]
    copies.sort(key=lambda packet: packet.arrival)
    check_whole(assembled(codec, copies), sent)


@given(streams(), st.data())
@settings(max_examples=100)
def test_what_comes_late_or_twice_costs_nothing(stream: tuple[CodecName, list[Sent]], data: st.DataObject) -> None:
    codec, sent = stream
    first, *others = packets_of(sent)
    copies = [first]
    for packet in others:
        delays = data.draw(st.lists(st.sampled_from([0.0, 0.07, 0.3]), min_size=1, max_size=2), label="delays")
        copies += [arriving(packet, packet.arrival + delay) for delay in delays]
    copies.sort(key=lambda packet: packet.arrival)
    frames = assembled(codec, copies)
    assert check_whole(frames, sent) == list(range(len(sent)))
    assert not any(frame.after_gap for frame in frames)


@given(streams(), st.data())
@settings(max_examples=100)
def test_a_lost_packet_costs_no_more_than_it_must(stream: tuple[CodecName, list[Sent]], data: st.DataObject) -> None:
    codec, sent = stream
    packets = packets_of(sent)
    lost = data.draw(st.sets(st.sampled_from(packets[1:]).map(lambda packet: packet.extended)), label="lost")
    arrived = [packet for packet in packets if packet.extended not in lost]
    # Two frames long after one another: the last gap is given up, and they come out themselves.
    longer = [*sent, sent[0], sent[0]]
    all_packets = packets_of(longer)
    tail = [arriving(packet, packet.timestamp * 1.0) for packet in all_packets[len(packets) :]]
    numbers = check_whole(assembled(codec, [*arrived, *tail]), longer)
    assert numbers == [number for number in range(len(longer)) if must_come(codec, number, all_packets, lost)]


def must_come(codec: CodecName, number: int, packets: list[MediaPacket], lost: set[int]) -> bool:
    """Whether all of a frame arrived, and it is known where it begins."""
    own = [packet.extended for packet in packets if packet.timestamp == number * STEP]
    if not lost.isdisjoint(own):
        return False
    payload = packets[own[0] - packets[0].extended].payload
    says_so = codec == "VP8" or payload[:1] == b"\x67" or payload[3:4] == b"\x67"
    return says_so or own[0] - 1 not in lost


def test_a_keyframe_that_lost_its_parameter_sets_is_not_taken_for_whole() -> None:
    sets, slices = [b"\x67\x42\xc0\x1f", b"\x68\xce"], [b"\x65\x88\x01"]
    before, after = [b"\x67\x42\xc0\x20", b"\x68\xcf", *slices], [*sets, *slices]
    packets = packets_of([Sent(b"", True, units) for units in (before, after)])  # noqa: FBT003
    for lost in packets[3:5]:
        assembler = FrameAssembler("H264")
        came = [arriving(packet, packet.extended) for packet in packets if packet is not lost]
        assert [frame.rtp for packet in came for frame in assembler.push(packet)] == [0]


def test_a_frame_of_vp8_that_has_no_end_is_not_taken_for_whole() -> None:
    ends = [MediaPacket(b"\x10\x01a", 1, 1, 0, False, 0.0), MediaPacket(b"\x10\x01b", 2, 2, STEP, True, 0.0)]  # noqa: FBT003
    assert [(frame.data, frame.after_gap) for frame in assembled("VP8", ends)] == [(b"\x01b", True)]
