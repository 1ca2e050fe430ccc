"""Which role may send which command. A command that stands here for no role can be sent by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.protocol import commands as c
from arsupport.protocol.events import Role

if TYPE_CHECKING:
    import msgspec

_EVERYBODY_WITH_A_VOICE: frozenset[type[msgspec.Struct]] = frozenset({c.Say, c.SetMuted, c.EndSession})

MAY: dict[Role, frozenset[type[msgspec.Struct]]] = {
    Role.EXPERT: _EVERYBODY_WITH_A_VOICE
    | {c.DrawMark, c.EditMark, c.EraseMark, c.RestoreMark, c.GiveStep, c.Freeze, c.Unfreeze},
    Role.ONSITE: _EVERYBODY_WITH_A_VOICE | {c.AnswerStep},
    Role.OBSERVER: frozenset(),
    Role.CAMERA: frozenset(),
}


def may(role: Role, command: type[msgspec.Struct]) -> bool:
    """Tell whether ``role`` may send commands of this type."""
    return command in MAY[role]
