"""What an event changes: the only place where a session's state is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.protocol import events as e
from arsupport.protocol.marks import MarkState
from arsupport.session.state import Annotation, CameraWish, Kept, Mark, Participant, PhotoRequest, Picture, Step, Track

if TYPE_CHECKING:
    from arsupport.session.state import State


def evolve(state: State, event: e.Event) -> None:
    """Apply ``event``, which must be the next one (``seq`` is the state's plus 1).

    Raises:
        ValueError: the event is not the next one: an event is missing, or comes twice.
    """
    if event.seq != state.seq + 1:
        message = f"event {event.seq} after {state.seq}"
        raise ValueError(message)
    state.seq = event.seq
    state.last_at = event.at
    if event.command:
        state.participants[event.by].last_command = event.command
    _change(state, event)


def _change(state: State, event: e.Event) -> None:  # noqa: C901, PLR0912, PLR0915 - one line per kind of event
    match event.body:
        case e.SessionOpened() as opened:
            state.session, state.machine = opened.session, opened.machine
            state.machine_name, state.site = opened.machine_name, opened.site
            state.admitted_by, state.opened_at = opened.admitted_by, event.at
        case e.ParticipantJoined(participant, role, name, account, _):
            state.participants[participant] = Participant(participant, role, name, account)
        case e.ParticipantConnected(participant):
            state.participants[participant].connected = True
        case e.ParticipantDisconnected(participant):
            state.participants[participant].connected = False
        case e.ParticipantLeft(participant):
            state.participants[participant].connected = False
            state.participants[participant].left = True
            state.plates.pop(participant, None)
            state.dismissed.discard(participant)
        case e.TrackStarted(track, participant, kind, codec, clock_rate):
            state.tracks[track] = Track(track, participant, kind, codec, clock_rate)
        case e.TrackStopped(track):
            state.tracks[track].live = False
        case e.MarkDrawn() as drawn:
            state.marks[drawn.mark] = Mark(
                drawn.mark, drawn.track, drawn.rtp, drawn.shape, drawn.points, drawn.colour, drawn.text, event.by
            )
        case e.MarkEdited(mark, text, colour):
            state.marks[mark].text, state.marks[mark].colour = text, colour
        case e.MarkErased(mark):
            state.marks[mark].shown = False
        case e.MarkRestored(mark):
            state.marks[mark].shown = True
        case e.MarkStateChanged(mark, mark_state):
            state.marks[mark].state = mark_state
        case e.MarkKept(mark, kept, name, reason):
            for one in state.marks.values():
                if one.number == mark or (one.kept is not None and one.kept.id == kept):
                    one.kept = Kept(kept, name, reason, event.at)
        case e.MarkRetired(_, kept):
            for one in state.marks.values():
                if one.kept is not None and one.kept.id == kept:
                    one.kept.retired, one.kept.at, one.shown = True, event.at, False
        case e.MarkExpected() as back:
            state.marks[back.mark] = Mark(
                back.mark, back.track, 0, back.shape, back.points, back.colour, back.text, "", state=MarkState.LOST,
                kept=Kept(back.kept, back.name, back.reason, back.kept_at), expected=True, views=list(back.views),
            )  # fmt: skip
        case e.MarkFound(mark):
            state.marks[mark].found = True
        case e.ViewKept(mark, _, view):
            state.marks[mark].views.append(view)
        case e.PlateSeen(track) as plate:
            camera = state.tracks[track].participant
            state.plates[camera] = plate
            state.dismissed.discard(camera)
        case e.PlateDismissed(camera):
            state.dismissed.add(camera)
        case e.StepGiven(step, mark, text):
            state.steps[step] = Step(step, mark, text)
        case e.StepAnswered(step, answer, note):
            state.steps[step].answer, state.steps[step].note = answer, note
        case e.StillKept() as still:
            if still.mark:
                state.marks[still.mark].still = still
        case e.LowBandwidthSet(on):
            state.participants[event.by].thin = on
        case e.PhotoAsked(request, participant):
            state.photo_requests[request] = PhotoRequest(request, participant)
        case e.PhotoDeclined(request):
            state.photo_requests[request].open = False
        case e.PictureAnnotated() as annotated:
            state.annotations[annotated.annotation] = Annotation(annotated, event.by)
        case e.PictureKept() as picture:
            state.pictures[picture.picture] = Picture(picture, event.by)
            if picture.request in state.photo_requests:
                state.photo_requests[picture.request].open = False
        case e.CameraDescribed(abilities):
            state.abilities[event.by] = abilities
        case e.CameraAsked(request, camera, setting, value):
            state.camera_wishes[request] = CameraWish(request, camera, setting, value)
        case e.CameraAnswered(request, outcome):
            state.camera_wishes[request].outcome = outcome
        case e.SessionEnding():
            state.ending = True
        case e.SessionClosed():
            state.ending = state.closed = True
        # Heard by people, or proof for the auditor; no decision rests on them.
        case e.Said() | e.Frozen() | e.Unfrozen() | e.Muted() | e.PictureShown() | e.PictureSeen():
            pass
        case e.SegmentClosed() | e.GapNoted() | e.ServerRestarted():
            pass
