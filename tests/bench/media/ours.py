"""Our media core as a server of its own: one `arsupport.rtc.Peer` publishes, another shows it, without a session.

    python -m tests.bench.media.ours [--fast]

Prints its address. Offers are posted to /publish/N and /subscribe/N.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Annotated, Any, Final, Protocol

import typer
from aiohttp import web

from arsupport.rtc import Peer, run

if TYPE_CHECKING:
    from arsupport.errors import ArError
    from arsupport.rtc import PeerState, Publication, Slot

HAS_FAST_PATH: Final = "fast" in inspect.signature(Peer).parameters

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Server(Protocol):
    """Answers offers."""

    async def publish(self, request: web.Request) -> web.Response: ...

    async def subscribe(self, request: web.Request) -> web.Response: ...


class Room:
    """Shows what its publisher sends to its subscriber; the handler of both peers."""

    def __init__(self) -> None:
        self.publications: list[Publication] = []
        self.slots: list[Slot] = []

    def wire(self) -> None:
        for publication in self.publications:
            for slot in self.slots:
                if slot.kind == publication.kind:
                    slot.attach(publication)

    def on_publication(self, publication: Publication) -> None:
        self.publications.append(publication)
        self.wire()

    def on_publication_ended(self, publication: Publication) -> None:
        self.publications.remove(publication)

    def on_slot_mapped(self, slot: Slot, publication: Publication, from_rtp: int, offset: int) -> None:
        """The load needs no frame's name."""

    def on_control_open(self) -> None:
        """There are no data channels."""

    def on_control(self, message: bytes) -> None:
        """The same."""

    def on_volatile(self, message: bytes) -> None:
        """The same."""

    def on_pictures(self, message: bytes) -> None:
        """The same."""

    def on_state(self, state: PeerState, reason: ArError | None) -> None:
        """The load notices by itself."""


class CoreServer:
    """Answers offers with our peers."""

    def __init__(self, *, fast: bool) -> None:
        self._options: dict[str, Any] = {"fast": True} if fast else {}
        self._rooms: dict[str, Room] = {}
        self._peers: list[Peer] = []

    async def publish(self, request: web.Request) -> web.Response:
        room = self._rooms[request.match_info["session"]] = Room()
        return web.Response(text=await self._peer(room).answer(await request.text()))

    async def subscribe(self, request: web.Request) -> web.Response:
        room = self._rooms[request.match_info["session"]]
        peer = self._peer(room)
        answer = await peer.answer(await request.text())
        room.slots = peer.slots
        room.wire()
        return web.Response(text=answer)

    def _peer(self, room: Room) -> Peer:
        peer = Peer(room, **self._options)
        self._peers.append(peer)
        return peer


async def serve(handlers: Server) -> None:
    """Serve on a free port until killed."""
    application = web.Application()
    application.router.add_post("/publish/{session}", handlers.publish)
    application.router.add_post("/subscribe/{session}", handlers.subscribe)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    typer.echo(f"http://127.0.0.1:{runner.addresses[0][1]}")
    await asyncio.Event().wait()


@app.command()
def main(*, fast: Annotated[bool, typer.Option("--fast", help="Take the fast path.")] = False) -> None:
    """Serve our media core."""
    run(serve(CoreServer(fast=fast)))


if __name__ == "__main__":
    app()
