"""The parts of a session that end on disk, and how they come to rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from arsupport.live.ledger import now_ms
from arsupport.live.storing import insist
from arsupport.protocol.events import SessionClosed

if TYPE_CHECKING:
    from arsupport.live.ledger import Ledger
    from arsupport.live.marks import Marks
    from arsupport.live.pictures import Pictures
    from arsupport.live.recorder import Recorder
    from arsupport.live.services import Services

_log = structlog.get_logger()


@dataclass(frozen=True)
class Keeping:
    """Ledger, recordings, marks and pictures of one session."""

    services: Services
    ledger: Ledger
    recorder: Recorder
    marks: Marks
    pictures: Pictures

    async def settle(self) -> None:
        """Close recordings and stop following, and wait until the disk has taken all of it; nothing new may come."""
        await self.pictures.close()
        await self.marks.close()
        await self.recorder.close()
        await self.ledger.settle()

    async def close(self, reason: str) -> None:
        """Write the last event, and sign; waits for the disk as long as it takes.

        Raises:
            ArError: what time does not heal.
        """
        session, closing = self.ledger.session_id, self.services.journal.close_session
        await self.settle()
        await insist(lambda: self.ledger.record(SessionClosed(reason)), "end", session)
        await insist(lambda: closing(session, at_ms=now_ms()), "signature", session)
        await self.ledger.close()
        _log.info("session-closed", session=session, reason=reason, events=self.ledger.state.seq)

    async def abort(self) -> None:
        """Wait no more."""
        await self.pictures.abort()
        await self.marks.abort()
        await self.recorder.abort()
        await self.ledger.close()
