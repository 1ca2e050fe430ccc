"""What arrives and is no HTTP, too much of it, or only half of it, is one log line and no stack trace."""

from __future__ import annotations

import logging
from typing import Final

import structlog
from aiohttp.http_exceptions import HttpProcessingError

log = structlog.get_logger()

# The web server's own logger; of what handlers raise only that the client has gone (``problems.answer_failures``).
_LOGGER: Final = logging.getLogger("aiohttp.server")


def log_in_one_line() -> None:
    """Set it for the process; safe to repeat."""
    _LOGGER.addFilter(_keep)


def _keep(record: logging.LogRecord) -> bool:
    failure = record.exc_info[1] if record.exc_info else None
    if isinstance(failure, HttpProcessingError):
        log.info("request-malformed", status=failure.code, reason=type(failure).__name__)
        return False
    if isinstance(failure, ConnectionError):
        log.info("request-abandoned", reason=type(failure).__name__)
        return False
    return True
