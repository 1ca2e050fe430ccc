"""Who gets whose picture and voice: names tracks, fills the places in everybody's page, feeds recorder and tracker."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog

from arsupport.errors import ArError, Code
from arsupport.live.storing import insist
from arsupport.protocol import events as e
from arsupport.protocol.channels import SlotAssigned
from arsupport.rtc import FrameAssembler
from arsupport.session import SENDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from arsupport.live.ledger import Ledger
    from arsupport.live.marks import Marks
    from arsupport.live.recorder import Recorder
    from arsupport.live.seat import Seat
    from arsupport.rtc import EncodedFrame, MediaPacket, Publication, Slot

_log = structlog.get_logger()


@dataclass(frozen=True)
class LiveTrack:
    """A track that media comes on now."""

    id: str
    seat: Seat
    publication: Publication
    untap: Callable[[], None]


class Switchboard:
    """Connects the publications of a session's seats with the slots of the others."""

    def __init__(self, ledger: Ledger, seats: dict[str, Seat], recorder: Recorder, marks: Marks) -> None:
        self._ledger = ledger
        self._seats = seats
        self._recorder = recorder
        self._marks = marks
        self._tracks: dict[str, LiveTrack] = {}
        self._numbers: dict[str, int] = {}
        # Whose picture is on a participant's media line: chosen, or the first that came. It stays while it is away.
        self._watched: dict[tuple[str, str], str] = {}

    async def publish(self, seat: Seat, publication: Publication) -> None:
        """Take a participant's new media: enter it, record it, show it to the others."""
        track = self._name(seat.participant)
        kind = e.Kind(publication.kind)
        started = e.TrackStarted(track, seat.participant, kind, publication.codec, publication.clock_rate)

        def wanted() -> bool:
            return not seat.closed and not publication.ended

        try:
            await insist(
                lambda: self._ledger.record(started, by=seat.participant),
                "track",
                self._ledger.session_id,
                wanted=wanted,
            )
        except ArError as error:
            _log.warning(
                "track-not-started",
                session=self._ledger.session_id,
                participant=seat.participant,
                track=track,
                code=error.code,
            )
            return
        if not wanted():
            self._ledger.note(e.TrackStopped(track, "disconnected"))
            return
        self._tracks[track] = LiveTrack(track, seat, publication, self._tap(track, seat, publication))
        for other in self._seats.values():
            self.fill_slots(other)

    def unpublish(self, seat: Seat, publication: Publication, reason: str) -> None:
        """A publication has ended."""
        for live in list(self._tracks.values()):
            if live.seat is seat and live.publication is publication:
                self._stop(live, reason)

    def hang_up(self, seat: Seat, reason: str) -> None:
        """A participant's connection is gone, and everything that came on it."""
        for live in list(self._tracks.values()):
            if live.seat is seat:
                self._stop(live, reason)

    def watch(self, seat: Seat, mid: str, camera: str) -> None:
        """Show a participant another camera from now on.

        Raises:
            ArError: ``unknown-camera`` for a participant who has none; ``bad-message`` for a line that takes no video.
        """
        person = self._ledger.state.participants.get(camera)
        if person is None or person.left or e.Kind.VIDEO not in SENDS[person.role] or camera == seat.participant:
            raise ArError(Code.UNKNOWN_CAMERA, f"{camera} has no camera in this session")
        slot = next((slot for slot in seat.slots if slot.mid == mid and slot.kind == "video"), None)
        if slot is None:
            raise ArError(Code.BAD_MESSAGE, f"no video comes on the line {mid}")
        self._watched[seat.participant, mid] = camera
        self._show_picture(seat, slot)
        self.mapped(seat, slot)  # when it was there already, that is the answer

    def connected(self, seat: Seat) -> None:
        """A participant's page is there, for the first time or anew: a camera that has left is not waited for there."""
        present = {person.id for person in self._ledger.state.present()}
        for place, camera in list(self._watched.items()):
            if place[0] == seat.participant and camera not in present:
                del self._watched[place]
        self.fill_slots(seat)

    def fill_slots(self, seat: Seat) -> None:
        """Give every place in a participant's page the picture that is watched there, or somebody else's voice."""
        for slot in seat.slots:
            if slot.kind == "video":
                self._show_picture(seat, slot)
        shown = {slot.publication for slot in seat.slots}
        for live in self._others(seat, "audio"):
            place = next((slot for slot in seat.slots if _is_free(slot) and slot.kind == "audio"), None)
            if place is not None and live.publication not in shown:
                self._attach(seat, place, live)

    def refresh(self, seat: Seat) -> None:
        """Ask a participant whose path was dead for whole pictures: what was lost is not repeated."""
        now = asyncio.get_running_loop().time()
        for live in self._tracks.values():
            if live.seat is seat:
                live.publication.request_keyframe(now)

    def mapped(self, seat: Seat, slot: Slot) -> None:
        """A track's first packet goes to a participant: say which track it is, and how its timestamps read."""
        mapping = slot.mapping
        live = next((live for live in self._tracks.values() if live.publication is slot.publication), None)
        if mapping is not None and live is not None:
            from_rtp, offset = mapping
            seat.send_control(SlotAssigned(slot.mid, live.id, e.Kind(slot.kind), from_rtp, offset))

    def announce(self, seat: Seat) -> None:
        """Say all that ``mapped`` said, to a client that could not hear it yet."""
        for slot in seat.slots:
            self.mapped(seat, slot)

    def _show_picture(self, seat: Seat, slot: Slot) -> None:
        place = (seat.participant, slot.mid)
        if place not in self._watched:
            elsewhere = {camera for (viewer, _), camera in self._watched.items() if viewer == seat.participant}
            free = [it for it in self._others(seat, "video") if it.seat.participant not in elsewhere]
            # Who asks for help is meant, rather than what hangs on the wall.
            free.sort(key=lambda live: live.seat.role is not e.Role.ONSITE)
            if not free:
                return
            self._watched[place] = free[0].seat.participant
        camera = self._watched[place]
        live = next((it for it in self._others(seat, "video") if it.seat.participant == camera), None)
        if live is None:
            slot.detach()
        elif slot.publication is not live.publication:
            self._attach(seat, slot, live)

    def _others(self, seat: Seat, kind: str) -> list[LiveTrack]:
        """Give everybody else's live tracks of a kind, the newest first."""
        everybody = reversed(self._tracks.values())
        return [it for it in everybody if it.seat.participant != seat.participant and it.publication.kind == kind]

    def _attach(self, seat: Seat, slot: Slot, live: LiveTrack) -> None:
        try:
            slot.attach(live.publication)
        except ArError as error:
            _log.warning(
                "track-not-shown",
                session=self._ledger.session_id,
                participant=seat.participant,
                track=live.id,
                code=error.code,
            )

    def _tap(self, track: str, seat: Seat, publication: Publication) -> Callable[[], None]:
        write = self._recorder.begin_track(track, publication)
        takers: list[Callable[[EncodedFrame], None]] = [write]
        if publication.kind == "video":
            takers.append(self._marks.begin_track(seat.participant, track, publication.codec))
        assembler = FrameAssembler(publication.codec, publication.negotiated.parameter_sets)

        def take(packet: MediaPacket) -> None:
            for frame in assembler.push(packet):
                for taker in takers:
                    taker(frame)

        return publication.tap(take)

    def _stop(self, live: LiveTrack, reason: str) -> None:
        """A track is over, although what comes on it may go on: a camera that pushes does so between its sessions."""
        del self._tracks[live.id]
        live.untap()
        for slot in (slot for seat in self._seats.values() for slot in seat.slots):
            if slot.publication is live.publication and not live.publication.ended:
                slot.detach()
        self._recorder.end_track(live.id)
        self._ledger.note(e.TrackStopped(live.id, reason))

    def _name(self, participant: str) -> str:
        """Give the next track's name. Counted here: two tracks may start before the first one is in the ledger."""
        before = sum(track.participant == participant for track in self._ledger.state.tracks.values())
        number = max(self._numbers.get(participant, 0), before) + 1
        self._numbers[participant] = number
        return f"{participant}-{number}"


def _is_free(slot: Slot) -> bool:
    return slot.publication is None or slot.publication.ended
