"""The folder with the authority and the server certificate: made, renewed and read here."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from arsupport.certificates import names, signing, tls
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

# Names that were asked for, and addresses of the past, stay in renewed certificates up to this number.
MAX_NAMES: Final = 64
PRIVATE: Final = 0o600


@dataclass(frozen=True, slots=True)
class Files:
    """Where a folder keeps its certificates and keys (PEM; keys PKCS #8 with mode 0600)."""

    folder: Path

    @property
    def authority(self) -> Path:
        """The authority's certificate: what tablets trust."""
        return self.folder / "authority.crt"

    @property
    def authority_key(self) -> Path:
        """The authority's private key."""
        return self.folder / "authority.key"

    @property
    def server(self) -> Path:
        """The server's certificate."""
        return self.folder / "server.crt"

    @property
    def server_key(self) -> Path:
        """The server's private key."""
        return self.folder / "server.key"


@dataclass(frozen=True, slots=True)
class Made:
    """What the folder holds after `make`, and what of it is new."""

    files: Files
    names: tuple[str, ...]
    expires: datetime
    new_authority: bool
    new_server: bool


def default(data_folder: Path) -> Path:
    """Return `certs/` of the checkout that this runs from, or of the data folder when the package is installed."""
    checkout = Path(__file__).resolve().parents[2]
    if (checkout / "pyproject.toml").is_file() and (checkout / "certs").is_dir():
        return checkout / "certs"
    return data_folder / "certs"


def make(
    folder: Path, asked: Sequence[str] = (), *, replace_authority: bool = False, now: datetime | None = None
) -> Made:
    """Make what is missing, renew what runs out or lacks a name, keep everything else.

    Args:
        folder: where keys and certificates live; made with mode 0700 when missing.
        asked: host names and addresses that the certificate must hold beside those of this machine.
        replace_authority: make a new authority, which every tablet has to trust anew.
        now: the time to judge validity by.

    Raises:
        ArError: BAD_CONFIG for a name that is none, or for which the existing authority may not vouch; INSECURE_KEY
            when others can read a key; STORAGE_FAILED when the folder cannot be written.
    """
    now = now or datetime.now(UTC)
    asked = tuple(names.checked(name) for name in asked)
    files = Files(folder)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(folder):
            return _make(files, asked, replace_authority=replace_authority, now=now)
    except OSError as error:
        raise ArError(Code.STORAGE_FAILED, f"{folder} cannot be used: {error.strerror}") from error


def authority_der(folder: Path) -> bytes:
    """Return the authority's certificate for tablets to install: DER, sent as application/x-x509-ca-cert.

    Raises:
        ArError: NOT_FOUND when this folder has no authority (the server uses a certificate from elsewhere).
    """
    return _authority(folder).public_bytes(serialization.Encoding.DER)


def authority_fingerprint(folder: Path) -> str:
    """Return the SHA-256 of the authority's certificate as people compare it: `AB:CD:…`, 32 pairs.

    Raises:
        ArError: as `authority_der`.
    """
    return _authority(folder).fingerprint(hashes.SHA256()).hex(":").upper()


def _authority(folder: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(Files(folder).authority.read_bytes())
    except FileNotFoundError as error:
        raise ArError(Code.NOT_FOUND, "This server has no authority of its own.") from error


def _make(files: Files, asked: tuple[str, ...], *, replace_authority: bool, now: datetime) -> Made:
    own = names.of_this_machine()
    authority = None if replace_authority else _load(files.authority, files.authority_key)
    new_authority = authority is None or authority.certificate.not_valid_after_utc - now < signing.SERVER_VALIDITY
    if authority is None or new_authority:
        authority = signing.new_authority((*asked, *own), now)
        _store(authority, files.authority, files.authority_key)
    _refuse_unvouched(authority.certificate, asked, files)

    wanted = [*asked, *(name for name in own if names.may_vouch(authority.certificate, name))]
    server = _load(files.server, files.server_key)
    new_server = server is None or not signing.still_good(server.certificate, authority.certificate, wanted, now)
    if server is None or new_server:
        earlier = () if server is None else names.held_by(server.certificate)
        kept = [name for name in earlier if names.may_vouch(authority.certificate, name)]
        server = signing.new_server(authority, list(dict.fromkeys([*wanted, *kept]))[:MAX_NAMES], now)
        _store(server, files.server, files.server_key)
    return Made(
        files=files,
        names=names.held_by(server.certificate),
        expires=server.certificate.not_valid_after_utc,
        new_authority=new_authority,
        new_server=new_server,
    )


def _refuse_unvouched(authority: x509.Certificate, asked: Sequence[str], files: Files) -> None:
    refused = [name for name in asked if not names.may_vouch(authority, name)]
    if refused:
        raise ArError(
            Code.BAD_CONFIG,
            f"The authority in {files.folder} may not vouch for {', '.join(refused)}. "
            "`arsupport certs --new-authority` makes one that may; every tablet has to trust it anew.",
        )


def _load(certificate: Path, key: Path) -> signing.Identity | None:
    """Read a pair; None when it is not there, or not whole after a crash."""
    if not certificate.exists() or not key.exists():
        return None
    tls.refuse_readable_by_others(key)
    try:
        loaded = x509.load_pem_x509_certificate(certificate.read_bytes())
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise ArError(
            Code.BAD_CONFIG, f"{certificate} or {key} cannot be read: {error}. Move both away to have new ones made."
        ) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey) or private.public_key() != loaded.public_key():
        return None
    return signing.Identity(loaded, private)


def _store(identity: signing.Identity, certificate: Path, key: Path) -> None:
    _write(
        key,
        identity.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ),
    )
    _write(certificate, identity.certificate.public_bytes(serialization.Encoding.PEM))


def _write(path: Path, content: bytes) -> None:
    """Replace a file at once, never readable by others on the way."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)
    draft.replace(path)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep two servers that start at once from storing halves of two certificates."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
