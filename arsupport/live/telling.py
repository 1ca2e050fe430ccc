"""What a follower's process may say to the server: typed and bounded.

It decodes what cameras send. Whoever took it over by a picture can say something untrue about the marks of that camera,
and nothing else: what it says is data, never code, and of other cameras' tracks and marks nothing is taken.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, Final

import msgspec

from arsupport.errors import ArError, Code
from arsupport.live.follower import GlimpseMade, StillMade, ViewMade
from arsupport.live.lookout import TagsSeen
from arsupport.live.timings import Part
from arsupport.protocol.marks import MarkState, Pose, Rtp
from arsupport.rtc.latency import Latency
from arsupport.vision import MAX_ANCHORS

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

MOST_BYTES: Final = 32 * 1024 * 1024
"""Of one message: the still of the largest picture that is decoded, as a JPEG of noise."""

MOST_MESSAGES: Final = 4 * MAX_ANCHORS
"""During one call: a state, a view and a line of the log for each mark, and more."""

_MOST_CHARACTERS: Final = 20_000
_MOST_FIELDS: Final = 32

Text = Annotated[str, msgspec.Meta(max_length=_MOST_CHARACTERS)]


class Level(StrEnum):
    """Of a line of the log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"
    CRITICAL = "critical"


class PosesFound(msgspec.Struct, frozen=True, tag=True):
    """Where the marks are in one frame."""

    track: str
    rtp: Rtp
    poses: Annotated[list[Pose], msgspec.Meta(max_length=MOST_MESSAGES)]


class StateLasted(msgspec.Struct, frozen=True, tag=True):
    """A state that has lasted."""

    mark: int
    state: MarkState
    track: str
    rtp: Rtp


class StillMissing(msgspec.Struct, frozen=True, tag=True):
    """A frame that was asked for cannot be decoded."""

    track: str
    rtp: Rtp


class Logged(msgspec.Struct, frozen=True, tag=True):
    """A line of the log."""

    level: Level
    event: Text
    fields: Annotated[dict[Text, Text | int | float | bool | None], msgspec.Meta(max_length=_MOST_FIELDS)]


class Done(msgspec.Struct, tag=True):
    """The end of a call: what it gave, or why it did not, and how long its parts took.

    ``code`` and ``detail`` are of an ``ArError``; ``failure`` is the traceback of what was not expected.
    """

    glimpse: GlimpseMade | None = None
    code: Code | None = None
    detail: Text = ""
    failure: Text = ""
    took: dict[Part, Latency] = {}


Message = PosesFound | StateLasted | StillMade | ViewMade | StillMissing | TagsSeen | Logged | Done

encode: Final = msgspec.msgpack.Encoder().encode
_decoder: Final = msgspec.msgpack.Decoder(Message)


def decode(data: bytes, tracks: AbstractSet[str], marks: AbstractSet[int]) -> Message:
    """Give the message in ``data`` of a follower that was told of these tracks and marks.

    Raises:
        ArError: ``bad-message`` when it is none, or is about others.
    """
    try:
        message: Message = _decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise ArError(Code.BAD_MESSAGE, str(error)) from error
    match message:
        case PosesFound(track, _, poses):
            about = track, [pose.mark for pose in poses]
        case StateLasted(mark, _, track):
            about = track, [mark]
        case StillMade(track, _, mark):
            about = track, [mark] if mark else []
        case ViewMade(track, _, pose):
            about = track, [pose.mark]
        case StillMissing(track) | TagsSeen(track):
            about = track, []
        case Done(GlimpseMade(track, _, _, poses)):
            about = track, [pose.mark for pose in poses]
        case _:
            return message
    if about[0] not in tracks or not marks >= set(about[1]):
        raise ArError(Code.BAD_MESSAGE, f"{type(message).__name__} of {about[0]} and marks {about[1]}")
    return message


def logged(level: str, fields: dict[str, Any]) -> Logged:
    """Give a line of the log; what is no plain value is written as text, and what is too long is cut."""
    plain = {
        name: value if isinstance(value, int | float | None) else str(value)[:_MOST_CHARACTERS]
        for name, value in list(fields.items())[:_MOST_FIELDS]
    }
    event = str(plain.pop("event", ""))
    return Logged(Level(level), event, plain)


def failed(failure: str) -> Done:
    """Give the end of a call that failed as nobody expected."""
    return Done(failure=failure[-_MOST_CHARACTERS:])


def refused(error: ArError) -> Done:
    """Give the end of a call that could not be done."""
    return Done(code=error.code, detail=error.detail[:_MOST_CHARACTERS])
