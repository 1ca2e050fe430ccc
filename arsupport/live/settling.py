"""Which of a mark's states are worth an entry in the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arsupport.protocol.marks import MarkState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.protocol.marks import Pose

# A state must last this long, in 90 kHz ticks: what flickers for a few frames is in the pose log.
SETTLED_TICKS: Final = 45_000
# Timestamps wrap: what seems to be further ahead than half a turn went back, and time is counted anew from there.
FARTHEST_TICKS: Final = 2**31


class Settling:
    """Says a state once it has lasted. A mark begins as held, because that is how it was drawn."""

    def __init__(self) -> None:
        self._said: dict[int, MarkState] = {}
        self._since: dict[int, tuple[MarkState, int]] = {}

    def begin(self, mark: int, said: MarkState) -> None:
        """Expect a mark whose last state in the journal is ``said``."""
        self._said[mark] = said
        self._since.pop(mark, None)

    def new_clock(self) -> None:
        """Expect timestamps of another track from now on: they cannot be compared with those before."""
        self._since.clear()

    def settled(self, poses: Sequence[Pose], rtp: int) -> list[tuple[int, MarkState]]:
        """Give the marks whose state has just become worth saying, by the poses in frame ``rtp``."""
        changes = []
        for pose in poses:
            state, since = self._since.setdefault(pose.mark, (pose.state, rtp))
            lasted = (rtp - since) & 0xFFFFFFFF
            if state is not pose.state or lasted > FARTHEST_TICKS:
                self._since[pose.mark] = (pose.state, rtp)
            elif state is not self._said.get(pose.mark, MarkState.HELD) and lasted >= SETTLED_TICKS:
                self._said[pose.mark] = state
                changes.append((pose.mark, state))
        return changes

    def forget(self, mark: int) -> None:
        """A mark is gone."""
        self._said.pop(mark, None)
        self._since.pop(mark, None)
