"""What may come over the network, and what is refused before it is built."""

from __future__ import annotations

import msgpack
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arsupport.errors import ArError, Code
from arsupport.protocol.channels import ClientControl, Poses, Resume, ServerVolatile
from arsupport.protocol.codec import MAX_MESSAGE_BYTES, decode, decode_stored, encode
from arsupport.protocol.commands import Command, DrawMark, Say
from arsupport.protocol.events import Event, Said
from arsupport.protocol.marks import MAX_POINTS, MarkState, Pose, Shape
from arsupport.protocol.signals import ClientSignal, Hello, Ping


def test_messages_survive_the_wire() -> None:
    draw = Command(7, DrawMark("p1.1", 0xFFFFFFFF, Shape.ARROW, [(0.25, 0.5), (0.5, 1.0)], "#ff8800", "V3", "close it"))
    poses = Poses("p1.1", 3000, [Pose(1, 0.5, 0.25, 1.0, 0.0, 0.0, 1.0, MarkState.WEAK, 0.4)])
    assert decode(encode(draw), ClientControl) == draw
    assert decode(encode(poses), ServerVolatile) == poses


def test_a_pose_travels_as_an_array() -> None:
    poses = Poses("p1.1", 3000, [Pose(1, 0.5, 0.25, 1.0, 0.0, 0.0, 1.0, MarkState.HELD, 0.9)])
    assert msgpack.unpackb(encode(poses)) == {
        "type": "poses",
        "track": "p1.1",
        "rtp": 3000,
        "poses": [[1, 0.5, 0.25, 1.0, 0.0, 0.0, 1.0, 1, 0.9]],
    }


def test_a_message_of_another_path_is_refused() -> None:
    with pytest.raises(ArError) as refusal:
        decode(encode(Ping(1)), ClientControl)
    assert refusal.value.code is Code.BAD_MESSAGE


@pytest.mark.parametrize(
    "body",
    [
        {"type": "command", "number": 0, "body": {"type": "say", "text": "x"}},
        {"type": "command", "number": 1, "body": {"type": "say", "text": "x" * 2001}},
        {"type": "command", "number": 1, "body": {"type": "unheard-of"}},
        {"type": "command", "number": 1, "body": {"type": "erase-mark", "mark": "1"}},
        {"type": "resume", "after": -1},
        {"type": "resume"},
        ["resume", 1],
        None,
    ],
)
def test_what_does_not_fit_the_types_is_refused(body: object) -> None:
    with pytest.raises(ArError) as refusal:
        decode(msgpack.packb(body), ClientControl)
    assert refusal.value.code is Code.BAD_MESSAGE


@pytest.mark.parametrize("coordinate", [float("nan"), float("inf"), -1.5, 3.0])
def test_a_point_far_outside_the_picture_or_no_number_is_refused(coordinate: float) -> None:
    points = [[0.5, 0.5], [coordinate, 0.5]]
    mark = {"type": "draw-mark", "track": "t", "rtp": 1, "shape": "arrow", "points": points, "colour": "#000000"}
    with pytest.raises(ArError) as refusal:
        decode(msgpack.packb({"type": "command", "number": 1, "body": mark}), ClientControl)
    assert refusal.value.code is Code.BAD_MESSAGE


def test_a_stroke_may_have_the_most_points_and_not_one_more() -> None:
    def stroke(points: int) -> bytes:
        return encode(Command(1, DrawMark("t", 1, Shape.FREEHAND, [(0.5, 0.5)] * points, "#000000")))

    assert len(decode(stroke(MAX_POINTS), ClientControl).body.points) == MAX_POINTS
    with pytest.raises(ArError) as refusal:
        decode(stroke(MAX_POINTS + 1), ClientControl)
    assert refusal.value.code is Code.BAD_MESSAGE


def test_a_message_beyond_the_limit_is_refused_unread() -> None:
    with pytest.raises(ArError) as refusal:
        decode(b"\x00" * (MAX_MESSAGE_BYTES + 1), ClientSignal)
    assert refusal.value.code is Code.MESSAGE_TOO_LARGE


@pytest.mark.parametrize(
    "bomb", [b"\xdd\xff\xff\xff\xff", b"\xdf\xff\xff\xff\xff", b"\xdb\xff\xff\xff\xff", b"\x91" * 2000]
)
def test_a_bomb_is_refused_before_it_is_built(bomb: bytes) -> None:
    with pytest.raises(ArError) as refusal:
        decode(bomb, ClientSignal)
    assert refusal.value.code is Code.BAD_MESSAGE


@given(st.binary(max_size=4096))
def test_garbage_is_refused_with_a_code_and_nothing_else(garbage: bytes) -> None:
    with pytest.raises(ArError) as refusal:
        decode(garbage, ClientSignal)
    assert refusal.value.code is Code.BAD_MESSAGE


def test_stored_bytes_are_read_whatever_their_size() -> None:
    event = Event(1, 0, "p1", 1, Said("ä" * 2000))
    assert decode_stored(encode(event), Event) == event


def test_defaults_may_be_left_out_by_older_clients() -> None:
    assert decode(msgpack.packb({"type": "hello", "version": 1, "token": "t"}), ClientSignal) == Hello(1, "t", 0)
    command = {"type": "command", "number": 1, "body": {"type": "say", "text": "x"}}
    assert decode(msgpack.packb(command), ClientControl) == Command(1, Say("x"))
    assert decode(msgpack.packb({"type": "resume", "after": 0}), ClientControl) == Resume(0)
