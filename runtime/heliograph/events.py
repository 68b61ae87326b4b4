# SPDX-License-Identifier: Apache-2.0
"""Answers that are a stream of events, each of which is a dict with one key: the event's name in the model."""

from __future__ import annotations

from . import eventstream
from .effects import Pull
from .errors import HeliographError, ResponseError, ServiceError, drop_frames, printable
from .http import WireResponse
from .redaction import server_text
from .structure import request_id
from .wire.http import read_stream

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Any, NoReturn, Self, SupportsIndex

    from .body import AsyncStreamingBody, StreamingBody
    from .effects import Effects

_INITIAL_RESPONSE = "initial-response"
"""The name of the message that holds what stands beside the stream, where HTTP has no place for it."""


class EventReader:
    """What the messages of one answer are, by the names that they give themselves.

    Arguments:
        response: the answer.
        operation: the operation's name, for errors.
        events: what reads an event, by its name.
        errors: the exception classes of errors that may come in the stream, by name.
        read_error: code, message and members of an error, by the protocol's rules.
        base_error: what any other error raises.
    """

    __slots__ = (
        "_base_error",
        "_decoder",
        "_errors",
        "_events",
        "_operation",
        "_read_error",
        "_response",
        "_waiting",
    )

    def __init__(
        self,
        response: WireResponse,
        operation: str,
        events: Mapping[str, Callable[[WireResponse], Any]],
        errors: Mapping[str, type[ServiceError]],
        read_error: Callable[[WireResponse], tuple[str, str | None, Mapping[str, Any]]],
        base_error: type[ServiceError],
    ) -> None:
        self._response = response
        self._operation = operation
        self._events = events
        self._errors = errors
        self._read_error = read_error
        self._base_error = base_error
        self._decoder = eventstream.Decoder()
        self._waiting: list[eventstream.Message] = []

    def feed(self, data: bytes) -> None:
        """Take the next bytes; none at all are the end.

        Raises:
            ResponseError: they are no messages, or the stream ends within one.
        """
        try:
            if data:
                self._waiting += self._decoder.feed(data)
            else:
                self._decoder.close()
        except eventstream.EventStreamError as error:
            raise ResponseError(f"the stream of events is broken: {error}") from drop_frames(error)

    def next(self) -> dict[str, Any] | None:
        """The next event that is there; none where more bytes are needed.

        Raises:
            ServiceError: it is an error.
            ResponseError: it is not what the model promises.
        """
        while self._waiting:
            try:
                event = self._event(self._waiting.pop(0))
            except HeliographError as error:
                drop_frames(error)  # they hold the message's headers
                raise
            if event is not None:
                return event
        return None

    def _event(self, message: eventstream.Message) -> dict[str, Any] | None:
        headers: dict[str, Any] = {**message.headers}
        kind = self._text(headers, ":message-type")
        if kind == "error":
            raise self._error(
                self._base_error, str(headers.get(":error-code")), headers.get(":error-message")
            )
        event = WireResponse(self._response.status, headers, message.payload)
        if kind == "exception":
            raise self._exception(self._text(headers, ":exception-type"), event)
        if kind != "event":
            raise self._unreadable(f"is of the type {printable(kind, 80)}")
        name = self._text(headers, ":event-type")
        if name == _INITIAL_RESPONSE:
            return None
        read = self._events.get(name)
        if read is None:
            return {"SDK_UNKNOWN_MEMBER": {"name": name}}
        try:
            return {name: read(event)}
        except ResponseError as error:
            drop_frames(error)
            raise
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            problem = f"the event {printable(name, 80)} of {self._operation} is not what the model promises"
            raise ResponseError(f"{problem}: {printable(str(error), 200)}") from drop_frames(error)

    def _text(self, headers: Mapping[str, Any], name: str) -> str:
        """A header that every message of this kind has."""
        value = headers.get(name)
        if not isinstance(value, str):
            raise self._unreadable(f"does not say in {name} what it is")
        return value

    def _unreadable(self, why: str) -> ResponseError:
        return ResponseError(f"the stream of events is broken: a message of {self._operation} {why}")

    def _exception(self, name: str, event: WireResponse) -> ServiceError:
        headers = {"x-amzn-errortype": name}
        _, message, members = self._read_error(WireResponse(event.status, headers, event.body))
        error = self._error(self._errors.get(name, self._base_error), name, message)
        try:
            error.read_members(members)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            pass  # as of an error that is a whole answer
        return error

    def _error(self, kind: type[ServiceError], code: str, message: object) -> ServiceError:
        return kind(
            printable(code, 128),
            server_text(message) if isinstance(message, str) and message else None,
            status_code=self._response.status,
            request_id=request_id(self._response),
            operation=self._operation,
            headers=self._response.headers,
        )


class _Stream:
    __slots__ = ("_body", "_reader")

    def __init__(self, body: Any, reader: EventReader) -> None:
        self._body = body
        self._reader = reader

    @property
    def closed(self) -> bool:
        """Whether no more events can come."""
        closed: bool = self._body.closed
        return closed

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, {'closed' if self.closed else 'open'}>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a stream of events cannot be pickled or copied; read it")


class EventStream(_Stream):
    """The events of an answer as they come, each a dict with one key.

    It holds a connection until it is read to its end or closed, so do one of both; ``with`` closes it. An event that
    the model does not know is ``{"SDK_UNKNOWN_MEMBER": {"name": ...}}``; an error in the stream is raised, and ends it.
    """

    __slots__ = ()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> dict[str, Any]:
        body: StreamingBody = self._body
        try:
            while (event := self._reader.next()) is None:
                piece = next(body.iter_bytes(), b"")
                self._reader.feed(piece)
                if not piece:
                    raise StopIteration
        except (ResponseError, ServiceError):
            body.close()
            raise
        return event

    def close(self) -> None:
        """Give up what has not come yet, and with it the connection."""
        self._body.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class AsyncEventStream(_Stream):
    """The events of an answer as they come, each a dict with one key.

    It holds a connection until it is read to its end or closed, so do one of both; ``async with`` closes it. An event
    that the model does not know is ``{"SDK_UNKNOWN_MEMBER": {"name": ...}}``; an error in the stream is raised, and
    ends it.
    """

    __slots__ = ()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> dict[str, Any]:
        body: AsyncStreamingBody = self._body
        try:
            while (event := self._reader.next()) is None:
                piece = await anext(body.iter_bytes(), b"")
                self._reader.feed(piece)
                if not piece:
                    raise StopAsyncIteration
        except (ResponseError, ServiceError):
            await body.close()
            raise
        return event

    async def close(self) -> None:
        """Give up what has not come yet, and with it the connection."""
        await self._body.close()

    aclose = close

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()


def first_message(response: WireResponse) -> Effects[None]:
    """Wait for the first message of an answer, and make it the body where it is what stands beside the stream.

    Raises:
        ResponseError: the stream breaks before.
    """
    stream = read_stream(response)
    decoder = eventstream.Decoder()
    taken = bytearray()
    messages: list[eventstream.Message] = []
    try:
        while not messages:
            piece: bytes = yield Pull(stream)
            taken += piece
            messages = decoder.feed(piece)
            if not piece:
                decoder.close()
                break
    except eventstream.EventStreamError as error:
        raise ResponseError(f"the stream of events is broken: {error}") from drop_frames(error)
    if messages and messages[0].headers.get(":event-type") == _INITIAL_RESPONSE:
        response.body = messages[0].payload
    stream.put_back(bytes(taken))


def read_event_header(event: WireResponse, name: str) -> Any:
    """The value of a header of an event; it has a type already. The names of these headers go by their case."""
    value: Any = event.headers.get(name)
    return int(value) if isinstance(value, int) and not isinstance(value, bool) else value


def read_event_blob(event: WireResponse) -> Any:
    """The whole payload of an event; empty where it is, since every message has one."""
    return event.body


def read_event_text(event: WireResponse) -> Any:
    """The whole payload of an event as a string."""
    return event.body.decode()


def read_events(
    response: WireResponse,
    operation: str,
    events: Mapping[str, Callable[[WireResponse], Any]],
    errors: Mapping[str, type[ServiceError]],
    read_error: Callable[[WireResponse], tuple[str, str | None, Mapping[str, Any]]],
    base_error: type[ServiceError],
) -> Any:
    """The stream of events that an answer is; the arguments are those of :class:`EventReader`."""
    reader = EventReader(response, operation, events, errors, read_error, base_error)
    body = read_stream(response)
    return AsyncEventStream(body, reader) if hasattr(body, "__aiter__") else EventStream(body, reader)
