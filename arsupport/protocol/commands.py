"""What participants ask for: the bodies of commands on the ``control`` channel.

A command is a wish. The session decides (``arsupport.session``); what it decided comes back as events.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import msgspec

from arsupport.protocol.camera import Amount, CameraAbilities, Outcome, Setting
from arsupport.protocol.marks import Colour, Id, Name, Number, Points, Rtp, Shape, Text
from arsupport.protocol.pictures import MAX_PICTURE_MARKS, PictureMark

PictureMarks = Annotated[list[PictureMark], msgspec.Meta(min_length=1, max_length=MAX_PICTURE_MARKS)]


class Answer(StrEnum):
    """What on-site staff say to a numbered instruction."""

    DONE = "done"
    CANNOT = "cannot"
    NOT_SEEN = "not-seen"


class DrawMark(msgspec.Struct, frozen=True, tag="draw-mark"):
    """Draw a mark on the frame ``rtp`` of video track ``track``: the frame that was seen, live or frozen.

    ``instruction``, when not empty, makes the mark a numbered step that waits for an answer.
    """

    track: Id
    rtp: Rtp
    shape: Shape
    points: Points
    colour: Colour
    text: Text = ""
    instruction: Text = ""


class EditMark(msgspec.Struct, frozen=True, tag="edit-mark"):
    """Change a mark's text or colour. Where it is held stays: to point elsewhere, draw a new mark."""

    mark: Number
    text: Text
    colour: Colour


class EraseMark(msgspec.Struct, frozen=True, tag="erase-mark"):
    """Take a mark off both pictures. The journal keeps it."""

    mark: Number


class RestoreMark(msgspec.Struct, frozen=True, tag="restore-mark"):
    """Put an erased mark back (undo)."""

    mark: Number


class KeepMark(msgspec.Struct, frozen=True, tag="keep-mark"):
    """Keep a mark with the machine: it comes back where it is in later sessions. Once more: another name or reason.

    ``replaces``, when not 0, is a kept mark that this one stands for from now on: what was marked is elsewhere now.
    """

    mark: Number
    name: Name
    reason: Text
    replaces: int = 0


class RetireMark(msgspec.Struct, frozen=True, tag="retire-mark"):
    """A kept mark is not valid any more: it does not come back, and is taken off the picture. Its history stays."""

    mark: Number
    reason: Text


class DismissPlate(msgspec.Struct, frozen=True, tag="dismiss-plate"):
    """Take away the warning that participant ``camera`` shows another machine's plate, because it is all right.

    It comes back when that plate is seen again after it was out of sight for a while, or another one is.
    """

    camera: Id
    reason: Text


class GiveStep(msgspec.Struct, frozen=True, tag="give-step"):
    """Give a numbered instruction, about a mark (``mark`` > 0) or in words alone (``mark`` = 0)."""

    text: Text
    mark: int = 0


class AnswerStep(msgspec.Struct, frozen=True, tag="answer-step"):
    """Answer a numbered instruction. A later answer replaces an earlier one; the journal keeps both."""

    step: Number
    answer: Answer
    note: Text = ""


class Say(msgspec.Struct, frozen=True, tag="say"):
    """A chat message to everybody in the session."""

    text: Text


class Freeze(msgspec.Struct, frozen=True, tag="freeze"):
    """Hold frame ``rtp`` of ``track``: the server keeps it as a still, so that it can be drawn on for any time."""

    track: Id
    rtp: Rtp


class Unfreeze(msgspec.Struct, frozen=True, tag="unfreeze"):
    """Back to the live picture."""


class SetMuted(msgspec.Struct, frozen=True, tag="set-muted"):
    """Say that my microphone is off or on, so that nobody takes silence for consent."""

    muted: bool


class AskPhoto(msgspec.Struct, frozen=True, tag="ask-photo"):
    """Ask a participant on site for a photo in the camera's full resolution; their page takes it at once."""

    participant: Id


class DeclinePhoto(msgspec.Struct, frozen=True, tag="decline-photo"):
    """There will be no photo for this request, and why: an error code, or the person's own words."""

    request: Number
    reason: Text = ""


class AnnotatePicture(msgspec.Struct, frozen=True, tag="annotate-picture"):
    """Burn marks into a copy of a picture: the server makes it, keeps it and shows it to on-site staff."""

    picture: Number
    marks: PictureMarks


class ShowPicture(msgspec.Struct, frozen=True, tag="show-picture"):
    """Show a picture of the session to on-site staff (again)."""

    picture: Number


class SeePicture(msgspec.Struct, frozen=True, tag="see-picture"):
    """The picture is on my screen, whole."""

    picture: Number


class DescribeCamera(msgspec.Struct, frozen=True, tag="describe-camera"):
    """On-site staff's device says what its camera can do and how it stands, at first and after each change."""

    abilities: CameraAbilities


class SetCamera(msgspec.Struct, frozen=True, tag="set-camera"):
    """Ask whoever holds the camera of participant ``camera`` for another setting. They have the last word."""

    camera: Id
    setting: Setting
    value: Amount


class AnswerCamera(msgspec.Struct, frozen=True, tag="answer-camera"):
    """What became of a wish about my camera; ``value`` is how the device stands now by its own account."""

    request: Number
    outcome: Outcome
    value: Amount = 0


class SetLowBandwidth(msgspec.Struct, frozen=True, tag="set-low-bandwidth"):
    """My line is too thin for video, or no longer: send me single pictures in its place, and take them from me.

    ``measured``: the page has found it out; else somebody asked for it.
    """

    on: bool
    measured: bool = False


class EndSession(msgspec.Struct, frozen=True, tag="end-session"):
    """End the session for everybody."""

    reason: Text = ""


CommandBody = (
    DrawMark
    | EditMark
    | EraseMark
    | RestoreMark
    | KeepMark
    | RetireMark
    | DismissPlate
    | GiveStep
    | AnswerStep
    | Say
    | Freeze
    | Unfreeze
    | SetMuted
    | SetLowBandwidth
    | AskPhoto
    | DeclinePhoto
    | AnnotatePicture
    | ShowPicture
    | SeePicture
    | DescribeCamera
    | SetCamera
    | AnswerCamera
    | EndSession
)


class Command(msgspec.Struct, frozen=True, tag="command"):
    """A wish with its number.

    ``number`` grows with each command of one participant, across reconnects and reloads: a command that was already
    carried out is not carried out again. The event that results carries the same number; a client sends unanswered
    commands again after a reconnect.
    """

    number: Number
    body: CommandBody
