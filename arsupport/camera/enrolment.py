"""The camera's key: made here, kept in a file for its owner only, enrolled with a one-time token."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING, Final

import aiohttp
import msgspec
import structlog

from arsupport.camera.signalling import CONNECT_SECONDS
from arsupport.certificates.tls import refuse_readable_by_others
from arsupport.errors import ArError, Code
from arsupport.protocol.rest import EnrolledCamera, Problem, RedeemEnrolment

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from yarl import URL

_PATH: Final = "/api/enrolments/redeem"
_KEY_BYTES: Final = 32
_MAX_ANSWER_BYTES: Final = 64 * 1024

log = structlog.get_logger()


def read_key(key_file: Path) -> str:
    """Return the key in a file.

    Raises:
        ArError: ``insecure-key`` when others can read it, ``bad-config`` when there is none.
    """
    refuse_readable_by_others(key_file)
    return key_file.read_text(encoding="ascii").strip()


def read_or_make_key(key_file: Path) -> str:
    """Return the key in a file, which is made when there is none.

    Raises:
        ArError: ``insecure-key`` when others can read it, ``bad-config`` when it cannot be written.
    """
    return read_key(key_file) if key_file.exists() else _make(key_file)


async def enrol(server: URL, trust: ssl.SSLContext, token: str, key: str) -> None:
    """Enrol the camera that has this key with a one-time token.

    The key is in its file before the token is used. When this breaks off, or an agent is started again with the same
    token, it is done again with the same key, and the server gives the same answer.

    Raises:
        ArError: ``connection-failed``, and why the server refuses: ``link-expired``, ``link-used``, ``not-found``,
            ``unknown-machine``, ``unknown-camera``, ``too-many-requests``.
    """
    enrolled = await _redeem(server.with_path(_PATH), trust, RedeemEnrolment(token, key))
    log.info("camera-enrolled", name=enrolled.name, machine=enrolled.machine_name, code=enrolled.machine_code)


def _make(key_file: Path) -> str:
    key = secrets.token_urlsafe(_KEY_BYTES)
    try:
        with os.fdopen(os.open(key_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(f"{key}\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise ArError(Code.BAD_CONFIG, f"{key_file} cannot be written: {error.strerror}") from error
    return key


async def _redeem(url: URL, trust: ssl.SSLContext, enrolment: RedeemEnrolment) -> EnrolledCamera:
    headers = {"Content-Type": "application/json"}
    timeout = aiohttp.ClientTimeout(total=CONNECT_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as http,
            http.post(url, data=msgspec.json.encode(enrolment), headers=headers, ssl=trust) as response,
        ):
            answer = await response.content.read(_MAX_ANSWER_BYTES)
            if response.ok:
                return msgspec.json.decode(answer, type=EnrolledCamera)
            problem = msgspec.json.decode(answer, type=Problem)
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise ArError(Code.CONNECTION_FAILED, f"{url} does not answer: {error}") from error
    except msgspec.DecodeError as error:
        raise ArError(Code.CONNECTION_FAILED, f"{url} is no arsupport server, or another version") from error
    raise ArError(_code(problem.code), problem.detail)


def _code(code: str) -> Code:
    try:
        return Code(code)
    except ValueError:
        return Code.CONNECTION_FAILED
