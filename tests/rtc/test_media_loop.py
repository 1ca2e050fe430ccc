"""The loop on which calls are taken: watched sockets are called while it waits, everything else is as ever."""

from __future__ import annotations

import asyncio
import contextvars
import socket
from typing import TYPE_CHECKING

import pytest

from arsupport.rtc.media_loop import MediaLoop, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WHO: contextvars.ContextVar[str] = contextvars.ContextVar("WHO", default="nobody")


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected datagram sockets."""
    here, there = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    here.settimeout(0)
    with here, there:
        yield here, there


def watch(here: socket.socket, readable: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, MediaLoop)
    loop.add_reader(here, readable)
    loop.watch(here.fileno(), readable)


async def test_a_watched_socket_is_called_while_the_loop_waits(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    taken: list[bytes] = []

    def readable() -> None:
        taken.append(here.recv(16))
        if len(taken) < 3:
            there.send(b"again")
        else:
            done.set_result(None)

    done = asyncio.get_running_loop().create_future()
    watch(here, readable)
    there.send(b"first")
    await done
    assert taken == [b"first", b"again", b"again"]


async def test_what_a_callback_schedules_is_done_at_once(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    loop = asyncio.get_running_loop()
    for schedule in (loop.call_soon, lambda do: loop.call_later(0.001, do)):
        done = loop.create_future()

        def readable(schedule: Callable[[Callable[[], None]], object] = schedule) -> None:
            here.recv(16)
            schedule(lambda: done.set_result(None))  # noqa: B023 - awaited within the same round

        watch(here, readable)
        there.send(b"x")
        async with asyncio.timeout(5):
            await done


async def test_timers_come_in_time_while_packets_come_all_the_time(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair

    def readable() -> None:
        there.send(here.recv(16))

    watch(here, readable)
    there.send(b"for ever")
    async with asyncio.timeout(5):
        await asyncio.sleep(0.01)
    asyncio.get_running_loop().remove_reader(here)


async def test_a_socket_that_is_removed_is_called_no_more(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    called: list[bytes] = []
    watch(here, lambda: called.append(here.recv(16)))
    asyncio.get_running_loop().remove_reader(here)
    there.send(b"x")
    heard = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_reader(here, lambda: heard.set_result(here.recv(16)))
    assert await heard == b"x"
    assert called == []


async def test_a_callback_that_fails_does_not_end_the_loop(pair: tuple[socket.socket, socket.socket]) -> None:
    here, there = pair
    done = asyncio.get_running_loop().create_future()

    def readable() -> None:
        if here.recv(16) == b"bad":
            raise RuntimeError("bad")
        done.set_result(None)

    watch(here, readable)
    there.send(b"bad")
    there.send(b"good")
    async with asyncio.timeout(5):
        await done


async def test_a_callback_has_the_context_in_which_it_was_registered(
    pair: tuple[socket.socket, socket.socket],
) -> None:
    here, there = pair
    done = asyncio.get_running_loop().create_future()

    async def register() -> None:
        WHO.set("the session")
        watch(here, lambda: done.set_result((here.recv(16), WHO.get())))

    await asyncio.create_task(register())
    there.send(b"x")
    assert await done == (b"x", "the session")
    assert WHO.get() == "nobody"


async def test_only_a_registered_descriptor_can_be_watched(pair: tuple[socket.socket, socket.socket]) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, MediaLoop)
    with pytest.raises(KeyError):
        loop.watch(pair[0].fileno(), lambda: None)


def test_run_gives_what_the_coroutine_gives() -> None:
    async def main() -> type:
        return type(asyncio.get_running_loop())

    assert run(main()) is MediaLoop
