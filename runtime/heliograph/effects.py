# SPDX-License-Identifier: Apache-2.0
"""What a call asks the outside world for, and the two small drivers that do it.

All meaning of a call is in generators that yield these effects and are sent their results. A driver throws every
failure into the generator at its yield, cancellation and interrupts included; it is the only place that waits.
"""

from __future__ import annotations

import time

from .credentials.types import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from typing import Any, Protocol, TypeVar

    from .body import AsyncStreamingBody, StreamingBody
    from .http import WireRequest, WireResponse

    T = TypeVar("T")
    Effect = "Send | Sleep | ReadFile | CallProvider | Work | Pull | Discard"
    Effects = Generator[Any, Any, T]
    """A generator of effects that returns a ``T``."""

    class Sends(Protocol):
        """A synchronous transport."""

        def send(self, request: WireRequest) -> WireResponse: ...

    class SendsAsync(Protocol):
        """An asynchronous transport."""

        async def send(self, request: WireRequest) -> WireResponse: ...


class Send:
    """Send one request; the result is its :class:`~heliograph.http.WireResponse`."""

    __slots__ = ("request",)

    def __init__(self, request: WireRequest) -> None:
        self.request = request


class Sleep:
    """Wait for that many seconds."""

    __slots__ = ("seconds",)

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds


class ReadFile:
    """Read a text file; the result is its text, which does not print, or ``None`` where there is no such file."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path


class CallProvider:
    """Ask a user's own credentials provider; the result is what it returns."""

    __slots__ = ("provider",)

    def __init__(self, provider: Callable[[], Any]) -> None:
        self.provider = provider


class Work:
    """Run a function that takes its time, such as reading a large file; the result is what it returns."""

    __slots__ = ("function",)

    def __init__(self, function: Callable[[], Any]) -> None:
        self.function = function


class Pull:
    """Wait for the next piece of an answer's body; the result is its bytes, none at the end."""

    __slots__ = ("stream",)

    def __init__(self, stream: StreamingBody | AsyncStreamingBody) -> None:
        self.stream = stream


class Discard:
    """Close the body of an answer that nobody is going to read."""

    __slots__ = ("stream",)

    def __init__(self, stream: StreamingBody | AsyncStreamingBody) -> None:
        self.stream = stream


def drive(effects: Effects[T], transport: Callable[[], Sends], sleep: Callable[[float], object] | None) -> T:
    """Run a call to its end on this thread.

    Arguments:
        effects: the call.
        transport: gives what carries requests; asked for each, since what it is follows from settings read before.
        sleep: waits; ``time.sleep`` by default.
    """
    step: Callable[..., Any] = effects.send
    outcome: Any = None
    try:
        while True:
            effect = step(outcome)
            try:
                kind = effect.__class__
                if kind is Send:
                    outcome = transport().send(effect.request)
                elif kind is Sleep:
                    outcome = (sleep or time.sleep)(effect.seconds)
                elif kind is ReadFile:
                    outcome = read_file(effect.path)
                elif kind is Work:
                    outcome = effect.function()
                elif kind is Pull:
                    outcome = next(effect.stream.iter_bytes(), b"")
                elif kind is Discard:
                    outcome = effect.stream.close()
                else:
                    outcome = effect.provider()
                step = effects.send
            except BaseException as error:
                outcome, step = error, effects.throw
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        outcome = None  # an error and the frame that its traceback holds must not hold each other


async def drive_async(
    effects: Effects[T],
    transport: Callable[[], SendsAsync],
    sleep: Callable[[float], Awaitable[object]] | None,
) -> T:
    """Run a call to its end in this task, as :func:`drive` does; files are read on another thread."""
    step: Callable[..., Any] = effects.send
    outcome: Any = None
    try:
        while True:
            effect = step(outcome)
            try:
                kind = effect.__class__
                if kind is Send:
                    outcome = await transport().send(effect.request)
                elif kind is Sleep:
                    outcome = await _sleep_async(effect.seconds, sleep)
                elif kind is ReadFile:
                    outcome = await _on_a_thread(read_file, effect.path)
                elif kind is Work:
                    outcome = await _on_a_thread(effect.function)
                elif kind is Pull:
                    outcome = await anext(effect.stream.iter_bytes(), b"")
                elif kind is Discard:
                    outcome = await effect.stream.close()
                else:
                    outcome = effect.provider()
                    if hasattr(outcome, "__await__"):
                        outcome = await outcome
                step = effects.send
            except BaseException as error:
                outcome, step = error, effects.throw
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        outcome = None  # as above


def read_file(path: str) -> str | None:
    """A file's text; ``None`` where there is none. Text that is not UTF-8 keeps its odd bytes as surrogates."""
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape") as file:
            return Secret(file.read())
    except (FileNotFoundError, NotADirectoryError):
        return None


async def _on_a_thread(function: Callable[..., Any], *arguments: str) -> Any:
    import asyncio

    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


async def _sleep_async(seconds: float, sleep: Callable[[float], Awaitable[object]] | None) -> object:
    if sleep is not None:
        return await sleep(seconds)
    import asyncio

    await asyncio.sleep(seconds)
    return None
