"""Identifiers of rows: made by the server, not guessable, safe in a path and in an address."""

from __future__ import annotations

import secrets
from typing import Final

ID_BYTES: Final = 8


def new_id() -> str:
    """Return 16 random hexadecimal digits."""
    return secrets.token_hex(ID_BYTES)
