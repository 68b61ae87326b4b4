# SPDX-License-Identifier: Apache-2.0
"""Bodies of answers that are read as they come, instead of whole into memory."""

from __future__ import annotations

from contextlib import suppress

from .errors import HeliographError, ResponseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from types import TracebackType
    from typing import NoReturn, Protocol, Self, SupportsIndex

    class Check(Protocol):
        """What a body is held against once it is complete."""

        def update(self, data: bytes, /) -> object: ...

        def compare(self) -> None:
            """Raise a ResponseError where the body is not what it should be."""

    class Source(Protocol):
        """Where the pieces of a body come from."""

        def __next__(self) -> bytes: ...

        def close(self) -> None: ...

        def abandon(self) -> None: ...

    class AsyncSource(Protocol):
        """The same, asynchronous."""

        async def __anext__(self) -> bytes: ...

        async def close(self) -> None: ...

        def abandon(self) -> None: ...


class _Progress:
    """How far a body has come. Its bytes are the service's: a ``Content-Encoding`` is not undone.

    Attributes:
        length: its bytes, where the service said beforehand, or ``None``.
    """

    __slots__ = ("__weakref__", "_check", "_limit", "_received", "_rest", "_state", "length")

    def __init__(self, length: int | None, limit: int) -> None:
        self.length = length
        self._limit = limit
        self._received = 0
        self._rest = bytearray()
        self._check: Check | None = None
        self._state = "open"

    @property
    def closed(self) -> bool:
        """Whether nothing more can come: it was read to its end, was closed, or broke."""
        return self._state != "open"

    def verify(self, check: Check) -> None:
        """Hold the body against this when it is complete; before its first byte is read."""
        self._check = check

    def put_back(self, data: bytes) -> None:
        """Let these bytes, which were the last ones read, be read again."""
        self._rest[:0] = data

    def _took(self, piece: bytes) -> None:
        self._received += len(piece)
        if self._check is not None:
            self._check.update(piece)

    def _complete(self) -> None:
        self._state = "broken"
        if self.length is not None and self._received != self.length:
            raise ResponseError(f"the body ended after {self._received} of {self.length} bytes")
        if self._check is not None:
            self._check.compare()
        self._state = "ended"

    def _must_be_readable(self) -> None:
        if self._state in ("closed", "broken"):
            raise HeliographError(f"the body is {self._state}; make the call again to read it")

    def _check_size(self) -> None:
        if len(self._rest) > self._limit:
            raise ResponseError(
                f"the body is longer than {self._limit} bytes; read it in pieces with iter_bytes(), or allow more"
                " with max_response_bytes"
            )

    def _cut(self, size: int) -> bytes:
        """So many of the bytes that have come and were not given out, or fewer at the end."""
        data = bytes(self._rest[:size])
        del self._rest[:size]
        return data

    def __repr__(self) -> str:
        length = "" if self.length is None else f" of {self.length}"
        return f"<{type(self).__name__}, {self._state}, {self._received}{length} bytes read>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("a streaming body cannot be pickled or copied; read it")


class StreamingBody(_Progress):
    """The body of an answer, read as it comes.

    It holds a connection until it is read to its end or closed, so do one of both; ``with`` closes it. The call's
    deadline goes on, and a silence longer than the read time-out breaks it. One thread at a time may use it.
    """

    __slots__ = ("_source",)

    def __init__(self, source: Source, length: int | None, limit: int) -> None:
        super().__init__(length, limit)
        self._source = source

    def read(self, size: int = -1) -> bytes:
        """The rest of the body, or its next ``size`` bytes, fewer only at its end; ``b""`` after that.

        Raises:
            ResponseError: it was cut short or is not what its checksum says; or all of it would be longer than the
                client's ``max_response_bytes``.
            TransportError: the connection broke, or a time-out or the deadline passed.
        """
        if size >= 0:
            return self._exactly(size)
        try:
            while piece := self._pulled():
                self._rest += piece
                self._check_size()
        except ResponseError:
            self.close()
            raise
        return self._cut(len(self._rest))

    def iter_bytes(self, size: int | None = None) -> Iterator[bytes]:
        """The rest of the body in pieces: as they come, or of ``size`` bytes each, but for the last one.

        Raises:
            ResponseError, TransportError: as :meth:`read`, from the iterator; what came before stays good.
        """
        return _Iteration(self, size)

    def __iter__(self) -> Iterator[bytes]:
        return self.iter_bytes()

    def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size and (piece := self._pulled()):
            self._rest += piece
        return self._cut(size)

    def _next(self) -> bytes:
        """The next piece as it comes; ``b""`` at the end."""
        return self._cut(len(self._rest)) if self._rest else self._pulled()

    def _pulled(self) -> bytes:
        """The next piece of the source; ``b""`` at its end."""
        self._must_be_readable()
        while self._state == "open":
            try:
                piece = next(self._source)
            except StopIteration:
                self._complete()
                break
            except BaseException:
                self._state = "broken"
                raise
            if piece:
                self._took(piece)
                return piece
        return b""

    def close(self) -> None:
        """Give up what was not read; the connection is closed, since it cannot be used for anything else."""
        if self._state == "open":
            self._state = "closed"
            self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_state", "") == "open":
            with suppress(Exception):  # nobody could catch it
                self._source.abandon()


class AsyncStreamingBody(_Progress):
    """The body of an answer, read as it comes.

    It holds a connection until it is read to its end or closed, so do one of both; ``async with`` closes it. The
    call's deadline goes on, and a silence longer than the read time-out breaks it. One task at a time may use it.
    """

    __slots__ = ("_source",)

    def __init__(self, source: AsyncSource, length: int | None, limit: int) -> None:
        super().__init__(length, limit)
        self._source = source

    async def read(self, size: int = -1) -> bytes:
        """The rest of the body, or its next ``size`` bytes, fewer only at its end; ``b""`` after that.

        Raises:
            ResponseError: it was cut short or is not what its checksum says; or all of it would be longer than the
                client's ``max_response_bytes``.
            TransportError: the connection broke, or a time-out or the deadline passed.
        """
        if size >= 0:
            return await self._exactly(size)
        try:
            while piece := await self._pulled():
                self._rest += piece
                self._check_size()
        except ResponseError:
            await self.close()
            raise
        return self._cut(len(self._rest))

    def iter_bytes(self, size: int | None = None) -> AsyncIterator[bytes]:
        """The rest of the body in pieces: as they come, or of ``size`` bytes each, but for the last one.

        Raises:
            ResponseError, TransportError: as :meth:`read`, from the iterator; what came before stays good.
        """
        return _AsyncIteration(self, size)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self.iter_bytes()

    async def _exactly(self, size: int) -> bytes:
        while len(self._rest) < size and (piece := await self._pulled()):
            self._rest += piece
        return self._cut(size)

    async def _next(self) -> bytes:
        """The next piece as it comes; ``b""`` at the end."""
        return self._cut(len(self._rest)) if self._rest else await self._pulled()

    async def _pulled(self) -> bytes:
        """The next piece of the source; ``b""`` at its end."""
        self._must_be_readable()
        while self._state == "open":
            try:
                piece = await anext(self._source)
            except StopAsyncIteration:
                self._complete()
                break
            except BaseException:
                self._state = "broken"
                raise
            if piece:
                self._took(piece)
                return piece
        return b""

    async def close(self) -> None:
        """Give up what was not read; the connection is closed, since it cannot be used for anything else."""
        if self._state == "open":
            self._state = "closed"
            await self._source.close()

    aclose = close

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def __del__(self) -> None:
        if getattr(self, "_state", "") == "open":
            with suppress(Exception):  # nobody could catch it
                self._source.abandon()


class _Iteration:
    """A loop over a body: no generator, which would have to be closed itself."""

    __slots__ = ("_body", "_size")

    def __init__(self, body: StreamingBody, size: int | None) -> None:
        self._body = body
        self._size = _positive(size)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        body, size = self._body, self._size
        piece = body._next() if size is None else body._exactly(size)  # pyright: ignore[reportPrivateUsage]
        if not piece:
            raise StopIteration
        return piece


class _AsyncIteration:
    """The same, asynchronous."""

    __slots__ = ("_body", "_size")

    def __init__(self, body: AsyncStreamingBody, size: int | None) -> None:
        self._body = body
        self._size = _positive(size)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        body, size = self._body, self._size
        piece = await (body._next() if size is None else body._exactly(size))  # pyright: ignore[reportPrivateUsage]
        if not piece:
            raise StopAsyncIteration
        return piece


def _positive(size: int | None) -> int | None:
    if size is not None and size < 1:
        raise ValueError(f"pieces have at least one byte, not {size}")
    return size
