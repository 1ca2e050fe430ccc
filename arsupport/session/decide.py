"""What a command leads to: the state and a wish in, event bodies out, or a refusal. Nothing is changed here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.errors import ArError, Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.session.camera_wishes import answer_camera, ask_camera
from arsupport.session.keeping import keep, retire

if TYPE_CHECKING:
    from arsupport.protocol.pictures import PictureMark
    from arsupport.session.state import Limits, Mark, State


def decide(state: State, limits: Limits, body: c.CommandBody, by: str) -> list[e.EventBody]:  # noqa: C901, PLR0911, PLR0912 - one case a command
    """Give what ``body`` leads to, when participant ``by`` asks for it.

    Raises:
        ArError: ``unknown-mark``, ``unknown-step``, ``unknown-camera`` for what does not exist, ``too-many`` beyond
            the limits, ``bad-message`` for what makes no sense (an arrow with one point).
    """
    match body:
        case c.DrawMark():
            return _draw(state, limits, body)
        case c.EditMark():
            _mark(state, body.mark)
            _check_text(limits, body.text)
            return [e.MarkEdited(body.mark, body.text, body.colour)]
        case c.EraseMark():
            _mark(state, body.mark)
            return [e.MarkErased(body.mark)]
        case c.RestoreMark():
            _mark(state, body.mark)
            return [e.MarkRestored(body.mark)]
        case c.KeepMark():
            return keep(state, limits, body)
        case c.RetireMark():
            return retire(state, limits, body)
        case c.DismissPlate():
            if not state.elsewhere(body.camera):
                raise ArError(Code.UNKNOWN_CAMERA, f"{body.camera} shows no other machine's label")
            _check_text(limits, body.reason, empty=False)
            return [e.PlateDismissed(body.camera, state.plates[body.camera].machine, body.reason)]
        case c.GiveStep():
            if body.mark:
                _mark(state, body.mark)
            return [_step(state, limits, body.mark, body.text)]
        case c.AnswerStep():
            if body.step not in state.steps:
                raise ArError(Code.UNKNOWN_STEP, f"step {body.step}")
            _check_text(limits, body.note)
            return [e.StepAnswered(body.step, body.answer, body.note)]
        case c.Say():
            _check_text(limits, body.text, empty=False)
            return [e.Said(body.text)]
        case c.Freeze():
            _check_video(state, body.track)
            return [e.Frozen(body.track, body.rtp)]
        case c.Unfreeze():
            return [e.Unfrozen()]
        case c.SetMuted():
            return [e.Muted(body.muted)]
        case c.SetLowBandwidth():
            return [e.LowBandwidthSet(body.on, body.measured)]
        case c.AskPhoto():
            return [_photo_request(state, limits, body.participant)]
        case c.DeclinePhoto():
            return _decline(state, limits, body)
        case c.AnnotatePicture():
            return [_annotation(state, limits, body)]
        case c.ShowPicture():
            _picture(state, body.picture)
            return [e.PictureShown(body.picture)]
        case c.SeePicture():
            _picture(state, body.picture)
            return [e.PictureSeen(body.picture)]
        case c.DescribeCamera():
            return [e.CameraDescribed(body.abilities)]
        case c.SetCamera():
            return [ask_camera(state, limits, body)]
        case c.AnswerCamera():
            return [answer_camera(state, body, by)]
        case c.EndSession():
            _check_text(limits, body.reason)
            return [e.SessionEnding(body.reason)]


_POINTS_NEEDED = {"arrow": (2, 2), "circle": (2, 2), "text": (1, 1)}


def _draw(state: State, limits: Limits, body: c.DrawMark) -> list[e.EventBody]:
    _check_video(state, body.track)
    if state.drawn_marks() >= limits.marks:
        raise ArError(Code.TOO_MANY, f"a session takes {limits.marks} marks")
    _check_shape(limits, body)
    number = len(state.marks) + 1
    drawn = e.MarkDrawn(number, body.track, body.rtp, body.shape, body.points, body.colour, body.text)
    if not body.instruction:
        return [drawn]
    return [drawn, _step(state, limits, number, body.instruction)]


def _check_shape(limits: Limits, mark: c.DrawMark | PictureMark) -> None:
    fewest, most = _POINTS_NEEDED.get(mark.shape, (1, limits.points_per_mark))
    if not fewest <= len(mark.points) <= most:
        raise ArError(Code.BAD_MESSAGE, f"{mark.shape} with {len(mark.points)} points, takes {fewest} to {most}")
    _check_text(limits, mark.text, empty=mark.shape != "text")


def _photo_request(state: State, limits: Limits, participant: str) -> e.PhotoAsked:
    asked = state.participants.get(participant)
    if asked is None or asked.left or asked.role is not e.Role.ONSITE:
        raise ArError(Code.UNKNOWN_CAMERA, f"{participant} takes no photos")
    if len(state.photo_requests) >= limits.pictures:
        raise ArError(Code.TOO_MANY, f"in a session {limits.pictures} photos can be asked for")
    return e.PhotoAsked(len(state.photo_requests) + 1, participant)


def _decline(state: State, limits: Limits, body: c.DeclinePhoto) -> list[e.EventBody]:
    if body.request not in state.photo_requests:
        raise ArError(Code.UNKNOWN_PICTURE, f"request {body.request}")
    _check_text(limits, body.reason)
    return [e.PhotoDeclined(body.request, body.reason)]


def _annotation(state: State, limits: Limits, body: c.AnnotatePicture) -> e.PictureAnnotated:
    _picture(state, body.picture)
    if max(len(state.pictures), len(state.annotations)) >= limits.pictures:
        raise ArError(Code.TOO_MANY, f"a session takes {limits.pictures} pictures")
    for mark in body.marks:
        _check_shape(limits, mark)
    return e.PictureAnnotated(len(state.annotations) + 1, body.picture, body.marks)


def _picture(state: State, number: int) -> None:
    if number not in state.pictures:
        raise ArError(Code.UNKNOWN_PICTURE, f"picture {number}")


def _step(state: State, limits: Limits, mark: int, text: str) -> e.StepGiven:
    _check_text(limits, text, empty=False)
    if len(state.steps) >= limits.steps:
        raise ArError(Code.TOO_MANY, f"a session takes {limits.steps} steps")
    return e.StepGiven(len(state.steps) + 1, mark, text)


def _mark(state: State, number: int) -> Mark:
    try:
        return state.marks[number]
    except KeyError:
        raise ArError(Code.UNKNOWN_MARK, f"mark {number}") from None


def _check_video(state: State, track: str) -> None:
    if track not in state.tracks or state.tracks[track].kind is not e.Kind.VIDEO:
        raise ArError(Code.UNKNOWN_CAMERA, f"track {track}")


def _check_text(limits: Limits, text: str, *, empty: bool = True) -> None:
    if len(text) > limits.text_chars:
        raise ArError(Code.BAD_MESSAGE, f"text of {len(text)} characters, at most {limits.text_chars}")
    if not empty and not text.strip():
        raise ArError(Code.BAD_MESSAGE, "text is empty")
