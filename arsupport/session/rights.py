"""Which role may send which command and which media. What stands here for no role can be sent by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.protocol import commands as c
from arsupport.protocol.events import Kind, Role
from arsupport.protocol.pictures import Purpose

if TYPE_CHECKING:
    import msgspec

_VOICE: frozenset[type[msgspec.Struct]] = frozenset({c.Say, c.SetMuted})
_MARKS: frozenset[type[msgspec.Struct]] = frozenset(
    {
        c.DrawMark,
        c.EditMark,
        c.EraseMark,
        c.RestoreMark,
        c.KeepMark,
        c.RetireMark,
        c.DismissPlate,
        c.GiveStep,
        c.Freeze,
        c.Unfreeze,
    }
)
_CAMERA: frozenset[type[msgspec.Struct]] = frozenset({c.DescribeCamera, c.AnswerCamera})
_PICTURES: frozenset[type[msgspec.Struct]] = frozenset({c.AskPhoto, c.AnnotatePicture, c.ShowPicture})

_PAGE: frozenset[type[msgspec.Struct]] = frozenset({c.SetLowBandwidth})

MAY: dict[Role, frozenset[type[msgspec.Struct]]] = {
    Role.EXPERT: _PAGE | _VOICE | _MARKS | _PICTURES | {c.SetCamera, c.EndSession},
    Role.ONSITE: _PAGE | _VOICE | _CAMERA | {c.EndSession, c.AnswerStep, c.DeclinePhoto, c.SeePicture},
    Role.SUPERVISOR: _PAGE | _VOICE,
    Role.OBSERVER: _PAGE,
    Role.CAMERA: frozenset(),
}

SENDS: dict[Role, frozenset[Kind]] = {
    Role.EXPERT: frozenset({Kind.AUDIO}),
    Role.ONSITE: frozenset({Kind.AUDIO, Kind.VIDEO}),
    Role.SUPERVISOR: frozenset({Kind.AUDIO}),
    Role.OBSERVER: frozenset(),
    Role.CAMERA: frozenset({Kind.AUDIO, Kind.VIDEO}),
}
"""Which media a role may send."""


MAY_SEND: dict[Role, frozenset[Purpose]] = {
    Role.EXPERT: frozenset({Purpose.SHARED}),
    Role.ONSITE: frozenset({Purpose.PHOTO}),
    Role.SUPERVISOR: frozenset(),
    Role.OBSERVER: frozenset(),
    Role.CAMERA: frozenset(),
}
"""Which pictures a role may bring in; annotated ones are the server's own."""


def may(role: Role, command: type[msgspec.Struct]) -> bool:
    """Tell whether ``role`` may send commands of this type."""
    return command in MAY[role]


def may_send(role: Role, purpose: Purpose) -> bool:
    """Tell whether ``role`` may send pictures of this purpose."""
    return purpose in MAY_SEND[role]
