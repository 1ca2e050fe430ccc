"""The TLS settings of the server, from whatever certificate it is given."""

from __future__ import annotations

import ssl
import stat
from typing import TYPE_CHECKING

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path


def server_context(certificate: Path, key: Path) -> ssl.SSLContext:
    """Return settings for TLS 1.2 or newer with this certificate chain and key (both PEM).

    Raises:
        ArError: INSECURE_KEY when others can read the key, BAD_CONFIG when the two cannot be used together.
    """
    refuse_readable_by_others(key)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    try:
        # Without a password of our own, OpenSSL would ask for that of an encrypted key in the terminal.
        context.load_cert_chain(certificate, key, password=b"")
    except (OSError, ValueError) as error:
        raise ArError(Code.BAD_CONFIG, f"{certificate} cannot be used with {key}: {error}") from error
    return context


def refuse_readable_by_others(key: Path) -> None:
    """Check that nobody but its owner may read or change a key.

    Raises:
        ArError: INSECURE_KEY with what to type, BAD_CONFIG when there is no such file.
    """
    try:
        mode = stat.S_IMODE(key.stat().st_mode)
    except OSError as error:
        raise ArError(Code.BAD_CONFIG, f"{key} cannot be read: {error.strerror}") from error
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise ArError(Code.INSECURE_KEY, f"{key} is open to others (mode {mode:04o}). Type: chmod 600 {key}")
