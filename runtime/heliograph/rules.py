# SPDX-License-Identifier: Apache-2.0
"""The functions of the endpoint rule language that compiled rules call.

The generator turns a service's rule set into a plain function (``resolve_endpoint`` of its package). What Python says
by itself (``isSet``, ``not``, ``ite``, equality, attributes) stands there as Python; the rest is here, and
``aws.partition`` is :func:`heliograph.partitions.partition_of`. Sources: Smithy's "Rules engine standard library"
and "AWS rules engine library functions".
"""

from __future__ import annotations

from .config import host_label
from .errors import EndpointError, printable
from .partitions import BY_REGION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import TypeVar

    T = TypeVar("T")


# --- Values


class Arn:
    """The parts of an Amazon Resource Name; ``resource_id`` is the resource split at each ``:`` and ``/``."""

    __slots__ = ("account_id", "partition", "region", "resource_id", "service")

    def __init__(
        self, partition: str, service: str, region: str, account_id: str, resource_id: Sequence[str]
    ) -> None:
        self.partition = partition
        self.service = service
        self.region = region
        self.account_id = account_id
        self.resource_id = resource_id


class Url:
    """The parts of a URL. ``path`` is as it was given, ``normalized_path`` begins and ends with a slash."""

    __slots__ = ("authority", "is_ip", "path", "scheme")

    def __init__(self, scheme: str, authority: str, path: str, is_ip: bool) -> None:
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.is_ip = is_ip

    @property
    def normalized_path(self) -> str:
        """The path between slashes; ``/`` where there is none."""
        inner = self.path.strip("/")
        return f"/{inner}/" if inner else "/"


# --- Functions


def coalesce(value: T | None, default: T) -> T:
    """The value, or the default where it is not set; a value that is false counts as set."""
    return default if value is None else value


def item(values: Sequence[T] | None, index: int) -> T | None:
    """One item of an array, -1 being the last; ``None`` where there is none (``getAttr`` with an index)."""
    if values is None or not -len(values) <= index < len(values):
        return None
    return values[index]


def is_valid_host_label(value: str | None, allow_subdomains: bool) -> bool:
    """Whether a text is one label of a host name (RFC 1123), or several with dots between where these are allowed."""
    if value is None:
        return False
    return all(map(host_label, value.split("."))) if allow_subdomains else host_label(value)


def is_virtual_hostable_s3_bucket(value: str | None, allow_subdomains: bool) -> bool:
    """Whether a bucket's name can stand in a host name.

    It needs 3 to 63 characters, no capitals, only valid host labels, and must not look like an IPv4 address.
    """
    return (
        value is not None
        and 3 <= len(value) <= 63
        and value == value.lower()
        and is_valid_host_label(value, allow_subdomains)
        and not _like_ipv4(value)
    )


def parse_arn(value: str | None) -> Arn | None:
    """The parts of an ARN; ``None`` where it is none, or lacks its partition, service or resource."""
    parts = value.split(":", 5) if value else []
    if len(parts) < 6 or parts[0] != "arn":
        return None
    _, partition, service, region, account_id, resource = parts
    if not (partition and service and resource):
        return None
    return Arn(partition, service, region, account_id, resource.replace("/", ":").split(":"))


def parse_url(value: str | None) -> Url | None:
    """The parts of an absolute http or https URL.

    Returns:
        ``None`` for any other text, and for a URL with user information, a query, a fragment, a port that is no
        number from 0 to 65535, blanks, controls or non-ASCII text.
    """
    scheme, _, rest = value.partition("://") if value else ("", "", "")
    scheme = scheme.lower()
    if (
        scheme not in ("https", "http")
        or not rest.isascii()
        or any(c <= " " or c in "?#@\\\x7f" for c in rest)
    ):
        return None
    authority, slash, path = rest.partition("/")
    host, is_ip = _host(authority)
    if host is None:
        return None
    return Url(scheme, authority, slash + path, is_ip)


def split(value: str, delimiter: str, limit: int) -> list[str]:
    """A text split at each delimiter into at most ``limit`` parts; 0 sets no limit."""
    if not delimiter:
        raise EndpointError("a text cannot be split at an empty delimiter")
    return value.split(delimiter, limit - 1)


def substring(value: str | None, start: int, stop: int, reverse: bool) -> str | None:
    """The characters from ``start`` up to, not including, ``stop``, both counted from the end where ``reverse``.

    Returns:
        ``None`` where the text is too short to hold all of them, or is not ASCII.
    """
    if value is None or start >= stop or stop > len(value) or not value.isascii():
        return None
    if reverse:
        start, stop = len(value) - stop, len(value) - start
    return value[start:stop]


def uri_encode(value: str) -> str:
    """The text with all but unreserved characters (RFC 3986) percent-encoded, the slash too."""
    from urllib.parse import quote

    return quote(value, safe="")


# --- Guards


def needed(value: T | None, name: str) -> T:
    """The value of a parameter that the rules cannot do without.

    Raises:
        EndpointError: it is not set.
    """
    if value is None:
        raise EndpointError(f"the endpoint rules need a value for {name}")
    return value


def as_host_label(value: str) -> str:
    """A region or an account id that will be one label of a host name.

    Raises:
        EndpointError: it is something else, and would send requests where the rules never meant them to go.
    """
    if value not in BY_REGION and not host_label(value):  # most values are regions, found at once
        raise EndpointError(
            f"{printable(value, 80)!r} cannot be part of a host name: it must be one label, such as eu-west-1"
        )
    return value


def as_host_part(value: str) -> str:
    """A text that will be part of a host name, dots included; it may be empty.

    Raises:
        EndpointError: it has other characters than ASCII letters, digits, hyphens, underscores and dots.
    """
    plain = value.replace("-", "").replace(".", "").replace("_", "")
    if plain and not (plain.isascii() and plain.isalnum()):
        raise EndpointError(f"{printable(value, 80)!r} cannot be part of a host name")
    return value


# --- Addresses


def _host(authority: str) -> tuple[str | None, bool]:
    """The host of an authority, ``None`` where it is malformed, and whether it is an IP address."""
    if authority.startswith("["):
        host, bracket, port = authority[1:].partition("]")
        good = bool(bracket) and port[:1] in ("", ":") and _like_ipv6(host)
        port = port[1:]
        is_ip = True
    else:
        host, _, port = authority.partition(":")
        good = bool(host) and "[" not in host and "]" not in host
        is_ip = _like_ipv4(host)
    good = good and (not port or (port.isdigit() and int(port[:6]) <= 65535))
    return (host, is_ip) if good else (None, False)


def _like_ipv4(host: str) -> bool:
    parts = host.split(".")
    return len(parts) == 4 and all(part.isascii() and part.isdigit() and len(part) <= 3 for part in parts)


def _like_ipv6(host: str) -> bool:
    address = host.partition("%")[0]
    return address.count(":") >= 2 and all(c in "0123456789abcdefABCDEF:." for c in address)
