"""Low bandwidth: single small pictures in place of video, on the data channel ``frames``, either way.

Only the newest counts: the next one is made when the receiver has the last one. A glimpse is a frame like any other:
it has a track and an RTP timestamp, can be drawn on, and its marks' places (``poses``) come before it on the same
channel. From the server it is a frame of the track that the receiver would see as video. From a camera's page it is the
next frame of a track of its own, whose codec is ``JPEG``; the server names that track.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec

from arsupport.errors import ArError, Code
from arsupport.protocol.channels import Poses
from arsupport.protocol.marks import Rtp
from arsupport.protocol.pictures import ClientPictures, Data, MediaType, ServerPictures

# A part fits into one packet: on a thin line nothing waits longer behind it than it must.
PART_BYTES = 1_024
MAX_PARTS = 64
MAX_GLIMPSE_BYTES = MAX_PARTS * PART_BYTES
MAX_GLIMPSE_SIDE = 1_920

Track = Annotated[str, msgspec.Meta(max_length=32)]
Side = Annotated[int, msgspec.Meta(ge=1, le=MAX_GLIMPSE_SIDE)]
Parts = Annotated[int, msgspec.Meta(ge=1, le=MAX_PARTS)]
Part = Annotated[int, msgspec.Meta(ge=0, lt=MAX_PARTS)]
Rate = Annotated[int, msgspec.Meta(ge=0, le=1_000_000)]


class GlimpsePart(msgspec.Struct, frozen=True, tag="glimpse-part"):
    """Part ``part`` of ``parts``, in order, of the picture of frame ``rtp``. To the server, ``track`` is empty.

    ``rate`` is how many bytes of pictures a second its sender lets go, which follows what the line takes; 0 where the
    sender does not know the line.
    """

    track: Track
    rtp: Rtp
    media_type: MediaType
    width: Side
    height: Side
    part: Part
    parts: Parts
    data: Data
    rate: Rate = 0


class GlimpseTaken(msgspec.Struct, frozen=True, tag="glimpse-taken"):
    """The whole picture has arrived: send the next one. Says nothing of a disk: ``still-kept`` does."""

    track: Track
    rtp: Rtp


ClientFrames = ClientPictures | GlimpsePart | GlimpseTaken
ServerFrames = ServerPictures | GlimpsePart | GlimpseTaken | Poses


class Glimpse(NamedTuple):
    """A whole picture. ``track`` is empty while it is on its way to the server."""

    track: str
    rtp: int
    media_type: MediaType
    width: int
    height: int
    data: bytes


def split(glimpse: Glimpse, rate: float = 0) -> list[GlimpsePart]:
    """Give the messages that carry a picture.

    Args:
        glimpse: the picture.
        rate: what they say of it.

    Raises:
        ArError: ``picture-too-large``.
    """
    track, rtp, media_type, width, height, data = glimpse
    if len(data) > MAX_GLIMPSE_BYTES:
        raise ArError(Code.PICTURE_TOO_LARGE, f"{len(data)} bytes, at most {MAX_GLIMPSE_BYTES}")
    # Parts of one size: how long the last one took tells how long it waited.
    length = -(-len(data) // max(1, -(-len(data) // PART_BYTES)))
    pieces = [data[begin : begin + length] for begin in range(0, len(data), length)]
    return [
        GlimpsePart(track, rtp, media_type, width, height, index, len(pieces), piece, int(rate))
        for index, piece in enumerate(pieces)
    ]


class Joining:
    """Joins the parts of one picture after the other; what is not whole when the next one begins is forgotten."""

    def __init__(self) -> None:
        self._parts: list[GlimpsePart] = []

    def add(self, part: GlimpsePart) -> Glimpse | None:
        """Take the next part; give the picture with its last one.

        Raises:
            ArError: ``bad-message`` for a part that does not follow the last one.
        """
        if part.part == 0:
            self._parts = []
        first = self._parts[0] if self._parts else part
        alike = (part.track, part.rtp, part.parts) == (first.track, first.rtp, first.parts)
        if part.part != len(self._parts) or part.part >= part.parts or not alike:
            self._parts = []
            raise ArError(Code.BAD_MESSAGE, f"part {part.part} of {part.parts} does not follow")
        self._parts.append(part)
        if len(self._parts) < part.parts:
            return None
        parts, self._parts = self._parts, []
        data = b"".join(it.data for it in parts)
        return Glimpse(first.track, first.rtp, first.media_type, first.width, first.height, data)
