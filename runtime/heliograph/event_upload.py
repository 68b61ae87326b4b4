# SPDX-License-Identifier: Apache-2.0
"""Streams of events that clients send: each a message, signed where the request is (Amazon Event Stream specification).

A signature covers the one before it, the first that of the request; an empty message at the end says that nothing
was cut off.
"""

from __future__ import annotations

from . import eventstream
from .errors import EndpointError, HeliographError, ParamError, ServiceError
from .http import SIGNED_EVENTS
from .sigv4 import VERSION_4
from .structure import present
from .upload import Upload
from .wire.checks import integer, members_of, mistyped, one_member, unchecked, without_checks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator, Mapping
    from datetime import datetime
    from typing import Any

    from .credentials.types import HasKeys
    from .effects import Effects
    from .structure import Structure
    from .target import Target

    EventInput = Iterable[Mapping[str, Any]] | AsyncIterable[Mapping[str, Any]]
    """What may be given for a stream of events; only an asynchronous client takes an asynchronous iterable."""
    Writers = Mapping[str, Callable[[Any], eventstream.Message]]
else:
    EventInput = None

EVENTS = (("content-type", "application/vnd.amazon.eventstream"),)
"""The headers of a request whose body is a stream of events."""


class Chain:
    """The signatures of a stream's messages.

    Arguments:
        seed: the signature of the request.
        credentials: what signs them.
        target: the region and the service they are signed for.
        clock: gives the time of each.
    """

    __slots__ = ("_clock", "_credentials", "_previous", "_target")

    def __init__(
        self, seed: str, credentials: HasKeys, target: Target, clock: Callable[[], datetime]
    ) -> None:
        self._previous = seed
        self._credentials = credentials
        self._target = target
        self._clock = clock

    def signed(self, message: bytes) -> bytes:
        """The message in one that signs it."""
        target = self._target
        wrapped, self._previous = eventstream.sign_message(
            message,
            self._previous,
            self._credentials,
            target.signing_region or "",
            target.signing_name,
            self._clock(),
        )
        return eventstream.encode(wrapped)

    def __repr__(self) -> str:
        return f"<Chain for {self._target.signing_name}>"


def start_chain(
    body: Any,
    headers: Iterable[tuple[str, str]],
    credentials: HasKeys,
    target: Target,
    clock: Callable[[], datetime],
) -> None:
    """Let the events of a body be signed one after another, the first after the request.

    Raises:
        EndpointError: the endpoint wants signatures of another version, for which there is no such chain.
    """
    if target.signature is not VERSION_4:
        raise EndpointError(f"{target.address.url} takes no signatures of version 4, which events need")
    seed = dict(headers)["authorization"].rpartition("Signature=")[2]
    body.chain = Chain(seed, credentials, target, clock)


class EventUpload(Upload):
    """Events that are sent as they come.

    Arguments:
        source: an iterable of dicts with one key; a list or a tuple can be sent again.
        name: the member's wire name, for errors.
        writers: what writes an event, by its name.
        first: the message that goes before them, if any.

    Attributes:
        chain: what signs them; ``None`` where the request is not signed.
    """

    __slots__ = ("_first", "_is_unchecked", "_writers", "chain")

    def __init__(self, source: Any, name: str, writers: Writers, first: bytes | None) -> None:
        super().__init__(source, name, needs_length=False)
        self.length = None
        self.replayable = isinstance(source, (list, tuple))
        self.chain: Chain | None = None
        self._writers = writers
        self._first = first
        self._is_unchecked = unchecked()

    def settle_digest(self, scheme: str, may_be_unsigned: bool) -> Effects[None]:
        """What the request's signature says of the body: that each event has its own."""
        self.digest = SIGNED_EVENTS
        yield from ()

    def _plain(self) -> Iterator[bytes]:
        yield from self._opening()
        yield from super()._plain()
        yield from self._closing()

    async def _plain_async(self) -> AsyncIterator[bytes]:
        for message in self._opening():
            yield message
        async for message in super()._plain_async():
            yield message
        for message in self._closing():
            yield message

    def _opening(self) -> Iterator[bytes]:
        if self._first is not None:
            yield self._signed(self._first)

    def _closing(self) -> Iterator[bytes]:
        if self.chain is not None:
            yield self.chain.signed(b"")

    def _begin(self) -> None:
        if self.started and not self.replayable:
            raise HeliographError(f"{self.name}: it was read already and cannot be sent again")

    def _checked(self, piece: Any) -> bytes:
        self.started = True
        try:
            message = without_checks(self._message, piece) if self._is_unchecked else self._message(piece)
            return self._signed(eventstream.encode(message))
        except ParamError as error:
            raise error.inside(self.name) from error.__cause__
        except (AttributeError, RecursionError, TypeError, ValueError) as error:
            raise ParamError(f"an event cannot be written: {error}", self.name) from error

    def _message(self, event: Any) -> eventstream.Message:
        name, value = one_member(event, tuple(self._writers), "")
        write = self._writers.get(name)
        if write is None:
            raise ParamError("there is no such event", name)
        try:
            return write(value)
        except ParamError as error:
            raise error.inside(name) from error.__cause__

    def _signed(self, message: bytes) -> bytes:
        return message if self.chain is None else self.chain.signed(message)


def event_upload(value: Any, name: str, writers: Writers, first: bytes | None = None) -> Any:
    """A body that is a stream of events; without a value there are none.

    Arguments:
        value: an iterable of dicts with one key, which for an asynchronous client may be an asynchronous one.
        name: the member's wire name.
        writers: what writes an event, by its name in the model.
        first: the message that goes before them: what stands beside the stream, where HTTP has no place for it.
    """
    is_source = hasattr(value, "__iter__") or hasattr(value, "__aiter__")
    if value is not None and (not is_source or isinstance(value, (str, bytes, dict))):
        mistyped(value, name, "an iterable of dicts with one key")
        value = None
    return EventUpload(() if value is None else value, name, writers, first)


def event_message(
    name: str, headers: Mapping[str, Any], payload: bytes = b"", content_type: str = ""
) -> eventstream.Message:
    """The message of an event; without a content type it has no payload."""
    return _message({":message-type": "event", ":event-type": name}, headers, payload, content_type)


def exception_message(
    name: str, headers: Mapping[str, Any], payload: bytes = b"", content_type: str = ""
) -> eventstream.Message:
    """The message of an error that the client sends as an event."""
    return _message({":message-type": "exception", ":exception-type": name}, headers, payload, content_type)


def initial_request(payload: bytes, content_type: str) -> bytes:
    """The message that holds what stands beside the stream."""
    return eventstream.encode(event_message("initial-request", {}, payload, content_type))


def _message(
    kind: dict[str, Any], headers: Mapping[str, Any], payload: bytes, content_type: str
) -> eventstream.Message:
    if content_type:
        kind[":content-type"] = content_type
    return eventstream.Message({**kind, **headers}, payload)


def event_members(value: Any, cls: type[Structure]) -> Mapping[str, Any]:
    """The members of an event by wire name, given as its class or as a mapping."""
    return members_of(value, cls, "")


def error_members(value: Any, cls: type[ServiceError]) -> Mapping[str, Any]:
    """The members of an error by wire name, given as the exception or as a mapping."""
    if isinstance(value, cls):
        return {wire: member for _, wire, _, member in present(value)}
    if not hasattr(value, "keys"):
        raise ParamError(f"expected {cls.__name__} or a mapping, got {type(value).__name__}", "")
    members: Mapping[str, Any] = value
    return members


def byte_header(value: Any, name: str) -> Any:
    """A number of 8 bits in a header of an event."""
    return eventstream.Byte(integer(value, name))


def short_header(value: Any, name: str) -> Any:
    """A number of 16 bits in a header of an event."""
    return eventstream.Short(integer(value, name))


def integer_header(value: Any, name: str) -> Any:
    """A number of 32 bits in a header of an event."""
    return eventstream.Integer(integer(value, name))


def long_header(value: Any, name: str) -> Any:
    """A number of 64 bits in a header of an event."""
    return eventstream.Long(integer(value, name))
