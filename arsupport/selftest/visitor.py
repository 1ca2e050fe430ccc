"""A scripted person: signs in, signals, connects, sends commands and hears events, as a browser would."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar

from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from arsupport.errors import ArError, Code
from arsupport.protocol import signals as s
from arsupport.protocol.channels import (
    CONTROL,
    POSES,
    Beat,
    CommandRefused,
    Echo,
    Poses,
    Resume,
    ServerControl,
    ServerVolatile,
    SlotAssigned,
    Watch,
)
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.commands import Command, CommandBody
from arsupport.protocol.events import Event, Kind

if TYPE_CHECKING:
    from collections.abc import Callable

    import aiohttp
    from aiortc import MediaStreamTrack

# A message that does not come within this time never will.
PATIENCE_SECONDS = 10.0

T = TypeVar("T")


class Visitor:
    """One participant.

    ``events`` holds what the journal has sent so far, ``poses`` the tracker's answers by frame; ``beats`` counts
    heartbeats that came back.
    """

    def __init__(self, http: aiohttp.ClientSession, base: str) -> None:
        self._http = http
        self._base = base
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._heartbeat: asyncio.Task[None] | None = None
        self._reader: asyncio.Task[None] | None = None
        self._signals: asyncio.Queue[s.ServerSignal] = asyncio.Queue()
        self._changed = asyncio.Condition()
        self._peer: RTCPeerConnection | None = None
        self._control: Any = None
        self._poses: Any = None
        self._number = 0
        self.events: list[Event] = []
        self.refusals: list[CommandRefused] = []
        self.poses: dict[tuple[str, int], Poses] = {}
        self.beats = 0
        self.slots: dict[str, SlotAssigned] = {}
        self.assigned: list[SlotAssigned] = []
        self.tracks: list[MediaStreamTrack] = []

    async def __aenter__(self) -> Self:
        """Nothing is opened before ``greet``."""
        return self

    async def __aexit__(self, *_failure: object) -> None:
        """Hang up."""
        for task in (self._heartbeat, self._reader):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        if self._peer is not None:
            await self._peer.close()
        if self._socket is not None:
            await self._socket.close()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """POST to the REST interface as a page of this server would, and give the answer.

        Raises:
            ArError: the code that the server answered with.
        """
        async with self._http.post(self._base + path, json=body or {}, headers={"Origin": self._base}) as response:
            answer: dict[str, Any] = await response.json() if response.content_length else {}
        if not response.ok:
            raise ArError(Code(answer["code"]), f"{path}: {answer['detail']}")
        return answer

    async def get(self, path: str) -> bytes:
        """GET from the REST interface and give the answer's body.

        Raises:
            ArError: ``connection-failed`` when the answer is no success.
        """
        async with self._http.get(self._base + path) as response:
            body = await response.read()
        if not response.ok:
            raise ArError(Code.CONNECTION_FAILED, f"{path}: {response.status}")
        return body

    async def greet(self, token: str) -> s.ServerSignal:
        """Open the signalling socket and say hello; give the server's answer, ``welcome`` or ``joined``."""
        self._socket = await self._http.ws_connect(self._base + "/signal")
        await self.signal(s.Hello(s.VERSION, token, time.time_ns() // 1_000_000))
        self._reader = asyncio.create_task(self._read(self._socket))
        self._heartbeat = asyncio.create_task(self._beat())
        return await self._next_signal()

    async def signal(self, message: s.ClientSignal) -> None:
        """Send a signalling message."""
        if self._socket is None:
            raise ArError(Code.CONNECTION_FAILED, "no signalling")
        await self._socket.send_bytes(encode(message))

    async def expect(self, kind: type[T]) -> T:
        """Give the next signalling message of this kind; others before it are passed over.

        Raises:
            ArError: the code of a refusal that comes instead, ``connection-failed`` when nothing comes.
        """
        while True:
            message = await self._next_signal()
            if isinstance(message, kind):
                return message
            if isinstance(message, s.Refused):
                raise ArError(Code(message.code), f"{message.to}: {message.detail}")

    async def connect(self, *, video: bool, voices: int = 0, voice: MediaStreamTrack | None = None) -> None:
        """Make the media connection, and ask for all events.

        Args:
            video: receive a picture.
            voices: how many voices to receive at once.
            voice: one's own.
        """
        peer = RTCPeerConnection(RTCConfiguration([], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
        self._peer = peer
        if video:
            peer.addTransceiver("video", direction="recvonly")
        if voice is not None:
            peer.addTransceiver(voice, direction="sendonly")
        for _ in range(voices):
            peer.addTransceiver("audio", direction="recvonly")
        peer.on("track", self.tracks.append)
        self._control = peer.createDataChannel(CONTROL)
        self._poses = peer.createDataChannel(POSES, ordered=False, maxRetransmits=0)
        self._control.on("message", self._hear)
        self._poses.on("message", self._hear_poses)
        opened = asyncio.Event()
        self._control.on("open", opened.set)
        await peer.setLocalDescription(await peer.createOffer())
        await self.signal(s.Offer(peer.localDescription.sdp))
        answer = await self.expect(s.AnswerDescription)
        await peer.setRemoteDescription(RTCSessionDescription(answer.sdp, "answer"))
        await self._within(opened.wait(), "the data channels did not open")
        self._control.send(encode(Resume(0)))

    def send_control(self, message: bytes) -> None:
        """Send on ``control``, whatever it is."""
        self._control.send(message)

    async def command(self, body: CommandBody) -> int:
        """Send a command and wait for what it leads to; give its number.

        Raises:
            ArError: the code of the refusal, ``connection-failed`` when nothing comes of it.
        """
        self._number += 1
        number = self._number
        self.send_control(encode(Command(number, body)))
        await self.until(
            lambda: (
                any(event.command == number for event in self.events)
                or any(refusal.number == number for refusal in self.refusals)
            ),
            f"nothing came of {type(body).__name__}",
        )
        for refusal in self.refusals:
            if refusal.number == number:
                raise ArError(Code(refusal.code), refusal.detail)
        return number

    async def watch(self, camera: str) -> SlotAssigned:
        """Choose a camera for the one video line, and give what it is answered with."""
        mid = next(mid for mid, slot in self.slots.items() if slot.kind is Kind.VIDEO)
        before = self.slots[mid]
        self.send_control(encode(Watch(mid, camera)))
        await self.until(lambda: self.slots[mid] is not before, f"{camera} was not shown")
        return self.slots[mid]

    async def heard(self, kind: type[T], count: int = 1) -> list[T]:
        """Wait for events of a kind and give all of them so far."""
        await self.until(lambda: len(self._of(kind)) >= count, f"{kind.__name__} did not happen")
        return self._of(kind)

    async def until(self, holds: Callable[[], bool], complaint: str, patience: float = PATIENCE_SECONDS) -> None:
        """Wait until something that messages bring about holds.

        Raises:
            ArError: ``connection-failed`` with the complaint when it does not.
        """

        async def wait() -> None:
            async with self._changed:
                await self._changed.wait_for(holds)

        await self._within(wait(), complaint, patience)

    def _of(self, kind: type[T]) -> list[T]:
        return [event.body for event in self.events if isinstance(event.body, kind)]

    def _hear(self, data: bytes) -> None:
        message: ServerControl = decode(data, ServerControl)
        if isinstance(message, Event):
            self.events.append(message)
        elif isinstance(message, CommandRefused):
            self.refusals.append(message)
        elif isinstance(message, SlotAssigned):
            self.slots[message.mid] = message
            self.assigned.append(message)
        self._wake()

    def _hear_poses(self, data: bytes) -> None:
        message: ServerVolatile = decode(data, ServerVolatile)
        if isinstance(message, Poses):
            self.poses[message.track, message.rtp] = message
        elif isinstance(message, Echo):
            self.beats += 1
        self._wake()

    def _wake(self) -> None:
        async def notify() -> None:
            async with self._changed:
                self._changed.notify_all()

        task = asyncio.ensure_future(notify())
        task.add_done_callback(lambda done: done.exception())

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            signal: s.ServerSignal = decode(message.data, s.ServerSignal)
            if not isinstance(signal, s.Pong):
                self._signals.put_nowait(signal)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            now_ms = time.time_ns() // 1_000_000
            if self._poses is not None and self._poses.readyState == "open":
                self._poses.send(encode(Beat(now_ms)))
            with suppress(ConnectionError):  # the server has closed; whoever waits for a message hears of it
                await self.signal(s.Ping(now_ms))

    async def _next_signal(self) -> s.ServerSignal:
        message: s.ServerSignal = await self._within(self._signals.get(), "the server says nothing")
        return message

    @staticmethod
    async def _within(work: Any, complaint: str, patience: float = PATIENCE_SECONDS) -> Any:  # noqa: ANN401 - passed on
        try:
            async with asyncio.timeout(patience):
                return await work
        except TimeoutError:
            raise ArError(Code.CONNECTION_FAILED, complaint) from None
