"""Which names and addresses a certificate holds, and for which the local authority may vouch."""

from __future__ import annotations

import ipaddress
import re
import socket
from typing import TYPE_CHECKING, Final

import ifaddr
from cryptography import x509

from arsupport.errors import ArError, Code

if TYPE_CHECKING:
    from collections.abc import Iterable

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# RFC 6761, RFC 6762, RFC 8375, and `internal` as reserved by ICANN in 2024; `lan` is what many routers use.
PRIVATE_SUFFIXES: Final = ("localhost", "local", "lan", "internal", "home.arpa")
# RFC 1918, RFC 3927, RFC 4193, RFC 4291, and loopback.
PRIVATE_NETWORKS: Final = tuple(
    ipaddress.ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "127.0.0.0/8",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)
LOOPBACK_NAMES: Final = ("localhost", "127.0.0.1", "::1")

_LABEL: Final = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_HOST_NAME: Final = re.compile(rf"(?=.{{1,253}}$){_LABEL}(\.{_LABEL})*")


def checked(name: str) -> str:
    """Return a host name or address in the form that certificates and browsers compare.

    Raises:
        ArError: BAD_CONFIG when it is neither.
    """
    address = _address(name)
    if address is not None:
        return str(address)
    name = name.strip().rstrip(".").lower()
    if not _HOST_NAME.fullmatch(name):
        raise ArError(Code.BAD_CONFIG, f"{name!r} is neither a host name nor an address")
    return name


def of_this_machine() -> tuple[str, ...]:
    """Return the names and addresses under which this machine can be reached, LAN addresses first, loopback last."""
    host = socket.gethostname().lower()
    hosts = [host, f"{host}.local"] if "." not in host else [host]
    return (*lan_addresses(), *filter(_HOST_NAME.fullmatch, hosts), *LOOPBACK_NAMES)


def lan_addresses() -> tuple[str, ...]:
    """Return this machine's addresses in its networks: IPv4 first, of IPv6 only unique local ones (RFC 4193)."""
    found = [
        ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
        for adapter in ifaddr.get_adapters()
        for ip in adapter.ips
    ]
    lan = [address for address in found if not address.is_loopback and not address.is_link_local]
    v4 = [str(address) for address in lan if address.version == 4]  # noqa: PLR2004 - the version's name
    v6 = [str(address) for address in lan if address in ipaddress.ip_network("fc00::/7")]
    return tuple(dict.fromkeys([*v4, *v6]))


def general_name(name: str) -> x509.GeneralName:
    """Return a checked name as it stands in a certificate (RFC 5280 section 4.2.1.6)."""
    address = _address(name)
    return x509.DNSName(name) if address is None else x509.IPAddress(address)


def held_by(certificate: x509.Certificate) -> tuple[str, ...]:
    """Return the names and addresses that a server certificate is for, in its order."""
    try:
        extension = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in extension.value if isinstance(name, x509.DNSName | x509.IPAddress))


def constraints(names: Iterable[str]) -> x509.NameConstraints:
    """Bind an authority to private names and addresses, and to these (RFC 5280 section 4.2.1.10).

    Whoever steals its key cannot pose as a bank to the tablets that trust it.
    """
    addresses = {name: _address(name) for name in names}
    hosts = [*PRIVATE_SUFFIXES, *(name for name, address in addresses.items() if address is None)]
    networks = [*PRIVATE_NETWORKS, *(ipaddress.ip_network(address) for address in addresses.values() if address)]
    return x509.NameConstraints(
        permitted_subtrees=[
            *(x509.DNSName(host) for host in dict.fromkeys(hosts)),
            *(x509.IPAddress(network) for network in dict.fromkeys(networks)),
        ],
        excluded_subtrees=None,
    )


def may_vouch(authority: x509.Certificate, name: str) -> bool:
    """Tell whether a browser will accept this name in a certificate signed by this authority."""
    permitted = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    address = _address(name)
    if address is not None:
        return any(isinstance(tree, x509.IPAddress) and _contains(tree.value, address) for tree in permitted)
    hosts = [tree.value for tree in permitted if isinstance(tree, x509.DNSName)]
    return any(name == host or name.endswith(f".{host}") for host in hosts)


def _contains(tree: Address | ipaddress.IPv4Network | ipaddress.IPv6Network, address: Address) -> bool:
    return isinstance(tree, ipaddress.IPv4Network | ipaddress.IPv6Network) and address in tree


def _address(name: str) -> Address | None:
    try:
        return ipaddress.ip_address(name)
    except ValueError:
        return None
