from __future__ import annotations

import asyncio
import io

import av
import cv2
import msgpack
import numpy as np
import pytest

from arsupport.journal.blobs import Blobs
from arsupport.protocol.events import ParticipantJoined, PictureKept, Role
from arsupport.protocol.pictures import Purpose
from arsupport.protocol.rest import AccountRole
from tests.recorded import STEP

from .conftest import House, problem
from .recorded_session import ALL_RTPS, FIRST_RTP, MARKED_RTP, TRACK, recorded_session, still_jpeg


async def test_what_can_be_played(house: House) -> None:
    session, _ = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.AUDITOR)
    found = await (await house.get(f"/api/sessions/{session}/recording", cookie)).json()
    assert found["session"]["people"] == ["Ana", "Eva"]
    (track,) = found["tracks"]
    assert (track["track"], track["first_rtp"], track["media_type"]) == (TRACK, FIRST_RTP, "video/webm")
    assert track["seconds"] == pytest.approx(9 * STEP / 90_000)
    for part in ("url", "frames_url", "poses_url"):
        assert (await house.get(track[part], cookie)).status == 200


async def test_the_file_plays_and_comes_in_parts(house: House) -> None:
    session, _ = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.EXPERT)
    url = f"/api/sessions/{session}/tracks/{TRACK}/media"
    both = await asyncio.gather(house.get(url, cookie), house.get(url, cookie))
    whole, again = [await answer.read() for answer in both]
    assert whole == again
    with av.open(io.BytesIO(whole), "r") as container:
        assert len(list(container.decode(video=0))) == len(ALL_RTPS)

    part = await house.get(url, cookie, Range="bytes=10-19")
    assert (part.status, await part.read()) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert (await house.get(url, cookie, Range=f"bytes={len(whole)}-")).status == 416


async def test_frames_and_poses_carry_the_tracks_own_clock(house: House) -> None:
    session, _ = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.EXPERT)
    frames = await house.get(f"/api/sessions/{session}/tracks/{TRACK}/frames", cookie)
    assert await frames.json() == ALL_RTPS
    poses = await house.get(f"/api/sessions/{session}/tracks/{TRACK}/poses", cookie)
    assert poses.content_type == "application/msgpack"
    assert [(pose["type"], pose["rtp"]) for pose in msgpack.unpackb(await poses.read())] == [
        ("poses", rtp) for rtp in ALL_RTPS[:3]
    ]


async def test_events_come_as_stored(house: House) -> None:
    session, _ = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.EXPERT)
    answer = await house.get(f"/api/sessions/{session}/events", cookie)
    events = msgpack.unpackb(await answer.read())
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert events[4]["body"]["rtp"] == MARKED_RTP


async def test_a_still_with_and_without_its_marks(house: House) -> None:
    session, sha256 = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.EXPERT)
    plain = await (await house.get(f"/api/sessions/{session}/stills/{sha256}", cookie)).read()
    assert plain == still_jpeg()
    answer = await house.get(f"/api/sessions/{session}/stills/{sha256}/annotated", cookie)
    assert answer.content_type == "image/jpeg"
    picture = cv2.imdecode(np.frombuffer(await answer.read(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    blue, green, red = (int(value) for value in picture[90, 128])  # in the middle of the arrow's shaft
    assert red > 200
    assert max(blue, green) < 90
    assert np.abs(picture[20:60, 20:60].astype(int) - 200).max() < 10


async def test_a_changed_still_is_not_shown(house: House) -> None:
    session, sha256 = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.EXPERT)
    for path in (house.parts.config.data.folder / "blobs").rglob(sha256):
        path.write_bytes(still_jpeg()[:-1] + b"x")
    answer = await house.get(f"/api/sessions/{session}/stills/{sha256}", cookie)
    assert await problem(answer) == (500, "storage-corrupt")


@pytest.mark.parametrize(
    "path",
    [
        "tracks/t2/media",
        "tracks/t2/frames",
        "tracks/t2/poses",
        f"stills/{'0' * 64}",
        f"stills/{'0' * 64}/annotated",
        "stills/..%2f..%2fsecret.txt",
        "tracks/..%2f..%2f..%2fsecret.txt/media",
        "tracks/%2e%2e/media",
        "tracks/t1%00/media",
        "tracks/*/media",
        f"stills/{'A' * 64}",
    ],
)
async def test_what_is_not_there_is_not_found_however_it_is_written(house: House, path: str) -> None:
    session, _ = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.ADMIN)
    status, code = await problem(await house.get(f"/api/sessions/{session}/{path}", cookie))
    assert (status, code in {"unknown-file", "not-found"}) == (404, True)


async def test_a_still_of_one_session_is_not_served_by_another(house: House) -> None:
    _, sha256 = await recorded_session(house)
    other = await house.session(await house.machine("Other"))
    cookie = await house.sign_in(AccountRole.ADMIN)
    assert await problem(await house.get(f"/api/sessions/{other}/stills/{sha256}", cookie)) == (404, "unknown-file")


@pytest.mark.parametrize(
    "part",
    ["", "/events", "/recording", "/tracks/t1/media", f"/stills/{'0' * 64}", f"/pictures/{'0' * 64}", "/verification"],
)
async def test_an_unknown_session_is_unknown(house: House, part: str) -> None:
    cookie = await house.sign_in(AccountRole.EXPERT)
    answer = await house.get(f"/api/sessions/{'0' * 16}{part}", cookie)
    assert await problem(answer) == (404, "unknown-session")


async def test_a_look_is_audited_once_and_again_later(house: House) -> None:
    session, sha256 = await recorded_session(house)
    user = await house.user(AccountRole.AUDITOR)
    cookie = await house.sign_in(AccountRole.AUDITOR, user)
    for path in ("recording", f"tracks/{TRACK}/media", f"tracks/{TRACK}/frames", f"stills/{sha256}", "events"):
        await house.get(f"/api/sessions/{session}/{path}", cookie)
    kinds = [kind for kind, actor, subject in await house.audited() if (actor, subject) == (user.login, session)]
    assert kinds == ["recording-viewed", "stills-viewed", "log-viewed"]
    house.clock.advance(minutes=11)
    await house.get(f"/api/sessions/{session}/tracks/{TRACK}/media", cookie, Range="bytes=0-1")
    assert (await house.audited())[-1] == ("recording-viewed", user.login, session)


async def test_a_picture_is_served_as_it_was_stored_to_who_is_signed_in(house: House) -> None:
    data = b"\x89PNG: stored as it came"
    sha256 = Blobs(house.parts.config.data.folder).put(data)
    machine = await house.machine()
    joined = ParticipantJoined("p1", Role.ONSITE, "Ana", "", consent=True)
    session = await house.session(
        machine, [joined, PictureKept(1, Purpose.PHOTO, sha256, "image/png", len(data), 4, 3, "Valve")]
    )
    user = await house.user(AccountRole.EXPERT)
    cookie = await house.sign_in(AccountRole.EXPERT, user)
    history = await (await house.get(f"/api/machines/{machine.id}", cookie)).json()
    (picture,) = history["pictures"]
    assert (picture["number"], picture["by"], picture["purpose"], picture["title"]) == (1, "Ana", "photo", "Valve")
    answer = await house.get(picture["url"], cookie)
    assert (answer.content_type, await answer.read()) == ("image/png", data)
    assert ("pictures-viewed", user.login, session) in await house.audited()
    assert await problem(await house.get(picture["url"])) == (401, "not-signed-in")
    other = await house.session(machine)
    assert await problem(await house.get(picture["url"].replace(session, other), cookie)) == (404, "unknown-file")
