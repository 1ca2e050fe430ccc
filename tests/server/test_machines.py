from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from arsupport.protocol.events import MarkDrawn, MarkFound, ParticipantJoined, Role, StillKept
from arsupport.protocol.marks import Shape
from arsupport.protocol.rest import AccountRole

from .conftest import ORIGIN, House, problem
from .recorded_session import recorded_session


async def test_an_administrator_adds_a_machine_and_everybody_sees_it(house: House) -> None:
    admin = await house.sign_in(AccountRole.ADMIN)
    added = await (await house.post("/api/machines", {"name": "Press 1", "site": "Hall 4"}, admin)).json()
    assert added["link"] == f"{ORIGIN}/m/{added['code']}"
    assert not set(added["code"]) & set("01ILO")
    listed = await (await house.get("/api/machines", await house.sign_in(AccountRole.AUDITOR))).json()
    assert listed == [added]
    assert (await house.audited())[-1][::2] == ("machine-added", added["id"])


@pytest.mark.parametrize(
    "body", [{}, {"name": "", "site": "x"}, {"name": "x" * 81, "site": "x"}, {"name": 1, "site": "x"}, []]
)
async def test_a_machine_without_a_proper_name_is_refused(house: House, body: object) -> None:
    admin = await house.sign_in(AccountRole.ADMIN)
    assert await problem(await house.post("/api/machines", body, admin)) == (400, "bad-message")


async def test_a_full_disk_refuses_what_is_new_shows_what_is_there_and_recovers(house: House) -> None:
    admin = await house.sign_in(AccountRole.ADMIN)
    body = {"name": "x" * 80, "site": "y" * 80}
    # SQLite's own limit: the file cannot grow, as on a full disk (the limit is never below the present size).
    await house.journal.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 1").all())
    added = 0
    while (answer := await house.post("/api/machines", body, admin)).status == 200:
        added += 1
    assert await problem(answer) == (507, "disk-full")
    listed = await house.get("/api/machines", admin)
    assert len(await listed.json()) == added
    await house.journal.write(lambda connection: connection.exec_driver_sql("PRAGMA max_page_count = 100000").all())
    assert (await house.post("/api/machines", body, admin)).status == 200


async def test_the_history_has_sessions_and_stills_with_their_words(house: House) -> None:
    session, sha256 = await recorded_session(house)
    cookie = await house.sign_in(AccountRole.EXPERT)
    (machine,) = await (await house.get("/api/machines", cookie)).json()
    history = await (await house.get(f"/api/machines/{machine['id']}", cookie)).json()
    assert history["machine"] == machine
    assert machine["sessions"] == 1
    (summary,) = history["sessions"]
    assert (summary["id"], summary["marks"], summary["stills"], summary["events"]) == (session, 1, 1, 10)
    (still,) = history["stills"]
    assert (still["sha256"], still["mark"], still["mark_text"]) == (sha256, 1, "Close this valve")
    assert (await house.get(still["url"], cookie)).status == 200
    assert (await house.get(still["annotated_url"], cookie)).status == 200


async def test_summaries_do_not_mix_sessions(house: House) -> None:
    one, other = await house.machine("One"), await house.machine("Other")
    arrow = [MarkDrawn(n, "t1", 1, Shape.ARROW, [(0.1, 0.1), (0.2, 0.2)], "#ff0000", f"mark {n}") for n in (1, 2, 3)]
    ana = ParticipantJoined("p1", Role.ONSITE, "Ana", "", consent=True)
    ben = ParticipantJoined("p1", Role.ONSITE, "Ben", "", consent=True)
    still = StillKept("0" * 64, "image/jpeg", 1, "t1", 1, 10, 10, 1)
    first = await house.session(one, [ana, *arrow])
    house.clock.advance(minutes=1)
    second = await house.session(one, [ben, ana, arrow[0], MarkFound(2, "m1", "t1", 1), still])
    third = await house.session(other, [ben])
    cookie = await house.sign_in(AccountRole.EXPERT)
    history = await (await house.get(f"/api/machines/{one.id}", cookie)).json()
    told = [(s["id"], s["people"], s["marks"], s["stills"]) for s in history["sessions"]]
    assert told == [(second, ["Ben", "Ana"], 2, 1), (first, ["Ana"], 3, 0)]
    recent = await (await house.get("/api/sessions?limit=2", cookie)).json()
    assert {s["id"] for s in recent} == {second, third}
    assert (await (await house.get(f"/api/sessions/{third}", cookie)).json())["machine_name"] == "Other"


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "9" * 5000, "", "²"])
async def test_a_limit_is_a_small_number(house: House, limit: str) -> None:
    cookie = await house.sign_in(AccountRole.EXPERT)
    assert await problem(await house.get(f"/api/sessions?limit={limit}", cookie)) == (400, "bad-message")


async def test_the_label_shows_the_machine_and_its_tag(house: House) -> None:
    machine = await house.machine("Press <1> & co")
    cookie = await house.sign_in(AccountRole.EXPERT)
    label = f"/api/machines/{machine.id}/label"
    answer = await house.get(f"{label}.svg?size=a5&language=de", cookie)
    assert answer.content_type == "image/svg+xml"
    drawing = ET.fromstring(await answer.text())  # noqa: S314 - our own answer
    assert drawing.get("width") == "148mm"
    assert drawing.findtext("{http://www.w3.org/2000/svg}title") == f"Press <1> & co, {machine.site}: {machine.code}"
    assert (await (await house.get(f"/api/machines/{machine.id}", cookie)).json())["machine"]["tag"] == machine.tag

    printed = await house.get(f"{label}.pdf", cookie)
    assert (printed.content_type, (await printed.read())[:5]) == ("application/pdf", b"%PDF-")
    assert await problem(await house.get(f"{label}.pdf?size=a4", cookie)) == (400, "bad-message")


async def test_the_labels_of_a_site_come_on_sheets(house: House) -> None:
    machine = await house.machine("Press 1")
    cookie = await house.sign_in(AccountRole.EXPERT)
    sheet = await house.get(f"/api/labels.pdf?site={machine.site}&size=a6", cookie)
    assert (sheet.content_type, (await sheet.read())[:5]) == ("application/pdf", b"%PDF-")
    assert await problem(await house.get("/api/labels.pdf?site=Nowhere", cookie)) == (404, "unknown-machine")
    assert await problem(await house.get("/api/labels.pdf", cookie)) == (400, "bad-message")


@pytest.mark.parametrize("part", ["", "/label.svg", "/label.pdf"])
async def test_an_unknown_machine_is_unknown(house: House, part: str) -> None:
    cookie = await house.sign_in(AccountRole.EXPERT)
    assert await problem(await house.get(f"/api/machines/{'0' * 16}{part}", cookie)) == (404, "unknown-machine")
