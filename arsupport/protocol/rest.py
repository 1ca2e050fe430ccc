"""Bodies of the REST interface (JSON). Paths and rights: docs/protocol.md."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from arsupport.protocol.marks import MAX_TEXT, Name, Text
from arsupport.protocol.pictures import Purpose
from arsupport.protocol.plates import PlateLanguage, PlateSize, Tag

Login = Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._@-]+$")]
Password = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class AccountRole(StrEnum):
    """What an account may do: an admin everything, an expert sessions, the others only read.

    In a running session a supervisor also speaks; an auditor sees and hears it, as an observer.
    """

    ADMIN = "admin"
    EXPERT = "expert"
    AUDITOR = "auditor"
    SUPERVISOR = "supervisor"


class Problem(msgspec.Struct, frozen=True):
    """Every failed request's body. ``code`` is stable; pages translate it."""

    code: str
    detail: str


class SignIn(msgspec.Struct, frozen=True):
    """POST /api/sign-in."""

    login: Login
    password: Password


class Setup(msgspec.Struct, frozen=True):
    """POST /api/setup: the one-time link's token, and who the first administrator will be."""

    token: str
    login: Login
    name: Name
    password: Password


class NewPassword(msgspec.Struct, frozen=True):
    """POST /api/new-password: the one-time link's token, and the password that its user will have."""

    token: str
    password: Password


class Account(msgspec.Struct, frozen=True):
    """GET /api/me: the signed-in user."""

    login: str
    name: str
    role: AccountRole


class Trust(msgspec.Struct, frozen=True):
    """GET /api/trust: the SHA-256 fingerprint of this server's own authority, as pairs of hexadecimal digits."""

    fingerprint: str


class SignalToken(msgspec.Struct, frozen=True):
    """A one-time token for ``hello``; good for ``expires_in`` seconds."""

    token: str
    expires_in: int
    machine: str = ""
    machine_name: str = ""
    site: str = ""


class NewMachine(msgspec.Struct, frozen=True):
    """POST /api/machines. ``tag``, if not null, is the number on the label that the machine has already."""

    name: Name
    site: Name
    tag: Tag | None = None


class Machine(msgspec.Struct, frozen=True):
    """A machine as lists show it. ``tag`` is the number on its plate; ``last_session_at`` is ms UTC, 0 for never."""

    id: str
    code: str
    name: str
    site: str
    link: str
    sessions: int
    last_session_at: int
    tag: int


class LabelWish(msgspec.Struct, frozen=True):
    """The query of GET /api/machines/{id}/label.svg and label.pdf."""

    size: PlateSize = PlateSize.A6
    language: PlateLanguage = PlateLanguage.EN


class ReportWish(msgspec.Struct, frozen=True):
    """The query of GET /api/sessions/{id}/report.pdf."""

    language: PlateLanguage = PlateLanguage.EN


class SheetWish(msgspec.Struct, frozen=True):
    """The query of GET /api/labels.pdf: the machines of one site, on sheets of A4 to be cut."""

    site: str
    size: PlateSize = PlateSize.A6
    language: PlateLanguage = PlateLanguage.EN


class NewInvitation(msgspec.Struct, frozen=True):
    """POST /api/invitations: a link for on-site staff that works once."""

    machine: str


class Invitation(msgspec.Struct, frozen=True):
    """The link to send. Its secret stands behind ``#``, so it never reaches a server's log."""

    link: str
    expires_at: int


class RedeemInvitation(msgspec.Struct, frozen=True):
    """POST /api/invitations/redeem."""

    token: str


class NewEnrolment(msgspec.Struct, frozen=True):
    """POST /api/enrolments: let one fixed camera come to a machine under this name."""

    machine: str
    name: Name


class Enrolment(msgspec.Struct, frozen=True):
    """The token for the camera's agent. It works once, until ``expires_at`` (ms UTC)."""

    token: str
    expires_at: int


class RedeemEnrolment(msgspec.Struct, frozen=True):
    """POST /api/enrolments/redeem: ``key`` is made by the agent, 256 random bits in base64url, and kept by it alone."""

    token: str
    key: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_-]{43}$")]


class EnrolledCamera(msgspec.Struct, frozen=True):
    """Where the camera belongs now. Its key opens the signalling socket, and WHIP."""

    camera: str
    name: str
    machine_code: str
    machine_name: str
    site: str


class SessionSummary(msgspec.Struct, frozen=True):
    """A session in a list. ``closed_at`` is 0 while it runs; ``marks`` were drawn in it, or kept earlier and found."""

    id: str
    machine: str
    machine_name: str
    site: str
    opened_at: int
    closed_at: int
    events: int
    people: list[str]
    marks: int
    stills: int


class Still(msgspec.Struct, frozen=True):
    """A stored picture. ``url`` is relative to this server."""

    sha256: str
    url: str
    annotated_url: str
    session: str
    at: int
    width: int
    height: int
    mark: int
    mark_text: str


class StoredPicture(msgspec.Struct, frozen=True):
    """A photo, a shared picture or an annotated one. ``number`` is its number in the session, ``by`` whose it is."""

    session: str
    number: int
    at: int
    by: str
    purpose: Purpose
    title: str
    width: int
    height: int
    url: str


class KeptMarkEntry(msgspec.Struct, frozen=True):
    """A line of a kept mark's history, oldest first.

    ``turn`` is ``kept``, ``renamed``, ``moved``, ``found`` (seen again) or ``retired``; ``session`` is empty for what
    happened outside of one; ``by`` is a person's name, empty for the server.
    """

    turn: str
    at: int
    session: str
    by: str
    name: str
    reason: str


class KeptMark(msgspec.Struct, frozen=True):
    """A mark that belongs to a machine: it comes back in sessions until it is retired.

    ``url`` is the picture that it was drawn on, with the mark, empty when there is none; ``views`` counts the pictures
    that it is recognised by. ``kept_by`` is a person's name.
    """

    id: str
    name: str
    reason: str
    kept_by: str
    kept_at: int
    retired: bool
    url: str
    views: int
    history: list[KeptMarkEntry]


class RetireKeptMark(msgspec.Struct, frozen=True):
    """POST /api/machines/{id}/kept/{kept}/retire: why it is not valid any more."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TEXT, pattern=r"\S")]


class MachineHistory(msgspec.Struct, frozen=True):
    """GET /api/machines/{id}: everything that ever happened at this machine, newest first."""

    machine: Machine
    sessions: list[SessionSummary]
    stills: list[Still]
    pictures: list[StoredPicture]
    kept: list[KeptMark]


class RecordedTrack(msgspec.Struct, frozen=True):
    """A track's playable file.

    For video, ``frames_url`` serves the RTP timestamps of its frames in order (JSON array of integers), and frame
    ``rtp`` has media time ``((rtp - first_rtp) mod 2^32) / clock_rate`` seconds in the file. ``started_at`` (ms UTC)
    is when media time 0 was received: it aligns tracks with each other and with events.
    """

    track: str
    participant: str
    kind: str
    codec: str
    clock_rate: int
    first_rtp: int
    started_at: int
    seconds: float
    url: str
    media_type: str
    frames_url: str
    poses_url: str


class Recording(msgspec.Struct, frozen=True):
    """GET /api/sessions/{id}/recording."""

    session: SessionSummary
    tracks: list[RecordedTrack]


class Verification(msgspec.Struct, frozen=True):
    """GET /api/sessions/{id}/verification: what a complete check of the journal and its files found."""

    ok: bool
    closed: bool
    events: int
    files: int
    head: str
    problems: list[Text]
