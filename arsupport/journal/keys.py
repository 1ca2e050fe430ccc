"""The installation's signing key: made at the first start, readable by its owner alone."""

from __future__ import annotations

import os
import stat
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def load_or_make(path: Path) -> Ed25519PrivateKey:
    """Return the Ed25519 key in a PEM file (PKCS #8), made with mode 0600 when there is none.

    Raises:
        ArError: ``insecure-key`` when others than the owner may read the file, or when it holds no Ed25519 key.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _load(path)
    key = Ed25519PrivateKey.generate()
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        file.flush()
        os.fsync(file.fileno())
    return key


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """Return the 32 raw bytes of a key's public half."""
    return key.public_key().public_bytes_raw()


def fingerprint(public_key: bytes) -> str:
    """Return a public key's SHA-256 in hexadecimal: what people compare."""
    return sha256(public_key).hexdigest()


def signature_fits(public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the owner of ``public_key`` (32 raw bytes) signed the message (RFC 8032)."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _load(path: Path) -> Ed25519PrivateKey:
    mode = path.stat().st_mode
    if mode & _OTHERS:
        raise ArError(
            Code.INSECURE_KEY,
            f"Others may read the signing key {path} (mode {stat.S_IMODE(mode):04o}). "
            "If nobody has: chmod 600. If somebody may have: its signatures prove nothing any more.",
        )
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError as failure:
        raise ArError(Code.INSECURE_KEY, f"{path} holds no private key. Put it back from a backup.") from failure
    if not isinstance(key, Ed25519PrivateKey):
        raise ArError(Code.INSECURE_KEY, f"{path} holds no Ed25519 key. Put it back from a backup.")
    return key
