"""Under which address people reach the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.certificates import names

if TYPE_CHECKING:
    from arsupport.config import Config


def public_origin(config: Config, port: int | None = None) -> str:
    """Return the origin that links carry: `server.public_url`, else this machine's first LAN address.

    Args:
        config: the configuration.
        port: the port that the server listens on, when it is known to differ from the configured one (0).
    """
    if config.server.public_url is not None:
        return config.server.public_url
    addresses = names.lan_addresses() if config.server.host in {"0.0.0.0", "::"} else (config.server.host,)  # noqa: S104
    host = addresses[0] if addresses else "localhost"
    scheme = "https" if config.server.tls else "http"
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port or config.server.port}"
