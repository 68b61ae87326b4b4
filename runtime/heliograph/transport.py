# SPDX-License-Identifier: Apache-2.0
"""Bytes in; status, headers and body out.

httpx's engine, httpcore, is called directly: httpx's client would follow redirects with credentials and log signed
URLs, and each of its layers costs more than signing and reading together. Each connection stands for itself, kept in
a free list, because the pool of the engine scans all of its connections on each request.
"""

from __future__ import annotations

import os
import ssl
import threading
import weakref
from collections import deque
from contextlib import suppress
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast
from urllib.parse import unquote_to_bytes, urlsplit

import httpcore

from .credentials.types import Secret
from .errors import ConfigError, DeadlineError, TimeoutError, TransportError
from .exchange import exchange, exchange_async, remaining
from .proxies import proxy_for

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncGenerator, Callable, Iterable, Mapping

    from .http import WireRequest, WireResponse

ConnectionT = TypeVar("ConnectionT")

MAX_CONNECTIONS = 50
"""Connections to one origin at a time, for all clients of a process that share a pool."""
IDLE_SECONDS = 60.0
"""How long a connection waits for its next use before it is closed."""
_PIECE = 64 * 1024
"""Bytes that are given to a socket at a time."""

Origin = tuple[str, str, "int | None", "str | None"]
"""Scheme, host, port and proxy: requests that agree in all four may share a connection."""


class Transport:
    """The default transport of synchronous clients; share one between clients by giving it as ``transport=``.

    Arguments:
        ca_bundle: a file or folder of CA certificates to trust instead of the system's.
        proxy: a proxy's URL for every request. Without it ``proxy_variables`` decide.
        proxy_variables: ``HTTP_PROXY``, ``HTTPS_PROXY`` and ``NO_PROXY``, as a mapping.
        max_connections: connections to one origin at a time; more requests wait for the pool time-out.

    A call's deadline bounds every wait on a socket. Three waits can outlast it: looking up a host's name, trying each
    of several addresses of a host that does not answer, and reading the certificate files, once in a process.
    """

    def __init__(
        self,
        *,
        ca_bundle: str | None = None,
        proxy: str | None = None,
        proxy_variables: Mapping[str, str] | None = None,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._routes = _Routes(ca_bundle, proxy, proxy_variables or {})
        self._max_connections = max_connections
        self._forget()
        _LIVE.add(self)

    def _forget(self) -> None:
        """Start without connections: at first, and in the child of a fork, where they are the parent's."""
        self._lock = threading.Lock()
        self._free: dict[Origin, _FreeList[_Connection]] = {}
        self._lost: deque[Origin] = deque()
        self.lent: set[_Connection] = set()  # so that none is collected before the body that has to close it
        self._closed = False

    def _forget_parent(self) -> None:
        """In the child of a fork: close its copies of the idle sockets, so that the peer sees the parent's closing."""
        idle = [connection for free in self._free.values() for connection in free.empty()]
        self._forget()
        for connection in idle:
            connection.close()

    def send(self, request: WireRequest) -> WireResponse:
        """Send one request and read its answer; every failure is a TransportError or a ResponseError."""
        origin = self._routes.origin(request)
        connection = self._take(origin, request)
        connection.waits.deadline = request.deadline
        connection.waits.eager = request.body.__class__ is not bytes
        loan = _Loan(self, origin, connection) if request.streams else None
        reusable = is_left_open = False
        try:
            answer, reusable = exchange(connection, request, loan)
            is_left_open = answer.stream is not None
        finally:
            if loan is None:
                self.give_back(origin, connection, reusable)
            elif not is_left_open:
                loan.give_back(reusable)
        return answer

    def give_back(self, origin: Origin, connection: _Connection, reusable: bool) -> None:
        """Take a connection back after its answer; close it where nothing more can be asked on it."""
        reusable = reusable and not connection.has_surplus
        self._give(origin, connection if reusable else None)
        if not reusable:
            connection.close()

    def lose(self, origin: Origin, connection: _Connection) -> None:
        """Take back the right to a connection from a finalizer, which may have interrupted who holds the lock."""
        self._lost.append(origin)
        connection.close()
        if self._lock.acquire(blocking=False):
            try:
                self._collect_lost()
            finally:
                self._lock.release()

    def _collect_lost(self) -> None:
        """Hand on the rights that finalizers gave back; whoever takes the lock does it."""
        while self._lost:
            free = self._free.get(self._lost.popleft())
            if free is not None:
                free.give(None, monotonic(), self._closed)

    def _take(self, origin: Origin, request: WireRequest) -> _Connection:
        with self._lock:
            if self._lost:
                self._collect_lost()
            free = self._free.get(origin)
            if free is None:
                free = self._free[origin] = _FreeList(self._max_connections)
            connection, expired = free.take(monotonic())
            turn = None
            if connection is None and not free.grow():
                turn = _Turn()
                free.waiting.append(turn)
        for old in expired:
            old.close()
        if turn is not None:
            connection = self._wait(turn, free, origin, request)
        if connection is not None:
            return connection
        try:
            return self._routes.connection(origin)
        except BaseException:
            self._give(origin, None)
            raise

    def _wait(
        self, turn: _Turn, free: _FreeList[_Connection], origin: Origin, request: WireRequest
    ) -> _Connection | None:
        try:
            came = turn.wait(remaining(request, request.timeout.pool))
        except BaseException:
            if not self._withdraw(turn, free):
                self._give(origin, turn.result())
            raise
        if came or not self._withdraw(turn, free):
            return turn.result()
        raise _all_busy(origin, self._max_connections, request)

    def _withdraw(self, turn: _Turn, free: _FreeList[_Connection]) -> bool:
        """Leave the queue; false where the turn has come meanwhile."""
        with self._lock:
            if turn.done():
                return False
            free.waiting.remove(turn)
            return True

    def _give(self, origin: Origin, connection: _Connection | None) -> None:
        with self._lock:
            if self._lost:
                self._collect_lost()
            free = self._free.get(origin)
            left_over = free.give(connection, monotonic(), self._closed) if free is not None else connection
        if left_over is not None:
            left_over.close()

    def close(self) -> None:
        """Close the idle connections, and those in use as soon as their answers are read."""
        with self._lock:
            self._closed = True
            idle = [connection for free in self._free.values() for connection in free.empty()]
        for connection in idle:
            connection.close()


class AsyncTransport:
    """The default transport of asynchronous clients; its connections belong to the event loop that opened them.

    The arguments are those of :class:`Transport`. What is idle when a loop ends in an orderly way, as in
    ``asyncio.run``, is closed with it.
    """

    def __init__(
        self,
        *,
        ca_bundle: str | None = None,
        proxy: str | None = None,
        proxy_variables: Mapping[str, str] | None = None,
        max_connections: int = MAX_CONNECTIONS,
    ) -> None:
        self._routes = _Routes(ca_bundle, proxy, proxy_variables or {})
        self._max_connections = max_connections
        self._forget()
        _LIVE.add(self)

    def _forget(self) -> None:
        self._lock = threading.Lock()
        self._free: dict[tuple[int, Origin], _FreeList[_AsyncConnection]] = {}
        self.lent: set[_AsyncConnection] = (
            set()
        )  # so that none is collected before the body that has to close it
        self._loops: dict[int, asyncio.AbstractEventLoop] = {}
        self._endings: dict[int, AsyncGenerator[None, None]] = {}
        self._closed = False

    def _forget_parent(self) -> None:
        """In the child of a fork: the connections are bound to a loop that does not run here, so they are let go."""
        self._forget()

    async def send(self, request: WireRequest) -> WireResponse:
        """Send one request and read its answer; every failure is a TransportError or a ResponseError."""
        import asyncio

        loop = asyncio.get_running_loop()
        origin = self._routes.origin(request)
        free = self._free.get((id(loop), origin))
        if free is None or self._loops.get(id(loop)) is not loop:
            free = await self._adopt(loop, origin)
        connection = await self._take(loop, origin, free, request)
        connection.sockets.eager = request.body.__class__ is not bytes
        loan = _AsyncLoan(self, free, connection) if request.streams else None
        reusable = is_left_open = False
        try:
            answer, reusable = await exchange_async(connection, request, loan)
            is_left_open = answer.stream is not None
        finally:
            if loan is None:
                await self.give_back(free, connection, reusable)
            elif not is_left_open:
                await loan.give_back(reusable)
        return answer

    async def give_back(
        self, free: _FreeList[_AsyncConnection], connection: _AsyncConnection, reusable: bool
    ) -> None:
        """Take a connection back after its answer; close it where nothing more can be asked on it."""
        reusable = reusable and not connection.has_surplus
        left_over = free.give(connection if reusable else None, monotonic(), self._closed)
        if not reusable:
            left_over = connection
        if left_over is not None:
            await left_over.aclose()

    async def _take(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: Origin,
        free: _FreeList[_AsyncConnection],
        request: WireRequest,
    ) -> _AsyncConnection:
        connection, expired = free.take(monotonic())
        if connection is None and not free.grow():
            connection = await self._wait(loop, origin, free, request)
        try:
            await _close_all(expired)
            if connection is None:
                await self._routes.load_context_off(loop, origin)
                connection = self._routes.async_connection(origin)
        except BaseException:
            await _close_all([connection] if connection is not None else [])
            free.give(None, monotonic(), self._closed)
            raise
        return connection

    async def _wait(
        self,
        loop: asyncio.AbstractEventLoop,
        origin: Origin,
        free: _FreeList[_AsyncConnection],
        request: WireRequest,
    ) -> _AsyncConnection | None:
        import asyncio

        turn: asyncio.Future[_AsyncConnection | None] = loop.create_future()
        free.waiting.append(turn)
        try:
            async with asyncio.timeout(remaining(request, request.timeout.pool)):
                return await turn
        except BaseException as error:
            if turn in free.waiting:
                free.waiting.remove(turn)
            elif not turn.cancelled():  # it came in the moment it was given up: pass it on
                left_over = free.give(turn.result(), monotonic(), self._closed)
                if left_over is not None:
                    await left_over.aclose()
            if isinstance(error, asyncio.TimeoutError):
                raise _all_busy(origin, self._max_connections, request) from error
            raise

    async def _adopt(self, loop: asyncio.AbstractEventLoop, origin: Origin) -> _FreeList[_AsyncConnection]:
        """A free list for this loop; what closed loops have left is let go, since it cannot be closed any more."""
        own = id(loop)
        with self._lock:  # other threads may run loops of their own
            for key, known in list(self._loops.items()):
                if known.is_closed() or (key == own and known is not loop):
                    del self._loops[key]
                    self._endings.pop(key, None)
                    for place in [place for place in self._free if place[0] == key]:
                        del self._free[place]
            self._loops[own] = loop
            free = self._free.setdefault((own, origin), _FreeList(self._max_connections))
            ending = None if own in self._endings else self._close_with_loop(own)
            if ending is not None:
                self._endings[own] = ending
        if ending is not None:
            await anext(ending)
        return free

    async def _close_with_loop(self, loop: int) -> AsyncGenerator[None, None]:
        """Waits for the end of a loop: what a loop does last is to close the asynchronous generators begun in it."""
        try:
            yield
        finally:
            await self._close_idle(loop)

    async def _close_idle(self, loop: int) -> None:
        with self._lock:
            lists = [free for (owner, _), free in self._free.items() if owner == loop]
        await _close_all([connection for free in lists for connection in free.empty()])

    async def aclose(self) -> None:
        """Close the idle connections of this loop, and those in use as soon as their answers are read."""
        import asyncio

        self._closed = True
        await self._close_idle(id(asyncio.get_running_loop()))


async def _close_all(connections: list[_AsyncConnection]) -> None:
    """Close them all, even where one cannot be closed or the task is cancelled in between."""
    if connections:
        try:
            await connections.pop().aclose()
        finally:
            await _close_all(connections)


# Connections


class _Connection:
    """One connection, opened anew where the peer has closed it. Every wait ends with the deadline of the call.

    httpcore starts its timers anew for each piece that comes in, so a peer that sends one byte at a time could hold
    a call for ever.
    """

    def __init__(self, make: Callable[..., httpcore.HTTPConnection | httpcore.HTTPProxy]) -> None:
        self.waits = _Waits()
        self._make = make
        self._opened = make(network_backend=self.waits)

    def handle_request(self, request: httpcore.Request) -> httpcore.Response:
        opened = self._opened
        if isinstance(opened, httpcore.HTTPConnection) and (opened.has_expired() or opened.is_closed()):
            opened.close()
            self._opened = self._make(network_backend=self.waits)
        return self._opened.handle_request(request)

    @property
    def has_surplus(self) -> bool:
        """Whether the peer has sent more than its answer: that would be taken for the answer to another request."""
        return _has_surplus(self._opened)

    def close(self) -> None:
        self._opened.close()


class _Waits(httpcore.NetworkBackend):
    """Opens sockets, and says how long each wait on them may take; ``eager`` where nothing waits for more to send."""

    def __init__(self) -> None:
        self.deadline: float | None = None
        self.eager = False
        self._backend = httpcore.SyncBackend()

    def within(self, seconds: float | None) -> float | None:
        if self.deadline is None:
            return seconds
        left = self.deadline - monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the deadline passed")
        return left if seconds is None else min(seconds, left)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        stream = self._backend.connect_tcp(host, port, self.within(timeout), local_address, socket_options)
        return _Stream(stream, self)


class _Stream(httpcore.NetworkStream):
    """A socket, plain or with TLS, whose waits are bounded. Head and body of a small request go as one piece."""

    __slots__ = ("_stream", "_unsent", "_waits")

    def __init__(self, stream: httpcore.NetworkStream, waits: _Waits) -> None:
        self._stream = stream
        self._waits = waits
        self._unsent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._unsent:
            with suppress(httpcore.WriteError):  # a peer may answer before it has read everything
                self._send(timeout)
        return self._stream.read(max_bytes, self._waits.within(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._unsent += buffer
        if self._waits.eager or len(self._unsent) > _PIECE:
            self._send(timeout)

    def _send(self, timeout: float | None) -> None:
        unsent, self._unsent = self._unsent, b""
        for start in range(0, len(unsent), _PIECE):  # a peer that reads slowly is a wait for each piece
            self._stream.write(unsent[start : start + _PIECE], self._waits.within(timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, self._waits.within(timeout))
        return _Stream(secured, self._waits)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _AsyncConnection:
    """One connection, opened anew where the peer has closed it, and closed in whatever state it is.

    httpcore forgets its socket where a task is cancelled in the middle of the TLS handshake.
    """

    def __init__(self, make: Callable[..., httpcore.AsyncHTTPConnection | httpcore.AsyncHTTPProxy]) -> None:
        self.sockets = _AsyncSockets()
        self._make = make
        self._opened = make(network_backend=self.sockets)

    async def handle_async_request(self, request: httpcore.Request) -> httpcore.Response:
        opened = self._opened
        if isinstance(opened, httpcore.AsyncHTTPConnection) and (opened.has_expired() or opened.is_closed()):
            await opened.aclose()
            self._opened = self._make(network_backend=self.sockets)
        return await self._opened.handle_async_request(request)

    @property
    def has_surplus(self) -> bool:
        """Whether the peer has sent more than its answer, as above."""
        return _has_surplus(self._opened)

    async def aclose(self) -> None:
        try:
            await self._opened.aclose()
        finally:
            if self.sockets.opened is not None:
                await self.sockets.opened.aclose()


def _has_surplus(opened: Any) -> bool:
    """Whether bytes were received that no answer has used. httpcore keeps them for itself, behind private names."""
    for held in getattr(opened, "connections", (opened,)):  # a proxy has a pool, of one
        inner = held
        while hasattr(inner, "_connection"):
            inner = inner._connection
        if hasattr(inner, "_h11_state") and inner._h11_state.trailing_data[0]:
            return True
    return False


class _AsyncSockets(httpcore.AsyncNetworkBackend):
    """Opens sockets, and remembers the last one; ``eager`` where nothing waits for more to send."""

    def __init__(self) -> None:
        self.eager = False
        self.opened: httpcore.AsyncNetworkStream | None = None
        self._backend: httpcore.AsyncNetworkBackend = cast(Any, httpcore.AnyIOBackend)()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - this is httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._backend.connect_tcp(host, port, timeout, local_address, socket_options)
        self.opened = stream
        return _AsyncStream(stream, self)


class _AsyncStream(httpcore.AsyncNetworkStream):
    """A socket, plain or with TLS. Head and body of a small request go as one piece."""

    __slots__ = ("_sockets", "_stream", "_unsent")

    def __init__(self, stream: httpcore.AsyncNetworkStream, sockets: _AsyncSockets) -> None:
        self._stream = stream
        self._sockets = sockets
        self._unsent = b""

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 - httpcore's interface
        if self._unsent:
            with suppress(httpcore.WriteError):  # a peer may answer before it has read everything
                await self._send(timeout)
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - httpcore's interface
        self._unsent += buffer
        if self._sockets.eager or len(self._unsent) > _PIECE:
            await self._send(timeout)

    async def _send(self, timeout: float | None) -> None:  # noqa: ASYNC109 - handed on to httpcore
        unsent, self._unsent = self._unsent, b""
        await self._stream.write(unsent, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's interface
    ) -> httpcore.AsyncNetworkStream:
        secured = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        return _AsyncStream(secured, self._sockets)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Loan:
    """A connection that the body of an answer holds."""

    __slots__ = ("_connection", "_origin", "_transport")

    def __init__(self, transport: Transport, origin: Origin, connection: _Connection) -> None:
        self._transport = transport
        self._origin = origin
        self._connection = connection
        transport.lent.add(connection)

    def give_back(self, reusable: bool) -> None:
        self._transport.lent.discard(self._connection)
        self._transport.give_back(self._origin, self._connection, reusable)

    def lose(self) -> None:
        self._transport.lent.discard(self._connection)
        self._transport.lose(self._origin, self._connection)


class _AsyncLoan:
    """The same, asynchronous."""

    __slots__ = ("_connection", "_free", "_transport")

    def __init__(
        self, transport: AsyncTransport, free: _FreeList[_AsyncConnection], connection: _AsyncConnection
    ) -> None:
        self._transport = transport
        self._free = free
        self._connection = connection
        transport.lent.add(connection)

    async def give_back(self, reusable: bool) -> None:
        self._transport.lent.discard(self._connection)
        await self._transport.give_back(self._free, self._connection, reusable)


class _Turn:
    """A thread's place in the queue for a connection.

    A bare lock, since a finalizer may call the turn in the very thread that waits for it; an Event could not bear that.
    """

    __slots__ = ("_connection", "_is_done", "_nobody_yet")

    def __init__(self) -> None:
        self._nobody_yet = threading.Lock()
        self._nobody_yet.acquire()
        self._is_done = False
        self._connection: _Connection | None = None

    def wait(self, seconds: float | None) -> bool:
        return self._nobody_yet.acquire(timeout=-1 if seconds is None else seconds)

    def done(self) -> bool:
        return self._is_done

    def set_result(self, connection: _Connection | None) -> None:
        self._connection = connection
        self._is_done = True
        self._nobody_yet.release()

    def result(self) -> _Connection | None:
        return self._connection


class _FreeList(Generic[ConnectionT]):
    """The connections to one origin: which are idle, how many there are, who waits. No I/O and no locks of its own."""

    __slots__ = ("_idle", "_limit", "_open", "waiting")

    def __init__(self, limit: int) -> None:
        self._idle: deque[tuple[ConnectionT, float]] = deque()
        self._open = 0
        self._limit = limit
        self.waiting: deque[Any] = deque()

    def take(self, now: float) -> tuple[ConnectionT | None, list[ConnectionT]]:
        """The connection used last, if one is idle; and those that have been idle for too long."""
        idle = self._idle
        expired: list[ConnectionT] = []
        while idle and now - idle[0][1] > IDLE_SECONDS:
            expired.append(idle.popleft()[0])
            self._open -= 1
        return (idle.pop()[0] if idle else None), expired

    def grow(self) -> bool:
        """Whether one more connection may be opened; it counts from now on."""
        if self._open >= self._limit:
            return False
        self._open += 1
        return True

    def give(self, connection: ConnectionT | None, now: float, closed: bool) -> ConnectionT | None:
        """Hand a connection, or with ``None`` the right to open one, to who waits longest; else keep it.

        Returns the connection when it is to be closed instead.
        """
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return None
        if connection is None or closed:
            self._open -= 1
            return connection
        self._idle.append((connection, now))
        return None

    def empty(self) -> list[ConnectionT]:
        """Take out all idle connections, to be closed."""
        connections = [connection for connection, _ in self._idle]
        self._open -= len(connections)
        self._idle.clear()
        return connections


class _Routes:
    """Which way requests go: through which proxy, trusting whom."""

    def __init__(self, ca_bundle: str | None, proxy: str | None, proxy_variables: Mapping[str, str]) -> None:
        self._ca_bundle = ca_bundle
        self._proxy = proxy
        self._proxy_variables = proxy_variables
        self._origins: dict[tuple[str, str, int | None], Origin] = {}

    def origin(self, request: WireRequest) -> Origin:
        place = (request.scheme, request.host, request.port)
        if request.is_direct:
            return (*place, None)
        origin = self._origins.get(place)
        if origin is None:
            port = request.port or (443 if request.scheme == "https" else 80)
            proxy = self._proxy or proxy_for(request.scheme, request.host, port, self._proxy_variables)
            # A proxy's URL may hold a password, and origins are locals of the frames that a traceback shows.
            origin = self._origins[place] = (*place, Secret(proxy) if proxy else None)
        return origin

    def connection(self, origin: Origin) -> _Connection:
        return _Connection(self._maker(origin, httpcore.HTTPConnection, httpcore.HTTPProxy))

    def async_connection(self, origin: Origin) -> _AsyncConnection:
        return _AsyncConnection(self._maker(origin, httpcore.AsyncHTTPConnection, httpcore.AsyncHTTPProxy))

    def _maker(
        self, origin: Origin, direct: Callable[..., Any], proxied: Callable[..., Any]
    ) -> Callable[..., Any]:
        """What opens a connection, given a network back-end."""
        scheme, host, port, proxy = origin
        context = tls_context(self._ca_bundle) if scheme == "https" else _NO_TLS
        if proxy is not None:
            return partial(proxied, ssl_context=context, max_connections=1, **self._proxied(proxy))
        place = httpcore.URL(scheme=scheme, host=host, port=port, target="/").origin
        return partial(direct, place, ssl_context=context)

    def _proxied(self, proxy: str) -> dict[str, Any]:
        context = tls_context(self._ca_bundle) if proxy.lower().startswith("https:") else None
        options = _proxy_options(proxy)
        if options is None:
            raise ConfigError(
                "proxy: it is the URL of an http or https proxy, such as http://proxy.example:3128"
            )
        return {**options, "proxy_ssl_context": context}

    async def load_context_off(self, loop: asyncio.AbstractEventLoop, origin: Origin) -> None:
        """Read the certificate files on another thread, once, where connections to an origin need them."""
        needed = origin[0] == "https" or (origin[3] or "").lower().startswith("https:")
        if needed and self._ca_bundle not in _CONTEXTS:
            await loop.run_in_executor(None, tls_context, self._ca_bundle)


def _proxy_options(proxy: str) -> dict[str, Any] | None:
    """Place and login of a proxy; ``None`` for what is no such URL, since an exception might show a password."""
    try:
        parts = urlsplit(proxy)
        url = httpcore.URL(scheme=parts.scheme, host=parts.hostname or "", port=parts.port, target="/")
    except (TypeError, ValueError):
        return None
    if url.scheme not in (b"http", b"https") or not url.host:
        return None
    login = unquote_to_bytes(parts.username or ""), unquote_to_bytes(parts.password or "")
    return {"proxy_url": url, "proxy_auth": login if any(login) else None}


class _Socket(ssl.SSLSocket):
    """Closes itself where an interrupt ends its handshake; the standard library's leaves that to the collector."""

    def do_handshake(self, block: bool = False) -> None:
        try:
            super().do_handshake(block)
        except BaseException:
            self.close()
            raise


_NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Trusts nobody: for origins without TLS, so that they do not wait for certificate files."""
_CONTEXTS: dict[str | None, ssl.SSLContext] = {}


def tls_context(ca_bundle: str | None) -> ssl.SSLContext:
    """The process's TLS context for these certificate authorities: TLS 1.2 or later, names checked.

    Without a bundle the system's folder of hashed certificates is used where there is one, since it is read one
    certificate at a time, when a peer names it; elsewhere the bundle that comes with httpx.

    Raises:
        ConfigError: the bundle cannot be read.
    """
    context = _CONTEXTS.get(ca_bundle)
    if context is None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.sslsocket_class = _Socket
        context.set_alpn_protocols(["http/1.1"])
        folder = None if ca_bundle else _system_folder()
        try:
            if folder is not None:
                context.load_verify_locations(capath=folder)
            elif ca_bundle is None:
                import certifi

                context.load_verify_locations(cafile=certifi.where())
            elif os.path.isdir(ca_bundle):
                context.load_verify_locations(capath=ca_bundle)
            else:
                context.load_verify_locations(cafile=ca_bundle)
        except OSError as error:
            raise ConfigError(
                f"ca_bundle: {ca_bundle} holds no readable certificates ({error.strerror or error})"
            ) from error
        _CONTEXTS[ca_bundle] = context
    return context


def _system_folder() -> str | None:
    folder = ssl.get_default_verify_paths().capath
    if not folder:
        return None
    try:
        with os.scandir(folder) as entries:
            return folder if any(entry.name.endswith(".0") for entry in entries) else None
    except OSError:
        return None


def _all_busy(origin: Origin, limit: int, request: WireRequest) -> TransportError:
    if request.deadline is not None and request.deadline <= monotonic():
        return DeadlineError(f"the call's deadline passed while it waited for one of {limit} connections")
    return TimeoutError(
        f"all {limit} connections to {origin[1]} are in use and none came free in time", "pool"
    )


# Transports that clients share


def adapt(given: Any, kind: str) -> Any:
    """The transport a user gave, as a client of that kind (``sync`` or ``async``) uses it.

    Raises:
        ConfigError: it is of the other kind, or no transport at all.
    """
    from . import given_transport

    if isinstance(given, {"sync": Transport, "async": AsyncTransport}[kind]):
        return given
    if not isinstance(given, (Transport, AsyncTransport)):
        adapted = given_transport.adapt(given, kind)
        if adapted is not None:
            return adapted
    wanted = "httpx.BaseTransport" if kind == "sync" else "httpx.AsyncBaseTransport"
    raise ConfigError(
        f"transport: a {type(given).__name__} cannot carry {kind}hronous calls; give an {wanted}"
    )


class _Lease:
    """How many clients use a transport; the last one to let go closes it."""

    __slots__ = ("transport", "users")

    def __init__(self, transport: Any) -> None:
        self.transport = transport
        self.users = 0


_leases: dict[tuple[object, ...], _Lease] = {}
_leases_lock = threading.Lock()


def lease(
    kind: type[Transport] | type[AsyncTransport],
    key: tuple[str | None, str | None],
    variables: Mapping[str, str],
) -> Any:
    """The process's transport of that kind for a CA bundle and a proxy; give it back with :func:`release`."""
    place = (kind, *key, *sorted(variables.items()))
    with _leases_lock:
        held = _leases.get(place)
        if held is None:
            held = _leases[place] = _Lease(kind(ca_bundle=key[0], proxy=key[1], proxy_variables=variables))
        held.users += 1
        return held.transport


def release(transport: object) -> bool:
    """Let go of a leased transport; true when nobody else uses it, so that it is to be closed."""
    with _leases_lock:
        for place, held in _leases.items():
            if held.transport is transport:
                held.users -= 1
                if held.users == 0:
                    del _leases[place]
                    return True
        return False


_LIVE: weakref.WeakSet[Transport | AsyncTransport] = weakref.WeakSet()


def _after_fork() -> None:
    """A child's connections would be its parent's, and so would a lock another thread held."""
    global _leases_lock
    _leases_lock = threading.Lock()
    for transport in list(_LIVE):
        transport._forget_parent()  # pyright: ignore[reportPrivateUsage]  # of this module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
