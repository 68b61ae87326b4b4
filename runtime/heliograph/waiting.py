# SPDX-License-Identifier: Apache-2.0
"""Calls that are made again and again until their answer says that something is so.

:class:`Waiting` is the whole meaning and does no I/O; :func:`wait` is a generator of effects, as a call is.
"""

from __future__ import annotations

from .effects import Sleep
from .errors import ParamError, ServiceError, WaiterError
from .operation import Record
from .settings import LONGEST

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any, ClassVar, Generic, Protocol, TypeVar

    from .core import Core
    from .effects import Effects
    from .operation import OperationInfo
    from .structure import Output

    AnswerT = TypeVar("AnswerT", bound=Output)
    ResultT = TypeVar("ResultT")
    Verdict = tuple[str, str, bool | int | str] | None
    """``success``, ``failure`` or ``retry``; what an acceptor looked at, and what it found there. ``None`` where no
    acceptor fits."""

    class Waits(Protocol):
        """A synchronous client's way to wait."""

        def __call__(
            self,
            waiter: Waiter[AnswerT, ResultT],
            members: dict[str, Any],
            params: Mapping[str, Any] | None,
            delay: float | None,
            max_attempts: int | None,
            /,
        ) -> ResultT: ...

    class WaitsAsync(Protocol):
        """An asynchronous client's way to wait."""

        async def __call__(
            self,
            waiter: Waiter[AnswerT, ResultT],
            members: dict[str, Any],
            params: Mapping[str, Any] | None,
            delay: float | None,
            max_attempts: int | None,
            /,
        ) -> ResultT: ...
else:
    from .operation import Generic

    AnswerT = ResultT = Verdict = None


class Answer(Generic[AnswerT]):
    """What a call ended with.

    Attributes:
        output: the output; ``None`` where the service answered with an error.
        error: the error; ``None`` where there is an output.
    """

    __slots__ = ("error", "output")

    def __init__(self, output: AnswerT | None, error: ServiceError | None = None) -> None:
        self.output = output
        self.error = error

    @property
    def code(self) -> str | None:
        """The error's code."""
        return None if self.error is None else self.error.code

    @property
    def status(self) -> int:
        """The HTTP status."""
        if self.error is not None:
            return self.error.status_code
        response = getattr(self.output, "response", None)
        return 0 if response is None else response.status_code


_FEATURE = "B"
"""How the user agent counts calls of waiters."""


class Waiter(Record, Generic[AnswerT, ResultT]):
    """One waiter of a service.

    Attributes:
        name: its name in the model.
        operation: what it calls.
        delay: seconds between two calls.
        max_attempts: so many calls are made at most.
        decide: what an answer means.
    """

    __slots__ = ("decide", "delay", "max_attempts", "operation")

    operation: OperationInfo[AnswerT]
    delay: int
    max_attempts: int
    decide: Callable[[Answer[AnswerT]], Verdict]

    def __init__(
        self,
        name: str,
        operation: OperationInfo[AnswerT],
        *,
        delay: int,
        max_attempts: int,
        decide: Callable[[Answer[AnswerT]], Verdict],
    ) -> None:
        put = object.__setattr__
        put(self, "name", name)
        put(self, "operation", operation.used_by(_FEATURE))
        put(self, "delay", delay)
        put(self, "max_attempts", max_attempts)
        put(self, "decide", decide)


class Waiting(Generic[AnswerT, ResultT]):
    """Where a wait stands.

    Arguments:
        waiter: what is waited for.
        delay: seconds between two calls; ``None`` for the waiter's own.
        max_attempts: so many calls are made at most; ``None`` for the waiter's own.

    Raises:
        ParamError: an argument that cannot be used.
    """

    def __init__(
        self, waiter: Waiter[AnswerT, ResultT], delay: float | None, max_attempts: int | None
    ) -> None:
        self._waiter = waiter
        self._delay = waiter.delay if delay is None else _seconds(delay)
        self._most = waiter.max_attempts if max_attempts is None else _times(max_attempts)
        self._asked = 0

    def decide(self, answer: Answer[AnswerT]) -> float | None:
        """Seconds until the next call; ``None`` when what was waited for is so.

        Raises:
            WaiterError: it cannot come about any more, or all attempts are used up.
            ServiceError: the answer's error, where no acceptor fits it.
        """
        self._asked += 1
        verdict = self._waiter.decide(answer)
        outcome = verdict[0] if verdict is not None else "retry"
        if verdict is None and answer.error is not None:
            raise answer.error
        if outcome == "success":
            return None
        if outcome == "failure":
            raise self._failure(answer, "failed", verdict)
        if self._asked >= self._most:
            times = "1 attempt" if self._asked == 1 else f"{self._asked} attempts"
            raise self._failure(answer, f"is not so after {times}", verdict)
        return self._delay

    def _failure(self, answer: Answer[AnswerT], what: str, verdict: Verdict) -> WaiterError:
        reason = f"{self._waiter.name} {what}{_because(verdict)}"
        failure = WaiterError(reason, None if answer.output is None else answer.output.to_dict())
        failure.__cause__ = answer.error
        return failure


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < LONGEST:
        raise ParamError("is a number of seconds, 0 or more", "delay")
    return value


def _times(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ParamError("is a whole number above 0", "max_attempts")
    return value


def _because(verdict: Verdict) -> str:
    """What an acceptor found, in words; nothing of what the service wrote."""
    if verdict is None:
        return ""
    _, looked_at, found = verdict
    if looked_at == "error" and isinstance(found, bool):
        return f": the service answered {'with an' if found else 'without'} error"
    return f": {looked_at} is {found!r}"


def wait(
    core: Core,
    waiter: Waiter[AnswerT, ResultT],
    members: Mapping[str, Any],
    delay: float | None,
    max_attempts: int | None,
) -> Effects[AnswerT | None]:
    """Call until the waiter succeeds.

    Arguments:
        core: the client's settings and state.
        waiter: what to wait for.
        members: the input of each call, by wire name.
        delay: seconds between two calls; ``None`` for the waiter's own.
        max_attempts: so many calls are made at most; ``None`` for the waiter's own.

    Returns:
        The output of the last call; ``None`` where an error was what it waited for.

    Raises:
        WaiterError: it cannot come about any more, or all attempts are used up.
        HeliographError: a call failed in a way that the waiter does not know.
    """
    from .call import call

    state = Waiting(waiter, delay, max_attempts)
    while True:
        answer: Answer[AnswerT]
        try:
            answer = Answer((yield from call(core, waiter.operation, members)))
        except ServiceError as error:
            answer = Answer(None, error)
        seconds = state.decide(answer)
        if seconds is None:
            return answer.output
        del answer  # an error and the frame that its traceback holds must not hold each other
        yield Sleep(seconds)


def all_are(values: Sequence[object], expected: object) -> bool:
    """Whether there are values, and each is the expected one."""
    return bool(values) and all(value == expected for value in values)


class Waiters:
    """Base of a synchronous client's ``wait_until``."""

    __slots__ = ("_wait",)

    WAITERS: ClassVar[Mapping[str, Waiter[Any, Any]]]

    def __init__(self, wait: Waits) -> None:
        self._wait = wait


class AsyncWaiters:
    """Base of an asynchronous client's ``wait_until``."""

    __slots__ = ("_wait",)

    WAITERS: ClassVar[Mapping[str, Waiter[Any, Any]]]

    def __init__(self, wait: WaitsAsync) -> None:
        self._wait = wait
