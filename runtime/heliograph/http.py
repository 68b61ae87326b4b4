# SPDX-License-Identifier: Apache-2.0
"""What goes over the wire, as plain data: no I/O, no HTTP library."""

from __future__ import annotations

from .errors import ParamError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any, NoReturn, SupportsIndex

    from .body import AsyncStreamingBody, StreamingBody
    from .errors import ServiceError
    from .settings import Timeout
    from .structure import Output
    from .upload import Upload

UNSIGNED = "UNSIGNED-PAYLOAD"
"""What a signature says instead of the body's hash where it does not cover the body."""
UNSIGNED_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
"""The same, where a checksum follows the body."""
SIGNED_EVENTS = "STREAMING-AWS4-HMAC-SHA256-EVENTS"
"""The same, where the body is a stream of events, each of which is signed."""


_NONE: Mapping[str, Any] = {}


class Request:
    """What an operation asks for, before it has a host and a signature.

    ``path`` and ``query`` are percent-encoded already and are sent as they stand.
    """

    __slots__ = ("body", "headers", "method", "path", "query")

    def __init__(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        headers: Sequence[tuple[str, str]] = (),
        body: bytes | Upload = b"",
    ) -> None:
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body


class WireRequest:
    """One attempt: what a transport sends, byte for byte. Its repr shows no header, query or body.

    Where ``streams`` is set, the body of a good answer is left to come, as the ``stream`` of the response.
    ``operation`` and ``members`` say what it was made of, for transports that stand in for the service in tests.
    """

    __slots__ = (
        "body",
        "deadline",
        "headers",
        "host",
        "is_direct",
        "limit",
        "members",
        "method",
        "operation",
        "port",
        "scheme",
        "streams",
        "target",
        "timeout",
    )

    def __init__(
        self,
        method: str,
        scheme: str,
        host: str,
        port: int | None,
        target: str,
        headers: list[tuple[str, str]],
        body: bytes | Upload,
        timeout: Timeout,
        deadline: float | None,
        limit: int,
        streams: bool = False,
        *,
        is_direct: bool = False,
        operation: str = "",
        members: Mapping[str, Any] = _NONE,
    ) -> None:
        self.method = method
        self.scheme = scheme
        self.host = host
        self.port = port
        self.target = target
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.deadline = deadline
        self.limit = limit
        self.is_direct = is_direct  # it takes no proxy, whatever the settings say
        self.streams = streams
        self.operation = operation
        self.members = members

    @property
    def authority(self) -> str:
        """Host and, where it is not the scheme's own, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    def __repr__(self) -> str:
        return f"<{self.method} {self.scheme}://{self.authority}{self.target.partition('?')[0]}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a request holds a signature and what is sent, and cannot be pickled or copied")


class WireResponse:
    """An answer. ``headers`` go by lower-case name; a repeated one is joined with ``", "``.

    It is whole, unless ``stream`` is there: then that is the body, and ``body`` is empty. Where ``made`` is there,
    nothing is read: it is what a test wants the call to give or to raise.
    """

    __slots__ = ("body", "headers", "made", "status", "stream")

    def __init__(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        stream: StreamingBody | AsyncStreamingBody | None = None,
        made: Output | ServiceError | None = None,
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.stream = stream
        self.made = made

    def __repr__(self) -> str:
        return f"<HTTP {self.status}, {self.stream or f'{len(self.body)} bytes'}>"


_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")


def header_value(value: str, name: str) -> str:
    """``value``, if it can stand in a header: Latin-1, no control character but tab (RFC 9110, section 5.5)."""
    if value.isascii() and value.isprintable():
        return value
    if any((c < " " and c != "\t") or c == "\x7f" for c in value):
        raise ParamError(
            "control characters cannot be sent in a header; remove line breaks and the like", name
        )
    try:
        value.encode("latin-1")
    except UnicodeEncodeError as error:
        raise ParamError("only Latin-1 text can be sent in a header; encode the rest", name) from error
    return value


def header_name(text: str, name: str) -> str:
    """``text``, if it is a header name: one or more token characters (RFC 9110, section 5.6.2)."""
    if text and _TOKEN.issuperset(text):
        return text
    raise ParamError("not a header name; use letters, digits and hyphens", name)
