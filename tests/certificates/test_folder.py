from __future__ import annotations

import hashlib
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from arsupport.certificates import folder as certificates
from arsupport.certificates import names
from arsupport.errors import ArError, Code

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def server_certificate(made: certificates.Made) -> x509.Certificate:
    return x509.load_pem_x509_certificate(made.files.server.read_bytes())


def test_keys_and_certificates_are_for_their_owner_only(tmp_path: Path) -> None:
    made = certificates.make(tmp_path / "certs")
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in made.files.folder.iterdir()}
    assert modes == dict.fromkeys(("authority.crt", "authority.key", "server.crt", "server.key"), 0o600)
    assert stat.S_IMODE(made.files.folder.stat().st_mode) == 0o700


def test_a_second_time_changes_nothing(tmp_path: Path) -> None:
    first = certificates.make(tmp_path)
    before = {file: file.read_bytes() for file in tmp_path.iterdir()}
    second = certificates.make(tmp_path)
    assert (first.new_authority, first.new_server) == (True, True)
    assert (second.new_authority, second.new_server) == (False, False)
    assert {file: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_the_certificate_holds_this_machines_names_and_those_asked_for(tmp_path: Path) -> None:
    made = certificates.make(tmp_path, ["Help.Plant.lan", "10.20.0.5"])
    assert set(made.names) >= {"help.plant.lan", "10.20.0.5", "localhost", "127.0.0.1", "::1", *names.lan_addresses()}


def test_browsers_accept_its_validity(tmp_path: Path) -> None:
    certificate = server_certificate(certificates.make(tmp_path))
    assert certificate.not_valid_after_utc - certificate.not_valid_before_utc < timedelta(days=398)
    assert certificate.not_valid_before_utc < datetime.now(UTC) < certificate.not_valid_after_utc


@pytest.mark.parametrize(("days", "renewed"), [(366, False), (368, True), (500, True)])
def test_it_is_renewed_thirty_days_before_its_end(tmp_path: Path, days: int, *, renewed: bool) -> None:
    certificates.make(tmp_path, now=NOW)
    made = certificates.make(tmp_path, now=NOW + timedelta(days=days))
    assert (made.new_authority, made.new_server) == (False, renewed)


def test_a_new_name_renews_it_under_the_same_authority_and_earlier_names_stay(tmp_path: Path) -> None:
    authority = certificates.authority_der(certificates.make(tmp_path, ["a.lan"]).files.folder)
    made = certificates.make(tmp_path, ["b.lan"])
    assert made.new_server
    assert {"a.lan", "b.lan"} <= set(made.names)
    assert certificates.authority_der(tmp_path) == authority


def test_an_authority_does_not_vouch_for_public_names_it_was_not_made_for(tmp_path: Path) -> None:
    certificates.make(tmp_path, ["help.example.com"])
    certificates.make(tmp_path, ["tablets.help.example.com"])
    with pytest.raises(ArError) as caught:
        certificates.make(tmp_path, ["bank.example.com"])
    assert caught.value.code is Code.BAD_CONFIG
    assert "bank.example.com" in caught.value.detail
    assert "--new-authority" in caught.value.detail
    made = certificates.make(tmp_path, ["bank.example.com"], replace_authority=True)
    assert made.new_authority
    assert "bank.example.com" in made.names


@pytest.mark.parametrize("name", ["", "a b", "-a", "a/b", "https://a", "a..b", "x" * 64])
def test_what_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ArError) as caught:
        certificates.make(tmp_path, [name])
    assert caught.value.code is Code.BAD_CONFIG


@pytest.mark.parametrize("key", ["authority.key", "server.key"])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, key: str) -> None:
    certificates.make(tmp_path)
    (tmp_path / key).chmod(0o640)
    with pytest.raises(ArError) as caught:
        certificates.make(tmp_path)
    assert caught.value.code is Code.INSECURE_KEY
    assert f"chmod 600 {tmp_path / key}" in caught.value.detail


def test_a_pair_torn_by_a_crash_is_made_again(tmp_path: Path) -> None:
    first = certificates.make(tmp_path)
    old = first.files.server_key.read_bytes()
    certificates.make(tmp_path, ["a.lan"])
    first.files.server_key.write_bytes(old)
    made = certificates.make(tmp_path)
    assert (made.new_authority, made.new_server) == (False, True)


def test_an_unreadable_certificate_is_refused_and_kept(tmp_path: Path) -> None:
    made = certificates.make(tmp_path)
    made.files.authority.write_text("not a certificate")
    with pytest.raises(ArError) as caught:
        certificates.make(tmp_path)
    assert caught.value.code is Code.BAD_CONFIG
    assert made.files.authority.read_text() == "not a certificate"


def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArError) as caught:
        certificates.make(tmp_path / "file" / "certs")
    assert caught.value.code is Code.STORAGE_FAILED


def test_the_authority_is_served_as_der_with_its_fingerprint(tmp_path: Path) -> None:
    made = certificates.make(tmp_path)
    der = certificates.authority_der(tmp_path)
    assert der == ssl.PEM_cert_to_DER_cert(made.files.authority.read_text())
    fingerprint = certificates.authority_fingerprint(tmp_path)
    assert fingerprint.replace(":", "").lower() == hashlib.sha256(der).hexdigest()


def test_a_folder_without_authority_says_so(tmp_path: Path) -> None:
    with pytest.raises(ArError) as caught:
        certificates.authority_der(tmp_path)
    assert caught.value.code is Code.NOT_FOUND


def test_an_installed_package_keeps_them_with_its_data(tmp_path: Path) -> None:
    checkout = Path(certificates.__file__).resolve().parents[2]
    assert certificates.default(tmp_path) == checkout / "certs"
