"""Which role may send which command. A command that stands here for no role can be sent by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.protocol import commands as c
from arsupport.protocol.events import Role
from arsupport.protocol.pictures import Purpose

if TYPE_CHECKING:
    import msgspec

_EVERYBODY_WITH_A_VOICE: frozenset[type[msgspec.Struct]] = frozenset({c.Say, c.SetMuted, c.EndSession})
_MARKS: frozenset[type[msgspec.Struct]] = frozenset(
    {c.DrawMark, c.EditMark, c.EraseMark, c.RestoreMark, c.GiveStep, c.Freeze, c.Unfreeze}
)
_PICTURES: frozenset[type[msgspec.Struct]] = frozenset({c.AskPhoto, c.AnnotatePicture, c.ShowPicture})

MAY: dict[Role, frozenset[type[msgspec.Struct]]] = {
    Role.EXPERT: _EVERYBODY_WITH_A_VOICE | _MARKS | _PICTURES,
    Role.ONSITE: _EVERYBODY_WITH_A_VOICE | {c.AnswerStep, c.DeclinePhoto, c.SeePicture},
    Role.OBSERVER: frozenset(),
    Role.CAMERA: frozenset(),
}


MAY_SEND: dict[Role, frozenset[Purpose]] = {
    Role.EXPERT: frozenset({Purpose.SHARED}),
    Role.ONSITE: frozenset({Purpose.PHOTO}),
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
