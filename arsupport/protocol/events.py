"""What happened: the entries of a session's journal, and what every participant is sent.

An event is durable before anybody receives it. The bytes that are stored are the bytes that are hashed and sent.
Never change the meaning of a field: journals are read for years. Add fields with defaults only.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec

from arsupport.protocol.camera import Amount, CameraAbilities, Outcome, Setting
from arsupport.protocol.commands import Answer, PictureMarks
from arsupport.protocol.marks import Colour, Id, KeptView, MarkState, Name, Number, Points, Rtp, Shape, Text
from arsupport.protocol.pictures import Purpose

# The participant id of what the server itself observed.
SERVER = "server"


class Role(StrEnum):
    """What a participant is in a session. A supervisor speaks and draws nothing, an observer only sees and hears."""

    EXPERT = "expert"
    ONSITE = "onsite"
    OBSERVER = "observer"
    CAMERA = "camera"
    SUPERVISOR = "supervisor"


class Kind(StrEnum):
    """What a track carries."""

    VIDEO = "video"
    AUDIO = "audio"


class SessionOpened(msgspec.Struct, frozen=True, tag="session-opened"):
    """The first event. ``admitted_by`` is the account that admitted the call."""

    session: Id
    machine: Id
    machine_name: str
    site: str
    admitted_by: str


class ParticipantJoined(msgspec.Struct, frozen=True, tag="participant-joined"):
    """Somebody is part of the session from now on. ``account`` is empty for people without one (on-site staff)."""

    participant: Id
    role: Role
    name: str
    account: str
    consent: bool


class ParticipantConnected(msgspec.Struct, frozen=True, tag="participant-connected"):
    """A connection stands. ``clock_offset_ms``: the participant's clock minus the server's."""

    participant: Id
    clock_offset_ms: int


class ParticipantDisconnected(msgspec.Struct, frozen=True, tag="participant-disconnected"):
    """The connection is gone: a gap begins, which ends with the next ``participant-connected``."""

    participant: Id
    reason: str


class ParticipantLeft(msgspec.Struct, frozen=True, tag="participant-left"):
    """Somebody left for good."""

    participant: Id


class TrackStarted(msgspec.Struct, frozen=True, tag="track-started"):
    """Media begins. A reconnect makes a new track: RTP timestamps belong to one track only."""

    track: Id
    participant: Id
    kind: Kind
    codec: str
    clock_rate: int


class TrackStopped(msgspec.Struct, frozen=True, tag="track-stopped"):
    """No more media will come on this track."""

    track: Id
    reason: str


class MarkDrawn(msgspec.Struct, frozen=True, tag="mark-drawn"):
    """A mark was drawn on frame ``rtp`` of ``track``. Marks are numbered from 1 within a session."""

    mark: Number
    track: Id
    rtp: Rtp
    shape: Shape
    points: Points
    colour: Colour
    text: Text


class MarkEdited(msgspec.Struct, frozen=True, tag="mark-edited"):
    """A mark's text or colour is another now."""

    mark: Number
    text: Text
    colour: Colour


class MarkErased(msgspec.Struct, frozen=True, tag="mark-erased"):
    """A mark is no longer shown."""

    mark: Number


class MarkRestored(msgspec.Struct, frozen=True, tag="mark-restored"):
    """An erased mark is shown again."""

    mark: Number


class MarkStateChanged(msgspec.Struct, frozen=True, tag="mark-state-changed"):
    """The tracker's verdict on a mark changed at frame ``rtp`` of ``track``."""

    mark: Number
    state: MarkState
    track: Id
    rtp: Rtp


class MarkKept(msgspec.Struct, frozen=True, tag="mark-kept"):
    """A mark is kept with the machine under the id ``kept``, the same in all sessions.

    A second one with the same id gives it another name or reason, or, from a mark that was drawn anew, another place.
    ``who`` is the person's name when it was renamed outside of this session.
    """

    mark: Number
    kept: Id
    name: Name
    reason: Text
    who: str = ""


class MarkRetired(msgspec.Struct, frozen=True, tag="mark-retired"):
    """A kept mark is not valid any more. ``who`` is the person's name when it was retired outside of this session."""

    mark: Number
    kept: Id
    reason: Text
    who: str = ""


class MarkExpected(msgspec.Struct, frozen=True, tag="mark-expected"):
    """A mark that was kept in an earlier session is looked for, in the pictures of the camera that ``track`` is of.

    It is shown once it was found (``mark-found``). ``points`` and ``views`` are as they were stored then.
    """

    mark: Number
    track: Id
    kept: Id
    name: str
    reason: str
    kept_by: str
    kept_at: int
    shape: Shape
    points: Points
    colour: Colour
    text: Text
    views: list[KeptView]


class MarkFound(msgspec.Struct, frozen=True, tag="mark-found"):
    """An expected mark is where it was: it was recognised in frame ``rtp`` of ``track`` and is shown from now on."""

    mark: Number
    kept: Id
    track: Id
    rtp: Rtp


class ViewKept(msgspec.Struct, frozen=True, tag="view-kept"):
    """Frame ``rtp`` of ``track`` is stored, because it shows a kept mark from another side than the pictures before."""

    mark: Number
    kept: Id
    view: KeptView
    media_type: str
    bytes: int
    track: Id
    rtp: Rtp
    width: int
    height: int


class PlateSeen(msgspec.Struct, frozen=True, tag="plate-seen"):
    """Whose plate the camera that ``track`` is of sees: read in several looks, the last of them at frame ``rtp``.

    ``tag`` is the number on it, ``machine`` the machine that has it, with its name and site as they were then. Another
    machine than the session's is warned of until the session's own plate is seen there. Entered when it changes.
    """

    track: Id
    rtp: Rtp
    tag: int
    machine: Id
    machine_name: str
    site: str


class PlateDismissed(msgspec.Struct, frozen=True, tag="plate-dismissed"):
    """The author took away the warning that participant ``camera`` shows the plate of ``machine``, another one.

    It stands again with the next ``plate-seen``.
    """

    camera: Id
    machine: Id
    reason: Text


class StepGiven(msgspec.Struct, frozen=True, tag="step-given"):
    """A numbered instruction. ``mark`` is 0 for one in words alone."""

    step: Number
    mark: int
    text: Text


class StepAnswered(msgspec.Struct, frozen=True, tag="step-answered"):
    """On-site staff answered an instruction."""

    step: Number
    answer: Answer
    note: Text


class Said(msgspec.Struct, frozen=True, tag="said"):
    """A chat message."""

    text: Text


class Frozen(msgspec.Struct, frozen=True, tag="frozen"):
    """The author looks at one held frame, not at the live picture."""

    track: Id
    rtp: Rtp


class Unfrozen(msgspec.Struct, frozen=True, tag="unfrozen"):
    """The author is back at the live picture."""


class Muted(msgspec.Struct, frozen=True, tag="muted"):
    """The author's microphone was switched."""

    muted: bool


class LowBandwidthSet(msgspec.Struct, frozen=True, tag="low-bandwidth-set"):
    """The author's line is too thin for video, or no longer: single pictures come and go in its place.

    ``measured``: the author's page has found it out; else somebody asked for it.
    """

    on: bool
    measured: bool = False


class StillKept(msgspec.Struct, frozen=True, tag="still-kept"):
    """Frame ``rtp`` of ``track`` is stored as a picture under its SHA-256. ``mark`` is 0 when no mark asked for it."""

    sha256: str
    media_type: str
    bytes: int
    track: Id
    rtp: Rtp
    width: int
    height: int
    mark: int


class PhotoAsked(msgspec.Struct, frozen=True, tag="photo-asked"):
    """An expert asks a participant on site for a photo."""

    request: Number
    participant: Id


class PhotoDeclined(msgspec.Struct, frozen=True, tag="photo-declined"):
    """There is no photo for a request; ``reason`` is an error code or the person's own words."""

    request: Number
    reason: Text


class PictureAnnotated(msgspec.Struct, frozen=True, tag="picture-annotated"):
    """An expert drew on a picture; the copy with the marks burnt in follows as a ``picture-kept`` of its own."""

    annotation: Number
    picture: Number
    marks: PictureMarks


class PictureKept(msgspec.Struct, frozen=True, tag="picture-kept"):
    """A picture is stored under its SHA-256. ``by`` is who took, shared or annotated it.

    ``request`` is the ``photo-asked`` that it answers, ``annotation`` the ``picture-annotated`` that it shows; 0 for
    none. ``width`` and ``height`` as it is looked at.
    """

    picture: Number
    purpose: Purpose
    sha256: str
    media_type: str
    bytes: int
    width: int
    height: int
    title: Text = ""
    request: int = 0
    annotation: int = 0


class PictureShown(msgspec.Struct, frozen=True, tag="picture-shown"):
    """An expert shows on-site staff a picture of the session (again)."""

    picture: Number


class PictureSeen(msgspec.Struct, frozen=True, tag="picture-seen"):
    """A picture is whole on the screen of the author of this event."""

    picture: Number


class SegmentClosed(msgspec.Struct, frozen=True, tag="segment-closed"):
    """A piece of recording is complete on disk.

    ``content`` is ``video``, ``audio`` or ``poses``. ``first_rtp`` and ``last_rtp`` are on the track's own clock.
    ``gaps`` counts interruptions inside. ``recovered`` is true when the server was killed while it was written.
    """

    track: Id
    content: str
    file: str
    sha256: str
    bytes: int
    codec: str
    first_rtp: Rtp
    last_rtp: Rtp
    frames: int
    started_at: int
    gaps: int = 0
    recovered: bool = False
    width: int = 0
    height: int = 0


class GapNoted(msgspec.Struct, frozen=True, tag="gap-noted"):
    """Something that should be in the record is missing, from ``start`` to ``end`` (ms UTC), and this is why."""

    track: str
    what: str
    start: int
    end: int


class ServerRestarted(msgspec.Struct, frozen=True, tag="server-restarted"):
    """The server stopped without closing the session and has rebuilt it from the journal."""

    last_event_at: int


class CameraDescribed(msgspec.Struct, frozen=True, tag="camera-described"):
    """What the author's camera can do and how it stands."""

    abilities: CameraAbilities


class CameraAsked(msgspec.Struct, frozen=True, tag="camera-asked"):
    """The author wants another setting of participant ``camera``'s camera. Wishes are numbered from 1 in a session."""

    request: Number
    camera: Id
    setting: Setting
    value: Amount


class CameraAnswered(msgspec.Struct, frozen=True, tag="camera-answered"):
    """What became of the wish, and how the device stands by its own account."""

    request: Number
    outcome: Outcome
    value: Amount


class SessionEnding(msgspec.Struct, frozen=True, tag="session-ending"):
    """The session was ended: no more commands are taken, recordings are being closed, ``session-closed`` follows."""

    reason: str


class SessionClosed(msgspec.Struct, frozen=True, tag="session-closed"):
    """The last event."""

    reason: str


EventBody = (
    SessionOpened
    | ParticipantJoined
    | ParticipantConnected
    | ParticipantDisconnected
    | ParticipantLeft
    | TrackStarted
    | TrackStopped
    | MarkDrawn
    | MarkEdited
    | MarkErased
    | MarkRestored
    | MarkStateChanged
    | MarkKept
    | MarkRetired
    | MarkExpected
    | MarkFound
    | ViewKept
    | PlateSeen
    | PlateDismissed
    | StepGiven
    | StepAnswered
    | Said
    | Frozen
    | Unfrozen
    | Muted
    | LowBandwidthSet
    | StillKept
    | PhotoAsked
    | PhotoDeclined
    | PictureAnnotated
    | PictureKept
    | PictureShown
    | PictureSeen
    | SegmentClosed
    | GapNoted
    | ServerRestarted
    | CameraDescribed
    | CameraAsked
    | CameraAnswered
    | SessionEnding
    | SessionClosed
)


class Event(msgspec.Struct, frozen=True, tag="event"):
    """One entry of the journal.

    ``seq`` counts from 1 without holes. ``at`` is the server's clock in ms UTC. ``by`` is the participant whose doing
    it was, or ``server``. ``command`` is the number of the command that caused it, 0 for none.
    """

    seq: Number
    at: int
    by: Id
    command: int
    body: EventBody
