"""What is read from a buffer is what aiortc reads, for every packet; what it refuses is refused."""

from __future__ import annotations

import struct

import pytest
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from hypothesis import given
from hypothesis import strategies as st

from arsupport.rtc.rtp import HEADER_BYTES, ReceivedPacket, read_packet
from arsupport.rtc.twcc import EXTENSION_URI

TWCC_ID = 5
EXTENSIONS = HeaderExtensionsMap()
EXTENSIONS.configure(
    RTCRtpParameters(headerExtensions=[RTCRtpHeaderExtensionParameters(id=TWCC_ID, uri=EXTENSION_URI)])
)

headers = st.builds(
    lambda flags, second, rest: bytes([0x80 | flags, second]) + rest,
    st.integers(0, 0x3F),
    st.integers(0, 255),
    st.binary(min_size=10, max_size=10),
)
extensions = st.builds(
    lambda profile, body: struct.pack("!HH", profile, len(body) // 4) + body[: len(body) // 4 * 4],
    st.sampled_from([0xBEDE, 0x1000, 0x1234]),
    st.binary(max_size=16),
)
packets = st.one_of(
    st.builds(lambda header, tail: header + tail, headers, st.binary(max_size=80)),
    st.builds(
        lambda header, extension, tail: bytes([header[0] & 0xF0 | 0x10]) + header[1:] + extension + tail,
        headers,
        extensions,
        st.binary(max_size=40),
    ),
)


def read(data: bytes) -> ReceivedPacket:
    return read_packet(data, memoryview(data), len(data), TWCC_ID)


@given(packets)
def test_it_is_what_aiortc_reads(data: bytes) -> None:
    try:
        expected = RtpPacket.parse(data, EXTENSIONS)
    except (ValueError, struct.error):
        with pytest.raises(ValueError, match=r"."):
            read(data)
        return
    packet = read(data)
    assert packet == ReceivedPacket(
        expected.payload_type,
        bool(expected.marker),
        expected.sequence_number,
        expected.timestamp,
        expected.ssrc,
        expected.extensions.transport_sequence_number,
        expected.payload,
    )


def test_only_the_packets_own_bytes_are_read() -> None:
    """The buffer is longer, and full of what was there before."""
    data = RtpPacket(96, 1, 7, 90_000, 5, b"abc").serialize()
    buffer = data + b"stale"
    assert read_packet(buffer, memoryview(buffer), len(data), TWCC_ID).payload == b"abc"


@given(st.binary(min_size=HEADER_BYTES, max_size=64))
def test_anything_is_a_packet_or_a_value_error(data: bytes) -> None:
    try:
        packet = read(data)
    except ValueError:
        return
    assert len(packet.payload) <= len(data) - HEADER_BYTES
