"""What the emulated link does to real packets between real sockets. Needs root and iproute2, which `make` sees to."""

from __future__ import annotations

import asyncio
import socket
import statistics
import struct
import time
from contextlib import ExitStack
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pytest

from tests.link.conditions import Conditions, Tally
from tests.link.link import Link
from tests.link.namespace import delete_orphans, ip

if TYPE_CHECKING:
    from pathlib import Path

    from tests.link.namespace import Namespace

PORT: Final = 5004
SIZE: Final = 1222  # with 28 bytes of headers 10 ms at 1 Mbit/s
SO_TIMESTAMPNS: Final = 35  # asm-generic/socket.h

SHOW: Final = ("ip", "-brief", "address", "show", "link0")


def udp(namespace: Namespace) -> socket.socket:
    opened = namespace.run(socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
    opened.bind((namespace.address, PORT))
    opened.settimeout(0)
    return opened


def received(server: socket.socket) -> list[tuple[int, float]]:
    """Give the numbers that have come, with how long each took by the kernel's clock (seconds)."""
    found: list[tuple[int, float]] = []
    while True:
        try:
            data, ancillary, _, _ = server.recvmsg(2048, 128)
        except BlockingIOError:
            return found
        seconds, nanoseconds = struct.unpack("qq", ancillary[0][2])
        number, sent = struct.unpack_from("!IQ", data)
        found.append((number, seconds + nanoseconds / 1e9 - sent / 1e9))


async def send(
    link: Link, count: int, *, every: float = 0.0, downwards: bool = False
) -> tuple[list[tuple[int, float]], Tally]:
    """Send numbered packets through the link; give those that came, and what the link says of them."""
    ends = [link.client_ns, link.server_ns]
    total = Tally()
    with ExitStack() as stack:
        source, target = (stack.enter_context(udp(end)) for end in (reversed(ends) if downwards else ends))
        for number in range(count):
            packet = struct.pack("!IQ", number, time.time_ns()).ljust(SIZE)
            source.sendto(packet, target.getsockname())
            await asyncio.sleep(every)
        while total.delivered + total.lost + total.overflowed < count:
            await asyncio.sleep(0.01)
            tally = (await link.tally())[downwards]
            for name in Tally.__struct_fields__:
                setattr(total, name, getattr(total, name) + getattr(tally, name))
        return received(target), total


async def test_each_direction_has_its_own_delay() -> None:
    async with Link(up=Conditions(delay=0.05), down=Conditions(delay=0.03)) as link:
        up, _ = await send(link, 100, every=0.005)
        down, _ = await send(link, 100, every=0.005, downwards=True)
    assert 0.05 <= statistics.median(took for _, took in up) < 0.06
    assert 0.03 <= statistics.median(took for _, took in down) < 0.04


async def test_the_bottleneck_passes_what_it_is_told_and_its_queue_is_bounded() -> None:
    async with Link(up=Conditions(rate=1e6, queue=0.5)) as link:
        came, tally = await send(link, 100)
        took = [seconds for _, seconds in came]
        assert 50 <= len(came) < 100
        assert tally.overflowed == 100 - len(came)
        assert 0.49 <= max(took) < 0.75
        await link.set(up=Conditions(rate=4e6, queue=0.5))
        assert len((await send(link, 100))[0]) == 100


async def test_loss_and_order_follow_the_seed() -> None:
    bad = Conditions(loss=0.1, burst=3, reorder=0.05, hold=0.05)
    orders = []
    for seed in ("a", "a", "b"):
        async with Link(up=bad, seed=seed) as link:
            came, tally = await send(link, 1000, every=0.001)
        assert tally.lost == 1000 - len(came)
        assert 40 < tally.lost < 180
        numbers = [number for number, _ in came]
        assert any(later < earlier for earlier, later in pairwise(numbers))
        orders.append(sorted(numbers))
    assert orders[0] == orders[1] != orders[2]


async def test_an_outage_begins_and_ends() -> None:
    async with Link() as link:
        assert len((await send(link, 5))[0]) == 5
        await link.cut()
        assert (await send(link, 5))[1].lost == 5
        await link.restore()
        assert len((await send(link, 5))[0]) == 5


async def test_a_firewall_stops_udp_and_nothing_else() -> None:
    async with Link(up=Conditions(no_udp=True)) as link:
        assert (await send(link, 5))[1].lost == 5
        assert len((await send(link, 5, downwards=True))[0]) == 5
        server = await link.server_ns.call(socket.create_server, (link.server_ns.address, PORT))
        with server, await link.client_ns.call(socket.create_connection, server.getsockname()) as client:
            assert client.getpeername() == server.getsockname()


async def test_the_client_moves_to_another_address() -> None:
    async with Link() as link:
        before = link.client_ns.address
        stays = udp(link.client_ns)
        await link.change_client_address()
        assert link.client_ns.address != before
        assert len((await send(link, 5))[0]) == 5
        with stays, pytest.raises(OSError, match="unreachable"):
            stays.sendto(b"from an address that is gone", (link.server_ns.address, PORT))


async def test_a_program_runs_inside(tmp_path: Path) -> None:
    async with Link(seed="a") as link:
        assert link.client_ns.address in await output(*link.client_ns.command(*SHOW))
        launcher = link.server_ns.launcher(tmp_path, "/bin/ip")
        assert link.server_ns.address in await output(launcher, *SHOW[1:])


async def output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    return (await process.communicate())[0].decode()


async def test_nothing_is_left_of_a_link() -> None:
    async with Link() as link:
        names = {link.client_ns.name, link.server_ns.name}
        delete_orphans()
        assert names <= set(ip("netns", "list").split())
    assert not names & set(ip("netns", "list").split())
    ended = await asyncio.create_subprocess_exec("true")
    await ended.wait()
    ip("netns", "add", f"arsupport-{ended.pid}-orphan")
    delete_orphans()
    assert f"arsupport-{ended.pid}-orphan" not in ip("netns", "list")
