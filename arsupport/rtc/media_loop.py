"""An event loop that takes the packets of calls where it waits for them.

A call wakes the server a hundred times a second, each time for two or three packets. asyncio turns every readable
socket into a handle, a queue and a turn of the loop, which costs as much as what is done with the packets. Here the
callback of a socket that is watched is called between two waits; everything else is asyncio's own.
"""

from __future__ import annotations

import asyncio
import selectors
import time
from contextvars import copy_context
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

import structlog

if TYPE_CHECKING:
    from asyncio import Handle, TimerHandle
    from collections.abc import Callable, Coroutine
    from contextvars import Context

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

log = structlog.get_logger()


def run(main: Coroutine[Any, Any, T]) -> T:
    """As ``asyncio.run``, on a ``MediaLoop``."""
    with asyncio.Runner(loop_factory=MediaLoop) as runner:
        return runner.run(main)


class MediaSelector(selectors.DefaultSelector):
    """The system's selector, with callbacks for some descriptors that are called within ``select``.

    Attributes:
        disturbed: whether a callback has left the event loop something to do: ``select`` returns then.
    """

    def __init__(self) -> None:
        super().__init__()
        self.disturbed = False
        self._watched: dict[int, Callable[[], None]] = {}
        self._wait = super().select

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """Call ``readable`` whenever a registered descriptor has something to read, until it is unregistered.

        What it raises is logged. Where reading and writing fall together, the descriptor is told of as all others are.

        Raises:
            KeyError: the descriptor is not registered.
        """
        self._watched[self.get_key(descriptor).fd] = partial(copy_context().run, readable)

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:  # noqa: ANN401 - as selectors declares it
        """Forget a descriptor, watched or not."""
        key = super().unregister(fileobj)
        self._watched.pop(key.fd, None)
        return key

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Wait for the descriptors that are not watched."""
        self.disturbed = False
        wait, ends = timeout, time.monotonic() + (timeout or 0.0)
        while True:
            others = []
            for ready in self._wait(wait):
                readable = self._watched.get(ready[0].fd)
                if readable is None or ready[1] != selectors.EVENT_READ:
                    others.append(ready)
                    continue
                try:
                    readable()
                except Exception:  # as asyncio does: one callback's fault does not end the loop
                    log.exception("a packet's callback failed")
            if others or self.disturbed or (wait is not None and wait <= 0):
                return others
            if wait is not None:
                wait = ends - time.monotonic()


class MediaLoop(asyncio.SelectorEventLoop):
    """asyncio's own loop, on a ``MediaSelector``."""

    def __init__(self) -> None:
        self._media = MediaSelector()
        super().__init__(self._media)

    def watch(self, descriptor: int, readable: Callable[[], None]) -> None:
        """As ``MediaSelector.watch``."""
        self._media.watch(descriptor, readable)

    def call_soon(self, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None) -> Handle:
        """As asyncio's; from a watched socket's callback, too."""
        self._media.disturbed = True
        return super().call_soon(callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[[*Ts], object], *args: *Ts, context: Context | None = None
    ) -> TimerHandle:
        """As asyncio's; from a watched socket's callback, too."""
        self._media.disturbed = True
        return super().call_at(when, callback, *args, context=context)
