# SPDX-License-Identifier: Apache-2.0
"""Bodies of requests that are sent as they are read, and never held whole in memory."""

from __future__ import annotations

from .body import AsyncStreamingBody, StreamingBody
from .effects import Work
from .errors import HeliographError, ParamError
from .http import UNSIGNED, UNSIGNED_TRAILER
from .wire.checks import binary, mistyped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
    from typing import Any, Protocol

    from .checksums import Checksum
    from .effects import Effects
    from .http import Request

    class Readable(Protocol):
        """A file opened for reading bytes."""

        def read(self, size: int = ..., /) -> bytes: ...

    class Hash(Protocol):
        """A checksum that grows with what it covers."""

        def update(self, data: bytes, /) -> object: ...

        def digest(self) -> bytes: ...

    StreamingInput = bytes | bytearray | memoryview | Readable | Iterable[bytes] | AsyncIterable[bytes]
    """What may be given for a streaming body; only an asynchronous client takes an asynchronous iterable."""
else:
    StreamingInput = None

_PIECE = 64 * 1024
_ASYNC_PIECE = 1024 * 1024
"""Bytes that are read from a file at a time; more where each time is a trip to another thread."""
_CHUNK = 1024 * 1024
"""Bytes of a chunk in the encoding ``aws-chunked``, at least, but for the last one."""


class Upload:
    """A body that is sent as it is read.

    Attributes:
        name: the member's wire name, for errors.
        length: its bytes, or ``None`` where nobody knows.
        needs_length: whether the service wants to know before it comes.
        replayable: whether it can be read again from where it started, as a file can that seeks.
        started: whether some of it was read since the last rewind.
        digest: what the signature says of it.
        trailer: the checksum that follows it.
    """

    __slots__ = (
        "_source", "_start", "digest", "length", "name", "needs_length", "replayable", "started", "trailer",
    )  # fmt: skip

    def __init__(self, source: Any, name: str, needs_length: bool) -> None:
        self._source = source
        self.name = name
        self._start = 0
        self.needs_length = needs_length
        self.replayable = False
        self.started = False
        self.length: int | None = None
        self.digest: str | None = None
        self.trailer: Checksum | None = None
        if isinstance(source, (StreamingBody, AsyncStreamingBody)):
            self.length = source.length
        elif hasattr(source, "read") and _seeks(source):
            try:
                self._start = source.tell()
                self.length = source.seek(0, 2) - self._start
                source.seek(self._start)
            except (OSError, ValueError) as error:
                raise ParamError(f"the file cannot be read: {error}", name) from error
            self.replayable = True

    @property
    def spent(self) -> bool:
        """Whether it cannot be sent again."""
        return self.started and not self.replayable

    def sha256(self) -> str:
        """The SHA-256 of all of it, in hexadecimal; for what can be replayed."""
        from hashlib import sha256

        hashed = sha256()
        for piece in self._plain():
            hashed.update(piece)
        return hashed.hexdigest()

    def settle_digest(self, scheme: str, may_be_unsigned: bool) -> Effects[None]:
        """What signatures are to say of the body: its hash where it can be read twice, else that they leave it to TLS.

        Raises:
            ParamError: it can be read but once, and goes out without TLS.
        """
        if scheme == "https" and self.trailer is not None:
            self.digest = UNSIGNED_TRAILER
        elif scheme == "https" and (may_be_unsigned or not self.replayable):
            self.digest = UNSIGNED
        elif self.replayable:
            self.digest = yield Work(self.sha256)
        else:
            problem = "without TLS its signature covers all of it: give bytes, or a file that can seek"
            raise ParamError(problem, self.name)

    def refuse_unknown_length(self) -> None:
        """Say what the service needs."""
        problem = "its length must be known beforehand: give bytes, a file that can seek, or Content-Length"
        raise ParamError(problem, self.name)

    def framing(self) -> list[tuple[str, str]]:
        """The headers that say how long it is and how it is wrapped, and are not signed."""
        if self.trailer is not None or self.length is None:
            return [("transfer-encoding", "chunked")]
        return [("content-length", str(self.length))]

    # For synchronous transports

    def __iter__(self) -> Iterator[bytes]:
        return self._plain() if self.trailer is None else _chunked(self._plain(), self.trailer)

    def _plain(self) -> Iterator[bytes]:
        count = 0
        try:
            for piece in self._pieces(_PIECE):
                data = self._checked(piece)
                count += len(data)
                self._check_length(count)
                yield data
        except HeliographError:
            raise
        except Exception as error:
            raise HeliographError(f"{self.name}: reading it failed: {type(error).__name__}") from error
        self._check_end(count)

    def _pieces(self, size: int) -> Iterator[bytes]:
        self._begin()
        if hasattr(self._source, "read"):
            while piece := self._source.read(size):
                yield piece
        elif hasattr(self._source, "__iter__"):
            yield from self._source
        else:
            raise ParamError("an asynchronous iterable needs an asynchronous client", self.name)

    # For asynchronous transports

    def __aiter__(self) -> AsyncIterator[bytes]:
        plain = self._plain_async()
        return plain if self.trailer is None else _chunked_async(plain, self.trailer)

    async def _plain_async(self) -> AsyncIterator[bytes]:
        count = 0
        try:
            async for piece in self._pieces_async():
                data = self._checked(piece)
                count += len(data)
                self._check_length(count)
                yield data
        except HeliographError:
            raise
        except Exception as error:
            raise HeliographError(f"{self.name}: reading it failed: {type(error).__name__}") from error
        self._check_end(count)

    async def _pieces_async(self) -> AsyncIterator[bytes]:
        if hasattr(self._source, "__aiter__"):
            self._begin()
            async for piece in self._source:
                yield piece
            return
        import asyncio

        loop = asyncio.get_running_loop()
        if hasattr(self._source, "read"):
            await loop.run_in_executor(None, self._begin)
            while piece := await loop.run_in_executor(None, self._source.read, _ASYNC_PIECE):
                yield piece
        else:
            self._begin()
            for piece in self._source:
                yield piece

    # What is checked on the way

    def _begin(self) -> None:
        if self.replayable:
            self._source.seek(self._start)
        elif self.started:
            raise HeliographError(f"{self.name}: it was read already and cannot be sent again")

    def _checked(self, piece: Any) -> bytes:
        self.started = True
        if isinstance(piece, bytes):
            return piece
        if not issubclass(type(piece), (bytearray, memoryview)):
            problem = f"it gave a {type(piece).__name__}, not bytes; open text files with 'rb'"
            raise ParamError(problem, self.name)
        return bytes(piece)

    def _check_length(self, count: int) -> None:
        if self.length is not None and count > self.length:
            raise HeliographError(
                f"{self.name}: it is longer than {self.length} bytes, which was to be its length"
            )

    def _check_end(self, count: int) -> None:
        self.started = True
        if self.length is not None and count < self.length:
            raise HeliographError(f"{self.name}: it ended after {count} of {self.length} bytes")

    def __repr__(self) -> str:
        return f"<Upload of {'unknown length' if self.length is None else f'{self.length} bytes'}>"


def streaming_payload(value: Any, name: str, *, needs_length: bool = False) -> Any:
    """A body that may be large: bytes as they are, anything else to be read while it is sent.

    Arguments:
        value: bytes; a file opened for bytes; an iterable of bytes, which for an asynchronous client may be an
            asynchronous one.
        name: the member's wire name.
        needs_length: whether the service wants to know the length beforehand.
    """
    if isinstance(value, (bytes, bytearray, memoryview)):
        return binary(value, name)
    is_source = any(hasattr(value, way) for way in ("read", "__iter__", "__aiter__"))
    if not is_source or issubclass(type(value), (str, dict)):
        mistyped(value, name, "bytes, a file opened for bytes, or an iterable of bytes")
        return str(value).encode()
    return Upload(value, name, needs_length)


def settle_length(request: Request) -> None:
    """Let the length be said once: a header of the input says it where the body itself does not know.

    Raises:
        ParamError: the header says another length than the body has, or the service needs to know it and nobody does.
    """
    declared = next((value for name, value in request.headers if name == "content-length"), None)
    if declared is not None:
        request.headers = [each for each in request.headers if each[0] != "content-length"]
    body = request.body
    known = body.length if isinstance(body, Upload) else len(body)
    if known is None and declared is not None and declared.isdecimal():
        known = int(declared)
    if declared is not None and declared != str(known):
        raise ParamError(f"the body has {known} bytes; leave it out or correct it", "Content-Length")
    if isinstance(body, Upload):
        body.length = known
        if known is None and body.needs_length:
            body.refuse_unknown_length()


def _seeks(source: Any) -> bool:
    if not (hasattr(source, "seek") and hasattr(source, "tell")):
        return False
    return bool(source.seekable()) if hasattr(source, "seekable") else True


# The encoding aws-chunked: chunks with their lengths in hexadecimal, and headers after the last one


def _chunked(pieces: Iterable[bytes], checksum: Checksum) -> Iterator[bytes]:
    hashed = checksum.start()
    for chunk in _gathered(pieces):
        hashed.update(chunk)
        yield _chunk(chunk)
    yield _last_chunk(checksum, hashed.digest())


def _gathered(pieces: Iterable[bytes]) -> Iterator[bytes]:
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        if len(waiting) >= _CHUNK:
            yield bytes(waiting)
            waiting.clear()
    if waiting:
        yield bytes(waiting)


async def _chunked_async(pieces: AsyncIterable[bytes], checksum: Checksum) -> AsyncIterator[bytes]:
    hashed = checksum.start()
    waiting = bytearray()
    async for piece in pieces:
        waiting += piece
        if len(waiting) >= _CHUNK:
            chunk = bytes(waiting)
            waiting.clear()
            hashed.update(chunk)
            yield _chunk(chunk)
    if waiting:
        hashed.update(bytes(waiting))
        yield _chunk(bytes(waiting))
    yield _last_chunk(checksum, hashed.digest())


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _last_chunk(checksum: Checksum, digest: bytes) -> bytes:
    from base64 import b64encode

    return b"0\r\n%b:%b\r\n\r\n" % (checksum.header.encode(), b64encode(digest))
