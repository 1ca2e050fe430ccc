"""Whether those who were let in may still be here: an account can be disabled while its connections stand."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from arsupport.errors import ArError, Code
from arsupport.journal import users

if TYPE_CHECKING:
    from arsupport.journal.journal import Journal
    from arsupport.server.signal import Signalling

log = structlog.get_logger()

_SECONDS: Final = 1.0


async def refuse_disabled(journal: Journal, account: str) -> None:
    """Refuse what a disabled user, named by the login, would do; people without an account have an empty one.

    Raises:
        ArError: ``not-signed-in``.
    """
    if account and account in await journal.read(users.disabled):
        raise ArError(Code.NOT_SIGNED_IN, "This account was disabled. Ask an administrator.")


async def send_disabled_away(signalling: Signalling) -> None:
    """Look every second who was disabled, and take them out of sessions and off the line; runs until cancelled.

    A command line disables users, in another process: the database is where both meet.
    """
    works = True
    while True:
        await asyncio.sleep(_SECONDS)
        try:
            await _send_away(signalling, await signalling.journal.read(users.disabled))
            works = True
        except ArError as failure:
            if works:
                log.error("disabled-users-not-known", code=failure.code, detail=failure.detail)  # noqa: TRY400
            works = False


async def _send_away(signalling: Signalling, disabled: frozenset[str]) -> None:
    for connection in list(signalling.connections):
        if connection.account in disabled:
            connection.send_away()
    # Also who has only a media connection left, and may come back.
    for session in list(signalling.plant.sessions.values()):
        for person in session.state.present():
            if person.account in disabled:
                log.info("disabled-user-left", session=session.id, participant=person.id)
                await session.leave(person.id)
