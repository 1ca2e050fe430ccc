"""Trying again what a full disk refused."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, TypeVar

import structlog

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_log = structlog.get_logger()

RETRY_SECONDS: Final = 1.0
_PASSES: Final = frozenset({Code.DISK_FULL, Code.STORAGE_FAILED})

T = TypeVar("T")


def _always() -> bool:
    return True


async def insist(
    store: Callable[[], Awaitable[T]], what: str, session: str, *, wanted: Callable[[], bool] = _always
) -> T:
    """Store something that cannot be refused any more, as soon as the disk takes it; ``what`` is for the log.

    Raises:
        ArError: what ``store`` raises and time does not heal, and anything once it is not ``wanted`` any more.
    """
    told = False
    while True:
        try:
            return await store()
        except ArError as error:
            if error.code not in _PASSES or not wanted():
                raise
            if not told:
                _log.error("waits-for-storage", what=what, session=session, code=error.code)
                told = True
        await asyncio.sleep(RETRY_SECONDS)
