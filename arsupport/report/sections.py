"""The sections of a report, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from reportlab.lib.units import mm

from arsupport.protocol import events as e
from arsupport.protocol.marks import MarkState, Pose
from arsupport.report import clock
from arsupport.report.album import MAX_BYTES, MAX_PICTURES
from arsupport.report.gaps import gaps
from arsupport.report.paper import SMALL, Figure
from arsupport.report.story import Instruction
from arsupport.video.marks import Placed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from arsupport.journal.machines import Machine
    from arsupport.journal.report import Report
    from arsupport.journal.sessions import SessionRow
    from arsupport.protocol.events import Event
    from arsupport.report.album import Album
    from arsupport.report.paper import Paper
    from arsupport.report.positions import Positions
    from arsupport.report.sentences import Sentences
    from arsupport.report.story import MarkStory, Story
    from arsupport.report.words import Words
    from arsupport.video.recorded import Track

_MAX_PROBLEMS: Final = 50
_TABLE: Final = 8.0
# A heading stands on one page with what it is of.
_PICTURE_FOLLOWS: Final[float] = 115 * mm
_TEXT_FOLLOWS: Final[float] = 15 * mm


class Sections:
    """Writes what was found on paper, in one language."""

    def __init__(self, paper: Paper, words: Words, sentences: Sentences, album: Album) -> None:
        self._paper = paper
        self._words = words
        self._sentences = sentences
        self._album = album

    def title(self, session: SessionRow, machine: Machine, story: Story, proof: Report, made_at_ms: int) -> None:
        """Say what this is about, and what it is worth."""
        words, paper = self._words, self._paper
        closed = session.closed_at_ms or session.opened_at_ms
        name, site = story.state.machine_name or machine.name, story.state.site or machine.site
        paper.text(words("report-title"), grey=True)
        paper.heading(name, 1)
        paper.facts(
            [
                (words("report-code"), machine.code),
                (words("report-site"), site),
                (words("report-session"), session.id),
                (words("report-began"), clock.moment(session.opened_at_ms)),
                (words("report-ended"), clock.moment(closed)),
                (words("report-lasted"), clock.duration(closed - session.opened_at_ms)),
                (words("report-made"), clock.moment(made_at_ms)),
                (words("report-log"), words("report-log-verified" if proof.ok else "report-log-broken")),
            ]
        )
        paper.space(3 * mm)
        for note in ("report-is-a-copy", "report-all-utc", "report-letters-missing"):
            paper.text(words(note), size=SMALL, grey=True)

    def people(self, story: Story) -> None:
        """Say who took part, as what, from when to when."""
        words = self._words
        self._paper.heading(words("report-people"), 2)
        heads = ("person", "role", "account", "joined", "left", "lost-times", "recorded")
        self._paper.table(
            [words(f"report-{head}") for head in heads],
            (32, 18, 24, 19, 19, 17, 22),
            (
                (
                    person.body.name,
                    words(f"participant-{person.body.role}"),
                    person.body.account or words("report-no-account"),
                    clock.moment(person.joined.at),
                    words("report-stayed") if person.left is None else clock.moment(person.left),
                    f"{len(person.losses)} ×",
                    words("report-yes" if person.body.consent else "report-no"),
                )
                for person in story.people
            ),
            size=_TABLE,
        )

    def labels(self, story: Story, machine_id: str) -> None:
        """Say which machines' labels were seen, and what was said to a wrong one."""
        words, state = self._words, story.state
        self._paper.heading(words("report-labels"), 2)
        if not story.labels:
            self._paper.text(words("report-no-labels"))
            return

        def rows() -> Iterator[tuple[str, str, str]]:
            for event in story.labels:
                who, what = self._sentences.who(event), self._sentences.what(event)
                match event.body:
                    case e.PlateSeen(track=track, machine=seen):
                        who = self._sentences.name(state.tracks[track].participant)
                        same = seen == (state.machine or machine_id)
                        what = f"{what}. {words('report-label-same' if same else 'report-label-other')}"
                    case e.PlateDismissed(camera=camera):
                        what = f"{what} ({self._sentences.name(camera)})"
                    case _:
                        pass
                yield clock.moment(event.at), who, what

        self._paper.table(
            [words(f"report-{head}") for head in ("time", "who", "what")], (34, 32, 104), rows(), size=_TABLE
        )

    def marks(self, story: Story, positions: Positions) -> None:
        """Tell each mark and instruction, with its picture, in the order of the session."""
        self._paper.heading(self._words("report-marks"), 2, follows=_PICTURE_FOLLOWS if story.told else _TEXT_FOLLOWS)
        if not story.told:
            self._paper.text(self._words("report-no-marks"))
        for one in story.told:
            if isinstance(one, Instruction):
                self._paper.heading(self._words("report-step", step=one.body.step), 3)
                self._instruction(one)
            else:
                self._mark(one, story, positions)

    def pictures(self, story: Story) -> None:
        """Show photos, shared pictures and documents, and those that somebody drew on."""
        words = self._words
        self._paper.heading(words("report-pictures"), 2, follows=_PICTURE_FOLLOWS if story.pictures else _TEXT_FOLLOWS)
        if not story.pictures:
            self._paper.text(words("report-no-pictures"))
        for event in story.pictures:
            if isinstance(event.body, e.PictureKept):
                who, at = self._sentences.who(event), clock.moment(event.at)
                caption = words(f"report-picture-{event.body.purpose}", picture=event.body.picture, who=who, at=at)
                caption = f"{caption}: {event.body.title}" if event.body.title else caption
                self._paper.picture(self._figure(event.body.sha256), caption)

    def gaps(self, events: Sequence[Event], tracks: Mapping[str, Track]) -> None:
        """Say what is missing."""
        words = self._words
        self._paper.heading(words("report-gaps"), 2)
        found = gaps(events, tracks, self._sentences)
        if not found:
            self._paper.text(words("report-no-gaps"))
            return
        self._paper.table(
            [words(f"report-gap-{head}") for head in ("from", "to", "seconds", "what")],
            (34, 34, 20, 82),
            (
                (
                    clock.moment(gap.start),
                    clock.moment(gap.end),
                    f"{(gap.end - gap.start) / 1000:.1f}",
                    ": ".join(filter(None, (words(gap.message, **gap.values), gap.reason))),
                )
                for gap in found
            ),
            size=_TABLE,
        )

    def events(self, events: Sequence[Event]) -> None:
        """List everything that happened; a day stands before its first event."""
        words = self._words
        self._paper.heading(words("report-events"), 2)

        def rows() -> Iterator[tuple[str, str, str, str]]:
            today = ""
            for event in events:
                if clock.day(event.at) != today:
                    today = clock.day(event.at)
                    yield "", today, "", ""
                told = self._sentences.who(event), self._sentences.what(event)
                yield str(event.seq), clock.time_of_day(event.at), *told

        heads = [words(f"report-{head}") for head in ("number", "time", "who", "what")]
        self._paper.table(heads, (13, 23, 32, 102), rows(), size=_TABLE)

    def proof(self, session_id: str, proof: Report, made_at_ms: int) -> None:
        """Say whether the log is what was written, and how everybody can find that out."""
        words, paper = self._words, self._paper
        paper.new_page()
        paper.heading(words("report-proof"), 2)
        outcome = words("report-proof-ok" if proof.ok else "report-proof-bad", at=clock.moment(made_at_ms))
        paper.text(outcome, bold=True)
        paper.space(2 * mm)
        for problem in proof.problems[:_MAX_PROBLEMS]:
            paper.text(f"• {problem}")
        if len(proof.problems) > _MAX_PROBLEMS:
            paper.text(words("report-proof-more", count=len(proof.problems) - _MAX_PROBLEMS))
        paper.space(2 * mm)
        for name, value in (("events", f"{proof.events}"), ("files", f"{proof.files}")):
            paper.facts([(words(f"report-proof-{name}"), value)])
        for name, value in (("head", proof.head), ("key", proof.key)):
            paper.space(2 * mm)
            paper.text(words(f"report-proof-{name}"))
            paper.text(value or "–", bold=True)
        paper.space(4 * mm)
        paper.text(words("report-proof-how", session=session_id))
        paper.space(4 * mm)
        paper.text(words("report-is-a-copy"), bold=True)

    def _mark(self, mark: MarkStory, story: Story, positions: Positions) -> None:
        words, paper, body = self._words, self._paper, mark.body
        drawn = isinstance(body, e.MarkDrawn)
        shape = words(f"shape-{body.shape}")
        heading = words("report-mark" if drawn else "report-mark-kept-before", mark=body.mark, shape=shape)
        figure, caption = self._mark_figure(mark, story, positions)
        paper.heading(heading, 3, follows=paper.height(figure, caption) + 5 * mm)
        if isinstance(body, e.MarkExpected):
            paper.text(words("report-kept-by", who=body.kept_by, at=clock.moment(body.kept_at)))
        else:
            paper.text(words("report-drawn-by", who=self._sentences.who(mark.began), at=clock.moment(mark.began.at)))
        paper.space(1 * mm)
        paper.picture(figure, caption)
        if isinstance(body, e.MarkExpected):
            paper.text(f"{body.name}: {body.reason}", bold=True)
        if body.text:
            paper.text(words("report-mark-says", text=body.text), bold=True)
        for instruction in mark.instructions:
            paper.text(words("report-step-about", step=instruction.body.step, mark=body.mark))
            self._instruction(instruction)
        paper.facts(
            [
                (clock.moment(event.at), f"{self._sentences.who(event)} {self._sentences.what(event)}")
                for event in mark.later
            ],
            38 * mm,
            bold=False,
        )
        paper.text(self._now(mark, story), bold=True)

    def _now(self, mark: MarkStory, story: Story) -> str:
        """Say how a mark stands at the end of the session."""
        words, end = self._words, story.state.marks[mark.body.mark]
        told = []
        if end.kept is not None and end.kept.retired:
            told.append(words("report-mark-retired"))
        elif end.kept is not None:
            told.append(words("report-mark-kept", name=end.kept.name))
        if not end.shown and not (end.kept is not None and end.kept.retired):
            told.append(words("report-mark-erased"))
        if end.expected and not end.found:
            told.append(words("report-mark-not-found"))
        return " ".join(told)

    def _mark_figure(self, mark: MarkStory, story: Story, positions: Positions) -> tuple[Figure, str]:
        """Give a mark's picture and what stands below it."""
        words, body = self._words, mark.body
        if isinstance(body, e.MarkDrawn):
            placed = positions.when_drawn(mark.began, body)
            others = [
                words("report-uncertain", mark=one.mark.number)
                if one.pose.state is MarkState.WEAK
                else f"{one.mark.number}"
                for one in placed
                if one.mark.number != body.mark and one.pose.state is not MarkState.LOST
            ]
            message = "report-picture-with" if others else "report-picture-of-mark"
            return self._figure(mark.still, placed), words(message, mark=body.mark, others=", ".join(others))
        placed = []
        if body.views:
            view = body.views[0]
            pose = Pose(body.mark, view.x, view.y, view.a, view.b, view.c, view.d, MarkState.HELD, 1.0)
            placed = [Placed(story.state.marks[body.mark], pose)]
        return self._figure(mark.still, placed), words("report-picture-of-kept", mark=body.mark)

    def _instruction(self, instruction: Instruction) -> None:
        words, paper = self._words, self._paper
        paper.text(instruction.body.text, size=10, bold=True)
        given = instruction.given
        paper.text(words("report-given-by", who=self._sentences.who(given), at=clock.moment(given.at)))
        for event in instruction.answers:
            if isinstance(event.body, e.StepAnswered):
                answer = words(f"answered-{event.body.answer}")
                who, at = self._sentences.who(event), clock.moment(event.at)
                told = words("report-step-answer", who=who, answer=answer, at=at)
                paper.text(f"{told}: {event.body.note}" if event.body.note else told)
        if not instruction.answers:
            paper.text(words("report-step-unanswered"))

    def _figure(self, sha256: str, placed: Sequence[Placed] = ()) -> Figure:
        if not sha256:
            return Figure(self._words("report-picture-never-kept"))
        made = self._album.develop(sha256, placed)
        limits = {"count": MAX_PICTURES, "megabytes": MAX_BYTES // 1024**2}
        why = self._words(made.missing, sha256=sha256, **limits) if made.missing else ""
        return Figure(why, made.jpeg, made.aspect)
