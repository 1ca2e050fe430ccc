"""Who calls the server under attack: pairs in a session, good ones and one who means harm."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

import aiohttp
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from arsupport.camera.publisher import Publisher
from arsupport.camera.rendered import RenderedTrack
from arsupport.protocol import signals as s
from arsupport.selftest.visitor import Visitor
from tests.rtc.clients import SmallVideo

if TYPE_CHECKING:
    from aiortc import MediaStreamTrack

    from arsupport.camera.render import VirtualCamera


class Guests:
    """Lets people into the server at ``url``."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stack = AsyncExitStack()
        self._http: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession())
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self._stack.aclose()

    async def pair(self, expert_token: str, onsite_token: str) -> tuple[Visitor, Visitor]:
        """Give an expert and somebody on site in one new session."""
        expert, onsite = Visitor(self._http, self._url), Visitor(self._http, self._url)
        for visitor in (expert, onsite):
            await self._stack.enter_async_context(visitor)
        await onsite.greet(onsite_token)
        await onsite.signal(s.AskForHelp("Ole", consent=True))
        call = (await onsite.expect(s.Waiting)).call
        await expert.greet(expert_token)
        await expert.signal(s.Admit(call))
        session = (await expert.expect(s.Admitted)).session
        await onsite.expect(s.Joined)
        await expert.signal(s.EnterSession(session))
        await expert.expect(s.Joined)
        return expert, onsite


class Bystander:
    """A call that is not attacked: frames come to the expert, at intervals."""

    def __init__(self, expert: Visitor, onsite: Visitor, camera: VirtualCamera) -> None:
        self._expert = expert
        self._onsite = onsite
        self._publisher = Publisher(RenderedTrack(camera, 400_000), [])
        self._tasks: list[asyncio.Task[None]] = []
        self.frames = 0
        self.longest = 0.0
        self._last = time.monotonic()

    async def begin(self) -> None:
        await self._onsite.signal(s.Offer(await self._publisher.offer()))
        await self._publisher.accept((await self._onsite.expect(s.AnswerDescription)).sdp)
        await self._expert.connect(video=True)
        await self._expert.until(lambda: bool(self._expert.slots), "no track was assigned")
        self._tasks = [asyncio.create_task(self._watch(self._expert.tracks[0]))]

    def reset(self) -> None:
        self.frames, self.longest, self._last = 0, 0.0, time.monotonic()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await self._publisher.close()

    async def _watch(self, track: MediaStreamTrack) -> None:
        while True:
            await track.recv()
            now = time.monotonic()
            self.longest = max(self.longest, now - self._last)
            self.frames, self._last = self.frames + 1, now


class Villain:
    """A participant with a connection of his own, whose transports can be misused."""

    def __init__(self, onsite: Visitor) -> None:
        self.onsite = onsite
        self.client = RTCPeerConnection(RTCConfiguration([], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))

    async def connect(self) -> None:
        """Send video and open the control channel."""
        self.client.addTransceiver(SmallVideo(), direction="sendonly")
        channel = self.client.createDataChannel("control")
        opened = asyncio.Event()
        channel.on("open", opened.set)
        self.channel = channel
        await self.client.setLocalDescription(await self.client.createOffer())
        await self.onsite.signal(s.Offer(self.client.localDescription.sdp))
        answer = (await self.onsite.expect(s.AnswerDescription)).sdp
        await self.client.setRemoteDescription(RTCSessionDescription(answer, "answer"))
        async with asyncio.timeout(10):
            await opened.wait()

    async def close(self) -> None:
        await self.client.close()
