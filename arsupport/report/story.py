"""What a session's events add up to, in the order in which it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from arsupport.protocol import events as e
from arsupport.report.gaps import LEAVING_MS
from arsupport.report.sentences import LEFT
from arsupport.session.evolve import evolve
from arsupport.session.state import State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arsupport.protocol.events import Event, StepGiven


@dataclass
class Person:
    """Somebody who took part, from ``joined`` to ``left`` (ms UTC; None for the end). ``losses``: of the connection."""

    joined: Event
    body: e.ParticipantJoined
    left: int | None = None
    losses: list[int] = field(default_factory=list)

    def leave(self, at: int) -> None:
        """Note that they left for good."""
        self.left = at
        self.losses = [lost for lost in self.losses if at - lost >= LEAVING_MS]


@dataclass
class Instruction:
    """A numbered instruction with its answers, the last of which counts."""

    given: Event
    body: StepGiven
    answers: list[Event] = field(default_factory=list)


@dataclass
class MarkStory:
    """A mark that was drawn, or kept in an earlier session, and what happened to it afterwards."""

    began: Event
    body: e.MarkDrawn | e.MarkExpected
    instructions: list[Instruction] = field(default_factory=list)
    later: list[Event] = field(default_factory=list)
    still: str = ""


@dataclass
class Story:
    """``told`` are marks, and instructions without one, in the order of the session; ``state`` is that of its end."""

    people: list[Person] = field(default_factory=list)
    labels: list[Event] = field(default_factory=list)
    told: list[MarkStory | Instruction] = field(default_factory=list)
    pictures: list[Event] = field(default_factory=list)
    state: State = field(default_factory=State)


def story(events: Sequence[Event]) -> Story:  # noqa: C901, PLR0912 - one line per kind of event
    """Fold a session's events."""
    whole = Story()
    people: dict[str, Person] = {}
    marks: dict[int, MarkStory] = {}
    steps: dict[int, Instruction] = {}
    stills: dict[tuple[str, int], str] = {}
    for event in events:
        evolve(whole.state, event)
        match event.body:
            case e.ParticipantJoined() as joined:
                people[joined.participant] = Person(event, joined)
                whole.people.append(people[joined.participant])
            case e.ParticipantLeft(participant):
                people[participant].leave(event.at)
            case e.ParticipantDisconnected(participant, reason) if reason not in LEFT:
                people[participant].losses.append(event.at)
            case e.PlateSeen() | e.PlateDismissed():
                whole.labels.append(event)
            case e.MarkDrawn(mark=mark) | e.MarkExpected(mark=mark):
                marks[mark] = MarkStory(event, event.body)
                whole.told.append(marks[mark])
            case e.StepGiven(step, mark) as given:
                steps[step] = Instruction(event, given)
                if mark in marks:
                    marks[mark].instructions.append(steps[step])
                else:
                    whole.told.append(steps[step])
            case e.StepAnswered(step):
                steps[step].answers.append(event)
            case (
                e.MarkEdited(mark=mark)
                | e.MarkErased(mark=mark)
                | e.MarkRestored(mark=mark)
                | e.MarkKept(mark=mark)
                | e.MarkRetired(mark=mark)
                | e.MarkFound(mark=mark)
            ):
                marks[mark].later.append(event)
            case e.StillKept() as still:
                stills.setdefault((still.track, still.rtp), still.sha256)
                if still.mark in marks:
                    marks[still.mark].still = still.sha256
            case e.PictureKept():
                whole.pictures.append(event)
            case _:
                pass
    for one in marks.values():
        match one.body:
            case e.MarkDrawn(track=track, rtp=rtp):
                one.still = one.still or stills.get((track, rtp), "")
            case e.MarkExpected(views=views) if views:
                one.still = views[0].sha256
            case _:
                pass
    return whole
