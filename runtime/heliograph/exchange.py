# SPDX-License-Identifier: Apache-2.0
"""One exchange on one connection: a request out, its answer in, and every failure as one of our errors."""

from __future__ import annotations

import ssl
import zlib
from logging import DEBUG, getLogger
from time import monotonic
from typing import TYPE_CHECKING, Any, cast

import httpcore

from .body import AsyncStreamingBody, StreamingBody
from .errors import (
    ConnectError,
    DeadlineError,
    HeliographError,
    ResponseError,
    TimeoutError,
    TLSError,
    TransportError,
    drop_frames,
    printable,
)
from .http import WireResponse
from .settings import MAX_ERROR_BYTES

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Callable, Iterable
    from typing import Protocol

    from .http import WireRequest

    class Handles(Protocol):
        """A connection, or what stands for one."""

        def handle_request(self, request: httpcore.Request) -> httpcore.Response: ...

    class HandlesAsync(Protocol):
        """The same, asynchronous."""

        async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response: ...

    class Loan(Protocol):
        """The right to a connection, until it is given back once."""

        def give_back(self, reusable: bool) -> None: ...

        def lose(self) -> None:
            """Give it back from a finalizer, which may run at any time and in any thread: never wait for a lock."""

    class AsyncLoan(Protocol):
        """The same, asynchronous."""

        async def give_back(self, reusable: bool) -> None: ...


_engine_log = getLogger("httpcore.http11")


def exchange(
    connection: Handles, request: WireRequest, loan: Loan | None = None
) -> tuple[WireResponse, bool]:
    """Send a request and read its answer.

    Arguments:
        connection: what to send it on.
        request: what to send.
        loan: whose the connection is, where the answer wanted is a stream: a good one's body takes it over.

    Returns:
        The answer, and whether the connection can be used again. A body that took it over says that at its end.
    """
    try:
        response = connection.handle_request(_prepared(request, _hide_values))
        is_left_open = False
        try:
            body = _Body(response, request)
            if loan is not None and response.status < 300:
                pieces = Pieces(response, request, loan)
                is_left_open = True
                return body.streamed(StreamingBody(pieces, body.length, request.limit)), False
            body.read(cast("Iterable[bytes]", response.stream))  # what a synchronous connection gives
        finally:
            if not is_left_open:
                response.close()
        return body.response(), body.whole
    except AssertionError:  # this is how respx and test transports speak
        raise
    except HeliographError as error:
        drop_frames(error)
        raise
    except Exception as error:
        raise _mapped(error, request) from drop_frames(error)


async def exchange_async(
    connection: HandlesAsync, request: WireRequest, loan: AsyncLoan | None = None
) -> tuple[WireResponse, bool]:
    """The same, asynchronous."""
    import asyncio

    limit = asyncio.timeout(None if request.deadline is None else remaining(request, None))
    try:
        async with limit:
            response = await connection.handle_async_request(_prepared(request, _hide_values_async))
            is_left_open = False
            try:
                body = _Body(response, request)
                if loan is not None and response.status < 300:
                    pieces = AsyncPieces(response, request, loan)
                    is_left_open = True
                    return body.streamed(AsyncStreamingBody(pieces, body.length, request.limit)), False
                await body.read_async(cast("AsyncIterable[bytes]", response.stream))  # as above
            finally:
                if not is_left_open:
                    await response.aclose()
        return body.response(), body.whole
    except AssertionError:
        raise
    except HeliographError as error:
        drop_frames(error)
        raise
    except Exception as error:
        if limit.expired():
            raise _late() from drop_frames(error)
        raise _mapped(error, request) from drop_frames(error)


def _hide_values(event: str, info: dict[str, Any]) -> None:
    """Leave the names of an answer's headers in what httpcore is about to log: values may be cookies and secrets.

    It is httpcore's extension "trace", which comes before the line in the log and may change what that shows.
    """
    if event.endswith("receive_response_headers.complete"):
        parts: tuple[Any, ...] = info["return_value"]
        info["return_value"] = tuple(_names(part) if part.__class__ is list else part for part in parts)


def _names(headers: list[tuple[bytes, bytes]]) -> list[bytes]:
    return [name for name, _ in headers]


async def _hide_values_async(event: str, info: dict[str, Any]) -> None:
    _hide_values(event, info)


def _prepared(request: WireRequest, trace: Callable[[str, dict[str, Any]], object]) -> httpcore.Request:
    """The request as httpcore takes it.

    Arguments:
        request: what to send.
        trace: what sees each step before it is logged, where somebody listens.
    """
    timeout = request.timeout
    seconds = {"connect": timeout.connect, "read": timeout.read, "write": timeout.write, "pool": timeout.pool}
    if request.deadline is not None:
        seconds = {phase: remaining(request, limit) for phase, limit in seconds.items()}
    return httpcore.Request(
        request.method,
        httpcore.URL(scheme=request.scheme, host=request.host, port=request.port, target=request.target),
        headers=[(name.encode("ascii"), value.encode("latin-1")) for name, value in request.headers],
        content=request.body,
        extensions={"timeout": seconds, "trace": trace}
        if _engine_log.isEnabledFor(DEBUG)
        else {"timeout": seconds},
    )


class _Body:
    """An answer as it comes in, within its bounds."""

    __slots__ = ("_chunks", "_headers", "_limit", "_request", "_size", "_status", "whole")

    def __init__(self, response: httpcore.Response, request: WireRequest) -> None:
        self._status = response.status
        if self._status < 200:
            raise ResponseError(f"HTTP {self._status} is no answer to this request")
        self._headers: dict[str, str] = {}
        for raw_name, raw_value in response.headers:
            name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
            self._headers[name] = f"{self._headers[name]}, {value}" if name in self._headers else value
        self._request = request
        self._limit = request.limit if self._status < 300 else min(request.limit, MAX_ERROR_BYTES)
        self._chunks: list[bytes] = []
        self._size = 0
        self.whole = True

    def read(self, stream: Iterable[bytes]) -> None:
        for chunk in stream:
            if self._add(chunk):
                break

    async def read_async(self, stream: AsyncIterable[bytes]) -> None:
        async for chunk in stream:
            if self._add(chunk):
                break

    def _add(self, chunk: bytes) -> bool:
        """Keep a piece; true when no more are wanted. An error's body is cut, another one that is too long refused."""
        self._chunks.append(chunk)
        self._size += len(chunk)
        if self._request.deadline is not None:
            remaining(self._request, None)
        if self._size <= self._limit:
            return False
        if self._status < 300:
            raise _too_long(self._limit)
        self.whole = False
        return True

    @property
    def length(self) -> int | None:
        """The bytes that the headers announce."""
        announced = self._headers.get("content-length", "")
        return int(announced) if announced.isdecimal() and self._request.method != "HEAD" else None

    def streamed(self, stream: StreamingBody | AsyncStreamingBody) -> WireResponse:
        """The answer, its body still to come."""
        return WireResponse(self._status, self._headers, b"", stream)

    def response(self) -> WireResponse:
        body = b"".join(self._chunks)
        encoding = self._headers.get("content-encoding")
        if encoding is not None and body:
            body = _decoded(body, encoding.strip().lower(), self._limit, cut=self._status >= 300)
        return WireResponse(self._status, self._headers, body[: self._limit])


class Pieces:
    """The body of an answer piece by piece. The connection is given back at its end, and not used again before."""

    __slots__ = ("_iterator", "_loan", "_request", "_response")

    def __init__(self, response: httpcore.Response, request: WireRequest, loan: Loan) -> None:
        self._iterator: Any = iter(cast("Iterable[bytes]", response.stream))
        self._response = response
        self._request = request
        self._loan: Loan | None = loan

    def __next__(self) -> bytes:
        try:
            remaining(self._request, None)
            piece: bytes = next(self._iterator)
            return piece
        except StopIteration:
            self._end(reusable=True)
            raise
        except BaseException as error:
            self._end(reusable=False)
            if isinstance(error, HeliographError) or not isinstance(error, Exception):
                raise
            raise _mapped(error, self._request) from drop_frames(error)

    def close(self) -> None:
        """Give up what has not come yet, and with it the connection."""
        self._end(reusable=False)

    def _end(self, *, reusable: bool) -> None:
        loan, self._loan = self._loan, None
        if loan is not None:
            try:
                self._close()
            finally:
                loan.give_back(reusable)

    def abandon(self) -> None:
        """What :meth:`close` does, for a finalizer."""
        loan, self._loan = self._loan, None
        if loan is not None:
            try:
                self._close()
            finally:
                loan.lose()

    def _close(self) -> None:
        if hasattr(self._iterator, "close"):
            self._iterator.close()
        self._response.close()


class AsyncPieces:
    """The same, asynchronous."""

    __slots__ = ("_closing", "_iterator", "_loan", "_loop", "_request", "_response")

    def __init__(self, response: httpcore.Response, request: WireRequest, loan: AsyncLoan) -> None:
        import asyncio

        self._iterator: Any = aiter(cast("AsyncIterable[bytes]", response.stream))
        self._response = response
        self._request = request
        self._loan: AsyncLoan | None = loan
        self._loop = asyncio.get_running_loop()
        self._closing: object = None

    async def __anext__(self) -> bytes:
        import asyncio

        limit = asyncio.timeout(None)
        try:
            if self._request.deadline is not None:
                limit = asyncio.timeout(remaining(self._request, None))
            async with limit:
                piece: bytes = await anext(self._iterator)
            return piece
        except StopAsyncIteration:
            await self._end(reusable=True)
            raise
        except BaseException as error:
            await self._end(reusable=False)
            if limit.expired():
                raise _late() from drop_frames(error)
            if isinstance(error, HeliographError) or not isinstance(error, Exception):
                raise
            raise _mapped(error, self._request) from drop_frames(error)

    async def close(self) -> None:
        """Give up what has not come yet, and with it the connection."""
        await self._end(reusable=False)

    async def _end(self, *, reusable: bool) -> None:
        loan, self._loan = self._loan, None
        if loan is not None:
            try:
                if hasattr(self._iterator, "aclose"):
                    await self._iterator.aclose()
                await self._response.aclose()
            finally:
                await loan.give_back(reusable)

    def abandon(self) -> None:
        """What :meth:`close` does, for a finalizer: the connection's own loop is asked to close it."""
        if self._loan is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._close_soon)

    def _close_soon(self) -> None:
        self._closing = self._loop.create_task(self.close())  # a loop holds its tasks weakly


def _decoded(body: bytes, encoding: str, limit: int, *, cut: bool) -> bytes:
    """A compressed body, unpacked within its bound. Nothing asks for compression, so few services answer so."""
    if encoding == "identity":
        return body
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise ResponseError(f"the answer is encoded as {printable(encoding, 40)}, which was not asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        plain = unpacker.decompress(body, limit + 1)
    except zlib.error as error:
        raise ResponseError(f"the answer says it is {encoding} and is not") from error
    if len(plain) > limit and not cut:
        raise _too_long(limit)
    return plain


def _too_long(limit: int) -> ResponseError:
    return ResponseError(f"the answer is longer than {limit} bytes; allow more with max_response_bytes")


def remaining(request: WireRequest, seconds: float | None) -> float | None:
    """The seconds a phase may take, within the call's deadline."""
    if request.deadline is None:
        return seconds
    left = request.deadline - monotonic()
    if left <= 0:
        raise _late()
    return left if seconds is None else min(seconds, left)


def _late() -> DeadlineError:
    return DeadlineError("the call's deadline passed before its answer was complete")


_PHASES = {
    "ConnectTimeout": ("connect", "connecting to"),
    "ReadTimeout": ("read", "waiting for an answer from"),
    "WriteTimeout": ("write", "sending to"),
    "PoolTimeout": ("pool", "waiting for a connection to"),
}


def _mapped(error: Exception, request: WireRequest) -> TransportError:
    """The error of ours that says what one of a transport's means; httpx's are called as httpcore's are."""
    peer = f"{request.scheme}://{request.authority}"
    said = printable(str(error), 200) or type(error).__name__
    kinds = {kind.__name__ for kind in type(error).__mro__}
    for kind in _PHASES.keys() & kinds:
        phase, doing = _PHASES[kind]
        if request.deadline is not None and request.deadline <= monotonic():
            return DeadlineError(f"the call's deadline passed while {doing} {peer}")
        return TimeoutError(f"{doing} {peer} took longer than {getattr(request.timeout, phase)} s", phase)
    tls = _tls_failure(error)
    if tls is not None:
        reason = getattr(tls, "verify_message", None) or getattr(tls, "reason", None) or "handshake failed"
        return TLSError(f"no trusted connection to {peer}: {printable(str(reason), 200)}")
    if "ProxyError" in kinds:
        return ConnectError(f"the proxy does not connect to {peer}: {said}")
    if kinds & {"ConnectError", "ConnectionRefusedError"}:
        return ConnectError(f"cannot connect to {peer}: {said}")
    if kinds & {"NetworkError", "RemoteProtocolError", "OSError"} or type(error).__name__ == "TransportError":
        return ConnectError(f"the connection to {peer} broke: {said}")
    return TransportError(f"the request to {peer} could not be sent: {type(error).__name__}")


_BROKEN = (ssl.SSLEOFError, ssl.SSLSyscallError, ssl.SSLZeroReturnError)
"""What says that a connection ended, and nothing about trust."""


def _tls_failure(error: BaseException) -> ssl.SSLError | ssl.CertificateError | None:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, (ssl.SSLError, ssl.CertificateError)):
        cause = cause.__cause__ or cause.__context__
    return None if isinstance(cause, _BROKEN) else cause
