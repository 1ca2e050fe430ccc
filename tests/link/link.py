"""An emulated network between a client and the server: two namespaces, and a process that carries every packet.

    async with Link(up=Conditions(delay=0.04, rate=1e6), down=Conditions(delay=0.04)) as link:
        subprocess.Popen(link.server_ns.command("arsupport", "serve", ...))   # on link.server_ns.address
        chromium.launch(executable_path=link.client_ns.launcher(tmp_path, "/usr/bin/chromium"))
        answer = await link.client_ns.call(urllib.request.urlopen, address)   # a socket of this process in there
        await link.set(up=Conditions(loss=0.02))    # up: from the client to the server
        await link.cut()
        await link.restore()
        await link.change_client_address()
        up, down = await link.tally()

Whatever runs in the server's namespace reaches the server without the link. There is no way out of either, no name
server, and IPv4 only.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

import msgspec

from tests.link.conditions import Conditions, Tally
from tests.link.emulator import Order
from tests.link.namespace import Namespace, delete_orphans

if TYPE_CHECKING:
    from types import TracebackType

_SERVER: Final = "10.77.0.1"
_CLIENT: Final = "10.77.0.{}"
_ROOT: Final = Path(__file__).parents[2]


class Link:
    """A link between ``client_ns`` and ``server_ns``; the same seed does the same to the same packets."""

    def __init__(self, *, up: Conditions | None = None, down: Conditions | None = None, seed: str = "7") -> None:
        self.client_ns = Namespace("client", _CLIENT.format(2))
        self.server_ns = Namespace("server", _SERVER)
        self._up, self._down = up or Conditions(), down or Conditions()
        self._seed = seed
        self._addresses = 2
        self._process: asyncio.subprocess.Process | None = None

    async def set(self, *, up: Conditions | None = None, down: Conditions | None = None) -> None:
        """Change one direction or both, from now on."""
        self._up, self._down = up or self._up, down or self._down
        await self._order(Order(up, down))

    async def cut(self) -> None:
        """Let nothing through any more, in either direction."""
        up, down = (msgspec.structs.replace(conditions, cut=True) for conditions in (self._up, self._down))
        await self._order(Order(up, down))

    async def restore(self) -> None:
        """End the outage."""
        await self._order(Order(self._up, self._down))

    async def change_client_address(self) -> None:
        """Give the client another address, as when a tablet comes into another access point's network."""
        self._addresses += 1
        await asyncio.to_thread(self.client_ns.move, _CLIENT.format(self._addresses))

    async def tally(self) -> tuple[Tally, Tally]:
        """Give what happened up and down since the last call."""
        up, down = msgspec.json.decode(await self._order(Order(tally=True)), type=list[Tally])
        return up, down

    async def __aenter__(self) -> Self:
        delete_orphans()
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.link.emulator", self._seed),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=_ROOT,
        )
        try:
            devices = (await self._answer()).decode().split()
            for namespace, device in zip((self.client_ns, self.server_ns), devices, strict=True):
                namespace.make()
                namespace.plug_in(device)
            await self.set(up=self._up, down=self._down)
        except BaseException:
            await self._stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stop()

    async def _stop(self) -> None:
        """End the process, and with it the devices, then the namespaces as far as they were made."""
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()
        for namespace in (self.client_ns, self.server_ns):
            if namespace.exists():
                namespace.delete()

    async def _order(self, order: Order) -> bytes:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(msgspec.json.encode(order) + b"\n")
        return await self._answer()

    async def _answer(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise OSError("the emulator has ended; it needs root and /dev/net/tun")
        return line
