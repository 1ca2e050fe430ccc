"""What can be set at the camera of whoever is on site: the vocabulary shared by commands and events.

All of it is as the device itself says it (W3C Media Capture and Streams, ``getCapabilities`` and ``getSettings``; W3C
Image Capture for light and zoom): what a device only claims to have done is not taken for done.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

# A zoom factor, a height in pixels, or 0 and 1.
Amount = Annotated[float, msgspec.Meta(ge=0, le=100_000)]
MAX_HEIGHTS = 8


class Setting(StrEnum):
    """What can be set, and what its value means.

    ``torch``: 1 for on. ``zoom``: the device's own factor. ``facing``: 0 away from the person who holds it, 1 towards
    them. ``height``: of the picture, in pixels; the width follows.
    """

    TORCH = "torch"
    ZOOM = "zoom"
    FACING = "facing"
    HEIGHT = "height"


class Outcome(StrEnum):
    """What became of a wish. ``undone``: it was done, and whoever holds the camera has taken it back."""

    DONE = "done"
    FAILED = "failed"
    REFUSED = "refused"
    UNDONE = "undone"


class CameraAbilities(msgspec.Struct, frozen=True):
    """What a camera can do and how it stands. ``zoom_most`` is 0 without zoom, ``heights`` are those worth choosing.

    ``facings`` are the sides that the device has cameras on, as in ``Setting``; ``facing`` is -1 when it does not say.
    """

    torch: bool
    torch_on: bool
    zoom_least: Amount
    zoom_most: Amount
    zoom_step: Amount
    zoom: Amount
    facings: Annotated[list[Annotated[int, msgspec.Meta(ge=0, le=1)]], msgspec.Meta(max_length=2)]
    facing: Annotated[int, msgspec.Meta(ge=-1, le=1)]
    heights: Annotated[list[Annotated[int, msgspec.Meta(ge=1, le=100_000)]], msgspec.Meta(max_length=MAX_HEIGHTS)]
    height: Annotated[int, msgspec.Meta(ge=0, le=100_000)]
