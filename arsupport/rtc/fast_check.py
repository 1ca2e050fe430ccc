"""Before the short way is used: does it do on this machine, to the bit, what the plain way does?"""

from __future__ import annotations

import asyncio
import os
import socket
from typing import TYPE_CHECKING, Any, Final

from aiortc.rtcdtlstransport import SRTP_PROFILES
from aiortc.rtcrtpparameters import RTCRtpHeaderExtensionParameters, RTCRtpParameters
from aiortc.rtp import HeaderExtensionsMap, RtpPacket
from pylibsrtp import Policy, Session

from arsupport.rtc.aiortc_private import LOOPBACK, SrtpInPlace, watch_socket
from arsupport.rtc.datagrams import AVAILABLE, Inbox, Outbox
from arsupport.rtc.offer import MID_URI
from arsupport.rtc.rtp import read_packet
from arsupport.rtc.twcc import EXTENSION_URI

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from aiortc.rtcdtlstransport import SRTPProtectionProfile

_PATIENCE_SECONDS: Final = 2.0
_TWCC_ID: Final = 5
_MID_ID: Final = 9
_PAYLOADS: Final = (b"", b"\x00", bytes(range(256)), bytes(1180))
_RTCP: Final = b"\x80\xc8\x00\x06\x00\x00\x00\x07" + bytes(20)


async def fast_path_trouble() -> str:
    """Say why the short way cannot be taken here; "" when it can."""
    if not AVAILABLE:
        return "this system has no recvmmsg and sendmmsg"
    try:
        for profile in SRTP_PROFILES:
            _check_srtp(profile)
        _check_reading()
        async with asyncio.timeout(_PATIENCE_SECONDS):
            await _check_sockets()
    except Exception as error:  # noqa: BLE001 - whatever it is, the plain way does not have it
        return str(error) or type(error).__name__
    return ""


def _packets() -> Iterator[bytes]:
    extensions = _extensions()
    for sequence, payload in enumerate(_PAYLOADS, 65534):
        packet = RtpPacket(96, sequence % 2, sequence & 0xFFFF, 4_294_967_295 - sequence, 0xFFFF0001, payload)
        packet.extensions.transport_sequence_number = sequence & 0xFFFF
        packet.extensions.mid = "v1"
        packet.csrc = [1, 2] if sequence % 2 else []
        packet.padding_size = 3 if sequence % 3 else 0
        yield packet.serialize(extensions)


def _extensions() -> HeaderExtensionsMap:
    extensions = HeaderExtensionsMap()
    extensions.configure(
        RTCRtpParameters(
            headerExtensions=[
                RTCRtpHeaderExtensionParameters(id=_MID_ID, uri=MID_URI),
                RTCRtpHeaderExtensionParameters(id=_TWCC_ID, uri=EXTENSION_URI),
            ]
        )
    )
    return extensions


def _check_srtp(profile: SRTPProtectionProfile) -> None:
    key = os.urandom(profile.key_length + profile.salt_length)

    def session(direction: int) -> Session:
        policy = Policy(key=key, ssrc_type=direction, srtp_profile=profile.libsrtp_profile)
        policy.allow_repeat_tx = True
        policy.window_size = 1024
        return Session(policy)

    plain_out, plain_in = session(Policy.SSRC_ANY_OUTBOUND), session(Policy.SSRC_ANY_INBOUND)
    fast_out = SrtpInPlace(session(Policy.SSRC_ANY_OUTBOUND))
    fast_in = SrtpInPlace(session(Policy.SSRC_ANY_INBOUND))
    inbox = Inbox()
    pointer, buffer = inbox.pointers[1], inbox.buffers[1]

    def in_place(work: Callable[[Any, Any], int], length: Any, data: bytes) -> bytes:  # noqa: ANN401 - cffi's pointer
        buffer[0 : len(data)] = data
        length[0] = len(data)
        return b"" if work(pointer, length) else bytes(buffer[0 : length[0]])

    for packet in _packets():
        sealed = plain_out.protect(packet)
        _same(in_place(fast_out.protect, fast_out.length, packet), sealed, "encrypting")
        _same(in_place(fast_in.unprotect, fast_in.length, sealed), plain_in.unprotect(sealed), "decrypting")
        _same(in_place(fast_in.unprotect, fast_in.length, sealed), b"", "refusing a repeated packet")
    sealed = plain_out.protect_rtcp(_RTCP)
    _same(in_place(fast_out.protect_rtcp, fast_out.length, _RTCP), sealed, "encrypting a report")
    opened = in_place(fast_in.unprotect_rtcp, fast_in.length, sealed)
    _same(opened, plain_in.unprotect_rtcp(sealed), "decrypting a report")


def _check_reading() -> None:
    for data in _packets():
        plain = RtpPacket.parse(data, _extensions())
        fast = read_packet(data, memoryview(data), len(data), _TWCC_ID)
        expected = (
            plain.payload_type,
            bool(plain.marker),
            plain.sequence_number,
            plain.timestamp,
            plain.ssrc,
            plain.extensions.transport_sequence_number,
            plain.payload,
        )
        found = tuple(getattr(fast, name) for name in fast.__struct_fields__)
        _same(found, expected, "reading a packet")


async def _check_sockets() -> None:
    """Send with both, receive with both: the same bytes, from the same address."""
    loop = asyncio.get_running_loop()
    plain: asyncio.Queue[tuple[bytes, tuple[str, int]]] = asyncio.Queue()

    class Receiver(asyncio.DatagramProtocol):
        def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
            plain.put_nowait((data, addr))

    transport, _ = await loop.create_datagram_endpoint(Receiver, local_addr=(LOOPBACK, 0))
    try:
        descriptor = transport.get_extra_info("socket").fileno()
        address = transport.get_extra_info("sockname")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind((LOOPBACK, 0))
            sender.setblocking(False)  # noqa: FBT003 - socket's signature
            outbox = Outbox(*address)
            packets = list(_packets())
            for packet in packets:
                outbox.buffers[outbox.count][0 : len(packet)] = packet
                outbox.lengths[outbox.count] = len(packet)
                outbox.count += 1
            outbox.flush(sender.fileno())
            expected = [await plain.get() for _ in _PAYLOADS]
            _same([data for data, _address in expected], packets, "sending a burst")
            inbox, found = Inbox(), asyncio.Event()
            received: list[tuple[bytes, tuple[str, int]]] = []

            def readable() -> None:
                for index in range(inbox.receive(descriptor)):
                    data = inbox.buffers[index][0 : inbox.lengths[index]]
                    received.append((bytes(data), inbox.address(index)))
                if len(received) >= len(_PAYLOADS):
                    found.set()

            watch_socket(loop, descriptor, readable)
            for data, _address in expected:
                sender.sendto(data, address)
            await found.wait()
            _same(received, expected, "receiving a burst")
    finally:
        transport.close()


def _same(found: object, expected: object, what: str) -> None:
    if found != expected:
        raise RuntimeError(f"{what} differs from the plain way")
