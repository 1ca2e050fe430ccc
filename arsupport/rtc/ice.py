"""STUN and TURN servers, as configuration and as what a browser takes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IceServer:
    """One STUN or TURN server (W3C WebRTC section 4.2.2); none is ever used that was not configured.

    Attributes:
        urls: for example ``("turn:turn.plant.example:3478?transport=udp",)``.
        username: for TURN.
        credential: for TURN; never logged.
    """

    urls: tuple[str, ...]
    username: str | None = None
    credential: str | None = None

    def __repr__(self) -> str:
        return f"IceServer(urls={self.urls!r})"

    def to_browser(self) -> dict[str, str | list[str]]:
        """One element of ``iceServers`` in a browser's ``RTCConfiguration``; JSON-able."""
        server: dict[str, str | list[str]] = {"urls": list(self.urls)}
        if self.username is not None:
            server["username"] = self.username
        if self.credential is not None:
            server["credential"] = self.credential
        return server
