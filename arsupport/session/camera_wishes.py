"""What experts ask of the camera that somebody on site holds, and the answers: who asked for what is never in doubt."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.errors import ArError, Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.camera import CameraAbilities, Outcome, Setting

if TYPE_CHECKING:
    from arsupport.session.state import Limits, State


def ask_camera(state: State, limits: Limits, body: c.SetCamera) -> e.CameraAsked:
    """Give the wish for another setting.

    Raises:
        ArError: ``unknown-camera`` when nobody there has such a camera, ``bad-message`` for what the camera has said
            that it cannot do, ``too-many``.
    """
    person = state.participants.get(body.camera)
    abilities = state.abilities.get(body.camera)
    if person is None or person.left or abilities is None:
        raise ArError(Code.UNKNOWN_CAMERA, f"{body.camera} has no camera that can be set")
    if not _can(abilities, body.setting, body.value):
        raise ArError(Code.BAD_MESSAGE, f"this camera cannot have {body.setting} {body.value:g}")
    if len(state.camera_wishes) >= limits.camera_wishes:
        raise ArError(Code.TOO_MANY, f"a session takes {limits.camera_wishes} settings of cameras")
    return e.CameraAsked(len(state.camera_wishes) + 1, body.camera, body.setting, body.value)


def answer_camera(state: State, body: c.AnswerCamera, by: str) -> e.CameraAnswered:
    """Give the answer to a wish, by whoever holds the camera.

    Raises:
        ArError: ``not-allowed`` for somebody else's camera or no wish at all, ``bad-message`` when it was answered
            already: only what was done can still be undone.
    """
    wish = state.camera_wishes.get(body.request)
    if wish is None or wish.camera != by:
        raise ArError(Code.NOT_ALLOWED, f"wish {body.request} is not about this camera")
    if wish.outcome is not (Outcome.DONE if body.outcome is Outcome.UNDONE else None):
        raise ArError(Code.BAD_MESSAGE, f"wish {body.request} was answered already")
    return e.CameraAnswered(body.request, body.outcome, body.value)


def _can(abilities: CameraAbilities, setting: Setting, value: float) -> bool:
    match setting:
        case Setting.TORCH:
            return abilities.torch and value in {0, 1}
        case Setting.ZOOM:
            return 0 < abilities.zoom_least <= value <= abilities.zoom_most
        case Setting.FACING:
            return value in abilities.facings
        case Setting.HEIGHT:
            return value in abilities.heights
