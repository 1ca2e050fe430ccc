"""One debugging session: decides on commands, wraps facts as events, and is rebuilt from its journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from arsupport.errors import ArError, Code
from arsupport.protocol.events import SERVER, Event
from arsupport.session.decide import decide
from arsupport.session.evolve import evolve
from arsupport.session.rights import may
from arsupport.session.state import Limits, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from arsupport.protocol.commands import Command
    from arsupport.protocol.events import EventBody


class Session:
    """Decide first, store, then apply: ``handle`` and ``record`` give events and change nothing; ``apply`` changes.

    Between the two the caller makes the events durable. When that fails the session still is what its journal says.
    Only one decision may be under way at a time, because the next one rests on what the last one changed.
    """

    def __init__(self, limits: Limits | None = None) -> None:
        self.state = State()
        self._limits = limits or Limits()

    @classmethod
    def replay(cls, events: Iterable[Event], limits: Limits | None = None) -> Self:
        """Rebuild a session from its journal, up to the last of ``events``.

        Raises:
            ValueError: an event is missing or out of order.
        """
        session = cls(limits)
        for event in events:
            session.apply(event)
        return session

    def handle(self, command: Command, by: str, now: int) -> list[Event]:
        """Give what a participant's command leads to, at ``now`` (ms UTC): empty when it was carried out before.

        Raises:
            ArError: ``not-allowed`` for a role without the right, ``session-ended``, and what ``decide`` raises.
        """
        participant = self.state.participants.get(by)
        if participant is None or participant.left:
            raise ArError(Code.NOT_ALLOWED, f"{by} is not in this session")
        if command.number <= participant.last_command:
            return []
        if not may(participant.role, type(command.body)):
            raise ArError(Code.NOT_ALLOWED, f"{participant.role} may not send {type(command.body).__name__}")
        if self.state.ending:
            raise ArError(Code.SESSION_ENDED)
        bodies = decide(self.state, self._limits, command.body, by)
        return self._events(bodies, by, now, command.number)

    def record(self, bodies: Sequence[EventBody], now: int, by: str = SERVER) -> list[Event]:
        """Give facts as events: what the server itself did or observed.

        Raises:
            ArError: ``session-ended`` once the session is closed: nothing follows the last event.
        """
        if self.state.closed:
            raise ArError(Code.SESSION_ENDED)
        return self._events(bodies, by, now, 0)

    def apply(self, event: Event) -> None:
        """Change the state by an event that is durable.

        Raises:
            ValueError: it is not the next event.
        """
        evolve(self.state, event)

    def _events(self, bodies: Sequence[EventBody], by: str, now: int, command: int) -> list[Event]:
        # The journal's order is the order of decisions; a clock that was set back must not contradict it.
        at = max(now, self.state.last_at)
        first = self.state.seq + 1
        return [Event(first + index, at, by, command, body) for index, body in enumerate(bodies)]
