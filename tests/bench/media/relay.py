"""What one writes with aiortc in an afternoon: each publisher's tracks through `MediaRelay` to a subscriber.

    python -m tests.bench.media.relay

It decodes what it receives and encodes it anew. Same interface as `tests.bench.media.ours`.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer
from aiohttp import web
from aiortc import RTCConfiguration, RTCPeerConnection, RTCSessionDescription
from aiortc.contrib.media import MediaRelay

from tests.bench.media.ours import serve

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class RelayServer:
    """Answers offers with stock aiortc."""

    def __init__(self) -> None:
        self._relay = MediaRelay()
        self._tracks: dict[str, list[MediaStreamTrack]] = {}
        self._peers: list[RTCPeerConnection] = []

    async def publish(self, request: web.Request) -> web.Response:
        tracks = self._tracks[request.match_info["session"]] = []
        peer = self._peer()
        peer.on("track", tracks.append)
        return web.Response(text=await self._answer(peer, await request.text()))

    async def subscribe(self, request: web.Request) -> web.Response:
        peer = self._peer()
        for track in self._tracks[request.match_info["session"]]:
            peer.addTrack(self._relay.subscribe(track))
        return web.Response(text=await self._answer(peer, await request.text()))

    def _peer(self) -> RTCPeerConnection:
        peer = RTCPeerConnection(RTCConfiguration([]))
        self._peers.append(peer)
        return peer

    async def _answer(self, peer: RTCPeerConnection, offer: str) -> str:
        await peer.setRemoteDescription(RTCSessionDescription(offer, "offer"))
        await peer.setLocalDescription(await peer.createAnswer())
        return peer.localDescription.sdp


@app.command()
def main() -> None:
    """Serve a relay."""
    asyncio.run(serve(RelayServer()))


if __name__ == "__main__":
    app()
