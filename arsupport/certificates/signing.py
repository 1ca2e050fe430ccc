"""Making certificates: the authority, and the server certificate that it signs. ECDSA on P-256 throughout."""

from __future__ import annotations

import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from arsupport.certificates import names

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

AUTHORITY_VALIDITY: Final = timedelta(days=3650)
# Safari and Chromium refuse a server certificate that is valid for more than 398 days.
SERVER_VALIDITY: Final = timedelta(days=397)
RENEWAL: Final = timedelta(days=30)
# A tablet's clock may be behind.
CLOCK_TOLERANCE: Final = timedelta(hours=1)
MAX_COMMON_NAME: Final = 64  # RFC 5280 appendix A.1, ub-common-name


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def new_authority(permitted: Iterable[str], now: datetime) -> Identity:
    """Make an authority that may vouch for private names and for the `permitted` ones."""
    key = ec.generate_private_key(ec.SECP256R1())
    title = f"arsupport authority of {socket.gethostname()}"[:MAX_COMMON_NAME]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title)])
    certificate = (
        _builder(subject, subject, key.public_key(), now, AUTHORITY_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(signs_certificates=True), critical=True)
        .add_extension(names.constraints(permitted), critical=True)
        .sign(key, hashes.SHA256())
    )
    return Identity(certificate, key)


def new_server(authority: Identity, held: Sequence[str], now: datetime) -> Identity:
    """Make a server certificate for these names and addresses."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "arsupport server")])
    signer = authority.certificate.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    certificate = (
        _builder(subject, authority.certificate.subject, key.public_key(), now, SERVER_VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(signs_certificates=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([names.general_name(name) for name in held]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(signer), critical=False)
        .sign(authority.key, hashes.SHA256())
    )
    return Identity(certificate, key)


def still_good(server: x509.Certificate, authority: x509.Certificate, wanted: Iterable[str], now: datetime) -> bool:
    """Tell whether a server certificate is signed by this authority, holds what is wanted and lasts a while."""
    try:
        server.verify_directly_issued_by(authority)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return server.not_valid_after_utc - now >= RENEWAL and set(wanted) <= set(names.held_by(server))


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, now: datetime, validity: timedelta
) -> x509.CertificateBuilder:
    start = now - CLOCK_TOLERANCE
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(start + validity)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _key_usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
