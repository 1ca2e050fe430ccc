"""Reports, read back as a reader of PDF sees them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import pytest
from pypdf import PdfReader
from pypdf.generic import ContentStream

from arsupport.errors import ArError, Code
from arsupport.journal.blobs import Blobs
from arsupport.journal.database import Database
from arsupport.protocol import events as e
from arsupport.protocol.events import Kind
from arsupport.protocol.marks import KeptView, Shape
from arsupport.protocol.pictures import Purpose
from arsupport.protocol.plates import PlateLanguage
from arsupport.report.font import writable
from tests.recorded import STARTED_MS
from tests.report.told import (
    ANA,
    CIRCLE,
    EVA,
    HEIGHT,
    MADE_MS,
    MAGENTA,
    MOVED,
    RADIUS,
    WIDTH,
    Told,
    everything,
    jpeg,
    noise,
    written,
)

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

NEAR_PX = 2.0


def text_of(pdf: Path) -> str:
    """Give what a report says, with one space between words."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(pdf).pages).split())


def pictures_of(pdf: Path) -> list[NDArray[Any]]:
    """Give a report's pictures, (H, W, 3) BGR, in order."""
    found = []
    reader = PdfReader(pdf)
    for page in reader.pages:
        resources: Any = page["/Resources"]
        drawn = resources["/XObject"]
        for operands, operator in ContentStream(page.get_contents(), reader).operations:
            if operator == b"Do" and drawn[operands[0]]["/Subtype"] == "/Image":
                data = np.frombuffer(drawn[operands[0]]._data, np.uint8)
                found.append(np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR)))
    return found


def circle(picture: NDArray[Any]) -> NDArray[Any]:
    """Give the middle of the magenta circle, x and y in pixels: of its line, without the badge beside it."""
    blue, green, red = (picture[..., channel].astype(int) for channel in range(3))
    rows, columns = np.nonzero(np.minimum(red, blue) - green > 100)
    # The badge is right of and above the circle: what is left of and below its middle is the circle's alone.
    left, bottom = columns.min(), rows.max()
    radius = RADIUS * WIDTH + 1.5
    return np.array([left + radius, bottom - radius])


@pytest.mark.parametrize(
    ("language", "says"),
    [
        (
            PlateLanguage.EN,
            ["Session report", "Who took part", "WARNING: another machine’s label", "Page 1 of", "Ana 李"],
        ),
        (PlateLanguage.DE, ["Sitzungsbericht", "Wer dabei war", "WARNUNG: Schild einer anderen", "Seite 1 von"]),
        (PlateLanguage.ZH, ["会话报告", "参与人员", "警告：不是本会话机器的标签", "第 1 页，共"]),  # noqa: RUF001
    ],
)
async def test_a_report_says_what_happened_in_the_readers_language(
    tmp_path: Path, language: PlateLanguage, says: list[str]
) -> None:
    session = await everything(tmp_path / "data")
    pdf = tmp_path / "report.pdf"
    made = written(tmp_path / "data", session, pdf, language)
    pages = [page.extract_text() for page in PdfReader(pdf).pages]
    assert (len(pages), len(pictures_of(pdf))) == (made.pages, made.pictures) == (made.pages, 3)
    text = " ".join(" ".join(pages).split())
    for words in [*says, "Press 4", "PRESS4", session, "It is rusted", "请用长扳手。", "Valve V3", "Name plate"]:
        assert words in text
    database = Database.open(tmp_path / "data")
    with database.read() as connection:
        from arsupport.journal import sessions  # noqa: PLC0415

        head = sessions.get(connection, session).head.hex()
    database.close()
    for page in pages:
        assert session in page
        assert head[:16] in page
    assert head in pages[-1].replace("\n", "")
    assert "arsupport verify" in " ".join(pages[-1].split())


async def test_marks_are_burnt_in_where_they_were_drawn_and_where_the_pose_log_says(tmp_path: Path) -> None:
    session = await everything(tmp_path / "data")
    written(tmp_path / "data", session, tmp_path / "report.pdf")
    first, second, _ = pictures_of(tmp_path / "report.pdf")
    for picture, at in ((first, CIRCLE), (second, MOVED)):
        assert picture.shape == (HEIGHT, WIDTH, 3)
        assert np.hypot(*(circle(picture) - (np.array(at) * (WIDTH, HEIGHT) - 0.5))) < NEAR_PX


async def test_what_is_missing_is_said(tmp_path: Path) -> None:
    session = await everything(tmp_path / "data")
    written(tmp_path / "data", session, tmp_path / "report.pdf")
    text = text_of(tmp_path / "report.pdf")
    assert "12.5 Ana 李: connection lost: the network went silent" in text
    assert "1.5 noted: Ana 李, video: pieces were lost on the way" in text
    assert "no picture of Ana 李 was recorded" in text
    assert "5.0 Eva Braun: microphone switched off" in text


async def test_who_leaves_has_not_lost_the_connection_and_what_is_interrupted_is_told_once(tmp_path: Path) -> None:
    told = await Told.begin(tmp_path / "data")
    told.add(e.TrackStarted("t1", ANA, Kind.VIDEO, "VP8", 90_000))
    for number, recovered in ((0, False), (1, True)):
        start = STARTED_MS + 2_000 + 4_000 * number
        segment = e.SegmentClosed("t1", "video", f"{number}", "", 1, "VP8", 0, 360_000, 9, start, 2, recovered)
        told.add(segment)
    told.add(e.GapNoted("t1", "undecodable", STARTED_MS + 3_000, STARTED_MS + 3_500))
    told.add(e.ParticipantDisconnected(ANA, "disconnected"), after=3)
    told.add(e.ParticipantLeft(ANA), after=0.1)
    session = await told.end()
    written(tmp_path / "data", session, tmp_path / "report.pdf")
    text = text_of(tmp_path / "report.pdf")
    assert "Ana 李: connection lost" not in text
    assert "noted: Ana 李, video: pieces were lost on the way" in text
    assert text.count("video of Ana 李: interrupted 2 times") == 1
    assert "video of Ana 李: the server was killed while it was written" in text


async def test_a_session_without_marks_and_pictures_is_a_report_that_says_so(tmp_path: Path) -> None:
    told = await Told.begin(tmp_path / "data")
    session = await told.end()
    made = written(tmp_path / "data", session, tmp_path / "report.pdf")
    assert made.pictures == 0
    text = text_of(tmp_path / "report.pdf")
    for words in (
        "No marks were drawn",
        "No photos or documents",
        "no gap was noted",
        "No camera saw",
        "verified when",
    ):
        assert words in text


async def test_pictures_that_are_gone_leave_a_plate_and_the_log_is_not_verified(tmp_path: Path) -> None:
    session = await everything(tmp_path / "data")
    database = Database.open(tmp_path / "data")
    with database.read() as connection:
        from arsupport.journal import files  # noqa: PLC0415

        stored = {file.name: file.sha256 for file in files.list_for_session(connection, session)}
    database.close()
    (tmp_path / "data" / Blobs.relative_path(stored["still-1.jpg"])).unlink()
    (tmp_path / "data" / Blobs.relative_path(stored["photo-1.jpg"])).write_bytes(b"no picture")
    (tmp_path / "data" / "sessions" / session / "t1-00001.poses").write_bytes(b"no poses")
    made = written(tmp_path / "data", session, tmp_path / "report.pdf")
    assert made.pictures == 1
    text = text_of(tmp_path / "report.pdf")
    assert text.count("is missing on the server, or is not what was stored") == 2
    assert stored["still-1.jpg"] in text.replace(" ", "")
    assert "NOT AS IT WAS WRITTEN" in text
    assert "file-missing" in text


async def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    told = await Told.begin(tmp_path / "data", name="<b>Press</b> &amp; <font color='red'>")
    hostile = [
        "<para><img src='file:///etc/passwd'/></para> & <a href='x'>",
        "W" * 2000,
        "wort " * 400,
        "阀" * 2000,
        "\x00\x01\x1b[31m\u202eevil\u2066 tab\tline\nend",
        "שלום עולם",
        "👩🏽\u200d🔧 fixed ☠️",
        "e\u0301" + "\u0301" * 50,
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
    ]
    for number, text in enumerate(hostile, 1):
        told.add(e.Said(text), by=EVA)
        told.add(e.StepGiven(number, 0, text), by=EVA)
    session = await told.end()
    made = written(tmp_path / "data", session, tmp_path / "report.pdf")
    text = text_of(tmp_path / "report.pdf")
    assert "<para><img src='file:///etc/passwd'/></para> & <a href='x'>" in text
    assert "<b>Press</b> &amp; <font color='red'>" in text
    # Each is said, given as an instruction, and listed as that.
    assert text.replace(" ", "").count("W") >= 6000
    assert text.count("阀") == 6000
    assert "[HEBREW ×4] [HEBREW ×4]" in text
    assert "evil" in text
    assert "\u202e" not in text
    assert "fixed" in text
    for number, page in enumerate(PdfReader(tmp_path / "report.pdf").pages, 1):
        assert f"Page {number} of {made.pages}" in page.extract_text()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Größe ×2 ≤ 5 µm", "Größe ×2 ≤ 5 µm"),
        ("שלום", "[HEBREW ×4]"),
        ("🔧", "[WRENCH]"),
        ("a\u0000b\u200bc", "a bc"),
        ("สวัสดี!", "[THAI ×4]!"),
        ("  \n ", ""),
    ],
)
def test_a_character_without_a_letter_is_named(text: str, shown: str) -> None:
    assert writable(text) == shown


async def test_a_kept_mark_that_was_found_has_the_picture_it_is_recognised_by(tmp_path: Path) -> None:
    told = await Told.begin(tmp_path / "data")
    view = told.made.picture("earlier.jpg", jpeg(noise()))
    told.add(e.TrackStarted("t1", ANA, Kind.VIDEO, "VP8", 90_000))
    expected = e.MarkExpected(
        1, "t1", "old-3", "Valve V3", "Seal leaks", "Eva", MADE_MS, Shape.CIRCLE, [CIRCLE, (0.36, 0.4)], MAGENTA, "",
        [KeptView(view, *MOVED, 1.0, 0.0, 0.0, 1.0)],
    )  # fmt: skip
    told.add(expected)
    told.add(e.MarkFound(1, "old-3", "t1", 5))
    told.add(e.MarkRetired(1, "old-3", "Repaired"), by=EVA)
    session = await told.end()
    written(tmp_path / "data", session, tmp_path / "report.pdf")
    text = text_of(tmp_path / "report.pdf")
    assert "Mark 1 · circle · kept in an earlier session" in text
    assert "Eva Braun retired kept mark 1: Repaired" in text
    assert "Retired: not valid any more." in text
    (picture,) = pictures_of(tmp_path / "report.pdf")
    assert np.hypot(*(circle(picture) - (np.array(MOVED) * (WIDTH, HEIGHT) - 0.5))) < NEAR_PX


async def test_pictures_of_any_format_and_size_are_made_small(tmp_path: Path) -> None:
    told = await Told.begin(tmp_path / "data")
    large = noise(3000, 4000)
    clear = np.zeros((40, 60, 4), np.uint8)
    for number, (suffix, media, picture) in enumerate(
        [("jpg", "image/jpeg", large), ("png", "image/png", clear), ("webp", "image/webp", noise())], 1
    ):
        _, data = cv2.imencode(f".{suffix}", picture)
        sha256 = told.made.picture(f"picture-{number}.{suffix}", data.tobytes(), media)
        height, width = picture.shape[:2]
        told.add(
            e.PictureKept(number, Purpose.SHARED, sha256, media, len(data), width, height, f"page {number}"), by=EVA
        )
    broken = told.made.picture("picture-4.jpg", b"\xff\xd8 no picture")
    told.add(e.PictureKept(4, Purpose.SHARED, broken, "image/jpeg", 9, 9, 9), by=EVA)
    session = await told.end()
    made = written(tmp_path / "data", session, tmp_path / "report.pdf")
    assert made.pictures == 3
    first, second, _ = pictures_of(tmp_path / "report.pdf")
    assert max(first.shape) <= 1280
    assert second.mean() > 250  # what is transparent is paper
    assert "cannot be shown" in text_of(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").stat().st_size < 2_000_000


async def test_marks_do_not_hide_the_small_pictures_of_a_thin_line(tmp_path: Path) -> None:
    told = await Told.begin(tmp_path / "data")
    small = jpeg(noise(90, 160))
    still = told.made.picture("still-1.jpg", small)
    told.add(e.TrackStarted("t1", ANA, Kind.VIDEO, "JPEG", 90_000))
    points = [CIRCLE, (CIRCLE[0] + RADIUS, CIRCLE[1])]
    told.add(e.MarkDrawn(1, "t1", 7, Shape.CIRCLE, points, MAGENTA, ""), by=EVA)
    told.add(e.StillKept(still, "image/jpeg", len(small), "t1", 7, 160, 90, 1))
    session = await told.end()
    written(tmp_path / "data", session, tmp_path / "report.pdf")
    (picture,) = pictures_of(tmp_path / "report.pdf")
    assert picture.shape == (HEIGHT, WIDTH, 3)
    assert np.hypot(*(circle(picture) - (np.array(CIRCLE) * (WIDTH, HEIGHT) - 0.5))) < NEAR_PX


async def test_there_is_none_of_a_session_that_runs_or_is_unknown(tmp_path: Path) -> None:
    session = await everything(tmp_path / "data", close=False)
    for unknown, code in ((session, Code.NOT_FOUND), ("0123456789abcdef", Code.UNKNOWN_SESSION)):
        with pytest.raises(ArError) as refused:
            written(tmp_path / "data", unknown, tmp_path / "report.pdf")
        assert refused.value.code is code
