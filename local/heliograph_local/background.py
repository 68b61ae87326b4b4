# SPDX-License-Identifier: Apache-2.0
"""An event loop in a thread of its own, for callers without one."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


class Background:
    """Opens something in a new thread's event loop, keeps the loop running, and closes it there.

    Arguments:
        open: what to await first; if it raises, ``start`` does.
        close: what to await last.
    """

    def __init__(self, open: Callable[[], Awaitable[None]], close: Callable[[], Awaitable[None]]) -> None:
        self._open = open
        self._close = close
        self._opened: Future[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = Future()
        # A daemon, so that a caller who never stops it can still end.
        self._thread = threading.Thread(target=self._run, name="heliograph-local", daemon=True)

    def start(self) -> None:
        """Return once it is open."""
        self._thread.start()
        if self._opened.exception() is not None:
            self._thread.join()
        self._opened.result()

    def stop(self) -> None:
        """Return once it is closed and the thread has ended."""
        loop, stopping = self._opened.result()
        loop.call_soon_threadsafe(stopping.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        stopping = asyncio.Event()
        try:
            await self._open()
        except Exception as error:
            self._opened.set_exception(error)
            return
        self._opened.set_result((asyncio.get_running_loop(), stopping))
        await stopping.wait()
        await self._close()
