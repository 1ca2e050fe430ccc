from __future__ import annotations

import asyncio
import io

from pypdf import PdfReader

from arsupport.journal.blobs import Blobs
from arsupport.protocol.codec import encode
from arsupport.protocol.events import Event, MarkErased
from arsupport.protocol.rest import AccountRole

from .conftest import House, problem
from .recorded_session import recorded_session


async def test_a_report_is_a_pdf_in_the_readers_language_and_its_export_is_audited(house: House) -> None:
    session, still = await recorded_session(house)
    await house.journal.close_session(session, at_ms=house.clock())
    user = await house.user(AccountRole.AUDITOR)
    cookie = await house.sign_in(AccountRole.AUDITOR, user)
    answer = await house.get(f"/api/sessions/{session}/report.pdf?language=de", cookie)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="arsupport-{session}.pdf"'
    assert answer.content_type == "application/pdf"
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(await answer.read())).pages)
    assert "Sitzungsbericht" in text
    assert "Close this valve" in text
    assert "geprüft, als dieser Bericht erstellt wurde" in text
    assert await house.audited() == [("report-exported", user.login, session)]
    assert list((house.parts.config.data.folder / "derived").iterdir()) == []
    assert still not in text


async def test_one_report_is_written_for_an_account_at_a_time(house: House) -> None:
    session, still = await recorded_session(house)
    await house.journal.close_session(session, at_ms=house.clock())
    # The writing process warns of it; what it says besides must not be taken for its answer.
    (house.parts.config.data.folder / Blobs.relative_path(still)).unlink()
    first, second = await house.sign_in(AccountRole.AUDITOR), await house.sign_in(AccountRole.EXPERT)
    path = f"/api/sessions/{session}/report.pdf"
    asked = [house.get(path, cookie) for cookie in (first, first, second)]
    answers = await asyncio.gather(*asked)
    assert sorted(answer.status for answer in answers) == [200, 200, 429]
    (refused,) = [answer for answer in answers if answer.status == 429]
    assert await problem(refused) == (429, "too-many-requests")


async def test_there_is_none_of_what_runs_is_unknown_or_is_asked_for_wrongly(house: House) -> None:
    session, _ = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.AUDITOR)
    for path, refusal in (
        (f"/api/sessions/{session}/report.pdf", (404, "not-found")),
        ("/api/sessions/0123456789abcdef/report.pdf", (404, "unknown-session")),
        (f"/api/sessions/{session}/report.pdf?language=fr", (400, "bad-message")),
    ):
        assert await problem(await house.get(path, cookie)) == refusal
    assert await problem(await house.get(f"/api/sessions/{session}/report.pdf")) == (401, "not-signed-in")
    assert await house.audited() == []


async def test_what_the_writing_process_refuses_is_the_answer(house: House) -> None:
    session, _ = await recorded_session(house)
    # As if the event that drew it had been taken out.
    erased = Event(11, house.clock(), "p2", 0, MarkErased(99))
    await house.journal.append(session, [(11, erased.at, "mark-erased", encode(erased))])
    await house.journal.close_session(session, at_ms=house.clock())
    cookie = await house.sign_in(AccountRole.AUDITOR)
    refusal = await problem(await house.get(f"/api/sessions/{session}/report.pdf", cookie))
    assert refusal == (500, "storage-corrupt")
    assert await house.audited() == []
    assert list((house.parts.config.data.folder / "derived").iterdir()) == []
