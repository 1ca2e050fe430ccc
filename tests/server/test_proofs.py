from __future__ import annotations

import io
import zipfile

from arsupport.protocol.rest import AccountRole

from .conftest import House, problem
from .recorded_session import recorded_session, still_jpeg


async def test_verification_says_what_is_wrong(house: House) -> None:
    session, sha256 = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.AUDITOR)
    url = f"/api/sessions/{session}/verification"
    good = await (await house.get(url, cookie)).json()
    assert (good["ok"], good["closed"], good["events"], good["files"]) == (True, False, 10, 4)
    for path in (house.parts.config.data.folder / "blobs").rglob(sha256):
        path.unlink()
    bad = await (await house.get(url, cookie)).json()
    assert not bad["ok"]
    assert "file-missing" in bad["problems"][0]


async def test_a_closed_session_is_verified_by_its_signature(house: House) -> None:
    session, _ = await recorded_session(house)
    await house.journal.close_session(session, at_ms=house.clock())
    found = await (
        await house.get(f"/api/sessions/{session}/verification", await house.sign_in(AccountRole.AUDITOR))
    ).json()
    assert (found["ok"], found["closed"]) == (True, True)


async def test_the_bundle_is_a_whole_archive_and_its_export_is_audited(house: House) -> None:
    session, _ = await recorded_session(house)
    await house.journal.close_session(session, at_ms=house.clock())
    user = await house.user(AccountRole.AUDITOR)
    cookie = await house.sign_in(AccountRole.AUDITOR, user)
    answer = await house.get(f"/api/sessions/{session}/bundle", cookie)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="arsupport-{session}.zip"'
    with zipfile.ZipFile(io.BytesIO(await answer.read())) as archive:
        assert archive.testzip() is None
        assert archive.read("files/still-1.jpg") == still_jpeg()
    await house.get(f"/api/sessions/{session}/bundle", cookie)
    assert await house.audited() == [("session-exported", user.login, session)] * 2
    assert list((house.parts.config.data.folder / "derived").iterdir()) == []


async def test_a_running_session_is_not_exported(house: House) -> None:
    session, _ = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.AUDITOR)
    assert await problem(await house.get(f"/api/sessions/{session}/bundle", cookie)) == (404, "not-found")
    assert await house.audited() == []
