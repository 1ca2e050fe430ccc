"""The state of a session: what its events add up to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arsupport.protocol.marks import MarkState

if TYPE_CHECKING:
    from arsupport.protocol.camera import CameraAbilities, Outcome, Setting
    from arsupport.protocol.commands import Answer
    from arsupport.protocol.events import Kind, PictureAnnotated, PictureKept, PlateSeen, Role, StillKept
    from arsupport.protocol.marks import KeptView, Point, Shape


@dataclass(frozen=True)
class Limits:
    """How much one session takes. Beyond, commands are refused; nothing that exists is touched."""

    marks: int = 500
    points_per_mark: int = 2_000
    text_chars: int = 2_000
    steps: int = 500
    people: int = 6
    cameras: int = 3
    pictures: int = 200
    camera_wishes: int = 1_000


@dataclass
class Participant:
    """Somebody in the session.

    ``last_command`` is the highest command number that was carried out. ``thin``: the line takes no video.
    """

    id: str
    role: Role
    name: str
    account: str
    connected: bool = False
    left: bool = False
    last_command: int = 0
    thin: bool = False


@dataclass
class Track:
    """Media of one participant, from one connection."""

    id: str
    participant: str
    kind: Kind
    codec: str
    clock_rate: int
    live: bool = True


@dataclass
class Kept:
    """That a mark belongs to the machine: under which id, as what, and why; ``at`` is when that changed last."""

    id: str
    name: str
    reason: str
    at: int
    retired: bool = False


@dataclass
class Mark:
    """What was drawn, on frame ``rtp`` of ``track``; coordinates as in ``arsupport.protocol.marks``.

    ``expected``: it was drawn in an earlier session, on no frame of this one. ``found``: it was recognised here.
    ``views`` are further pictures to recognise it by.
    """

    number: int
    track: str
    rtp: int
    shape: Shape
    points: list[Point]
    colour: str
    text: str
    author: str
    shown: bool = True
    state: MarkState = MarkState.HELD
    still: StillKept | None = None
    kept: Kept | None = None
    expected: bool = False
    found: bool = False
    views: list[KeptView] = field(default_factory=list)


@dataclass
class Step:
    """A numbered instruction and its latest answer."""

    number: int
    mark: int
    text: str
    answer: Answer | None = None
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A stored picture, and who brought it in."""

    kept: PictureKept
    author: str


@dataclass
class PhotoRequest:
    """A photo that an expert asked ``participant`` for; ``open`` until it came or was declined."""

    number: int
    participant: str
    open: bool = True


@dataclass
class CameraWish:
    """A setting that an expert asked for. ``outcome`` is None while nobody has answered."""

    number: int
    camera: str
    setting: Setting
    value: float
    outcome: Outcome | None = None


@dataclass(frozen=True)
class Annotation:
    """What an expert drew on a picture."""

    annotated: PictureAnnotated
    author: str


@dataclass
class State:
    """Everything that decisions rest on."""

    session: str = ""
    machine: str = ""
    machine_name: str = ""
    site: str = ""
    admitted_by: str = ""
    opened_at: int = 0
    seq: int = 0
    last_at: int = 0
    ending: bool = False
    closed: bool = False
    participants: dict[str, Participant] = field(default_factory=dict)
    tracks: dict[str, Track] = field(default_factory=dict)
    marks: dict[int, Mark] = field(default_factory=dict)
    steps: dict[int, Step] = field(default_factory=dict)
    pictures: dict[int, Picture] = field(default_factory=dict)
    photo_requests: dict[int, PhotoRequest] = field(default_factory=dict)
    annotations: dict[int, Annotation] = field(default_factory=dict)
    abilities: dict[str, CameraAbilities] = field(default_factory=dict)
    camera_wishes: dict[int, CameraWish] = field(default_factory=dict)
    # By the participant whose camera saw it.
    plates: dict[str, PlateSeen] = field(default_factory=dict)
    # Cameras whose last plate is another machine's, which somebody said is all right.
    dismissed: set[str] = field(default_factory=set)

    def shown_marks(self, camera: str) -> list[Mark]:
        """Give the marks that are shown on the picture of participant ``camera``, over all of its tracks."""
        return [mark for mark in self.marks.values() if mark.shown and self.tracks[mark.track].participant == camera]

    def drawn_marks(self) -> int:
        """Give how many marks were drawn here; those that are expected do not count against what can be drawn."""
        return sum(not mark.expected for mark in self.marks.values())

    def elsewhere(self, camera: str) -> bool:
        """Tell whether the last plate on the picture of participant ``camera`` is another machine's, and a warning."""
        return self.at_machine(camera) is False

    def at_machine(self, camera: str) -> bool | None:
        """Tell by the last plate on a picture whether it is the session's machine; None when no plate tells."""
        if camera not in self.plates or camera in self.dismissed:
            return None
        return self.plates[camera].machine == self.machine

    def present(self) -> list[Participant]:
        """Give who takes part and has not left, connected or not."""
        return [participant for participant in self.participants.values() if not participant.left]
