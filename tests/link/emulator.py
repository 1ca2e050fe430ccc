"""The process behind a ``Link``: carries packets between two TUN devices, as slowly and as badly as it is told.

    python -m tests.link.emulator SEED

The first line that it writes is the names of its two devices, whose owner moves them into namespaces. Then each line on
standard input is an ``Order`` in JSON and is answered by a line when it holds, with a ``Tally`` for each direction if
that was asked for; the end of the input ends it.
"""

from __future__ import annotations

import fcntl
import os
import select
import struct
import sys
import time
from typing import TYPE_CHECKING, Final

import msgspec

from tests.link.conditions import Conditions
from tests.link.direction import Direction

if TYPE_CHECKING:
    from io import FileIO

# linux/if_tun.h, and struct ifreq of net/if.h: a name and flags
_TUNSETIFF: Final = 0x400454CA
_IFF_TUN: Final = 0x0001
_IFF_NO_PI: Final = 0x1000
_IFREQ: Final = "16sH22x"
_LARGEST: Final = 65_536
_IPV4: Final = 4


class Order(msgspec.Struct, omit_defaults=True):
    """New conditions; a direction that is not named keeps its own. ``up`` leads from the first device to the second."""

    up: Conditions | None = None
    down: Conditions | None = None
    tally: bool = False


class Device:
    """A TUN device in the namespace of this process, not yet up."""

    def __init__(self) -> None:
        self._file = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        request = struct.pack(_IFREQ, b"arsup%d", _IFF_TUN | _IFF_NO_PI)
        given, _flags = struct.unpack(_IFREQ, fcntl.ioctl(self._file, _TUNSETIFF, request))
        self.name = given.rstrip(b"\0").decode()

    def fileno(self) -> int:
        return self._file

    def read(self) -> bytes | None:
        """Give the next packet that was sent into the device; IPv6's own chatter is left out."""
        while True:
            try:
                packet = os.read(self._file, _LARGEST)
            except BlockingIOError:
                return None
            if packet[0] >> 4 == _IPV4:
                return packet

    def write(self, packet: bytes) -> None:
        os.write(self._file, packet)


def run(seed: str) -> None:
    """Carry packets until nobody orders any more."""
    client, server = Device(), Device()
    print(client.name, server.name, flush=True)  # noqa: T201 - the answer to whoever started it
    up, down = Direction(f"{seed} up"), Direction(f"{seed} down")
    ways = [(client, up, server), (server, down, client)]
    orders = open(sys.stdin.fileno(), "rb", buffering=0, closefd=False)  # noqa: SIM115 - select sees no buffer
    while True:
        wait = min(up.next_at(), down.next_at()) - time.monotonic()
        # select and not epoll: it waits for microseconds, not for whole milliseconds.
        inputs: list[Device | FileIO] = [client, server, orders]
        ready, _, _ = select.select(inputs, [], [], min(max(wait, 0.0), 1.0))
        for source, way, target in ways:
            while source in ready and (packet := source.read()) is not None:
                way.take(packet, time.monotonic())
            for arrived in way.leave(time.monotonic()):
                target.write(arrived)
        if orders in ready:
            line = orders.readline()
            if not line:
                return
            order = msgspec.json.decode(line, type=Order)
            for way, conditions in ((up, order.up), (down, order.down)):
                if conditions is not None:
                    way.change(conditions, time.monotonic())
            tallies = [up.tally(), down.tally()] if order.tally else []
            print(msgspec.json.encode(tallies).decode(), flush=True)  # noqa: T201 - the same


if __name__ == "__main__":
    run(sys.argv[1])
