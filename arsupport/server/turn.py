"""Which STUN and TURN servers participants are told, and TURN credentials that end by themselves.

The credentials are those of draft-uberti-behave-turn-rest-00, which coturn calls ``use-auth-secret``: made here from a
secret that both know, checked there without asking anybody. An allocation that stands outlives its credential.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from arsupport.certificates.tls import refuse_readable_by_others
from arsupport.errors import ArError, Code
from arsupport.protocol import signals as s

if TYPE_CHECKING:
    from pathlib import Path

    from arsupport.config import Config, TurnConfig

LIFETIME_SECONDS: Final = 600
_SHORTEST_SECRET: Final = 16
_MS: Final = 1000


@dataclass(frozen=True)
class Turn:
    """A TURN server that shares a secret with this one."""

    urls: tuple[str, ...]
    secret: bytes
    lifetime_ms: int = LIFETIME_SECONDS * _MS

    def __repr__(self) -> str:
        return f"Turn(urls={self.urls!r})"

    def credential(self, who: str, now_ms: int) -> s.IceServer:
        """Return the server with a credential for one participant; its quota there is counted under ``who``."""
        username = f"{(now_ms + self.lifetime_ms) // _MS}:{who}"
        password = hmac.new(self.secret, username.encode(), hashlib.sha1).digest()
        return s.IceServer(list(self.urls), username, base64.b64encode(password).decode())


@dataclass(frozen=True)
class IceAdvice:
    """What participants are told about the way to this server. ``fixed`` are servers whose credentials never change."""

    fixed: list[s.IceServer]
    turn: Turn | None
    relay_only: bool

    @classmethod
    def of(cls, config: Config) -> IceAdvice:
        """Take it from the configuration.

        Raises:
            ArError: ``bad-config``, ``insecure-key``: the file with the secret cannot be used.
        """
        fixed = [
            s.IceServer(
                list(server.urls),
                server.username or "",
                server.credential.get_secret_value() if server.credential else "",
            )
            for server in config.media.ice_servers
        ]
        turn = Turn(config.turn.urls, _secret(config.turn)) if config.turn.urls else None
        return cls(fixed, turn, config.turn.relay_only)

    def to(self, who: str, now_ms: int) -> s.IceServers:
        """Return what one participant is told, good from ``now_ms`` (UTC) for the credential's lifetime."""
        relay = [self.turn.credential(who, now_ms)] if self.turn is not None else []
        return s.IceServers([*self.fixed, *relay], self.relay_only)


def _secret(config: TurnConfig) -> bytes:
    if config.secret is not None:
        return config.secret.get_secret_value().encode()
    if config.secret_file is None:
        raise ArError(Code.BAD_CONFIG, "turn: urls need secret or secret_file")
    return _secret_in(config.secret_file)


def _secret_in(file: Path) -> bytes:
    refuse_readable_by_others(file)
    try:
        secret = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ArError(Code.BAD_CONFIG, f"turn.secret_file: {file} cannot be read") from error
    if len(secret) < _SHORTEST_SECRET:
        raise ArError(Code.BAD_CONFIG, f"turn.secret_file: {file} needs at least {_SHORTEST_SECRET} characters")
    return secret.encode()
