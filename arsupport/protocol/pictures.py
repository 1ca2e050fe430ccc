"""The data channel ``frames``: whole pictures, in pieces, either way.

A transfer has a sender and a receiver, and is the same whoever sends: ``picture-offer`` → ``picture-have`` (where to
begin) → ``picture-chunk`` …, each answered by ``picture-have`` → ``picture-done``. The sender numbers its transfers;
client and server each count their own. Up to a whole picture it can be taken up again: after a reconnect the sender
offers the same picture anew, and ``picture-have`` says how much of it is there.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from arsupport.protocol.marks import Colour, Id, Number, Points, Shape, Text

FRAMES = "frames"
# Four SCTP packets: what aiortc hands to the network at once. More would keep the marks behind it waiting.
MAX_CHUNK = 4_096
# A picture that any installation takes: ``limits.picture_mb`` and ``limits.picture_megapixels`` say less.
MAX_PICTURE_BYTES = 64 * 1024 * 1024
MAX_SIDE = 32_768
MAX_PICTURE_MARKS = 50

Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}$")]
Size = Annotated[int, msgspec.Meta(ge=1, le=MAX_PICTURE_BYTES)]
Offset = Annotated[int, msgspec.Meta(ge=0, le=MAX_PICTURE_BYTES)]
Side = Annotated[int, msgspec.Meta(ge=1, le=MAX_SIDE)]
Count = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
ErrorCode = Annotated[str, msgspec.Meta(max_length=64)]
Data = Annotated[bytes, msgspec.Meta(min_length=1, max_length=MAX_CHUNK)]


class Purpose(StrEnum):
    """Why there is a picture.

    ``photo``: taken of the machine. ``shared``: an image, or a page of a document, that somebody shows.
    ``annotated``: another picture with marks burnt in, made by the server.
    """

    PHOTO = "photo"
    SHARED = "shared"
    ANNOTATED = "annotated"


class MediaType(StrEnum):
    """How a picture is encoded."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"


class PictureMark(msgspec.Struct, frozen=True):
    """A mark on a picture that stands still: ``points`` and ``shape`` as in ``draw-mark``."""

    shape: Shape
    points: Points
    colour: Colour
    text: Text = ""


class PictureOffer(msgspec.Struct, frozen=True, tag="picture-offer"):
    """I have a picture for you. ``width`` and ``height`` as it is looked at; it may be stored turned (EXIF).

    ``picture`` is the number of a picture that the session has; from a client it is 0. ``request`` is the number of
    the ``photo-asked`` that it answers, 0 for none.
    """

    transfer: Number
    sha256: Sha256
    bytes: Size
    media_type: MediaType
    width: Side
    height: Side
    purpose: Purpose
    title: Text = ""
    request: Count = 0
    picture: Count = 0


class PictureHave(msgspec.Struct, frozen=True, tag="picture-have"):
    """From the receiver: I have the first ``offset`` bytes. The first one says where to begin."""

    transfer: Number
    offset: Offset


class PictureChunk(msgspec.Struct, frozen=True, tag="picture-chunk"):
    """The bytes from ``offset`` on, each piece where the last one ended."""

    transfer: Number
    offset: Offset
    data: Data


class PictureDone(msgspec.Struct, frozen=True, tag="picture-done"):
    """From the receiver: it is whole, and has the hash that was said. From the server: it is stored for ever."""

    transfer: Number
    picture: Count = 0


class PictureCancel(msgspec.Struct, frozen=True, tag="picture-cancel"):
    """From the sender: there will be no more of this picture; forget what you have."""

    transfer: Number


class PictureRefused(msgspec.Struct, frozen=True, tag="picture-refused"):
    """From the receiver: I do not take this picture (any more); or, with ``transfer`` 0, I have no such ``picture``."""

    transfer: Count
    code: ErrorCode
    detail: Text = ""
    picture: Count = 0


class PictureWanted(msgspec.Struct, frozen=True, tag="picture-wanted"):
    """Offer me this picture of the session."""

    picture: Number


class PictureComing(msgspec.Struct, frozen=True, tag="picture-coming"):
    """Another participant's picture is on its way to the server: ``offset`` of ``bytes`` are there."""

    participant: Id
    purpose: Purpose
    bytes: Size
    offset: Offset


class PictureStopped(msgspec.Struct, frozen=True, tag="picture-stopped"):
    """What was coming does not come: given up (``code`` is empty) or refused."""

    participant: Id
    code: ErrorCode


ClientPictures = (
    PictureOffer | PictureChunk | PictureCancel | PictureWanted | PictureHave | PictureDone | PictureRefused
)
ServerPictures = (
    PictureOffer
    | PictureChunk
    | PictureCancel
    | PictureHave
    | PictureDone
    | PictureRefused
    | PictureComing
    | PictureStopped
)
