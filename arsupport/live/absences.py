"""Since when which participants have had no connection, so that every gap can be entered when it is over."""

from __future__ import annotations

from arsupport.protocol.events import GapNoted


class Absences:
    """The participants of one session who were there and are not. Times are ms UTC."""

    def __init__(self) -> None:
        self._since: dict[str, tuple[int, str]] = {}

    def begin(self, participant: str, reason: str, at_ms: int) -> None:
        """Note that a participant was heard last at ``at_ms``; of two reports the first holds."""
        self._since.setdefault(participant, (at_ms, reason))

    def end(self, participant: str, at_ms: int) -> GapNoted | None:
        """Give what was missing of a participant who is there (again); None for one who is there for the first time."""
        since = self._since.pop(participant, None)
        return None if since is None else GapNoted("", since[1], since[0], at_ms)
