# SPDX-License-Identifier: Apache-2.0
"""Transports that users give. The one module that knows httpx."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import httpcore
import httpx

from .errors import ParamError, printable
from .exchange import exchange, exchange_async

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from .effects import Sends, SendsAsync
    from .http import WireRequest, WireResponse

    AnySyncTransport = httpx.BaseTransport | Sends
    """What may be given as ``transport=`` to a synchronous client."""
    AnyAsyncTransport = httpx.AsyncBaseTransport | SendsAsync
    """The same for an asynchronous one."""


class GivenTransport:
    """A synchronous transport of httpx that the user gave; it is never closed here."""

    def __init__(self, transport: httpx.BaseTransport) -> None:
        self._transport = transport

    def send(self, request: WireRequest) -> WireResponse:
        """Send one request through the user's transport."""
        return exchange(self, request, _NOBODYS if request.streams else None)[0]

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        """The request as httpx has it, and its answer as httpcore has it."""
        return _answer(self._transport.handle_request(_for_httpx(request)))

    def close(self) -> None:
        """Nothing: the transport belongs to whoever made it."""


class AsyncGivenTransport:
    """An asynchronous transport of httpx that the user gave; it is never closed here."""

    def __init__(self, transport: httpx.AsyncBaseTransport) -> None:
        self._transport = transport

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request through the user's transport."""
        return (await exchange_async(self, request, _NOBODYS_ASYNC if request.streams else None))[0]

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        """The request as httpx has it, and its answer as httpcore has it."""
        return _answer(await self._transport.handle_async_request(_for_httpx(request)))

    async def aclose(self) -> None:
        """Nothing: the transport belongs to whoever made it."""


class _Nobodys:
    """The loan of a connection that is not ours to give: the user's transport looks after its own."""

    def give_back(self, reusable: bool) -> None:
        """Nothing, since the response was closed already."""

    def lose(self) -> None:
        """Nothing, as above."""


class _NobodysAsync:
    """The same, asynchronous."""

    async def give_back(self, reusable: bool) -> None:
        """Nothing, since the response was closed already."""


_COROUTINE = 0x80
"""``inspect.CO_COROUTINE``, which takes longer to import than a call may."""
_NOBODYS = _Nobodys()
_NOBODYS_ASYNC = _NobodysAsync()


def adapt(given: Any, kind: str) -> Any:
    """A transport of that kind (``sync`` or ``async``) as a client uses it; ``None`` where it is none."""
    if kind == "sync" and isinstance(given, httpx.BaseTransport):
        return GivenTransport(given)
    if kind == "async" and isinstance(given, httpx.AsyncBaseTransport):
        return AsyncGivenTransport(given)
    if isinstance(given, (httpx.BaseTransport, httpx.AsyncBaseTransport, httpx.Client, httpx.AsyncClient)):
        return None
    send = getattr(given, "send", None)
    is_async = getattr(getattr(send, "__code__", None), "co_flags", 0) & _COROUTINE
    is_sync = hasattr(given, "close") and not is_async and not hasattr(given, "aclose")
    is_other = is_async if kind == "sync" else is_sync
    return None if send is None or is_other else given


class _Stream(httpx.SyncByteStream, httpx.AsyncByteStream):
    """What httpcore takes for a body, as httpx takes it."""

    def __init__(self, content: Any) -> None:
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._content)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._content)


def _for_httpx(request: httpcore.Request) -> httpx.Request:
    place = request.url
    host = b"[%s]" % place.host if b":" in place.host else place.host
    port = b"" if place.port is None else b":%d" % place.port
    try:
        url = httpx.URL(b"".join((place.scheme, b"://", host, port, place.target)).decode("ascii"))
    except httpx.InvalidURL as error:
        raise ParamError(f"the request's URL cannot be sent: {printable(str(error), 200)}") from error
    extensions: dict[str, Any] = {**cast(Any, request).extensions}
    if url.raw_path != place.target:  # httpx would have tidied the path that was signed
        extensions["target"] = place.target
    return httpx.Request(
        request.method.decode("ascii"),
        url,
        headers=request.headers,
        stream=_Stream(request.stream),
        extensions=extensions,
    )


def _answer(response: httpx.Response) -> httpcore.Response:
    return httpcore.Response(
        response.status_code,
        headers=response.headers.raw,
        content=response.stream,
        extensions=response.extensions,
    )
