# SPDX-License-Identifier: Apache-2.0
"""Which proxy a request goes through: the conventions of ``HTTP_PROXY``, ``HTTPS_PROXY`` and ``NO_PROXY``.

The variables have no specification; this follows what curl and Python's ``urllib`` agree on, and adds that
requests to this machine and to metadata services take no proxy, whatever the environment says.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv6Address

_NEVER = ("127.0.0.0/8", "169.254.0.0/16", "::1/128", "fe80::/10", "fd00:ec2::/32")
"""This machine; link-local addresses, among them the metadata services'; their addresses over IPv6."""


def proxy_for(url_scheme: str, host: str, port: int, env: Mapping[str, str]) -> str | None:
    """The URL of the proxy for requests to a host, or ``None`` for a direct connection.

    Arguments:
        url_scheme: ``http`` or ``https``; ``https_proxy`` or ``http_proxy`` is read for it.
        host: name or address, an IPv6 address with or without brackets.
        port: the port of the host.
        env: the environment. Lower-case names win over upper-case ones, and ``HTTP_PROXY`` is not read where
            ``REQUEST_METHOD`` is set: in a CGI program it comes from a header of the request.
    """
    variable = f"{url_scheme}_proxy"
    proxy = env.get(variable)
    if proxy is None and not (variable == "http_proxy" and "REQUEST_METHOD" in env):
        proxy = env.get(variable.upper())
    if not proxy:
        return None
    host = host.strip("[]").lower().rstrip(".")
    if host == "localhost" or host.endswith(".localhost"):
        return None
    address = _address(host)
    if address is not None and any(_within(address, network) for network in _NEVER):
        return None
    exempt = env.get("no_proxy")
    if exempt is None:
        exempt = env.get("NO_PROXY", "")
    for entry in exempt.replace(",", " ").split():
        if entry == "*" or _exempts(entry.lower(), host, port, address):
            return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _exempts(entry: str, host: str, port: int, address: IPv4Address | IPv6Address | None) -> bool:
    """Whether an entry of ``NO_PROXY`` names the host: a domain, address or network, perhaps with a port."""
    name, colon, wanted = entry.rpartition(":")
    if colon and wanted.isascii() and wanted.isdigit() and (":" not in name or name.startswith("[")):
        if int(wanted) != port:
            return False
        entry = name
    entry = entry.strip("[]")
    if address is not None:
        return _within(address, entry)
    domain = entry.removeprefix("*").strip(".")
    return bool(domain) and (host == domain or host.endswith(f".{domain}"))


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """The address a host is, an IPv4 address inside an IPv6 one as such; ``None`` for a name."""
    from ipaddress import ip_address

    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def _within(address: IPv4Address | IPv6Address, network: str) -> bool:
    """Whether an address lies in a network; never in one that cannot be read, or of the other family."""
    from ipaddress import ip_network

    try:
        return address in ip_network(network, strict=False)
    except ValueError:
        return False
