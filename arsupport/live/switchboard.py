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
        # Connections that take no video, and the tracks of participants who send single pictures in its place.
        self._withheld: set[Seat] = set()
        self._pictures: dict[str, str] = {}

    async def publish(self, seat: Seat, publication: Publication) -> None:
        """Take a participant's new media: enter it, record it, show it to the others."""
        track = self.name_track(seat.participant)
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
        self._withheld.discard(seat)
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

    def watched(self, seat: Seat) -> str:
        """Give the participant whose camera is on somebody's page; "" when there is none."""
        cameras = (self._watched.get((seat.participant, slot.mid), "") for slot in seat.slots if slot.kind == "video")
        return next(cameras, "")

    def withhold_video(self, seat: Seat, *, withheld: bool) -> None:
        """Send a participant no video, or again."""
        if withheld == (seat in self._withheld):
            return
        if withheld:
            self._withheld.add(seat)
        else:
            self._withheld.discard(seat)
        self.fill_slots(seat)

    def pictures_began(self, participant: str, track: str) -> None:
        """Single pictures come from a camera in place of video."""
        self._pictures[participant] = track
        self._say_again(participant)

    def pictures_ended(self, participant: str) -> None:
        """Video comes again, and marks are followed on it."""
        if self._pictures.pop(participant, None) is None:
            return
        for live in self._tracks.values():
            if live.seat.participant == participant and live.publication.kind == "video":
                self._marks.begin_track(participant, live.id, live.publication.codec)
                live.publication.request_keyframe(asyncio.get_running_loop().time())
        self._say_again(participant)

    def refresh(self, seat: Seat) -> None:
        """Ask a participant whose path was dead for whole pictures: what was lost is not repeated."""
        now = asyncio.get_running_loop().time()
        for live in self._tracks.values():
            if live.seat is seat:
                live.publication.request_keyframe(now)

    def mapped(self, seat: Seat, slot: Slot) -> None:
        """A track's first packet goes to a participant: say which track it is, and how its timestamps read."""
        pictured = self._pictured(seat, slot)
        if pictured:
            # No packet on the line is of this track: its frames come another way, under their own names.
            seat.send_control(SlotAssigned(slot.mid, pictured, e.Kind.VIDEO, slot.beyond, 0))
            return
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
            cameras = [*(it.seat.participant for it in self._others(seat, "video")), *self._pictures]
            free = [camera for camera in cameras if camera not in elsewhere and camera != seat.participant]
            # Who asks for help is meant, rather than what hangs on the wall.
            free.sort(key=lambda camera: self._ledger.state.participants[camera].role is not e.Role.ONSITE)
            if not free:
                return
            self._watched[place] = free[0]
        camera = self._watched[place]
        live = next((it for it in self._others(seat, "video") if it.seat.participant == camera), None)
        if seat in self._withheld:
            slot.detach()
            self.mapped(seat, slot)
        elif live is None:
            slot.detach()
        elif slot.publication is not live.publication:
            self._attach(seat, slot, live)

    def _pictured(self, seat: Seat, slot: Slot) -> str:
        """Give the track whose frames come as single pictures, in place of this line's video; "" when there is none."""
        camera = self._watched.get((seat.participant, slot.mid), "") if slot.kind == "video" else ""
        if camera in self._pictures:
            return self._pictures[camera]
        if seat not in self._withheld:
            return ""
        return next((it.id for it in self._others(seat, "video") if it.seat.participant == camera), "")

    def _say_again(self, camera: str) -> None:
        """Tell everybody who watches a camera what comes from it now."""
        for seat in self._seats.values():
            for slot in seat.slots:
                if slot.kind == "video" and seat.participant != camera:
                    self._show_picture(seat, slot)
                    if self._watched.get((seat.participant, slot.mid)) == camera:
                        self.mapped(seat, slot)

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

    def name_track(self, participant: str) -> str:
        """Give the next track's name. Counted here: two tracks may start before the first one is in the ledger."""
        before = sum(track.participant == participant for track in self._ledger.state.tracks.values())
        number = max(self._numbers.get(participant, 0), before) + 1
        self._numbers[participant] = number
        return f"{participant}-{number}"


def _is_free(slot: Slot) -> bool:
    return slot.publication is None or slot.publication.ended
