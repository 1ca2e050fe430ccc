"""A follower in a process of its own: decoding and tracking never keep the event loop from Python's interpreter.

As a thread of the server it made forwarding's p99 two to five times as long, whatever the interpreter's switch interval
and the thread's priority (docs/performance.md). And what a camera's pictures do to a decoder, they do there: what the
process says is believed as far as ``arsupport.live.telling`` goes, and no further.
"""

from __future__ import annotations

import signal
import threading
import traceback
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec, TypeVar, cast

import structlog

from arsupport.errors import ArError, Code
from arsupport.live import timings
from arsupport.live.follower import Follower, StillMade, ViewMade
from arsupport.live.lookout import TagsSeen
from arsupport.live.nursery import NURSERY
from arsupport.live.telling import (
    MOST_BYTES,
    MOST_MESSAGES,
    Done,
    Logged,
    Message,
    PosesFound,
    StateLasted,
    StillMissing,
    decode,
    encode,
    failed,
    logged,
    refused,
)

if TYPE_CHECKING:
    from collections.abc import Callable, MutableMapping
    from multiprocessing.connection import Connection

    from arsupport.live.follower import TrackingSink
    from arsupport.protocol.marks import MarkState, Pose

P = ParamSpec("P")
T = TypeVar("T")

_log = structlog.get_logger()

# A process that works on one thing for so long never ends by itself; what ought to have ended it does not always.
_STUCK_SECONDS: Final = 60
_SILENT_SECONDS: Final = 70
# What these are given first is the number of a mark that the follower knows from then on.
_OF_MARKS: Final = {Follower.draw.__name__, Follower.restore.__name__, Follower.expect.__name__}


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
        self._marks: set[int] = set()

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
        if method.__name__ in _OF_MARKS:
            self._marks.add(cast("int", args[0]))
        try:
            if self._connection is None:
                self._start()
            done = self._exchange(method.__name__, args, kwargs)
        except (EOFError, OSError, ArError) as error:
            self.close()
            raise FollowerEndedError(f"during {method.__name__}: {error}") from error
        timings.add(done.took)
        if done.code is not None:
            raise ArError(done.code, done.detail)
        if done.failure:
            raise FollowerFailedError(done.failure)
        return cast("T", done.glimpse)

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

    def _exchange(self, method: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Done:
        connection = self._connection
        if connection is None:
            raise EOFError
        connection.send((method, args, kwargs))
        for _ in range(MOST_MESSAGES):
            if not connection.poll(_SILENT_SECONDS):
                break
            message = decode(connection.recv_bytes(MOST_BYTES), self._tracks.keys(), self._marks)
            if isinstance(message, Done):
                return message
            self._pass_on(message)
        raise ArError(Code.BAD_MESSAGE, "it says too much or nothing")

    def _pass_on(self, message: Message) -> None:
        sink = self._sink
        match message:
            case PosesFound(track, rtp, poses):
                sink.poses(track, rtp, poses)
            case StateLasted(mark, state, track, rtp):
                sink.mark_state(mark, state, track, rtp)
            case StillMade():
                sink.still(message)
            case ViewMade():
                sink.view(message)
            case StillMissing(track, rtp):
                sink.still_missing(track, rtp)
            case TagsSeen():
                sink.tags(message)
            case Logged(level, event, fields):
                getattr(_log.bind(**fields), level)(event)


def serve(connection: Connection) -> None:
    """Be the follower at the connection's other end, until that is closed."""
    telling = threading.Lock()  # the lookout has a thread of its own, and may log

    def tell(message: Message) -> None:
        data = encode(message)
        with telling:
            connection.send_bytes(data)

    def hand_over(_logger: object, level: str, fields: MutableMapping[str, Any]) -> str:
        tell(logged(level, dict(fields)))
        raise structlog.DropEvent

    structlog.configure(processors=[structlog.processors.format_exc_info, hand_over])
    try:
        follower = Follower(_Sink(tell), connection.recv())
        while True:
            method, args, kwargs = connection.recv()
            signal.alarm(_STUCK_SECONDS)
            try:
                done = Done(getattr(follower, method)(*args, **kwargs))
            except ArError as error:
                done = refused(error)
            except Exception:  # noqa: BLE001 - handed over to who called
                done = failed(traceback.format_exc())
            done.took = timings.take()
            tell(done)
            signal.alarm(0)
    except (EOFError, OSError):
        return


class _Sink:
    """The sink's methods (``TrackingSink``), called at the connection's other end."""

    def __init__(self, tell: Callable[[Message], None]) -> None:
        self._tell = tell

    def poses(self, track: str, rtp: int, poses: list[Pose]) -> None:
        self._tell(PosesFound(track, rtp, poses))

    def mark_state(self, mark: int, state: MarkState, track: str, rtp: int) -> None:
        self._tell(StateLasted(mark, state, track, rtp))

    def still(self, still: StillMade) -> None:
        self._tell(still)

    def view(self, view: ViewMade) -> None:
        self._tell(view)

    def still_missing(self, track: str, rtp: int) -> None:
        self._tell(StillMissing(track, rtp))

    def tags(self, seen: TagsSeen) -> None:
        self._tell(seen)

    def unfollowed(self, marks: list[int], *, again: bool) -> None:
        """Never told by a follower: it is what is said when one is gone."""
