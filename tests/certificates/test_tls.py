from __future__ import annotations

import contextlib
import ssl
import subprocess
from typing import TYPE_CHECKING

import pytest

from arsupport.certificates import folder as certificates
from arsupport.certificates import tls
from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from pathlib import Path


def shake_hands(server: ssl.SSLContext, authority: Path, host: str) -> str:
    """Run a TLS handshake in memory as a browser that trusts this authority, and return the protocol version."""
    client = ssl.create_default_context(cafile=authority)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    to_client, to_server = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = [
        client.wrap_bio(to_client, to_server, server_hostname=host),
        server.wrap_bio(to_server, to_client, server_side=True),
    ]
    for _ in range(4):  # flights of a handshake
        for end in ends:
            with contextlib.suppress(ssl.SSLWantReadError):
                end.do_handshake()
    version = ends[0].version()
    assert version is not None
    return version


@pytest.fixture
def made(tmp_path: Path) -> certificates.Made:
    return certificates.make(tmp_path, ["help.lan"])


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "help.lan"])
def test_a_client_that_trusts_the_authority_accepts_the_server(made: certificates.Made, host: str) -> None:
    context = tls.server_context(made.files.server, made.files.server_key)
    assert shake_hands(context, made.files.authority, host) == "TLSv1.3"


def test_a_name_that_it_does_not_hold_is_not_accepted(made: certificates.Made) -> None:
    context = tls.server_context(made.files.server, made.files.server_key)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(context, made.files.authority, "other.lan")


def test_another_authority_is_not_accepted(made: certificates.Made, tmp_path: Path) -> None:
    other = certificates.make(tmp_path / "other")
    context = tls.server_context(made.files.server, made.files.server_key)
    with pytest.raises(ssl.SSLCertVerificationError):
        shake_hands(context, other.files.authority, "localhost")


def test_openssl_finds_the_chain_valid_for_a_server(made: certificates.Made) -> None:
    command = ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "help.lan"]
    result = subprocess.run(
        [*command, "-CAfile", made.files.authority, made.files.server], capture_output=True, text=True, check=False
    )
    assert result.stdout.endswith("server.crt: OK\n"), result.stderr


def test_a_key_that_others_can_read_is_refused(made: certificates.Made) -> None:
    made.files.server_key.chmod(0o644)
    with pytest.raises(ArError) as caught:
        tls.server_context(made.files.server, made.files.server_key)
    assert caught.value.code is Code.INSECURE_KEY


def test_a_key_of_another_certificate_is_refused(made: certificates.Made) -> None:
    with pytest.raises(ArError) as caught:
        tls.server_context(made.files.server, made.files.authority_key)
    assert caught.value.code is Code.BAD_CONFIG


def test_an_encrypted_key_is_refused_without_asking(made: certificates.Made, tmp_path: Path) -> None:
    key = tmp_path / "encrypted.key"
    command = ["openssl", "pkcs8", "-topk8", "-passout", "pass:x"]
    subprocess.run([*command, "-in", made.files.server_key, "-out", key], check=True)
    key.chmod(0o600)
    with pytest.raises(ArError) as caught:
        tls.server_context(made.files.server, key)
    assert caught.value.code is Code.BAD_CONFIG


def test_a_missing_file_is_named(made: certificates.Made, tmp_path: Path) -> None:
    with pytest.raises(ArError, match=r"none\.key cannot be read"):
        tls.server_context(made.files.server, tmp_path / "none.key")
    with pytest.raises(ArError, match=r"none\.crt"):
        tls.server_context(tmp_path / "none.crt", made.files.server_key)
