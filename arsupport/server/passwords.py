"""Passwords: which are taken, and their hashes (Argon2id, RFC 9106, with argon2-cffi's parameters)."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from arsupport.errors import ArError, Code

MIN_LENGTH: Final = 10
# What people type to satisfy a rule about length; compared without case, digits and signs at the end.
_OBVIOUS: Final = frozenset(
    (
        "password",
        "passwort",
        "administrator",
        "arsupport",
        "changeme",
        "letmein",
        "qwertyuiop",
        "qwertzuiop",
        "welcome",
        "willkommen",
        "1q2w3e4r5t",
        "iloveyou",
        "adminadmin",
    )
)
_SEQUENCES: Final = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz")
# Each hash takes 64 MiB and a core for about 50 ms.
_AT_ONCE: Final = 2

_hasher: Final = PasswordHasher()
_threads: Final = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")


def check(login: str, password: str) -> None:
    """Refuse a new password that somebody would guess.

    Raises:
        ArError: ``password-too-weak``, with the reason.
    """
    folded = password.casefold()
    bare = folded.rstrip("0123456789!?.,-_#*+ ")
    if len(password) < MIN_LENGTH:
        raise ArError(Code.PASSWORD_TOO_WEAK, f"Take at least {MIN_LENGTH} characters; several words are good.")
    if login.casefold() in {folded, bare}:
        raise ArError(Code.PASSWORD_TOO_WEAK, "The password must not be the login.")
    if bare in _OBVIOUS or folded in _OBVIOUS or any(folded in sequence for sequence in _SEQUENCES):
        raise ArError(Code.PASSWORD_TOO_WEAK, "This password is one of the first that anybody tries.")
    if len(set(folded)) <= len("abc"):
        raise ArError(Code.PASSWORD_TOO_WEAK, "This password repeats a few characters only.")


def hash_new(login: str, password: str) -> str:
    """Return a new password's hash. Blocks for about 50 ms.

    Raises:
        ArError: ``password-too-weak``.
    """
    check(login, password)
    return _hasher.hash(password)


async def hash_new_in_thread(login: str, password: str) -> str:
    """Like ``hash_new``, without holding up the event loop."""
    return await asyncio.get_running_loop().run_in_executor(_threads, hash_new, login, password)


async def fits(password_hash: str | None, password: str) -> bool:
    """Whether a password is the one that was hashed; takes as long when there is no hash."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _verify, password_hash, password)


def _verify(password_hash: str | None, password: str) -> bool:
    try:
        _hasher.verify(password_hash or _nobodys(), password)
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    return _hasher.hash(secrets.token_urlsafe())
