"""The way out to hosts that people type in: looked up once, checked, and connected to what was checked.

Who may be spoken to (`SPORTELLO_ALLOW_PRIVATE_HOSTS`):

    mail   the default: mail servers may stand in our own network, as they do in many shops; nothing else may
    all    everything may stand in our own network (a home-made store beside us, a test)
    none   only public addresses, mail servers too: when the people who administer the desk do not own its network

Link-local addresses (where clouds keep their secrets), multicast and reserved ones are never spoken to.
"""

import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address

from django.conf import settings

Address = tuple[socket.AddressFamily, tuple]

NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Refused(OSError):
    """This host stands where we may not go."""


def may_speak_to(ip: str, *, private: bool) -> bool:
    """Whether this address may be spoken to; `private`: also when it is in our own network."""
    address = _true_address(ipaddress.ip_address(ip.partition("%")[0]))
    if address.is_link_local or address.is_multicast or address.is_unspecified:
        return False
    if address.is_global:
        return True
    return private and not (address.is_reserved and not address.is_loopback)


def resolve(host: str, port: int, *, mail: bool = False) -> list[Address]:
    """Return the addresses of this host that may be spoken to.

    Raise `Refused` when it has none, `socket.gaierror` when nobody knows the host.
    """
    allowed = settings.ALLOW_PRIVATE_HOSTS
    private = allowed == "all" or (mail and allowed == "mail")
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses: list[Address] = [(family, address) for family, _, _, _, address in found]
    fit = [one for one in addresses if may_speak_to(str(one[1][0]), private=private)]
    if not fit:
        raise Refused(f"{host} is {found[0][4][0]}, where this desk may not go (SPORTELLO_ALLOW_PRIVATE_HOSTS).")
    return fit


def connect(host: str, port: int, *, timeout: float, mail: bool = False) -> socket.socket:
    """Connect to the first address of this host that answers. `timeout`: seconds for each, kept on the socket."""
    failure: OSError = Refused(host)
    for family, address in resolve(host, port, mail=mail):
        line = socket.socket(family, socket.SOCK_STREAM)
        line.settimeout(timeout)
        try:
            line.connect(address)
        except OSError as error:
            line.close()
            failure = error
        else:
            return line
    raise failure


def is_loopback(line: socket.socket) -> bool:
    """Whether the other end of this connection is this machine."""
    return _true_address(ipaddress.ip_address(line.getpeername()[0].partition("%")[0])).is_loopback


def _true_address(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address dressed as IPv6 is judged as what it is."""
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address
