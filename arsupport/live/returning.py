"""Marks that were kept at a machine: looked for in its cameras' pictures, and known from more sides over time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError
from arsupport.live.kept_marks import marks_of
from arsupport.live.new_views import known_views
from arsupport.live.still_store import JPEG, list_still, store_still
from arsupport.live.storing import insist
from arsupport.protocol import events as e
from arsupport.protocol.marks import KeptView
from arsupport.session.keeping import expect, found, renew

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from arsupport.live.follower import ViewMade
    from arsupport.live.ledger import Ledger
    from arsupport.live.services import Services
    from arsupport.live.tracking import CameraTracking
    from arsupport.session import Mark

_log = structlog.get_logger()

MOST_EXPECTED: Final = 100
"""Kept marks of a machine that are looked for in a session, the most recently kept or seen ones."""


class Returning:
    """The kept marks of one session's machine."""

    def __init__(self, services: Services, ledger: Ledger) -> None:
        self._services = services
        self._ledger = ledger

    async def catch_up(self, tracks: Sequence[str]) -> None:
        """Enter what the machine's kept marks have become elsewhere, and that they are looked for in these pictures.

        Raises:
            ArError: what the journal raises and time does not heal.
        """
        kept = await self._services.journal.read(lambda connection: marks_of(connection, self._ledger.state.machine))
        wanted = [mark for mark in kept if not mark.retired and mark.views][:MOST_EXPECTED]
        await self._enter(lambda: renew(self._ledger.state, kept))
        for track in tracks:
            await self._enter(lambda: expect(self._ledger.state, track, wanted))  # noqa: B023 - called at once

    async def look_for(self, mark: Mark, tracking: CameraTracking) -> None:
        """Look for a mark by all its views but the still that it was drawn on in this session, and for new ones."""
        views = [(view, jpeg) for view in mark.views if (jpeg := await self._read(view)) is not None]
        if not mark.shown:
            return
        if views or mark.expected:
            tracking.expect(mark, views)
        if mark.kept is not None and not mark.kept.retired:
            tracking.keep(mark, known_views(mark))

    async def enter_view(self, made: ViewMade) -> None:
        """Store a picture that shows a kept mark from another side, then say that it is there.

        Raises:
            ArError: what time does not heal.
        """
        pose, mark = made.pose, self._ledger.state.marks[made.pose.mark]
        if mark.kept is None or mark.kept.retired:
            return
        name = f"view-{made.track}-{made.rtp}-{pose.mark}.jpg"
        sha256 = await store_still(self._services, self._ledger.session_id, name, made.jpeg)
        view = KeptView(sha256, pose.x, pose.y, pose.a, pose.b, pose.c, pose.d)
        self._ledger.note(
            e.ViewKept(
                pose.mark, mark.kept.id, view, JPEG, len(made.jpeg), made.track, made.rtp, made.width, made.height
            )
        )

    async def enter_found(self, mark: Mark, track: str, rtp: int) -> None:
        """Say that an expected mark was recognised, with the pictures that it was recognised by in this record, too.

        Raises:
            ArError: what time does not heal.
        """
        for number, view in enumerate(mark.views, 1):
            jpeg = await self._read(view)
            if jpeg is not None:
                name = f"kept-{mark.number}-{number}.jpg"
                await list_still(self._services, self._ledger.session_id, name, view.sha256, len(jpeg))
        await self._enter(lambda: found(mark, track, rtp))

    async def _enter(self, decide: Callable[[], Sequence[e.EventBody]]) -> None:
        def still() -> Sequence[e.EventBody]:
            return [] if self._ledger.state.ending else decide()

        await insist(lambda: self._ledger.decide(still), "kept marks", self._ledger.session_id)

    async def _read(self, view: KeptView) -> bytes | None:
        try:
            return await asyncio.to_thread(self._services.blobs.read, view.sha256)
        except (ArError, OSError) as error:
            _log.error("view-not-readable", session=self._ledger.session_id, sha256=view.sha256, reason=str(error))
            return None
