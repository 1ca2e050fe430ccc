"""Which machine's plate is before a session's cameras: the right one, or another, of which everybody is warned."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.journal import machines
from arsupport.protocol import events as e

if TYPE_CHECKING:
    from arsupport.journal.machines import Machine
    from arsupport.live.ledger import Ledger
    from arsupport.live.lookout import TagsSeen
    from arsupport.live.marks import Marks
    from arsupport.live.services import Services
    from arsupport.live.tasks import Tasks

_log = structlog.get_logger()

LOOKS: Final = 3
"""Looks, one after the other, in which a plate must have been read to be believed."""
# Longer ago is another moment. And for so long after the right plate no other one counts: whoever stands between two
# machines, or walks past one, sees both.
_SECONDS: Final = 5.0
# What is decoded for a tag while nothing else needs it: time for three looks, and for a machine that is busy.
_ATTENTION_SECONDS: Final = 2.0
# A warning that was dismissed comes back when the plate was out of sight for so long: somebody went, and is back.
_AWAY_SECONDS: Final = 60.0
# What no machine had so long ago may be one's by now: labels are printed, and taken over, during sessions too.
_STRANGER_SECONDS: Final = 10.0
_TICKS: Final = 90_000
_WRAP: Final = 1 << 32


class Looks:
    """Which plates one track's pictures show for sure."""

    def __init__(self) -> None:
        self._counts: dict[int, int] = {}
        self._last = 0
        self._own_at: int | None = None

    def take(self, rtp: int, numbers: set[int], own: int | None) -> set[int]:
        """Take the numbers of one look, at frame ``rtp``; give those that are sure.

        Beside the ``own`` number, and shortly after it, no other one is.
        """
        if _seconds(self._last, rtp) > _SECONDS:
            self._counts = {}
        self._last = rtp
        if own is not None and own in numbers:
            self._own_at, numbers = rtp, {own}
        elif self._own_at is not None and _seconds(self._own_at, rtp) <= _SECONDS:
            numbers = set()
        self._counts = {number: self._counts.get(number, 0) + 1 for number in numbers}
        return {number for number, count in self._counts.items() if count >= LOOKS}


class Plates:
    """Enters whose plate is before a camera, when it is another's than before."""

    def __init__(self, services: Services, ledger: Ledger, marks: Marks, tasks: Tasks) -> None:
        self._journal = services.journal
        self._ledger = ledger
        self._marks = marks
        self._tasks = tasks
        self._looks: dict[str, Looks] = {}
        self._machines: dict[int, Machine | None] = {}  # by tag; None for a tag that no machine has
        self._entered = {camera: plate.machine for camera, plate in ledger.state.plates.items()}
        self._attentive: set[str] = set()
        self._asked: dict[int, float] = {}  # by tag, when it was asked whose it is
        self._in_sight: dict[str, tuple[str, int]] = {}  # by camera, where what was entered was seen last

    def seen(self, seen: TagsSeen) -> None:
        """Take the tags in one frame."""
        self._tasks.start(self._take(seen))

    async def _take(self, seen: TagsSeen) -> None:
        numbers = {tag.number for tag in seen.tags}
        await self._identify(numbers)
        state = self._ledger.state
        if seen.track not in state.tracks or state.ending:
            return
        camera = state.tracks[seen.track].participant
        theirs = {number for number in numbers if self._machines[number] is not None}
        own = next((number for number, it in self._machines.items() if it is not None and it.id == state.machine), None)
        self._note_return(camera, seen, theirs)
        sure = self._looks.setdefault(seen.track, Looks()).take(seen.rtp, theirs, own)
        found = [machine for number in sorted(sure) if (machine := self._machines[number]) is not None]
        told = self._entered.get(camera)
        if found and all(machine.id != told for machine in found):
            self._enter(camera, seen, found[0])
        elif not sure and any((machine := self._machines[number]) and machine.id != told for number in theirs):
            self._attend(camera)

    async def _identify(self, numbers: set[int]) -> None:
        """Find out whose the tags are, and now and then whether a machine has been added that has a strange one."""
        now = asyncio.get_running_loop().time()
        known = {number for number, machine in self._machines.items() if machine is not None}
        unknown = {it for it in numbers - known if now - self._asked.get(it, -_STRANGER_SECONDS) >= _STRANGER_SECONDS}
        if unknown:
            self._asked.update(dict.fromkeys(unknown, now))
            found = await self._journal.read(lambda c: {number: machines.by_tag(c, number) for number in unknown})
            self._machines.update(found)

    def _note_return(self, camera: str, seen: TagsSeen, theirs: set[int]) -> None:
        """Forget that a plate was entered whose warning was dismissed, when it was out of sight for long enough."""
        entered = self._entered.get(camera)
        if not any((machine := self._machines[number]) and machine.id == entered for number in theirs):
            return
        track, rtp = self._in_sight.get(camera, (seen.track, seen.rtp))
        self._in_sight[camera] = seen.track, seen.rtp
        away = _seconds(rtp, seen.rtp) if track == seen.track else 0.0
        if camera in self._ledger.state.dismissed and away > _AWAY_SECONDS:
            del self._entered[camera]

    def _enter(self, camera: str, seen: TagsSeen, machine: Machine) -> None:
        self._entered[camera] = machine.id
        if machine.id != self._ledger.state.machine:
            _log.warning("other-machines-plate", session=self._ledger.session_id, camera=camera, machine=machine.id)
        self._ledger.note(e.PlateSeen(seen.track, seen.rtp, machine.tag, machine.id, machine.name, machine.site))

    def _attend(self, camera: str) -> None:
        """Have every picture of a camera decoded for a moment, so that the next looks do not wait for keyframes."""
        tracking = self._marks.camera(camera)
        if tracking is None or camera in self._attentive:
            return
        self._attentive.add(camera)
        unwatch = tracking.watch()

        def turn_away() -> None:
            self._attentive.discard(camera)
            unwatch()

        asyncio.get_running_loop().call_later(_ATTENTION_SECONDS, turn_away)


def _seconds(before: int, now: int) -> float:
    return (now - before) % _WRAP / _TICKS
