"""A server's door for cameras: TLS, signalling and a real media peer behind it, without sessions or storage."""

from __future__ import annotations

import asyncio
import ssl
from typing import TYPE_CHECKING

import pytest
import trustme
from aiohttp import WSMsgType, web

from arsupport.protocol.channels import ClientControl
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.events import Role
from arsupport.protocol.signals import (
    AnswerDescription,
    ClientSignal,
    Ended,
    Hello,
    Joined,
    Offer,
    Ping,
    Pong,
    Refused,
    Welcome,
)
from arsupport.rtc import EncodedFrame, FrameAssembler, MediaPacket, Peer, PeerState, Publication, Slot

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    import msgspec

    from arsupport.errors import ArError, Code


class Listener:
    """Takes what a camera's peer reports, and puts its frames together."""

    def __init__(self, changed: asyncio.Event) -> None:
        self.changed = changed
        self.frames: list[EncodedFrame] = []
        self.publication: Publication | None = None
        self.control: list[ClientControl] = []
        self.state = PeerState.NEW

    def on_publication(self, publication: Publication) -> None:
        self.publication = publication
        assembler = FrameAssembler(publication.codec, publication.negotiated.parameter_sets)

        def take(packet: MediaPacket) -> None:
            self.frames += assembler.push(packet)
            self.changed.set()

        publication.tap(take)

    def on_publication_ended(self, publication: Publication) -> None:
        pass

    def on_slot_mapped(self, slot: Slot, publication: Publication, from_rtp: int, offset: int) -> None:
        pass

    def on_control_open(self) -> None:
        pass

    def on_control(self, message: bytes) -> None:
        self.control.append(decode(message, ClientControl))
        self.changed.set()

    def on_volatile(self, message: bytes) -> None:
        pass

    def on_pictures(self, message: bytes) -> None:
        pass

    def on_state(self, state: PeerState, _reason: ArError | None) -> None:
        self.state = state


class Door:
    """What a test sees of the server, and the strings that it can pull."""

    def __init__(self, folder: Path) -> None:
        authority = trustme.CA()
        self.authority = folder / "authority.pem"
        authority.cert_pem.write_to_path(str(self.authority))
        self._tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        authority.issue_cert("127.0.0.1").configure_cert(self._tls)
        self.address = ""
        self.refusal: Code | None = None
        self.silent = False
        self.role = Role.CAMERA
        self.hellos: list[str] = []
        self.pings = 0
        self.listeners: list[Listener] = []
        self.socket: web.WebSocketResponse | None = None
        self._changed = asyncio.Event()
        self._peers: list[Peer] = []
        self._runner: web.AppRunner | None = None

    async def open(self) -> None:
        app = web.Application()
        app.router.add_get("/signal", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.address = f"https://{host}:{port}"

    async def shut(self) -> None:
        if self.socket is not None:
            await self.socket.close()
        for peer in self._peers:
            await peer.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def until(self, condition: Callable[[], object], seconds: float = 20) -> None:
        """Wait until what cameras bring about makes ``condition`` true."""
        async with asyncio.timeout(seconds):
            while not condition():
                self._changed.clear()
                await self._changed.wait()

    async def say(self, message: msgspec.Struct) -> None:
        assert self.socket is not None
        await self.socket.send_bytes(encode(message))

    async def call(self) -> None:
        await self.say(Joined("s1", "p2", Role.CAMERA, "secret", "m1", "Press 7", "Hall 2", 0))

    async def end(self, code: str = "") -> None:
        await self.say(Ended(code, "over"))

    async def _serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        async for message in socket:
            assert message.type is WSMsgType.BINARY
            if not self.silent:
                await self._answer(socket, decode(message.data, ClientSignal))
        return socket

    async def _answer(self, socket: web.WebSocketResponse, message: ClientSignal) -> None:
        match message:
            case Hello():
                self.hellos.append(message.token)
                if self.refusal is not None:
                    await socket.send_bytes(encode(Refused("hello", self.refusal, "because")))
                    await socket.close()
                else:
                    self.socket = socket
                    await socket.send_bytes(
                        encode(Welcome(self.role, "cam", "m1", "Press 7", "Hall 2", [], 0, "PRESS7"))
                    )
            case Ping():
                self.pings += 1
                await socket.send_bytes(encode(Pong(message.client_time, 0)))
            case Offer():
                listener = Listener(self._changed)
                peer = Peer(listener, loopback=True)
                self._peers.append(peer)
                self.listeners.append(listener)
                await socket.send_bytes(encode(AnswerDescription(await peer.answer(message.sdp))))
            case _:
                raise AssertionError(message)
        self._changed.set()


@pytest.fixture
async def door(tmp_path: Path) -> AsyncIterator[Door]:
    door = Door(tmp_path)
    await door.open()
    yield door
    await door.shut()
