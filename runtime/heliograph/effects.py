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
    Effect = "Send | Sleep | ReadFile | WriteFile | RunProcess | CallProvider | Wait | Work | Pull | Discard"
    Effects = Generator[Any, Any, T]
    """A generator of effects that returns a ``T``."""

    class Flight(Protocol):
        """Somebody's fetch that others wait for."""

        def when_done(self, callback: Callable[[], object]) -> None: ...

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
    """Read a text file; the result is its text, which does not print, or ``None`` where there is no such file.

    One that is private is not read where it is a symbolic link or others may write to it.
    """

    __slots__ = ("is_private", "path")

    def __init__(self, path: str, *, is_private: bool = False) -> None:
        self.path = path
        self.is_private = is_private


class WriteFile:
    """Put a secret text in a file that its owner alone may read, as a whole or not at all; the result is ``None``."""

    __slots__ = ("path", "text")

    def __init__(self, path: str, text: Secret) -> None:
        self.path = path
        self.text = text


class RunProcess:
    """Run a program without a shell; the result is its exit status and what it wrote, 64 KiB at most.

    Arguments:
        arguments: the program and its arguments.
        timeout: seconds after which it is ended; a ``TimeoutError`` (Python's own) then.
    """

    __slots__ = ("arguments", "timeout")

    def __init__(self, arguments: list[Secret], timeout: float) -> None:
        self.arguments = arguments
        self.timeout = timeout


class CallProvider:
    """Ask a function of the user's; the result is what it returns, awaited where that has to be."""

    __slots__ = ("provider",)

    def __init__(self, provider: Callable[[], Any]) -> None:
        self.provider = provider


class Wait:
    """Wait until somebody else's fetch of credentials ends, a second at most: its event loop may be gone by then."""

    __slots__ = ("flight",)

    def __init__(self, flight: Flight) -> None:
        self.flight = flight


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


_LONGEST_WAIT = 1.0
"""Seconds after which somebody who waits looks whether there is still something to wait for."""


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
                    outcome = read_file(effect.path, effect.is_private)
                elif kind is Work:
                    outcome = effect.function()
                elif kind is Pull:
                    outcome = next(effect.stream.iter_bytes(), b"")
                elif kind is Discard:
                    outcome = effect.stream.close()
                elif kind is CallProvider:
                    outcome = effect.provider()
                elif kind is Wait:
                    _wait(effect.flight)
                    outcome = None
                else:
                    outcome = _do(effect)
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
    """Run a call to its end in this task, as :func:`drive` does; files are another thread's work."""
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
                    outcome = await _on_a_thread(read_file, effect.path, effect.is_private)
                elif kind is Work:
                    outcome = await _on_a_thread(effect.function)
                elif kind is Pull:
                    outcome = await anext(effect.stream.iter_bytes(), b"")
                elif kind is Discard:
                    outcome = await effect.stream.close()
                elif kind is CallProvider:
                    outcome = effect.provider()
                    if hasattr(outcome, "__await__"):
                        outcome = await outcome
                elif kind is Wait:
                    await _wait_async(effect.flight)
                    outcome = None
                elif kind is WriteFile:
                    outcome = await _on_a_thread(_do, effect)
                else:
                    from .processes import run_async

                    outcome = await run_async(effect.arguments, effect.timeout)
                step = effects.send
            except BaseException as error:
                outcome, step = error, effects.throw
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        outcome = None  # as above


def read_file(path: str, is_private: bool = False) -> str | None:
    """A file's text; ``None`` where there is none. Text that is not UTF-8 keeps its odd bytes as surrogates."""
    opener: Callable[[str, int], int] | None = None
    if is_private:
        from .private_files import open_private

        opener = open_private
    try:
        with open(path, encoding="utf-8-sig", errors="surrogateescape", opener=opener) as file:
            return Secret(file.read())
    except (FileNotFoundError, NotADirectoryError):
        return None


def _do(effect: Any) -> Any:
    """Write a file or run a program, on this thread."""
    if effect.__class__ is WriteFile:
        from .private_files import write

        return write(effect.path, effect.text)
    from .processes import run

    return run(effect.arguments, effect.timeout)


def _wait(flight: Flight) -> None:
    from _thread import allocate_lock

    gate = allocate_lock()
    gate.acquire()
    flight.when_done(gate.release)
    gate.acquire(timeout=_LONGEST_WAIT)


async def _wait_async(flight: Flight) -> None:
    import asyncio

    loop = asyncio.get_running_loop()
    ended = loop.create_future()

    def settle() -> None:
        if not ended.done():
            ended.set_result(None)

    def wake() -> None:
        try:
            loop.call_soon_threadsafe(settle)
        except RuntimeError:  # this loop is closed by now, so nobody waits here
            pass

    flight.when_done(wake)
    await asyncio.wait({ended}, timeout=_LONGEST_WAIT)


async def _on_a_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    import asyncio

    return await asyncio.get_running_loop().run_in_executor(None, function, *arguments)


async def _sleep_async(seconds: float, sleep: Callable[[float], Awaitable[object]] | None) -> object:
    if sleep is not None:
        return await sleep(seconds)
    import asyncio

    await asyncio.sleep(seconds)
    return None
