"""Events in words, with the sentences of the replay's list: the twin of ``web/src/replay/event-text.ts``.

``tests/report/sentences.json`` holds both to the same.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arsupport.protocol import events as e
from arsupport.protocol.events import SERVER
from arsupport.protocol.marks import MarkState
from arsupport.protocol.pictures import Purpose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arsupport.report.words import Words

_STATES: Final = {
    MarkState.LOST: "mark-is-lost",
    MarkState.HELD: "mark-is-held",
    MarkState.WEAK: "mark-is-weak",
    MarkState.OUT_OF_VIEW: "mark-is-out-of-view",
}
_PURPOSES: Final = {
    Purpose.PHOTO: "event-picture-photo",
    Purpose.SHARED: "event-picture-shared",
    Purpose.ANNOTATED: "event-picture-copy",
}
LEFT: Final = frozenset({"session-ended", "left"})
"""Reasons of a lost connection that are none: who went has not lost it."""


class Sentences:
    """Tells who did what in a session."""

    def __init__(self, words: Words, events: Iterable[e.Event]) -> None:
        self._words = words
        self._names: dict[str, str] = {}
        self._steps: dict[int, int] = {}
        for event in events:
            match event.body:
                case e.ParticipantJoined(participant, _, name):
                    self._names[participant] = name
                case e.StepGiven(step, mark):
                    self._steps[step] = mark
                case _:
                    pass

    def name(self, participant: str) -> str:
        """Give the name of somebody, or of the server."""
        return self._words("by-server") if participant == SERVER else self._names.get(participant, participant)

    def who(self, event: e.Event) -> str:
        """Give who did it. What the server itself observed about somebody is about that somebody."""
        about = getattr(event.body, "participant", event.by) if event.by == SERVER else event.by
        return self.name(about)

    def reason(self, reason: str) -> str:
        """Give a reason that the server noted in words; another one, or a person's own, as it is."""
        message = f"reason-{reason}"
        return self._words(message) if self._words.has(message) else reason

    def what(self, event: e.Event) -> str:  # noqa: C901, PLR0911, PLR0912 - one line per kind of event
        """Give what happened."""
        words = self._words
        match event.body:
            case e.ParticipantJoined(_, role):
                return words("event-participant-joined", role=words(f"participant-{role}"))
            case e.ParticipantDisconnected(_, reason):
                if reason in LEFT:
                    return words("event-participant-left")
                if reason == "page-left":
                    return words("event-page-left")
                return _with(words("event-participant-disconnected"), self.reason(reason))
            case e.TrackStarted(kind=kind, codec=codec):
                return words(f"event-{kind}-started", codec=codec)
            case e.TrackStopped(_, reason):
                return _with(words("event-track-stopped"), self.reason(reason))
            case e.MarkDrawn(mark=mark, shape=shape, text=text):
                return _with(words("event-mark-drawn", mark=mark, shape=words(f"shape-{shape}")), text)
            case e.MarkEdited(mark, text):
                return _with(words("event-mark-edited", mark=mark), text)
            case e.MarkKept(mark, _, name, reason):
                return _with(words("event-mark-kept", mark=mark, name=name), reason)
            case e.MarkRetired(mark, _, reason, who):
                text = words("event-mark-retired", mark=mark)
                return _with(f"{text} ({who})" if who else text, reason)
            case e.MarkExpected(mark=mark, name=name):
                return words("event-mark-expected", mark=mark, name=name)
            case e.MarkErased(mark) | e.MarkRestored(mark) | e.MarkFound(mark) | e.ViewKept(mark):
                return words(f"event-{_tag(event)}", mark=mark)
            case e.MarkStateChanged(mark, state):
                return words("event-mark-state-changed", mark=mark, state=words(_STATES[state]))
            case e.PlateDismissed(reason=reason):
                return _with(words("event-plate-dismissed"), reason)
            case e.PlateSeen(tag=tag, machine_name=machine):
                return words("event-plate-seen", machine=machine, tag=str(tag))
            case e.StepGiven(step, mark, text):
                return _with(words("event-step-given", step=step, mark=mark), text)
            case e.StepAnswered(step, answer, note):
                about = self._steps.get(step, 0)
                told = words("event-step-answered", step=step, mark=about, answer=words(f"answered-{answer}"))
                return _with(told, note)
            case e.Said(text):
                return text
            case e.CameraAsked(request, _, setting, value):
                return words("event-camera-asked", request=request, what=words(f"camera-{setting}"), value=value)
            case e.CameraAnswered(request, outcome):
                return words("event-camera-answered", request=request, outcome=words(f"camera-{outcome}"))
            case e.LowBandwidthSet(on):
                return words("event-pictures-only" if on else "event-video-again")
            case e.Muted(muted):
                return words("event-muted" if muted else "event-unmuted")
            case e.StillKept(mark=mark):
                return words("event-still-with-mark", mark=mark) if mark else words("event-still-kept")
            case e.PhotoDeclined(_, reason):
                return _with(words("event-photo-declined"), self.reason(reason))
            case e.PictureAnnotated(picture=picture) | e.PictureShown(picture) | e.PictureSeen(picture):
                return words(f"event-{_tag(event)}", picture=picture)
            case e.PictureKept(picture, purpose, title=title):
                return _with(words(_PURPOSES[purpose], picture=picture), title)
            case e.SegmentClosed(content=content, frames=frames):
                return words("event-segment-closed", content=content, frames=frames)
            case e.GapNoted(_, what, start, end):
                return _with(words("event-gap-noted", seconds=round((end - start) / 100) / 10), self.reason(what))
            case e.SessionEnding(reason) | e.SessionClosed(reason):
                return _with(words(f"event-{_tag(event)}"), self.reason(reason))
            case _:
                return words(f"event-{_tag(event)}")


def _tag(event: e.Event) -> str:
    return str(event.body.__struct_config__.tag)


def _with(text: str, detail: str) -> str:
    return f"{text}: {detail}" if detail else text
