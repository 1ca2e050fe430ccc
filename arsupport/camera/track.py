"""A camera and its pictures during a call, as aiortc takes them."""

from __future__ import annotations

from typing import Protocol

from aiortc import MediaStreamTrack


class EncodedTrack(MediaStreamTrack):
    """A camera's pictures during one call, as packets that need no encoding.

    ``codec``, "H264" or "VP8", is known once the track is ``ready``.
    """

    kind = "video"
    codec = "H264"

    async def ready(self) -> None:
        """Wait until the camera gives pictures."""

    def request_keyframe(self) -> None:
        """Make a picture that can be decoded on its own come as soon as the camera can."""


class Camera(Protocol):
    """A fixed camera."""

    def start(self) -> EncodedTrack:
        """Begin to take pictures, for one call; ends with the track's ``stop``."""
