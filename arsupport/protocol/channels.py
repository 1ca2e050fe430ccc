"""The data channels of the media connection: ``control`` (reliable, ordered) and ``poses`` (newest wins, may be lost).

The client creates both, by label: ``control`` with defaults, ``poses`` with ``ordered: false, maxRetransmits: 0``.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

from arsupport.protocol.commands import Command
from arsupport.protocol.events import Event, Kind
from arsupport.protocol.marks import Coordinate, Id, Pose, Rtp

CONTROL = "control"
POSES = "poses"

# RFC 5888; bounded by what ``arsupport.rtc.offer`` takes.
Mid = Annotated[str, msgspec.Meta(max_length=16)]
Seq = Annotated[int, msgspec.Meta(ge=0, le=2**31)]
ClockMs = Annotated[int, msgspec.Meta(ge=0, le=2**53)]


class Resume(msgspec.Struct, frozen=True, tag="resume"):
    """The first message on ``control``: send me every event after ``after`` (0 for all)."""

    after: Seq


class Watch(msgspec.Struct, frozen=True, tag="watch"):
    """Show me the picture of participant ``camera`` on my media line ``mid`` from now on, also after it was away.

    Answered by ``slot-assigned`` with its first picture. The first camera comes without being asked for; when the one
    that is watched leaves the session, nothing comes before the next ``watch``: so a client always knows what it may
    get to see. What somebody looks at is not recorded.
    """

    mid: Mid
    camera: Id


class CommandRefused(msgspec.Struct, frozen=True, tag="command-refused"):
    """A command was not carried out; nothing changed."""

    number: int
    code: str
    detail: str


class SlotAssigned(msgspec.Struct, frozen=True, tag="slot-assigned"):
    """Which track comes on the media line ``mid`` of your connection, from RTP timestamp ``from_rtp`` on.

    The timestamps that you receive are the track's own plus ``offset`` (modulo 2^32); everything that names a frame
    uses the track's own.
    """

    mid: str
    track: Id
    kind: Kind
    from_rtp: Rtp
    offset: Rtp


class Laser(msgspec.Struct, frozen=True, tag="laser"):
    """Where the sender points on frame ``rtp`` just now; not recorded as a mark, gone when ``on`` is false."""

    track: Id
    rtp: Rtp
    x: Coordinate
    y: Coordinate
    on: bool


class LaserShown(msgspec.Struct, frozen=True, tag="laser-shown"):
    """Another participant's laser pointer."""

    participant: Id
    track: Id
    rtp: Rtp
    x: Coordinate
    y: Coordinate
    on: bool


class Poses(msgspec.Struct, frozen=True, tag="poses"):
    """Every shown mark's place in frame ``rtp`` of ``track``. Positions: see ``Pose``."""

    track: Id
    rtp: Rtp
    poses: list[Pose]


class Beat(msgspec.Struct, frozen=True, tag="beat"):
    """The media path's heartbeat, twice a second. ``at`` is the client's clock, ms, and comes back in ``echo``."""

    at: ClockMs


class Echo(msgspec.Struct, frozen=True, tag="echo"):
    """Answer to ``beat``."""

    at: ClockMs


class Uplink(msgspec.Struct, frozen=True, tag="uplink"):
    """How a participant's video has arrived at the server during the last second or so.

    ``loss`` is the share of packets that did not come, 0 to 1; ``rtt_ms`` is 0 when it is not known; ``nacks`` and
    ``plis`` count the server's requests for lost packets and for keyframes.
    """

    participant: Id
    kbps: int
    loss: float
    jitter_ms: int
    rtt_ms: int
    nacks: int
    plis: int


ClientControl = Resume | Command | Watch
ServerControl = Event | CommandRefused | SlotAssigned
ClientVolatile = Laser | Beat
ServerVolatile = Poses | LaserShown | Echo | Uplink
