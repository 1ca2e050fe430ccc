"""The camera's end of the media connection: one encoded video track out, the two data channels beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.exceptions import InvalidStateError, OperationError

from arsupport.errors import ArError, Code
from arsupport.protocol.channels import CONTROL, POSES, Resume
from arsupport.protocol.codec import encode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aioice import Candidate

    from arsupport.camera.track import EncodedTrack
    from arsupport.protocol.signals import IceServer

LOOPBACK = "127.0.0.1"
# aiortc documents no errors for a description that it cannot parse or apply; these are what it raises.
UNUSABLE = (ValueError, LookupError, AttributeError, AssertionError, InvalidStateError, OperationError)


class Publisher:
    """One media connection, used once: ``offer``, ``accept``, ``close``.

    The ``track`` must be ready, and ends with the connection.
    """

    def __init__(self, track: EncodedTrack, ice_servers: Sequence[IceServer], *, relay_only: bool = False) -> None:
        servers = [
            RTCIceServer(urls=entry.urls, username=entry.username or None, credential=entry.credential or None)
            for entry in ice_servers
        ]
        policy = RTCIceTransportPolicy.RELAY if relay_only else RTCIceTransportPolicy.ALL
        self._connection = RTCPeerConnection(
            RTCConfiguration(servers, bundlePolicy=RTCBundlePolicy.MAX_BUNDLE, iceTransportPolicy=policy)
        )
        self._track = track
        transceiver = self._connection.addTransceiver(self._track, direction="sendonly")
        codecs = RTCRtpSender.getCapabilities("video").codecs
        wanted = {f"video/{track.codec}", "video/rtx"}
        transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType in wanted])
        answer_keyframe_requests(transceiver.sender, self._track)
        use_loopback_without_network(transceiver.sender)
        control = self._connection.createDataChannel(CONTROL)
        control.on("open", lambda: control.send(encode(Resume(after=0))))
        self._connection.createDataChannel(POSES, ordered=False, maxRetransmits=0)

    @property
    def broken(self) -> bool:
        """Tell whether the connection has failed or was closed by the other side, or no picture will come any more."""
        return self._connection.connectionState in {"failed", "closed"} or self._track.readyState != "live"

    async def offer(self) -> str:
        """Return a session description with all candidates."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        return self._connection.localDescription.sdp

    async def accept(self, sdp: str) -> None:
        """Take the server's answer.

        Raises:
            ArError: ``bad-description`` when it cannot be used.
        """
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp, "answer"))
        except UNUSABLE as error:
            raise ArError(Code.BAD_DESCRIPTION, f"the server's answer cannot be used: {error!r}") from error

    async def close(self) -> None:
        """Stop the camera and hang up."""
        self._track.stop()
        await self._connection.close()


def answer_keyframe_requests(sender: RTCRtpSender, track: EncodedTrack) -> None:
    """Pass the receiver's requests for a keyframe (RFC 4585 PLI, RFC 5104 FIR) on to the track's encoder.

    aiortc itself encodes pictures only, and has no other place to hear of the request for packets that come encoded.
    """
    sender._send_keyframe = track.request_keyframe  # type: ignore[method-assign]  # noqa: SLF001


def use_loopback_without_network(sender: RTCRtpSender) -> None:
    """Let ICE gather 127.0.0.1, which aioice leaves out, when the machine has no other address.

    A demonstration on a laptop without a network is server and camera on one machine.
    """
    connection = sender.transport.transport._connection  # noqa: SLF001
    gather = connection.get_component_candidates

    async def gather_something(component: int, addresses: list[str], timeout: int = 5) -> list[Candidate]:  # noqa: ASYNC109 - aioice's signature
        return await gather(component, addresses or [LOOPBACK], timeout)

    connection.get_component_candidates = gather_something  # type: ignore[method-assign]
