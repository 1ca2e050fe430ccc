"""What a follower's process that was taken over by a picture can do to the server: end its marks, and nothing else."""

from __future__ import annotations

import os
import pickle
import threading
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection, Pipe
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from arsupport.errors import ArError, Code
from arsupport.live.follower import Follower, StillMade
from arsupport.live.following import FollowerEndedError, Following
from arsupport.live.lookout import SeenTag, TagsSeen
from arsupport.live.nursery import NURSERY
from arsupport.live.telling import MOST_MESSAGES, Done, Message, PosesFound, StateLasted, decode, encode, logged
from arsupport.protocol.marks import MarkState, Pose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TRACKS, MARKS = {"p1-1"}, {1, 2}


def pose(mark: int) -> Pose:
    return Pose(mark, 0.5, 0.5, 1.0, 0.0, 0.0, 1.0, MarkState.HELD, 0.9)


class Planter:
    """What makes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __reduce__(self) -> tuple[Callable[[str], object], tuple[str]]:
        return os.mkdir, (str(self._path),)


class Nobody:
    """Hears nothing."""

    def __getattr__(self, name: str) -> Callable[..., None]:
        raise AssertionError(name)


@pytest.mark.parametrize(
    "message",
    [
        PosesFound("p1-1", 3000, [pose(1), pose(2)]),
        StateLasted(1, MarkState.LOST, "p1-1", 3000),
        StillMade("p1-1", 3000, 0, 1280, 720, b"jpeg"),
        TagsSeen("p1-1", 3000, 1280, 720, [SeenTag(4, [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)])]),
        Done(code=Code.FRAME_GONE, detail="why"),
    ],
)
def test_what_a_follower_says_is_understood(message: Message) -> None:
    assert decode(encode(message), TRACKS, MARKS) == message


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xc1",
        encode(PosesFound("p2-1", 3000, [pose(1)])),
        encode(PosesFound("p1-1", 3000, [pose(1), pose(7)])),
        encode(StateLasted(7, MarkState.HELD, "p1-1", 3000)),
        encode(StillMade("p1-1", 3000, 7, 1280, 720, b"")),
        encode(StillMade("p1-1", 3000, 1, 0, 720, b"")),
        encode(PosesFound("p1-1", 3000, [pose(1)] * (MOST_MESSAGES + 1))),
        encode(PosesFound("p1-1", 1 << 32, [])),
        msgspec.msgpack.encode({"type": "Logged", "level": "bind", "event": "", "fields": {}}),
        msgspec.msgpack.encode({"type": "unfollowed", "marks": [1], "again": True}),
    ],
)
def test_what_is_not_a_followers_to_say_is_refused(data: bytes) -> None:
    with pytest.raises(ArError) as refusal:
        decode(data, TRACKS, MARKS)
    assert refusal.value.code is Code.BAD_MESSAGE


def test_a_line_of_the_log_is_plain_and_bounded() -> None:
    line = logged("warning", {"event": "frames-damaged", "reason": ValueError("x"), "rtp": 5, "text": "x" * 100_000})
    assert (line.event, line.fields["reason"], line.fields["rtp"]) == ("frames-damaged", "x", 5)
    assert isinstance(decode(encode(line), TRACKS, MARKS), type(line))


@contextmanager
def answering(monkeypatch: pytest.MonkeyPatch, answer: Callable[[Connection], None]) -> Iterator[Following]:
    """Give a follower whose process is a thread here that says whatever it likes."""
    ours, theirs = Pipe()
    monkeypatch.setattr(NURSERY, "begin", lambda: ours)
    thread = threading.Thread(target=answer, args=(theirs,))
    thread.start()
    yield Following(Nobody(), seed=0)
    thread.join()
    theirs.close()


def test_nothing_that_it_says_is_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    planted = tmp_path / "planted"

    def answer(connection: Connection) -> None:
        connection.recv()
        connection.recv()
        connection.send_bytes(pickle.dumps(Planter(planted)))

    with answering(monkeypatch, answer) as following, pytest.raises(FollowerEndedError):
        following.call(Follower.remove, 1)
    assert not planted.exists()


def test_one_that_never_ends_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    def answer(connection: Connection) -> None:
        line: Any = encode(logged("debug", {"event": "again"}))
        with suppress(OSError):
            while True:
                connection.send_bytes(line)

    with answering(monkeypatch, answer) as following, pytest.raises(FollowerEndedError, match="too much"):
        following.call(Follower.remove, 1)
