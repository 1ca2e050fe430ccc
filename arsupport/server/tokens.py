"""Signed tokens: one-time ones that open the signalling socket, and participants' keys to come back with.

JSON Web Tokens (RFC 7519) with HMAC-SHA-256 by one key of this installation. A one-time token is refused the second
time; after a restart every token of the run before is refused, because which of them were used is not stored.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated, Final, Literal, TypeVar

import msgspec
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import OctKey

from arsupport.certificates.tls import refuse_readable_by_others
from arsupport.errors import ArError, Code
from arsupport.protocol.events import Role

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_ALGORITHM: Final = "HS256"
_KEY_BITS: Final = 256


class SignalClaims(msgspec.Struct, frozen=True):
    """Who may open the signalling socket.

    ``account`` is the login of a signed-in user, empty for on-site staff. ``machine`` is the id of the machine that
    they stand at, empty for users. ``invited_by`` is the login of who sent the link, empty when they scanned the label.
    """

    role: Role
    account: str = ""
    name: str = ""
    machine: str = ""
    invited_by: str = ""


class ParticipantKey(msgspec.Struct, frozen=True):
    """Whom a key brings back. It is good as long as the session is open, which the caller knows."""

    session: str
    participant: str


class _HelloToken(msgspec.Struct, frozen=True):
    purpose: Literal["hello"]
    jti: str
    run: str
    exp: int
    signal: SignalClaims


class _ResumeToken(msgspec.Struct, frozen=True):
    purpose: Literal["resume"]
    key: ParticipantKey


class _StoredKey(msgspec.Struct, frozen=True):
    """A JSON Web Key (RFC 7517) of 256 bits or more, with its id."""

    kty: Literal["oct"]
    kid: Annotated[str, msgspec.Meta(min_length=1)]
    k: Annotated[str, msgspec.Meta(min_length=43)]


T = TypeVar("T", _HelloToken, _ResumeToken)


class Tokens:
    """Issues and checks tokens. ``lifetime`` of one-time tokens in seconds; ``clock`` gives ms UTC."""

    def __init__(self, key: OctKey, *, lifetime: int, clock: Callable[[], int]) -> None:
        self.lifetime = lifetime
        self._key = key
        self._clock = clock
        self._run = secrets.token_hex(8)
        self._used: dict[str, int] = {}

    def issue_signal(self, claims: SignalClaims) -> str:
        """Return a token for ``hello`` that works once within ``lifetime`` seconds."""
        expires = self._seconds() + self.lifetime
        return self._sign(_HelloToken("hello", secrets.token_hex(8), self._run, expires, claims))

    def redeem_signal(self, token: str) -> SignalClaims:
        """Use a token for ``hello`` up.

        Raises:
            ArError: ``not-allowed`` when it is not ours or for something else, ``link-expired``, ``link-used``.
        """
        hello = self._checked(token, _HelloToken)
        if hello.run != self._run:
            raise ArError(Code.LINK_EXPIRED, "The server was restarted since. Load the page again.")
        if hello.jti in self._used:
            raise ArError(Code.LINK_USED, "This token was used before. Load the page again.")
        now = self._seconds()
        self._used = {jti: expires for jti, expires in self._used.items() if expires > now}
        self._used[hello.jti] = hello.exp
        return hello.signal

    def issue_key(self, session: str, participant: str) -> str:
        """Return the key that brings a participant back into its session, also after a restart of the server."""
        return self._sign(_ResumeToken("resume", ParticipantKey(session, participant)))

    def verify_key(self, token: str) -> ParticipantKey:
        """Return whom a key brings back; it may be used again.

        Raises:
            ArError: ``not-allowed`` when it is not ours or for something else.
        """
        return self._checked(token, _ResumeToken).key

    def redeem(self, token: str) -> SignalClaims | ParticipantKey:
        """Use up a token for ``hello``, or return whom a participant's key brings back.

        Raises:
            ArError: as ``redeem_signal``.
        """
        with suppress(ArError):
            return self.verify_key(token)
        return self.redeem_signal(token)

    def _sign(self, claims: _HelloToken | _ResumeToken) -> str:
        return jwt.encode({"alg": _ALGORITHM, "kid": self._key.kid}, msgspec.to_builtins(claims), self._key)

    def _checked(self, token: str, expected: type[T]) -> T:
        try:
            claims = jwt.decode(token, self._key, algorithms=[_ALGORITHM]).claims
            jwt.JWTClaimsRegistry(now=self._seconds).validate(claims)
            return msgspec.convert(claims, expected)
        except ExpiredTokenError as failure:
            raise ArError(Code.LINK_EXPIRED, "This token has expired. Load the page again.") from failure
        except (JoseError, msgspec.ValidationError, ValueError) as failure:
            raise ArError(Code.NOT_ALLOWED, "This token is not for that. Load the page again.") from failure

    def _seconds(self) -> int:
        return self._clock() // 1000


def load_or_make_key(path: Path) -> OctKey:
    """Return the key in a file (a JSON Web Key, RFC 7517), made with mode 0600 when there is none.

    Raises:
        ArError: ``insecure-key`` when others than the owner may read the file, or when it holds no such key.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _load_key(path)
    key = OctKey.generate_key(_KEY_BITS, parameters={"kid": secrets.token_hex(4)})
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.encode(key.as_dict(private=True)))
        file.flush()
        os.fsync(file.fileno())
    return key


def _load_key(path: Path) -> OctKey:
    refuse_readable_by_others(path)
    try:
        stored = msgspec.json.decode(path.read_bytes(), type=_StoredKey)
        return OctKey.import_key(msgspec.to_builtins(stored))
    except (msgspec.DecodeError, JoseError, ValueError) as failure:
        detail = f"{path} holds no token key. Remove it: a new one is made, and everybody joins again."
        raise ArError(Code.INSECURE_KEY, detail) from failure
