# SPDX-License-Identifier: Apache-2.0
"""HTTP on one address: the only module that knows the HTTP library."""

from __future__ import annotations

import asyncio
import os
from contextlib import suppress
from typing import TYPE_CHECKING

from aiohttp import web

from heliograph.errors import ConfigError
from heliograph_local import planes
from heliograph_local.answers import Answer, ServiceFault, failure
from heliograph_local.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

BODY_LIMIT = 1024 * 1024
"""Bytes of a request's body that are read."""
GRACE = 0.05
"""Seconds that calls under way get to end by themselves when an address closes."""


class Listener:
    """An HTTP server on one address.

    Arguments:
        host: the address to listen on, as a number.
        port: its port; 0 lets the system choose.
        clock: the time of the service, for the Date header.
    """

    def __init__(self, host: str, port: int, clock: Callable[[], datetime]) -> None:
        self._host = host
        self._port = port
        self._clock = clock
        self._handler: planes.Handler | None = None
        # The access log would have signed URLs in it, and signatures cover the body as it was sent.
        self._http = web.Server(self._handle, access_log=None, auto_decompress=False)
        self._accepting: asyncio.Server | None = None

    async def open(self) -> None:
        """Bind; ConfigError where the address cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            self._accepting = await loop.create_server(self._http, self._host, self._port)
        except OSError as error:
            problem = os.strerror(error.errno) if error.errno else str(error)
            raise ConfigError(f"cannot listen on {self._host} port {self._port}: {problem}") from error

    @property
    def url(self) -> str:
        """The address once it is bound, ``http://127.0.0.1:<port>``."""
        assert self._accepting is not None, "an address has a URL once it is open"
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._accepting.sockets[0].getsockname()[1]}"

    def serve(self, handler: planes.Handler) -> None:
        """Let a handler answer from now on."""
        self._handler = handler

    async def close(self) -> None:
        """End calls under way, connections and socket."""
        if self._accepting is not None:
            await _stop_accepting(self._accepting)
        self._http.pre_shutdown()
        await self._http.shutdown(GRACE)
        await _settle()

    async def _handle(self, incoming: web.BaseRequest) -> web.Response:
        body = await _read(incoming)
        answer = self._too_large() if body is None else await self._answer(incoming, body)
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    def _too_large(self) -> Answer:
        message = f"the body is larger than {BODY_LIMIT} bytes"
        return failure(ServiceFault("RequestEntityTooLargeException", message, 413), self._clock())

    async def _answer(self, incoming: web.BaseRequest, body: bytes) -> Answer:
        assert self._handler is not None, "an address is given its handler before its URL is told"
        headers = tuple((name, value) for name, value in incoming.headers.items())
        request = Request(incoming.method, _text(incoming.raw_path), headers, body)
        return await planes.answer(self._handler, request, self._clock)


async def _stop_accepting(server: asyncio.Server) -> None:
    """Close the socket, and lose no connection.

    asyncio drops a connection without closing it if the server is closed within two rounds of the loop after
    the accept, so accepting ends first.
    """
    loop = asyncio.get_running_loop()
    with suppress(NotImplementedError):  # the proactor loop of Windows has no readers to remove
        for listening in server.sockets:
            loop.remove_reader(listening.fileno())
    await _settle()
    server.close()


async def _settle() -> None:
    """Let what the loop has scheduled happen: connections made and lost, tasks ended."""
    for _ in range(3):
        await asyncio.sleep(0)


async def _read(incoming: web.BaseRequest) -> bytes | None:
    """The body as sent; ``None`` for one that is too large."""
    if (incoming.content_length or 0) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in incoming.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _text(target: str) -> str:
    """A request target without the lone surrogates that stand for bytes outside of UTF-8."""
    return target.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
