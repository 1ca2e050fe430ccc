"""A follower in a process of its own: decoding and tracking never keep the event loop from Python's interpreter.

As a thread of the server it made forwarding's p99 two to five times as long, whatever the interpreter's switch interval
and the thread's priority (docs/performance.md). And what a camera's pictures do to a decoder, they do there.
"""

from __future__ import annotations

import signal
import threading
import traceback
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar

import structlog

from arsupport.errors import ArError
from arsupport.live import timings
from arsupport.live.follower import Follower
from arsupport.live.nursery import NURSERY

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from multiprocessing.connection import Connection

    from arsupport.live.follower import TrackingSink
    from arsupport.rtc.latency import Latency

P = ParamSpec("P")
T = TypeVar("T")

_log = structlog.get_logger()

# A process that works on one thing for so long never ends by itself.
_STUCK_SECONDS: Final = 60


@dataclass(frozen=True)
class _Told:
    """What the sink is told."""

    method: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True)
class _Logged:
    """A line of the log."""

    level: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class _Done:
    """The end of a call: what it gave or raised, and how long its parts took."""

    value: Any = None
    error: Exception | None = None
    took: dict[str, Latency] = field(default_factory=dict)


class FollowerFailedError(Exception):
    """What the follower did not expect; with its traceback as text."""


class FollowerEndedError(Exception):
    """The follower's process is gone: its marks are not followed any more, and it knows nothing of them."""


class Following:
    """A ``Follower`` that is called as if it were here; for one thread, which waits for each call's end.

    Its process begins with the first call, and again with the next one after it ended by itself.
    """

    def __init__(self, sink: TrackingSink, seed: int) -> None:
        self._sink = sink
        self._seed = seed
        self._connection: Connection | None = None
        self._tracks: dict[str, str] = {}

    def begin(self, track: str, codec: str) -> None:
        """Pictures come from another track from now on; begins no process."""
        self._tracks[track] = codec
        if self._connection is not None:
            self.call(Follower.begin, track, codec)

    def call(self, method: Callable[Concatenate[Follower, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a method of the follower, and tell the sink what it tells.

        Raises:
            FollowerEndedError: its process did, during this call.
            FollowerFailedError: the method raised what it should not.
            ArError: the method raised it.
        """
        try:
            if self._connection is None:
                self._start()
            done = self._exchange(method.__name__, args, kwargs)
        except (EOFError, OSError) as error:
            self.close()
            raise FollowerEndedError(f"during {method.__name__}") from error
        timings.add(done.took)
        if done.error is not None:
            raise done.error
        value: T = done.value
        return value

    def close(self) -> None:
        """End the process."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _start(self) -> None:
        self._connection = NURSERY.begin()
        self._connection.send(self._seed)
        for track, codec in self._tracks.items():
            self._exchange(Follower.begin.__name__, (track, codec), {})

    def _exchange(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Done:
        connection = self._connection
        if connection is None:
            raise EOFError
        connection.send((method, args, kwargs))
        while True:
            match connection.recv():
                case _Told(name, arguments):
                    getattr(self._sink, name)(*arguments)
                case _Logged(level, fields):
                    getattr(_log, level)(**fields)
                case _Done() as done:
                    return done


def serve(connection: Connection) -> None:
    """Be the follower at the connection's other end, until that is closed."""
    telling = threading.Lock()  # the lookout has a thread of its own, and may log

    def tell(message: _Told | _Logged | _Done) -> None:
        with telling:
            connection.send(message)

    def hand_over(_logger: object, level: str, fields: MutableMapping[str, Any]) -> str:
        tell(_Logged(level, dict(fields)))
        raise structlog.DropEvent

    structlog.configure(processors=[structlog.processors.format_exc_info, hand_over])
    try:
        follower = Follower(_Sink(tell), connection.recv())
        while True:
            method, args, kwargs = connection.recv()
            signal.alarm(_STUCK_SECONDS)
            try:
                done = _Done(getattr(follower, method)(*args, **kwargs), took=timings.take())
            except ArError as error:
                done = _Done(error=error, took=timings.take())
            except Exception:  # noqa: BLE001 - handed over to who called
                done = _Done(error=FollowerFailedError(traceback.format_exc()))
            tell(done)
            signal.alarm(0)
    except (EOFError, OSError):
        return


class _Sink:
    """The sink's methods (``TrackingSink``), called at the connection's other end."""

    def __init__(self, tell: Callable[[_Told], None]) -> None:
        self._tell = tell

    def __getattr__(self, method: str) -> Callable[..., None]:
        return lambda *arguments: self._tell(_Told(method, arguments))
