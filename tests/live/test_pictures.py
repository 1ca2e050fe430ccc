"""Pictures through a running server: up, down, drawn on; and everything that is refused, without a trace left."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

import cv2
import numpy as np
import pytest

from arsupport.config import Config
from arsupport.errors import ArError, Code
from arsupport.journal import files
from arsupport.journal.blobs import Blobs
from arsupport.journal.verification import verify_session
from arsupport.protocol import commands as c
from arsupport.protocol import events as e
from arsupport.protocol import signals as s
from arsupport.protocol.marks import Shape
from arsupport.protocol.pictures import (
    MAX_CHUNK,
    MediaType,
    PictureCancel,
    PictureChunk,
    PictureComing,
    PictureDone,
    PictureHave,
    PictureMark,
    PictureOffer,
    PictureRefused,
    PictureStopped,
    PictureWanted,
    Purpose,
)
from tests.server.calls import Hall

from .conftest import full_disk, history_in
from .frames_channel import FramesChannel, offer_of, photo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from arsupport.selftest.visitor import Visitor

# In the order in which they came into the session.
ONSITE, EXPERT = "p1", "p2"
CIRCLE = PictureMark(Shape.CIRCLE, [(0.5, 0.5), (0.6, 0.5)], "#ff0000", "V3")


def configured(folder: Path, **limits: int) -> Config:
    return Config.model_validate(
        {
            "server": {"host": "127.0.0.1", "port": 0, "tls": False},
            "data": {"folder": folder / "data", "warn_free_mb": 0, "min_free_mb": 0},
            "media": {"include_loopback": True},
            "limits": {"picture_mb": 1, "picture_megapixels": 2} | limits,
        }
    )


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with Hall(configured(tmp_path)) as hall:
        yield hall


class Pair(NamedTuple):
    expert: Visitor
    onsite: Visitor
    session: str
    joined: s.Joined
    expert_frames: FramesChannel
    onsite_frames: FramesChannel


async def paired(hall: Hall) -> Pair:
    expert, onsite, session, joined = await hall.paired()
    await asyncio.gather(expert.connect(video=False), onsite.connect(video=False))
    return Pair(
        expert, onsite, session, joined, await FramesChannel(expert).opened(), await FramesChannel(onsite).opened()
    )


async def kept(hall: Hall, session: str) -> list[e.PictureKept]:
    history = await history_in(hall.server.parts.journal, session)
    return [body for body in history if isinstance(body, e.PictureKept)]


def left_over(hall: Hall) -> list[Path]:
    return list((hall.server.parts.config.data.folder / "incoming").glob("*"))


async def ended_and_verified(hall: Hall, pair: Pair) -> None:
    await pair.expert.command(c.EndSession("mended"))
    journal = hall.server.parts.journal
    async with asyncio.timeout(10):
        while True:
            report = await journal.read(lambda connection: verify_session(connection, journal.folder, pair.session))
            if report.closed:
                break
            await asyncio.sleep(0.02)
    assert report.ok, report


async def test_a_photo_is_stored_announced_and_fetched_by_the_other(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    done = await pair.onsite_frames.upload(offer_of(data, title="Valve V3"), data)
    assert (done.transfer, done.picture) == (1, 1)
    # What was acknowledged is on disk.
    [stored] = await kept(hall, pair.session)
    assert (stored.sha256, stored.bytes, stored.title) == (sha256(data).hexdigest(), len(data), "Valve V3")
    assert Blobs(hall.server.parts.journal.folder).read(stored.sha256) == data
    assert left_over(hall) == []

    coming = await pair.expert_frames.expect(PictureComing)
    assert (coming.participant, coming.offset, coming.bytes) == (ONSITE, 0, len(data))
    [event] = await pair.expert.heard(e.PictureKept)
    pair.expert_frames.send(PictureWanted(event.picture))
    offer, received = await pair.expert_frames.download()
    assert received == data
    assert (offer.picture, offer.purpose, offer.width, offer.height) == (1, Purpose.PHOTO, 320, 240)
    await ended_and_verified(hall, pair)
    rows = await hall.server.parts.journal.read(lambda connection: files.list_for_session(connection, pair.session))
    assert [(row.kind, row.sha256) for row in rows if row.kind == "picture"] == [("picture", stored.sha256)]


async def test_an_upload_goes_on_over_a_new_connection(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    frames = pair.onsite_frames
    frames.send(offer_of(data))
    assert (await frames.expect(PictureHave)).offset == 0
    half = 5 * MAX_CHUNK
    await frames.send_from(0, 1, data, half)

    onsite = await hall.visitor()
    await onsite.greet(pair.joined.key)
    await onsite.expect(s.Joined)
    await onsite.connect(video=False)
    frames = await FramesChannel(onsite).opened()
    frames.send(offer_of(data, transfer=7))
    assert (await frames.expect(PictureHave)).offset == half
    await frames.send_from(half, 7, data)
    assert (await frames.expect(PictureDone)).picture == 1
    assert [picture.sha256 for picture in await kept(hall, pair.session)] == [sha256(data).hexdigest()]


async def test_a_picture_that_is_stored_already_is_not_sent_again(hall: Hall) -> None:
    """Its acknowledgement may have been lost with the connection."""
    pair = await paired(hall)
    data = photo()
    await pair.onsite_frames.upload(offer_of(data), data)
    pair.onsite_frames.send(offer_of(data, transfer=2))
    assert await pair.onsite_frames.expect(PictureDone) == PictureDone(2, 1)
    assert len(await kept(hall, pair.session)) == 1


async def test_a_download_goes_on_where_the_page_stands(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    await pair.onsite_frames.upload(offer_of(data), data)
    frames = pair.expert_frames
    frames.send(PictureWanted(1))
    offer = await frames.expect(PictureOffer)
    assert await frames.take_from(10_000, offer, data[:10_000]) == data


async def test_a_request_is_answered_by_a_photo_or_declined(hall: Hall) -> None:
    pair = await paired(hall)
    await pair.expert.command(c.AskPhoto(ONSITE))
    [asked] = await pair.onsite.heard(e.PhotoAsked)
    data = photo()
    await pair.onsite_frames.upload(offer_of(data, request=asked.request), data)
    assert [picture.request for picture in await kept(hall, pair.session)] == [1]
    await pair.expert.command(c.AskPhoto(ONSITE))
    await pair.onsite.command(c.DeclinePhoto(2, "camera-off"))
    assert [body.reason for body in await pair.expert.heard(e.PhotoDeclined)] == ["camera-off"]
    with pytest.raises(ArError) as refusal:
        await pair.expert.command(c.AskPhoto(EXPERT))
    assert refusal.value.code is Code.UNKNOWN_CAMERA


async def test_marks_are_burnt_into_a_copy_that_the_tablet_gets(hall: Hall) -> None:
    pair = await paired(hall)
    plain = np.full((240, 320, 3), 128, np.uint8)
    data = cv2.imencode(".jpg", plain)[1].tobytes()
    await pair.onsite_frames.upload(offer_of(data), data)
    await pair.expert.command(c.AnnotatePicture(1, [CIRCLE]))
    original, copy = await pair.onsite.heard(e.PictureKept, 2)
    assert (copy.purpose, copy.annotation, copy.picture) == (Purpose.ANNOTATED, 1, 2)
    pair.onsite_frames.send(PictureWanted(copy.picture))
    _, received = await pair.onsite_frames.download()
    burnt = cv2.imdecode(np.frombuffer(received, np.uint8), cv2.IMREAD_COLOR)
    assert burnt is not None
    assert burnt.shape == (240, 320, 3)
    assert burnt[120, 192, 2] > 200 > burnt[120, 192, 0]  # red on the rim of the circle
    assert abs(int(burnt[10, 10, 0]) - 128) < 10
    await pair.onsite.command(c.SeePicture(copy.picture))
    assert [body.picture for body in await pair.expert.heard(e.PictureSeen)] == [2]
    assert Blobs(hall.server.parts.journal.folder).read(original.sha256) == data
    await ended_and_verified(hall, pair)


async def test_a_drawing_that_a_stop_left_without_its_picture_gets_it_at_the_next_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Hall(configured(tmp_path)) as hall:
        pair = await paired(hall)
        data = photo()
        await pair.onsite_frames.upload(offer_of(data), data)
        with monkeypatch.context() as patched:
            patched.setattr("arsupport.live.pictures.Pictures._annotate", _not_yet)
            await pair.expert.command(c.AnnotatePicture(1, [CIRCLE]))
            await hall.hang_up()
    async with Hall(configured(tmp_path)) as hall:
        async with asyncio.timeout(15):
            while len(found := await kept(hall, pair.session)) < 2:  # noqa: ASYNC110 - the journal sets no event
                await asyncio.sleep(0.02)
        assert [picture.annotation for picture in found] == [0, 1]


async def _not_yet(*_: object) -> None:
    """Stand for a server that is killed before it has made the picture."""


async def test_an_expert_shares_a_page(hall: Hall) -> None:
    pair = await paired(hall)
    page = cv2.imencode(".png", np.zeros((240, 320, 3), np.uint8))[1].tobytes()
    shared = offer_of(page, purpose=Purpose.SHARED, media_type=MediaType.PNG, title="manual.pdf, page 12")
    await pair.expert_frames.upload(shared, page)
    [event] = await pair.onsite.heard(e.PictureKept)
    assert (event.purpose, event.title) == (Purpose.SHARED, "manual.pdf, page 12")
    await pair.expert.command(c.ShowPicture(1))
    assert [body.picture for body in await pair.onsite.heard(e.PictureShown)] == [1]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"bytes": 2_000_000}, Code.PICTURE_TOO_LARGE),
        ({"width": 2_000, "height": 2_000}, Code.PICTURE_TOO_LARGE),
        ({"purpose": Purpose.SHARED}, Code.NOT_ALLOWED),
        ({"purpose": Purpose.ANNOTATED}, Code.NOT_ALLOWED),
        ({"request": 9}, Code.UNKNOWN_PICTURE),
    ],
)
async def test_what_may_not_come_is_refused_before_a_byte_is_sent(
    hall: Hall, changed: dict[str, Any], code: Code
) -> None:
    pair = await paired(hall)
    pair.onsite_frames.send(offer_of(photo(), **changed))
    assert (await pair.onsite_frames.expect(PictureRefused)).code == code
    assert (await pair.expert_frames.expect(PictureStopped)).code == code
    assert left_over(hall) == []


BOMB = cv2.imencode(".png", np.zeros((3_000, 3_000), np.uint8))[1].tobytes()


@pytest.mark.parametrize(
    ("data", "changed", "code"),
    [
        (photo(), {"sha256": "0" * 64}, Code.PICTURE_DAMAGED),
        (photo(), {"width": 321}, Code.BAD_PICTURE),
        (photo(), {"media_type": MediaType.PNG}, Code.BAD_PICTURE),
        (b"<svg onload='alert(1)'/>" * 10, {}, Code.BAD_PICTURE),
        (photo()[:100], {}, Code.BAD_PICTURE),
        # 9 million pixels in a few thousand bytes, announced as a small picture.
        (BOMB, {"media_type": MediaType.PNG}, Code.PICTURE_TOO_LARGE),
    ],
)
async def test_what_is_not_as_announced_is_refused_and_removed(
    hall: Hall, data: bytes, changed: dict[str, Any], code: Code
) -> None:
    pair = await paired(hall)
    pair.onsite_frames.send(offer_of(data, **changed))
    await pair.onsite_frames.expect(PictureHave)
    await pair.onsite_frames.send_from(0, 1, data)
    assert (await pair.onsite_frames.expect(PictureRefused)).code == code
    assert left_over(hall) == []
    assert await kept(hall, pair.session) == []
    # The next one is taken.
    whole = photo(2)
    assert (await pair.onsite_frames.upload(offer_of(whole, transfer=2), whole)).picture == 1


async def test_pieces_out_of_order_or_beyond_the_end_are_refused(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    frames = pair.onsite_frames
    for transfer, (offset, piece) in enumerate([(5, b"x"), (0, b"x" * 30)], 1):
        frames.send(offer_of(data[:20], transfer=transfer))
        await frames.expect(PictureHave)
        frames.send(PictureChunk(transfer, offset, piece))
        assert (await frames.expect(PictureRefused)).code == Code.PICTURE_DAMAGED
    frames.send(PictureChunk(77, 0, b"of no transfer"))
    assert (await frames.upload(offer_of(data, transfer=9), data)).picture == 1


async def test_a_picture_is_given_up(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    pair.onsite_frames.send(offer_of(data))
    await pair.onsite_frames.expect(PictureHave)
    await pair.onsite_frames.send_from(0, 1, data, 3 * MAX_CHUNK)
    pair.onsite_frames.send(PictureCancel(1))
    assert (await pair.expert_frames.expect(PictureStopped)).code == ""
    assert left_over(hall) == []


async def test_there_is_an_end_to_pictures(tmp_path: Path) -> None:
    async with Hall(configured(tmp_path, pictures_per_session=1)) as hall:
        pair = await paired(hall)
        data = photo()
        await pair.onsite_frames.upload(offer_of(data), data)
        pair.onsite_frames.send(offer_of(photo(2), transfer=2))
        assert (await pair.onsite_frames.expect(PictureRefused)).code == Code.TOO_MANY
        with pytest.raises(ArError) as refusal:
            await pair.expert.command(c.AnnotatePicture(1, [CIRCLE]))
        assert refusal.value.code is Code.TOO_MANY


async def test_offers_without_end_are_refused(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arsupport.live.incoming._MINUTE", 1e9)
    pair = await paired(hall)
    for transfer in range(1, 70):
        pair.onsite_frames.send(offer_of(photo()[:1000], transfer=transfer))
    assert (await pair.onsite_frames.expect(PictureRefused)).code == Code.TOO_MANY_REQUESTS


async def test_a_sender_that_does_not_wait_for_answers_is_refused(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arsupport.live.incoming._MOST_AHEAD", 0)
    pair = await paired(hall)
    data = photo()
    frames = pair.onsite_frames
    frames.send(offer_of(data))
    await frames.expect(PictureHave)
    for at in range(0, len(data), MAX_CHUNK):
        frames.send(PictureChunk(1, at, data[at : at + MAX_CHUNK]))
    assert (await frames.expect(PictureRefused)).code == Code.TOO_MANY_REQUESTS
    assert left_over(hall) == []


async def test_a_full_disk_refuses_and_the_next_photo_is_taken(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    async with full_disk(hall.server.parts.journal):
        pair.onsite_frames.send(offer_of(data))
        await pair.onsite_frames.expect(PictureHave)
        await pair.onsite_frames.send_from(0, 1, data)
        assert (await pair.onsite_frames.expect(PictureRefused)).code == Code.DISK_FULL
    assert left_over(hall) == []
    assert (await pair.onsite_frames.upload(offer_of(data, transfer=2), data)).picture == 1
    await ended_and_verified(hall, pair)


async def test_no_room_is_said_before_a_byte_is_sent(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = await paired(hall)
    monkeypatch.setattr("shutil.disk_usage", lambda _folder: NoRoom(0))
    pair.onsite_frames.send(offer_of(photo()))
    assert (await pair.onsite_frames.expect(PictureRefused)).code == Code.DISK_FULL


class NoRoom(NamedTuple):
    free: int


async def test_nothing_is_left_of_a_picture_whose_session_ends(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    pair.onsite_frames.send(offer_of(data))
    await pair.onsite_frames.expect(PictureHave)
    await pair.onsite_frames.send_from(0, 1, data, 3 * MAX_CHUNK)
    assert len(left_over(hall)) == 1
    await ended_and_verified(hall, pair)
    assert left_over(hall) == []


async def test_what_a_killed_server_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "incoming"
    folder.mkdir(parents=True)
    (folder / "0123456789abcdef").write_bytes(b"half a picture")
    async with Hall(configured(tmp_path)) as hall:
        assert left_over(hall) == []


async def test_what_the_session_has_not_cannot_be_fetched(hall: Hall) -> None:
    pair = await paired(hall)
    pair.expert_frames.send(PictureWanted(1))
    refused = await pair.expert_frames.expect(PictureRefused)
    assert (refused.code, refused.picture) == (Code.UNKNOWN_PICTURE, 1)


async def test_a_picture_that_changed_on_disk_is_not_given_out(hall: Hall) -> None:
    pair = await paired(hall)
    data = photo()
    await pair.onsite_frames.upload(offer_of(data), data)
    path = hall.server.parts.journal.folder / Blobs.relative_path(sha256(data).hexdigest())
    path.write_bytes(data[:-1] + b"x")
    pair.expert_frames.send(PictureWanted(1))
    assert (await pair.expert_frames.expect(PictureRefused)).code == Code.STORAGE_CORRUPT
    # A drawing on it is kept as a drawing, and that its picture is missing is said.
    await pair.expert.command(c.AnnotatePicture(1, [CIRCLE]))
    assert [gap.what for gap in await pair.expert.heard(e.GapNoted)] == ["picture-not-annotated"]


async def test_a_receiver_can_refuse_what_it_is_sent_and_wish_for_more(hall: Hall) -> None:
    pair = await paired(hall)
    for seed in (1, 2):
        data = photo(seed)
        await pair.onsite_frames.upload(offer_of(data, transfer=seed), data)
    frames = pair.expert_frames
    frames.send(PictureWanted(1))
    offer = await frames.expect(PictureOffer)
    frames.send(PictureHave(offer.transfer, 0))
    await frames.expect(PictureChunk)
    frames.send(PictureRefused(offer.transfer, ""))
    frames.send(PictureWanted(2))
    offer, received = await frames.download()
    assert (offer.picture, received) == (2, photo(2))


async def test_a_message_of_another_kind_is_refused_and_the_rest_goes_on(hall: Hall) -> None:
    pair = await paired(hall)
    pair.onsite_frames.send_raw(b"\xc1")
    pair.onsite_frames.send(s.Ping(1))
    await pair.onsite.until(lambda: len(pair.onsite.refusals) == 2, "nothing was refused")
    assert {refusal.code for refusal in pair.onsite.refusals} == {"bad-message"}
    data = photo()
    assert (await pair.onsite_frames.upload(offer_of(data), data)).picture == 1
