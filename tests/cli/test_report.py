from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from pypdf import PdfReader

from arsupport.journal import audit
from arsupport.journal.database import Database
from tests.report.told import everything

if TYPE_CHECKING:
    from collections.abc import Callable

    Run = Callable[..., tuple[int, str, str]]

DATA = Path("data")


def test_a_report_is_written_once_and_entered_in_the_audit_trail(run: Run) -> None:
    session = asyncio.run(everything(DATA))
    status, out, _ = run("report", session, "-o", "report.pdf", "--language", "de")
    pages = PdfReader("report.pdf").pages
    assert (status, out) == (0, f"report.pdf: {len(pages)} pages, 3 pictures\n")
    assert "Sitzungsbericht" in pages[0].extract_text()
    assert run("report", session, "-o", "report.pdf")[0] == 2
    status, _, err = run("report", "0123456789abcdef")
    assert (status, "[unknown-session]" in err) == (2, True)
    assert not [path.name for path in Path().iterdir() if "0123456789abcdef" in path.name]
    database = Database.open(DATA)
    with database.read() as connection:
        noted = [(entry.type, entry.deed.subject, entry.deed.detail) for entry in audit.read(connection)]
    database.close()
    assert noted[-1] == ("report-exported", session, "report.pdf")
