# SPDX-License-Identifier: Apache-2.0
"""Transports that answer in the service's place, from a script."""

from __future__ import annotations

import copy
from threading import Lock
from typing import TYPE_CHECKING, Any, overload

from ..errors import HeliographError, ParamError, ServiceError
from ..http import WireResponse
from ..structure import Output, plain
from ..wire.checks import meant
from .outputs import body_of, fresh, made_output

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Mapping
    from typing import NoReturn, Self, SupportsIndex, TypeVar

    from ..http import WireRequest
    from ..operation import OperationInfo

    OutputT = TypeVar("OutputT", bound=Output)

DEFAULT_ERROR_STATUS = 400
"""The HTTP status of a made error that has none."""


class Answer:
    """An answer as it stands on the wire, read by the client as any other.

    Arguments:
        status: the HTTP status.
        body: its bytes.
        headers: by name.
    """

    __slots__ = ("body", "headers", "status")

    def __init__(
        self, status: int = 200, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> None:
        self.status = status
        self.body = body
        self.headers = {name.lower(): value for name, value in (headers or {}).items()}

    def __repr__(self) -> str:
        return f"Answer({self.status}, {len(self.body)} bytes)"


class SentRequest:
    """One request that a client sent. It prints neither headers nor members nor body, and cannot be pickled.

    Attributes:
        operation: its operation's name in the model.
        members: the input of its call by wire names, structures as dicts.
        method: the HTTP method.
        url: where it went, query included.
        headers: names and values in their order.
        body: its bytes; ``None`` where it was a stream.
    """

    __slots__ = ("body", "headers", "members", "method", "operation", "url")

    def __init__(self, request: WireRequest) -> None:
        self.operation = request.operation
        self.members: dict[str, Any] = {
            name: plain(value) for name, value in request.members.items() if value is not None
        }
        self.method = request.method
        self.url = f"{request.scheme}://{request.authority}{request.target}"
        self.headers = list(request.headers)
        self.body = request.body if isinstance(request.body, bytes) else None

    def header(self, name: str) -> str | None:
        """The value of a header, whatever its letter case; ``None`` where there is none."""
        return {own.lower(): value for own, value in self.headers}.get(name.lower())

    def __repr__(self) -> str:
        return f"<SentRequest {self.operation}: {self.method} {self.url.partition('?')[0]}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a request holds signatures and what was sent, and cannot be pickled or copied")


class _Script:
    """The answers of one operation, each used once; the last one again and again where it repeats."""

    __slots__ = ("answers", "given", "repeats")

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.given = 0
        self.repeats = False

    def next(self, operation: str) -> Any:
        """The next one; an AssertionError where there is none."""
        if not self.answers:
            raise AssertionError(
                f"{operation} was sent once more than it has answers ({self.given}); give another one with on()"
            )
        return self.answers[0] if self.repeats and len(self.answers) == 1 else self.answers.pop(0)


class _Fake:
    """What both flavours share."""

    _flavour = "sync"

    def __init__(self, package: Any) -> None:
        self._package = package
        self._service = package.Client.SERVICE
        self._scripts: dict[str, _Script] = {}
        self._lock = Lock()
        self.requests: list[SentRequest] = []

    @overload
    def on(
        self,
        operation: Callable[..., Coroutine[Any, Any, OutputT]],
        *answers: OutputT | Mapping[str, Any] | HeliographError | type[ServiceError] | Answer | None,
        repeat: bool = False,
    ) -> Self: ...
    @overload
    def on(
        self,
        operation: Callable[..., OutputT],
        *answers: OutputT | Mapping[str, Any] | HeliographError | type[ServiceError] | Answer | None,
        repeat: bool = False,
    ) -> Self: ...
    @overload
    def on(self, operation: str, *answers: Any, repeat: bool = False) -> Self: ...

    def on(self, operation: Any, *answers: Any, repeat: bool = False) -> Self:
        """Say how an operation is answered: its requests, retries included, take one answer after the other.

        Arguments:
            operation: its name in the model, or its method of the client's class.
            answers: each one an output, as its class or as a mapping by wire names (``None`` is an empty one); an
                error of the service, as an instance or as its class; another error of heliograph, which the transport
                then raises; an :class:`Answer` with bytes; or a function that is given the call's members by wire
                names and returns one of these.
            repeat: the last answer is given again and again.

        Raises:
            ParamError: there is no such operation, or the model promises another output.
        """
        info = self._operation(operation)
        checked = [self._checked(info, answer) for answer in answers]
        if not checked:
            raise ParamError("give at least one answer", info.name)
        with self._lock:
            script = self._scripts.setdefault(info.name, _Script())
            script.answers += checked
            script.given += len(checked)
            script.repeats = script.repeats or repeat
        return self

    def assert_called(
        self, operation: Any, members: Mapping[str, Any] | None = None, *, times: int | None = None
    ) -> None:
        """Raise an AssertionError where no request of that operation was sent with these members.

        Arguments:
            operation: its name in the model, or its method of the client's class.
            members: some members by wire names that the call must have had.
            times: so many requests must have been sent, retries included; at least one by default.
        """
        info = self._operation(operation)
        wanted = {name: plain(value) for name, value in (members or {}).items()}
        sent = [each for each in self.requests if each.operation == info.name]
        matching = [each for each in sent if all(each.members.get(name) == wanted[name] for name in wanted)]
        if len(matching) != (times if times is not None else max(1, len(matching))):
            differing = sorted(
                {name for each in sent for name in wanted if each.members.get(name) != wanted[name]}
            )
            raise AssertionError(
                f"{info.name}: {len(matching)} requests match of {len(sent)} that were sent, "
                f"expected {'at least 1' if times is None else times}"
                + (f"; these members differ: {', '.join(differing)}" if differing else "")
            )

    def assert_all_used(self) -> None:
        """Raise an AssertionError where an answer was never asked for; one that repeats need not be."""
        left = {
            name: len(script.answers)
            for name, script in self._scripts.items()
            if script.answers and not (script.repeats and len(script.answers) == 1)
        }
        if left:
            raise AssertionError(f"answers that were never asked for: {left}")

    def _operation(self, given: Any) -> OperationInfo[Output]:
        operations: Mapping[str, OperationInfo[Output]] = self._package.OPERATIONS
        name = given if isinstance(given, str) else getattr(given, "__name__", "")
        if name in operations:
            return operations[name]
        for info in operations.values():
            if info.method == name:
                return info
        raise ParamError(f"{self._service.name} has no such operation{meant(name, operations)}", name)

    def _checked(self, info: OperationInfo[Output], given: object) -> Any:
        answer: Any = given
        if isinstance(given, type) and issubclass(given, ServiceError):
            return given(self._code_of(info, given), "made for a test")
        if isinstance(answer, ServiceError):
            self._code_of(info, type(answer))
            return answer
        if isinstance(answer, (Answer, HeliographError)) or _is_function(answer):
            return answer
        return made_output(self._package, info, answer)

    def _code_of(self, info: OperationInfo[Output], kind: type[ServiceError]) -> str:
        """The error code that raises a class; a ParamError where the service has no such error."""
        for known in (info.error_classes, self._service.errors):
            for code, own in known.items():
                if own is kind:
                    return str(code)
        if kind is self._service.base_error:
            return "Unknown"
        raise ParamError(f"{self._service.name} has no error {kind.__name__}", info.name)

    def _answer(self, request: WireRequest) -> WireResponse:
        sent = SentRequest(request)
        with self._lock:
            self.requests.append(sent)
            number = len(self.requests)
            script = self._scripts.get(request.operation)
            if script is None:
                raise AssertionError(f"{request.operation} has no answer; give one with on()")
            answer = script.next(request.operation)
        if _is_function(answer):
            answer = self._checked(self._operation(request.operation), answer(sent.members))
        headers = {"x-amzn-requestid": f"fake-{number}"}
        if isinstance(answer, Answer):
            headers.update(answer.headers)
            if request.streams and answer.status < 300:
                body = body_of(answer.body, self._flavour)
                return WireResponse(answer.status, headers, b"", body)
            return WireResponse(answer.status, headers, answer.body)
        if isinstance(answer, ServiceError):
            error = copy.copy(answer)
            error.operation = request.operation
            error.request_id = error.request_id or headers["x-amzn-requestid"]
            error.status_code = error.status_code or DEFAULT_ERROR_STATUS
            error.headers = {**headers, **error.headers}
            return WireResponse(error.status_code, error.headers, b"", made=error)
        if isinstance(answer, HeliographError):
            raise copy.copy(answer)
        return WireResponse(200, headers, b"", made=fresh(answer, self._flavour))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._service.name}, {len(self.requests)} requests>"


class FakeTransport(_Fake):
    """Answers the calls of synchronous clients; give it as ``transport=``.

    Arguments:
        package: the generated package whose calls it answers.

    Attributes:
        requests: what was sent, in its order.
    """

    def send(self, request: WireRequest) -> WireResponse:
        """Answer one request by the script."""
        return self._answer(request)

    def close(self) -> None:
        """Nothing: there is nothing to close."""


class AsyncFakeTransport(_Fake):
    """Answers the calls of asynchronous clients; arguments and attributes are those of :class:`FakeTransport`."""

    _flavour = "async"

    async def send(self, request: WireRequest) -> WireResponse:
        """Answer one request by the script."""
        return self._answer(request)

    async def aclose(self) -> None:
        """Nothing: there is nothing to close."""


def _is_function(answer: object) -> bool:
    return callable(answer) and not isinstance(answer, type)
