# SPDX-License-Identifier: Apache-2.0
"""What a call asks the outside world for, and the two small drivers that do it.

All meaning of a call is in generators that yield these effects and are sent their results. A driver throws every
failure into the generator at its yield, cancellation and interrupts included; it is the only place that waits.
"""

from __future__ import annotations

import time

from .credentials.types import Secret
from .errors import DeadlineError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator
    from typing import Any, Protocol, TypeVar

    from .body import AsyncStreamingBody, StreamingBody
    from .http import WireRequest, WireResponse

    T = TypeVar("T")
    Effect = (
        "Send | Sleep | ReadFile | WriteFile | RunProcess | CallProvider | Wait | Work | Pull | Discard"
        " | Apart | Within"
    )
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


class Apart:
    """Run effects whose outcome others wait for too, so that they go on where the one who began them has to leave.

    The result is theirs, as the one element of a tuple; or ``None`` where whoever yields this is to run them itself:
    on a thread, and where nothing bounds the wait for them.

    Attributes:
        effects: what to run.
        is_left: whether they go on alone.
    """

    __slots__ = ("effects", "is_left")

    def __init__(self, effects: Effects[Any]) -> None:
        self.effects = effects
        self.is_left = False


class Within:
    """Do another effect for so many seconds at most; then :class:`Late` is raised.

    A thread does a file and a function to their end, whatever time that takes.
    """

    __slots__ = ("effect", "seconds")

    def __init__(self, effect: Any, seconds: float) -> None:
        self.effect = effect
        self.seconds = seconds


class Late(Exception):
    """The time of the :class:`Within` that is its argument is up."""


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
                if effect.__class__ is Send:
                    outcome = transport().send(effect.request)
                else:
                    outcome = _perform(effect, transport, sleep)
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
                if effect.__class__ is Send:
                    outcome = await transport().send(effect.request)
                else:
                    outcome = await _perform_async(effect, transport, sleep)
                step = effects.send
            except BaseException as error:
                outcome, step = error, effects.throw
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        outcome = None  # as above


def _perform(effect: Any, transport: Callable[[], Sends], sleep: Callable[[float], object] | None) -> Any:
    """Do one effect on this thread."""
    kind = effect.__class__
    if kind is Send:
        return transport().send(effect.request)
    if kind is Sleep:
        return (sleep or time.sleep)(effect.seconds)
    if kind is Within:
        return _perform_within(effect, transport, sleep)
    if kind is Apart:
        return None
    if kind is ReadFile:
        return read_file(effect.path, effect.is_private)
    if kind is Work:
        return effect.function()
    if kind is Pull:
        return next(effect.stream.iter_bytes(), b"")
    if kind is Discard:
        return effect.stream.close()
    if kind is CallProvider:
        return effect.provider()
    if kind is Wait:
        return _wait(effect.flight, _LONGEST_WAIT)
    if kind is WriteFile:
        return _write_file(effect)
    from .processes import run

    return run(effect.arguments, effect.timeout)


def _perform_within(
    bound: Within, transport: Callable[[], Sends], sleep: Callable[[float], object] | None
) -> Any:
    """Do an effect on this thread, its waits cut to the time that is left."""
    effect, bound = _tightest(bound)
    seconds, kind = bound.seconds, effect.__class__
    if kind is Sleep and effect.seconds >= seconds:
        raise Late(bound)
    if kind is Wait:
        return _wait(effect.flight, min(seconds, _LONGEST_WAIT))
    if kind is Send:
        request, end = effect.request, time.monotonic() + seconds
        if request.deadline is None or end < request.deadline:
            request.deadline = end
            try:
                return transport().send(request)
            except DeadlineError as error:
                raise Late(bound) from error
    if kind is RunProcess and seconds < effect.timeout:
        try:
            return _perform(RunProcess(effect.arguments, seconds), transport, sleep)
        except TimeoutError:
            raise Late(bound) from None
    return _perform(effect, transport, sleep)


async def _perform_async(
    effect: Any, transport: Callable[[], SendsAsync], sleep: Callable[[float], Awaitable[object]] | None
) -> Any:
    """Do one effect in this task."""
    kind = effect.__class__
    if kind is Send:
        return await transport().send(effect.request)
    if kind is Sleep:
        return await _sleep_async(effect.seconds, sleep)
    if kind is Within:
        return await _perform_within_async(effect, transport, sleep)
    if kind is Apart:
        return None
    if kind is ReadFile:
        return await _on_a_thread(read_file, effect.path, effect.is_private)
    if kind is Work:
        return await _on_a_thread(effect.function)
    if kind is Pull:
        return await anext(effect.stream.iter_bytes(), b"")
    if kind is Discard:
        return await effect.stream.close()
    if kind is CallProvider:
        answer = effect.provider()
        return await answer if hasattr(answer, "__await__") else answer
    if kind is Wait:
        return await _wait_async(effect.flight)
    if kind is WriteFile:
        return await _on_a_thread(_write_file, effect)
    from .processes import run_async

    return await run_async(effect.arguments, effect.timeout)


async def _perform_within_async(
    bound: Within, transport: Callable[[], SendsAsync], sleep: Callable[[float], Awaitable[object]] | None
) -> Any:
    """Do an effect in this task, and give it up when its time is up."""
    import asyncio

    effect, bound = _tightest(bound)
    kind = effect.__class__
    if kind is Sleep and effect.seconds >= bound.seconds:
        raise Late(bound)
    if kind is Apart:
        return await _run_apart(effect, bound, transport, sleep)
    limit = asyncio.timeout(bound.seconds)
    try:
        async with limit:
            return await _perform_async(effect, transport, sleep)
    except TimeoutError:
        if limit.expired():
            raise Late(bound) from None
        raise


def _tightest(bound: Within) -> tuple[Any, Within]:
    """What is in bounds within bounds, and the tightest of them."""
    effect, tightest = bound.effect, bound
    while effect.__class__ is Within:
        if effect.seconds < tightest.seconds:
            tightest = effect
        effect = effect.effect
    return effect, tightest


async def _run_apart(
    apart: Apart,
    bound: Within,
    transport: Callable[[], SendsAsync],
    sleep: Callable[[float], Awaitable[object]] | None,
) -> tuple[Any]:
    """Run effects in a task of their own, which is cancelled with this one and outlives its bound."""
    import asyncio

    carrier = transport()  # they go on with it when the client that began them is closed
    task = asyncio.create_task(drive_async(apart.effects, lambda: carrier, sleep))
    _APART.add(task)
    task.add_done_callback(_forget)
    try:
        await asyncio.wait({task}, timeout=bound.seconds)
        if not task.done():
            apart.is_left = True
            raise Late(bound)
        return (task.result(),)
    except asyncio.CancelledError:
        task.cancel()
        await asyncio.wait({task})
        raise
    finally:
        del task  # as above


_APART: set[Any] = set()
"""Tasks of effects that run apart; an event loop holds its tasks weakly."""


def _forget(task: Any) -> None:
    _APART.discard(task)
    if not task.cancelled():
        task.exception()  # whoever is left to be told of it has been told by the flight


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


def _write_file(effect: WriteFile) -> None:
    from .private_files import write

    write(effect.path, effect.text)


def _wait(flight: Flight, seconds: float) -> None:
    from _thread import allocate_lock

    gate = allocate_lock()
    gate.acquire()
    flight.when_done(gate.release)
    gate.acquire(timeout=seconds)


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
