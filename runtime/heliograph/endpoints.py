# SPDX-License-Identifier: Apache-2.0
"""Where a call goes: the standard rules of AWS, and what an address must look like."""

from __future__ import annotations

from .config import host_label
from .errors import ConfigError, EndpointError, ParamError, printable
from .partitions import BY_REGION, partition_of
from .wire.checks import required

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from .partitions import Partition


class ResolvedEndpoint:
    """Where a call goes: its URL, and what the rules say besides (properties, headers)."""

    __slots__ = ("headers", "properties", "url")

    def __init__(
        self,
        url: str,
        properties: Mapping[str, object] | None = None,
        headers: Mapping[str, list[str]] | None = None,
    ) -> None:
        self.url = url
        self.properties: Mapping[str, object] = properties or {}
        self.headers: Mapping[str, list[str]] = headers or {}

    def __repr__(self) -> str:
        return f"ResolvedEndpoint({self.url!r})"


def standard_endpoint(
    prefix: str,
    *,
    Region: str | None = None,
    UseFIPS: bool = False,
    UseDualStack: bool = False,
    Endpoint: str | None = None,
) -> ResolvedEndpoint:
    """The endpoint of a service that follows AWS's standard regional rules.

    Arguments:
        prefix: the service's first host label, such as ``kinesisvideo``.
        Region: the region; needed unless ``Endpoint`` is given.
        UseFIPS: use the FIPS 140 validated host.
        UseDualStack: use the host that answers on IPv4 and IPv6.
        Endpoint: an endpoint to use as it is.

    Raises:
        EndpointError: the parameters contradict each other, or the partition has no such host.
    """
    if Endpoint is not None:
        if UseFIPS or UseDualStack:
            option = "FIPS" if UseFIPS else "dual stack"
            raise EndpointError(
                f"{option} and an endpoint of your own exclude each other; give only one of them"
            )
        return ResolvedEndpoint(Endpoint)
    partition = BY_REGION.get(Region or "") or _partition_of_unlisted(Region)
    if (UseFIPS and not partition.supports_fips) or (UseDualStack and not partition.supports_dual_stack):
        option = "FIPS" if UseFIPS and not partition.supports_fips else "dual-stack"
        raise EndpointError(f"partition {partition.name} has no {option} endpoints; turn the option off")
    host = f"{prefix}-fips" if UseFIPS else prefix
    suffix = partition.dual_stack_dns_suffix if UseDualStack else partition.dns_suffix
    return ResolvedEndpoint(f"https://{host}.{Region}.{suffix}")


def _partition_of_unlisted(region: str | None) -> Partition:
    if not region:
        raise EndpointError("no region: pass region=, or set AWS_REGION, or region in the profile")
    if not host_label(region):
        raise EndpointError(
            f"{printable(region, 80)!r} is no region: it must be one host label, such as eu-west-1"
        )
    return partition_of(region)


def given_endpoint(url: str | None) -> ResolvedEndpoint:
    """The endpoint of a service without endpoint rules: the one that the caller names."""
    if url is None:
        raise EndpointError("the service has no endpoint rules: pass endpoint_url=")
    return ResolvedEndpoint(url)


def rule_parameters(
    built_ins: Mapping[str, str], given: Mapping[str, object], of_call: Mapping[str, object] | None = None
) -> dict[str, Any]:
    """What the rules are asked with.

    Arguments:
        built_ins: the parameters that the rules have for built-ins, by the whole name of each: ``AWS::Region``.
        given: values by the names of parameters, or of built-ins; built-ins that the rules do not ask for are left
            out.
        of_call: what the call itself gives, by parameter; it goes before.

    Returns:
        Values by parameter; what is ``None`` is not given.
    """
    found: dict[str, Any] = {}
    for name, value in given.items():
        parameter = built_ins.get(name)
        if parameter is None and "::" not in name:
            parameter = name
        if parameter is not None and value is not None:
            found[parameter] = value
    for name, value in (of_call or {}).items():
        if value is not None:
            found[name] = value
    return found


def label_of_host(members: Mapping[str, Any], name: str) -> str:
    """A member's value that stands in front of the host: one label.

    Raises:
        ParamError: the member is missing, or its value is something else.
    """
    value = required(members, name)
    if not isinstance(value, str) or not host_label(value):
        raise ParamError(
            "it becomes part of a host name: give 1 to 63 letters, digits and inner hyphens", name
        )
    return value


class Address:
    """The parts of an endpoint's URL that a request is built from; ``path`` ends without a slash."""

    __slots__ = ("host", "path", "port", "scheme", "url")

    def __init__(self, scheme: str, host: str, port: int | None, path: str, url: str) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.url = url

    def below(self, prefix: str) -> Address:
        """The address with a prefix in front of its host."""
        scheme, _, rest = self.url.partition("://")
        return Address(self.scheme, prefix + self.host, self.port, self.path, f"{scheme}://{prefix}{rest}")

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port: what stands in the ``Host`` header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def is_ip(self) -> bool:
        """Whether the host is an address, to which no name can be added."""
        return ":" in self.host or self.host.replace(".", "").isdigit()

    @property
    def is_loopback(self) -> bool:
        """Whether the host is this machine, by its name or its address."""
        host = self.host
        if host.startswith("127."):
            return host.replace(".", "").isdigit()
        return host in ("localhost", "::1") or host.endswith(".localhost")


def parse_address(url: object, source: str) -> Address:
    """The parts of an endpoint URL.

    Arguments:
        url: an absolute ``https`` or ``http`` URL without user information, query or fragment.
        source: where the URL comes from (an argument, a variable, a rule), for the error.

    Raises:
        ConfigError: the URL is something else; it would send requests where nobody meant them to go.
    """
    if not isinstance(url, str):
        raise ConfigError(f"{source}: a URL is text, not a {type(url).__name__}")
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in ("https", "http"):
        hint = "; the HTTPS endpoint is the one to use here" if scheme in ("ws", "wss") else ""
        raise ConfigError(f"{source}: {_shown(url)} is no absolute https:// or http:// URL{hint}")
    if any(c in rest for c in "@?#\\") or not rest.isascii() or any(c <= " " or c == "\x7f" for c in rest):
        raise ConfigError(
            f"{source}: an endpoint has no user, query, fragment, blank or non-ASCII text; remove it"
        )
    authority, _, path = rest.partition("/")
    host, port = _host_and_port(authority, source)
    if port == {"https": 443, "http": 80}[scheme]:
        port = None
    path = f"/{path}".rstrip("/")
    if any(segment in (".", "..") for segment in path.split("/")):
        raise ConfigError(f"{source}: the path of an endpoint has no '.' or '..' segments; write it out")
    return Address(scheme, host.lower(), port, path, url)


def _host_and_port(authority: str, source: str) -> tuple[str, int | None]:
    if authority.startswith("["):
        host, bracket, tail = authority[1:].partition("]")
        good = bool(bracket) and ":" in host and all(c in "0123456789abcdefABCDEF:.%" for c in host)
        separator, port = tail[:1], tail[1:]
    else:
        host, separator, port = authority.partition(":")
        good = len(host) <= 253 and all(host_label(label.replace("_", "a")) for label in host.split("."))
    if not good:
        raise ConfigError(f"{source}: {printable(host, 80)!r} is no host name")
    if separator and not (separator == ":" and port.isdigit() and len(port) < 6 and 0 < int(port) < 65536):
        raise ConfigError(
            f"{source}: {printable(separator + port, 20)!r} is no port; give a number from 1 to 65535"
        )
    return host, int(port) if separator else None


def _shown(url: str) -> str:
    """A URL as an error may show it: without anything that could be a secret."""
    return repr(printable(url.partition("?")[0].rpartition("@")[2], 120))
