# SPDX-License-Identifier: Apache-2.0
"""What a client tells of its calls while they run: ``on_event=``.

A listener is called with one event after the other, in the thread or task of the call, and must be quick. What it
raises never reaches the call. Events hold names, numbers and ids; nothing of a request's or an answer's content.
"""

from __future__ import annotations

from .errors import HeliographError, ServiceError
from .logs import warn
from .structure import request_id

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any, NoReturn

    from .core import Core
    from .effects import Effects
    from .http import WireRequest, WireResponse
    from .operation import OperationInfo, OutputT

    Listener = Callable[["Event"], object]
    """What ``on_event`` takes."""

__all__ = ["AttemptAnswered", "AttemptSent", "CallEnded", "CallStarted", "Event", "RetryScheduled"]


class Event:
    """Something that happened in a call. Immutable.

    Attributes:
        call: the id that all events of a call share; its requests carry it as ``amz-sdk-invocation-id``.
        service: the service's id, such as ``Kinesis Video Signaling``.
        operation: the operation's name in the model.
        at: seconds of the client's monotonic clock.
    """

    __slots__ = ("at", "call", "operation", "service")

    call: str
    service: str
    operation: str
    at: float

    def __init__(self, call: str, service: str, operation: str, at: float, **more: object) -> None:
        put = object.__setattr__
        put(self, "call", call)
        put(self, "service", service)
        put(self, "operation", operation)
        put(self, "at", at)
        for name, value in more.items():
            put(self, name, value)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{type(self).__name__} is immutable")

    def __repr__(self) -> str:
        names = ("call", "service", "operation", "at", *type(self).__slots__)
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"


class CallStarted(Event):
    """A call began. One that cannot be written ends before anything is sent."""

    __slots__ = ()


class AttemptSent(Event):
    """A request goes out.

    Attributes:
        attempt: which one of the call, from 1.
        max_attempts: so many the call may send.
        method: the HTTP method.
        host: where it goes.
        port: the port, where it is not the scheme's own.
    """

    __slots__ = ("attempt", "host", "max_attempts", "method", "port")

    attempt: int
    max_attempts: int
    method: str
    host: str
    port: int | None


class AttemptAnswered(Event):
    """A request was answered, or failed.

    Attributes:
        attempt: which one of the call, from 1.
        status_code: the HTTP status; ``None`` where no answer came.
        request_id: the id the service gave the request, where it did.
        error: the name of the exception's class; ``None`` for a success.
        error_code: the code that the service gave the error; ``None`` where it did not.
    """

    __slots__ = ("attempt", "error", "error_code", "request_id", "status_code")

    attempt: int
    status_code: int | None
    request_id: str | None
    error: str | None
    error_code: str | None


class RetryScheduled(Event):
    """Another request will be sent.

    Attributes:
        attempt: which one failed, from 1.
        delay: seconds until the next one.
        throttled: whether the service said: too fast.
    """

    __slots__ = ("attempt", "delay", "throttled")

    attempt: int
    delay: float
    throttled: bool


class CallEnded(Event):
    """A call is over: it returns, raises, or was cancelled.

    Attributes:
        attempts: so many requests were sent.
        status_code: the HTTP status of the last answer, where one came.
        request_id: the id of the last answer, where it has one.
        error: the name of the exception's class; ``None`` for a success.
        error_code: the code that the service gave the error; ``None`` where it did not.
        max_attempts_reached: it failed because no attempt was left.
        quota_exhausted: it failed because the client's quota of retries was empty.
    """

    __slots__ = (
        "attempts",
        "error",
        "error_code",
        "max_attempts_reached",
        "quota_exhausted",
        "request_id",
        "status_code",
    )

    attempts: int
    status_code: int | None
    request_id: str | None
    error: str | None
    error_code: str | None
    max_attempts_reached: bool
    quota_exhausted: bool


class Watch:
    """Tells a listener of one call."""

    __slots__ = ("_about", "_core", "_listener", "attempts", "invocation", "last")

    def __init__(
        self, core: Core, operation: OperationInfo[Any], listener: Listener, invocation: str
    ) -> None:
        self.invocation = invocation
        self.attempts = 0
        self.last: tuple[int | None, str | None] = (None, None)
        self._about = (invocation, core.service.name, operation.name)
        self._core = core
        self._listener = listener

    def tell(self, kind: type[Event], **more: Any) -> None:
        """Give one event to the listener, whatever that makes of it."""
        try:
            self._listener(kind(*self._about, self._core.monotonic(), **more))
        except Exception as error:
            warn("on_event raised %s at %s; the call goes on", type(error).__name__, kind.__name__)

    def sent(self, request: WireRequest) -> None:
        """A request goes out."""
        self.attempts += 1
        self.tell(
            AttemptSent,
            attempt=self.attempts,
            max_attempts=self._core.max_attempts,
            method=request.method,
            host=request.host,
            port=request.port,
        )

    def answered(self, response: WireResponse | None, error: HeliographError | None) -> None:
        """It was answered, or failed."""
        self.last = (None, None) if response is None else (response.status, request_id(response))
        self.tell(
            AttemptAnswered,
            attempt=self.attempts,
            status_code=self.last[0],
            request_id=self.last[1],
            error=None if error is None else type(error).__name__,
            error_code=getattr(error, "code", None),
        )

    def retrying(self, delay: float, *, throttled: bool) -> None:
        """Another request will be sent."""
        self.tell(RetryScheduled, attempt=self.attempts, delay=delay, throttled=throttled)

    def ended(self, error: BaseException | None) -> None:
        """The call is over."""
        self.tell(
            CallEnded,
            attempts=self.attempts,
            status_code=self.last[0],
            request_id=self.last[1],
            error=None if error is None else type(error).__name__,
            error_code=error.code if isinstance(error, ServiceError) else None,
            max_attempts_reached=getattr(error, "max_attempts_reached", False),
            quota_exhausted=getattr(error, "quota_exhausted", False),
        )


def watched(
    attempts: Callable[[Core, OperationInfo[OutputT], Mapping[str, Any], Watch], Effects[OutputT]],
    core: Core,
    operation: OperationInfo[OutputT],
    members: Mapping[str, Any],
    watch: Watch,
) -> Effects[OutputT]:
    """A call with a listener, from its first event to its last."""
    watch.tell(CallStarted)
    try:
        output = yield from attempts(core, operation, members, watch)
    except BaseException as error:
        watch.ended(error)
        raise
    watch.ended(None)
    return output
