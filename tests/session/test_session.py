"""Who may do what in a session, what it leads to, and that its journal alone brings it back."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol.camera import CameraAbilities, Outcome, Setting
from arsupport.protocol.marks import MarkState, Shape
from arsupport.protocol.pictures import PictureMark, Purpose
from arsupport.session import Limits, Session
from arsupport.session.rights import may_send

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = 1_700_000_000_000
ARROW = c.DrawMark("p2.1", 9000, Shape.ARROW, [(0.1, 0.1), (0.5, 0.5)], "#ff0000")


def apply(session: Session, events: Sequence[e.Event]) -> list[e.EventBody]:
    for event in events:
        session.apply(event)
    return [event.body for event in events]


def do(session: Session, body: c.CommandBody, by: str = "p1") -> list[e.EventBody]:
    number = session.state.participants[by].last_command + 1
    return apply(session, session.handle(c.Command(number, body), by, NOW))


def refused(session: Session, body: c.CommandBody, by: str = "p1") -> Code:
    with pytest.raises(ArError) as refusal:
        do(session, body, by)
    return refusal.value.code


@pytest.fixture
def session() -> Session:
    return opened()


FACTS: list[e.EventBody] = [
    e.SessionOpened("s1", "m1", "Press 4711", "Hall 2", "ada"),
    e.ParticipantJoined("p1", e.Role.EXPERT, "Ada", "ada", consent=True),
    e.ParticipantJoined("p2", e.Role.ONSITE, "Bo", "", consent=True),
    e.ParticipantJoined("p3", e.Role.OBSERVER, "Cy", "cy", consent=True),
    e.ParticipantJoined("p4", e.Role.SUPERVISOR, "Di", "di", consent=True),
    e.TrackStarted("p2.1", "p2", e.Kind.VIDEO, "VP8", 90_000),
    e.TrackStarted("p2.2", "p2", e.Kind.AUDIO, "opus", 48_000),
]


def opened(limits: Limits | None = None) -> Session:
    session = Session(limits)
    apply(session, session.record(FACTS, NOW))
    return session


def test_a_mark_with_an_instruction_is_a_step_that_gets_its_answer(session: Session) -> None:
    drawn = do(session, c.DrawMark("p2.1", 9000, Shape.CIRCLE, [(0.1, 0.1), (0.2, 0.1)], "#00ff00", "V3", "Close V3"))
    assert drawn == [
        e.MarkDrawn(1, "p2.1", 9000, Shape.CIRCLE, [(0.1, 0.1), (0.2, 0.1)], "#00ff00", "V3"),
        e.StepGiven(1, 1, "Close V3"),
    ]
    assert do(session, c.AnswerStep(1, c.Answer.DONE), "p2") == [e.StepAnswered(1, c.Answer.DONE, "")]
    assert session.state.steps[1].answer is c.Answer.DONE


def test_numbers_of_marks_and_steps_are_never_used_again(session: Session) -> None:
    do(session, ARROW)
    do(session, c.EraseMark(1))
    do(session, ARROW)
    assert list(session.state.marks) == [1, 2]
    assert [mark.number for mark in session.state.shown_marks("p2")] == [2]
    do(session, c.RestoreMark(1))
    assert [mark.number for mark in session.state.shown_marks("p2")] == [1, 2]


def test_erasing_twice_is_answered_twice(session: Session) -> None:
    """A client sends again what was not answered: two experts who erase the same mark both get their event."""
    do(session, ARROW)
    assert do(session, c.EraseMark(1)) == [e.MarkErased(1)]
    assert do(session, c.EraseMark(1)) == [e.MarkErased(1)]
    assert not session.state.marks[1].shown


@pytest.mark.parametrize(
    ("role", "body"),
    [
        ("p2", ARROW),
        ("p2", c.GiveStep("x")),
        ("p1", c.AnswerStep(1, c.Answer.DONE)),
        ("p3", c.Say("x")),
        ("p3", c.EndSession()),
        ("p3", c.SetMuted(muted=True)),
        ("p4", ARROW),
        ("p4", c.GiveStep("x")),
        ("p4", c.EndSession()),
        ("p9", c.Say("x")),
    ],
)
def test_a_role_without_the_right_is_refused(session: Session, role: str, body: c.CommandBody) -> None:
    with pytest.raises(ArError) as refusal:
        session.handle(c.Command(1, body), role, NOW)
    assert refusal.value.code is Code.NOT_ALLOWED


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (c.DrawMark("p9.1", 1, Shape.TEXT, [(0, 0)], "#000000", "x"), Code.UNKNOWN_CAMERA),
        (c.DrawMark("p2.2", 1, Shape.TEXT, [(0, 0)], "#000000", "x"), Code.UNKNOWN_CAMERA),
        (c.DrawMark("p2.1", 1, Shape.ARROW, [(0, 0)], "#000000"), Code.BAD_MESSAGE),
        (c.DrawMark("p2.1", 1, Shape.TEXT, [(0, 0)], "#000000", "  "), Code.BAD_MESSAGE),
        (c.EraseMark(1), Code.UNKNOWN_MARK),
        (c.EditMark(1, "", "#000000"), Code.UNKNOWN_MARK),
        (c.GiveStep("turn it", 4), Code.UNKNOWN_MARK),
        (c.GiveStep(" "), Code.BAD_MESSAGE),
        (c.Say(""), Code.BAD_MESSAGE),
        (c.Freeze("p2.2", 1), Code.UNKNOWN_CAMERA),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(session: Session, body: c.CommandBody, code: Code) -> None:
    before = asdict(session.state)
    assert refused(session, body) is code
    assert asdict(session.state) == before


def test_limits_refuse_the_next_and_leave_what_is_there() -> None:
    session = opened(Limits(marks=2, steps=1, text_chars=5))
    do(session, ARROW)
    do(session, ARROW)
    assert refused(session, ARROW) is Code.TOO_MANY
    do(session, c.GiveStep("one"))
    assert refused(session, c.GiveStep("two")) is Code.TOO_MANY
    assert refused(session, c.Say("too long")) is Code.BAD_MESSAGE
    assert len(session.state.marks) == 2


def test_a_command_that_was_carried_out_is_not_carried_out_again(session: Session) -> None:
    command = c.Command(5, ARROW)
    apply(session, session.handle(command, "p1", NOW))
    assert session.handle(command, "p1", NOW) == []
    assert session.handle(c.Command(4, c.Say("late")), "p1", NOW) == []
    assert len(session.state.marks) == 1


def test_deciding_changes_nothing_until_it_is_stored(session: Session) -> None:
    before = asdict(session.state)
    session.handle(c.Command(1, ARROW), "p1", NOW)
    assert asdict(session.state) == before


def test_an_ending_session_takes_facts_but_no_commands_and_a_closed_one_nothing(session: Session) -> None:
    do(session, c.EndSession("fixed"), "p2")
    assert refused(session, c.Say("wait")) is Code.SESSION_ENDED
    apply(session, session.record([e.TrackStopped("p2.1", "ended"), e.SessionClosed("fixed")], NOW))
    with pytest.raises(ArError) as refusal:
        session.record([e.TrackStopped("p2.2", "ended")], NOW)
    assert refusal.value.code is Code.SESSION_ENDED


def test_time_in_the_journal_never_runs_backwards(session: Session) -> None:
    events = session.record([e.Unfrozen()], NOW - 60_000)
    assert events[0].at == NOW


def test_a_missing_or_doubled_event_is_noticed(session: Session) -> None:
    first, second = session.record([e.Unfrozen(), e.Unfrozen()], NOW)
    with pytest.raises(ValueError, match="event"):
        session.apply(second)
    session.apply(first)
    with pytest.raises(ValueError, match="event"):
        session.apply(first)


_bodies = st.one_of(
    st.just(ARROW),
    st.builds(c.EraseMark, st.integers(1, 4)),
    st.builds(c.RestoreMark, st.integers(1, 4)),
    st.builds(c.KeepMark, st.integers(1, 4), st.text(min_size=1, max_size=5), st.just("y"), st.integers(0, 3)),
    st.builds(c.RetireMark, st.integers(1, 4), st.just("y")),
    st.builds(c.EditMark, st.integers(1, 4), st.text(max_size=5), st.just("#123456")),
    st.builds(c.GiveStep, st.text(max_size=5), st.integers(0, 3)),
    st.builds(c.AnswerStep, st.integers(1, 3), st.sampled_from(c.Answer)),
    st.builds(c.Say, st.text(max_size=5)),
    st.builds(c.SetMuted, st.booleans()),
    st.builds(c.EndSession),
)
_doings = st.lists(st.tuples(st.sampled_from(["p1", "p2", "p3"]), st.integers(1, 6), _bodies), max_size=30)


@given(_doings)
def test_the_journal_alone_brings_the_session_back(doings: list[tuple[str, int, c.CommandBody]]) -> None:
    session = Session()
    journal = session.record(FACTS, NOW)
    apply(session, journal)
    for by, number, body in doings:
        try:
            events = session.handle(c.Command(number, body), by, NOW)
        except ArError:
            continue
        apply(session, events)
        journal += events
    assert [event.seq for event in journal] == list(range(1, len(journal) + 1))
    assert asdict(Session.replay(journal).state) == asdict(session.state)


def test_the_trackers_verdict_is_part_of_the_state(session: Session) -> None:
    do(session, ARROW)
    apply(session, session.record([e.MarkStateChanged(1, MarkState.LOST, "p2.1", 9000)], NOW))
    assert session.state.marks[1].state is MarkState.LOST


MARK = PictureMark(Shape.CIRCLE, [(0.5, 0.5), (0.6, 0.5)], "#ff0000")
PHOTO = e.PictureKept(1, Purpose.PHOTO, "0" * 64, "image/jpeg", 9, 4, 3, request=1)


def test_a_photo_is_asked_for_and_comes(session: Session) -> None:
    assert do(session, c.AskPhoto("p2")) == [e.PhotoAsked(1, "p2")]
    assert session.state.photo_requests[1].open
    apply(session, session.record([PHOTO], NOW, "p2"))
    assert not session.state.photo_requests[1].open
    assert session.state.pictures[1].author == "p2"
    assert do(session, c.AskPhoto("p2")) == [e.PhotoAsked(2, "p2")]
    assert do(session, c.DeclinePhoto(2, "camera-off"), "p2") == [e.PhotoDeclined(2, "camera-off")]
    assert not session.state.photo_requests[2].open


def test_only_who_is_on_site_is_asked_for_a_photo(session: Session) -> None:
    for participant in ("p1", "p3", "p9"):
        assert refused(session, c.AskPhoto(participant)) is Code.UNKNOWN_CAMERA
    apply(session, session.record([e.ParticipantLeft("p2")], NOW))
    assert refused(session, c.AskPhoto("p2")) is Code.UNKNOWN_CAMERA


def test_pictures_are_drawn_on_shown_and_seen(session: Session) -> None:
    apply(session, session.record([PHOTO], NOW, "p2"))
    assert do(session, c.AnnotatePicture(1, [MARK])) == [e.PictureAnnotated(1, 1, [MARK])]
    assert session.state.annotations[1].author == "p1"
    assert do(session, c.ShowPicture(1)) == [e.PictureShown(1)]
    assert do(session, c.SeePicture(1), "p2") == [e.PictureSeen(1)]
    arrow = PictureMark(Shape.ARROW, [(0.5, 0.5)], "#ff0000")
    assert refused(session, c.AnnotatePicture(1, [MARK, arrow])) is Code.BAD_MESSAGE


@pytest.mark.parametrize("body", [c.AnnotatePicture(7, [MARK]), c.ShowPicture(7)])
def test_what_is_no_picture_is_unknown(session: Session, body: c.CommandBody) -> None:
    assert refused(session, body) is Code.UNKNOWN_PICTURE


def test_requests_and_drawings_have_a_limit() -> None:
    session = opened(Limits(pictures=1))
    apply(session, session.record([PHOTO], NOW, "p2"))
    assert refused(session, c.AnnotatePicture(1, [MARK])) is Code.TOO_MANY
    do(session, c.AskPhoto("p2"))
    assert refused(session, c.AskPhoto("p2")) is Code.TOO_MANY


@pytest.mark.parametrize(
    ("by", "body"),
    [
        ("p2", c.AskPhoto("p2")),
        ("p2", c.AnnotatePicture(1, [MARK])),
        ("p2", c.ShowPicture(1)),
        ("p1", c.SeePicture(1)),
        ("p1", c.DeclinePhoto(1)),
        ("p3", c.AskPhoto("p2")),
        ("p3", c.SeePicture(1)),
    ],
)
def test_pictures_have_their_rights(session: Session, by: str, body: c.CommandBody) -> None:
    apply(session, session.record([PHOTO], NOW, "p2"))
    assert refused(session, body, by) is Code.NOT_ALLOWED


def test_who_may_bring_in_which_pictures() -> None:
    allowed = {(role, purpose) for role in e.Role for purpose in Purpose if may_send(role, purpose)}
    assert allowed == {(e.Role.ONSITE, Purpose.PHOTO), (e.Role.EXPERT, Purpose.SHARED)}


LIGHT_AND_ZOOM = CameraAbilities(
    torch=True,
    torch_on=False,
    zoom_least=1,
    zoom_most=5,
    zoom_step=0.5,
    zoom=1,
    facings=[0],
    facing=0,
    heights=[360, 720],
    height=720,
)


def test_a_setting_is_asked_for_carried_out_and_taken_back(session: Session) -> None:
    assert refused(session, c.SetCamera("p2", Setting.TORCH, 1)) is Code.UNKNOWN_CAMERA
    assert do(session, c.DescribeCamera(LIGHT_AND_ZOOM), "p2") == [e.CameraDescribed(LIGHT_AND_ZOOM)]
    assert do(session, c.SetCamera("p2", Setting.TORCH, 1)) == [e.CameraAsked(1, "p2", Setting.TORCH, 1)]
    assert do(session, c.AnswerCamera(1, Outcome.DONE, 1), "p2") == [e.CameraAnswered(1, Outcome.DONE, 1)]
    assert refused(session, c.AnswerCamera(1, Outcome.DONE, 1), "p2") is Code.BAD_MESSAGE
    assert do(session, c.AnswerCamera(1, Outcome.UNDONE), "p2") == [e.CameraAnswered(1, Outcome.UNDONE, 0)]
    assert refused(session, c.AnswerCamera(1, Outcome.UNDONE), "p2") is Code.BAD_MESSAGE
    assert do(session, c.SetCamera("p2", Setting.ZOOM, 2.5)) == [e.CameraAsked(2, "p2", Setting.ZOOM, 2.5)]


@pytest.mark.parametrize(
    ("setting", "value"),
    [(Setting.TORCH, 0.5), (Setting.ZOOM, 9), (Setting.ZOOM, 0), (Setting.FACING, 1), (Setting.HEIGHT, 1080)],
)
def test_what_a_camera_cannot_do_is_not_asked_of_it(session: Session, setting: Setting, value: float) -> None:
    do(session, c.DescribeCamera(LIGHT_AND_ZOOM), "p2")
    assert refused(session, c.SetCamera("p2", setting, value)) is Code.BAD_MESSAGE


def test_only_who_holds_a_camera_answers_for_it(session: Session) -> None:
    apply(session, session.record([e.ParticipantJoined("p5", e.Role.ONSITE, "Ed", "", consent=True)], NOW))
    do(session, c.DescribeCamera(LIGHT_AND_ZOOM), "p2")
    do(session, c.SetCamera("p2", Setting.TORCH, 1))
    for by in ("p1", "p4", "p5"):
        assert refused(session, c.AnswerCamera(1, Outcome.DONE, 1), by) is Code.NOT_ALLOWED
    assert refused(session, c.SetCamera("p2", Setting.TORCH, 1), "p4") is Code.NOT_ALLOWED
    apply(session, session.record([e.ParticipantLeft("p2")], NOW))
    assert refused(session, c.SetCamera("p2", Setting.TORCH, 1)) is Code.UNKNOWN_CAMERA


def test_another_machines_plate_stands_until_the_right_one_is_seen_or_its_camera_leaves(session: Session) -> None:
    other = e.PlateSeen("p2.1", 9000, 517, "m2", "Press 5", "Hall 2")
    own = e.PlateSeen("p2.1", 18_000, 4, "m1", "Press 4711", "Hall 2")
    stands = []
    for fact in (other, own, other, e.ParticipantLeft("p2")):
        apply(session, session.record([fact], NOW))
        stands.append(session.state.elsewhere("p2"))
    assert stands == [True, False, True, False]


def test_an_expert_dismisses_the_warning_of_another_machines_plate_until_it_is_seen_anew(session: Session) -> None:
    dismiss = c.DismissPlate("p2", "the neighbour was in view")
    assert refused(session, dismiss) is Code.UNKNOWN_CAMERA
    other = e.PlateSeen("p2.1", 9000, 517, "m2", "Press 5", "Hall 2")
    apply(session, session.record([other], NOW))
    assert refused(session, dismiss, "p2") is Code.NOT_ALLOWED
    assert refused(session, c.DismissPlate("p2", " ")) is Code.BAD_MESSAGE
    assert do(session, dismiss) == [e.PlateDismissed("p2", "m2", "the neighbour was in view")]
    assert session.state.at_machine("p2") is None
    assert refused(session, dismiss) is Code.UNKNOWN_CAMERA
    apply(session, session.record([other], NOW))
    assert session.state.elsewhere("p2")
