"""The way into the whole server: machines, calls, sessions, experts who draw, as the pages do it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import typer
from aiortc import RTCDataChannel, RTCDataChannelParameters, RTCSctpCapabilities, RTCSctpTransport

from arsupport.protocol import commands as c
from arsupport.protocol import signals as s
from arsupport.protocol.channels import CONTROL, POSES, CommandRefused, Resume, ServerControl, SlotAssigned
from arsupport.protocol.codec import decode, encode
from arsupport.protocol.events import Kind
from arsupport.protocol.marks import Shape
from arsupport.selftest.visitor import Visitor
from tests.bench.media.endpoint import lines
from tests.e2e.server_process import LOGIN, PASSWORD

if TYPE_CHECKING:
    import aiohttp

    from tests.bench.media.endpoint import Endpoint, Line
    from tests.bench.media.subscriber import Subscriber

_DATA_LINE: Final = "m=application 9 UDP/DTLS/SCTP webrtc-datachannel"
_SCTP_PORT: Final = 5000
_MESSAGE_BYTES: Final = 65536
_SETTLE_SECONDS: Final = 1.0
_TIPS: Final = [(0.35, 0.5), (0.5, 0.4), (0.65, 0.5)]


class Channels:
    """A participant's two data channels; ``poses`` counts what the tracker has sent."""

    def __init__(self, endpoint: Endpoint) -> None:
        self._sctp = RTCSctpTransport(endpoint.dtls, _SCTP_PORT)
        self._control = RTCDataChannel(self._sctp, RTCDataChannelParameters(label=CONTROL))
        self._poses = RTCDataChannel(self._sctp, RTCDataChannelParameters(label=POSES, ordered=False, maxRetransmits=0))
        self._slot: asyncio.Future[SlotAssigned] = asyncio.get_running_loop().create_future()
        self.poses = 0

    async def open(self) -> None:
        """Open both, and ask for all events."""
        opened = asyncio.Event()
        self._control.on("open", opened.set)
        self._control.on("message", self._hear)
        self._poses.on("message", self._count)
        await self._sctp.start(RTCSctpCapabilities(maxMessageSize=_MESSAGE_BYTES), _SCTP_PORT)
        await opened.wait()
        self._control.send(encode(Resume(0)))

    async def draw(self, subscriber: Subscriber) -> None:
        """Draw three marks on the newest frame, when the picture has settled."""
        slot = await self._slot
        await asyncio.sleep(_SETTLE_SECONDS)
        rtp = (subscriber.timestamp - slot.offset) & 0xFFFFFFFF
        for number, (x, y) in enumerate(_TIPS, start=1):
            mark = c.DrawMark(slot.track, rtp, Shape.ARROW, [(x - 0.05, y - 0.05), (x, y)], "#ff8800")
            self._control.send(encode(c.Command(number, mark)))

    def _hear(self, data: bytes) -> None:
        message: ServerControl = decode(data, ServerControl)
        if isinstance(message, SlotAssigned) and message.kind is Kind.VIDEO and not self._slot.done():
            self._slot.set_result(message)
        elif isinstance(message, CommandRefused):
            typer.echo(f"no mark: {message.code}: {message.detail}", err=True)

    def _count(self, _data: bytes) -> None:
        self.poses += 1


async def make_offer(person: Visitor, endpoint: Endpoint, direction: str) -> tuple[list[Line], Channels]:
    """Connect somebody who is in a session; give what they send or receive, and their channels."""
    media = lines(direction)
    await person.signal(s.Offer(await endpoint.describe(media, offer=True, extra=_DATA_LINE)))
    await endpoint.connect((await person.expect(s.AnswerDescription)).sdp, offered=True)
    channels = Channels(endpoint)
    await channels.open()
    return media, channels


class CallDoor:
    """Each session is a call about a machine of its own, with one tablet and one expert.

    Args:
        http: trusts the server.
        base: its origin.
        marks: whether the expert draws three marks, which are followed from then on.
    """

    def __init__(self, http: aiohttp.ClientSession, base: str, *, marks: bool) -> None:
        self._http, self._base, self._marks = http, base, marks
        self._people: list[Visitor] = []
        self._experts: dict[int, tuple[Visitor, str]] = {}
        self._channels: list[Channels] = []  # the experts'
        self._drawing: set[asyncio.Task[None]] = set()

    @property
    def poses(self) -> int:
        """Messages that the tracker has sent to the experts."""
        return sum(channels.poses for channels in self._channels)

    async def publish(self, session: int, endpoint: Endpoint) -> list[Line]:
        tablet, expert = Visitor(self._http, self._base), Visitor(self._http, self._base)
        self._people += [tablet, expert]
        if not self._experts:
            await expert.post("/api/sign-in", {"login": LOGIN, "password": PASSWORD})
        machine = await expert.post("/api/machines", {"name": f"Press {session}", "site": "Bench"})
        await tablet.greet((await tablet.post(f"/api/codes/{machine['code']}/token"))["token"])
        await expert.greet((await expert.post("/api/token"))["token"])
        await tablet.signal(s.AskForHelp("On-site staff", consent=True))
        while True:
            lobby = await expert.expect(s.Lobby)
            call = next((call.call for call in lobby.calls if call.machine == machine["id"]), None)
            if call is not None:
                break
        await expert.signal(s.Admit(call))
        await tablet.expect(s.Joined)
        self._experts[session] = expert, (await expert.expect(s.Admitted)).session
        media, _channels = await make_offer(tablet, endpoint, "sendonly")
        return media

    async def subscribe(self, session: int, subscriber: Subscriber) -> list[Line]:
        expert, name = self._experts[session]
        await expert.signal(s.EnterSession(name))
        await expert.expect(s.Joined)
        media, channels = await make_offer(expert, subscriber.endpoint, "recvonly")
        self._channels.append(channels)
        if self._marks:
            drawing = asyncio.create_task(channels.draw(subscriber))
            self._drawing.add(drawing)
            drawing.add_done_callback(self._drawing.discard)
        return media
