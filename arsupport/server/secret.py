"""Secrets that stand in links and cookies. Only their digest is stored: who reads the database cannot use them."""

from __future__ import annotations

import secrets
from hashlib import sha256
from typing import Final

_BYTES: Final = 32


def new() -> str:
    """Return 256 random bits, safe in an address."""
    return secrets.token_urlsafe(_BYTES)


def digest(secret: str) -> str:
    """Return what is stored of a secret. It is random and long, so that a plain hash is enough."""
    return sha256(as_bytes(secret)).hexdigest()


def as_bytes(given: str) -> bytes:
    """Return what somebody gave as a secret, to be compared: headers may hold what is no UTF-8 (PEP 383)."""
    return given.encode(errors="surrogatepass")
