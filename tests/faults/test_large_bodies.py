# SPDX-License-Identifier: Apache-2.0
"""Bodies that are not small: read and sent piece by piece, whatever the peer does meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import hashlib
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from faultserver import (
    Peer,
    Serve,
    Server,
    answering,
    dripping,
    endless,
    http,
    resetting,
    sending,
)

from heliograph import (
    ConnectError,
    Credentials,
    DeadlineError,
    HeliographError,
    ResponseError,
    Timeout,
    TimeoutError,
    transport,
)
from heliograph.eventstream import Message, encode

MEBI = 1024 * 1024
OK = http(200, b"x" * 1000)


@pytest.fixture(scope="module")
def package(large_things: ModuleType) -> ModuleType:
    """A client with large bodies in both directions."""
    return large_things


class Sync:
    """Uses bodies as a synchronous client does."""

    @staticmethod
    def each(body: Any, look: Callable[[bytes], object]) -> Any:
        for piece in body.iter_bytes():
            look(piece)

    @staticmethod
    def read(body: Any) -> Any:
        return body.read()


class Async:
    """The same, asynchronous."""

    @staticmethod
    async def each(body: Any, look: Callable[[bytes], object]) -> Any:
        async for piece in body.iter_bytes():
            look(piece)

    @staticmethod
    async def read(body: Any) -> Any:
        return await body.read()


def fetch(caller: Any, package: Any, server: Server, use: Callable[..., Any], **options: Any) -> Any:
    """Fetch a body and use it, with ``use(the flavour's ways, the body)``."""
    if caller.flavour == "sync":
        return caller.call(
            lambda client: use(Sync, client.fetch().body), package, endpoint_url=server.url, **options
        )

    async def run(client: Any) -> Any:
        return await use(Async, (await client.fetch()).body)

    return caller.call(run, package, endpoint_url=server.url, **options)


def read(ways: Any, body: Any) -> Any:
    return ways.read(body)


# Downloads


def test_a_large_download_takes_no_memory(caller: Any, package: Any, serve: Serve) -> None:
    size = 64 * MEBI
    server = serve(endless(http(200, b"", length=size), b"0123456789abcdef" * 4096, size // 65536))
    seen: list[int] = []
    hashed = hashlib.sha256()

    def look(piece: bytes) -> None:
        seen.append(len(piece))
        hashed.update(piece)
        if len(seen) == 50:
            tracemalloc.start()

    try:
        fetch(caller, package, server, lambda ways, body: ways.each(body, look))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(seen) == size
    assert hashed.hexdigest() == hashlib.sha256(b"0123456789abcdef" * (size // 16)).hexdigest()
    assert peak < 2 * MEBI


def test_the_call_returns_before_the_body_is_there(caller: Any, package: Any, serve: Serve) -> None:
    def behave(peer: Peer) -> None:
        if peer.receive():
            peer.send(http(200, b"", length=3))
            peer.server.held.wait(10)
            peer.send(b"abc")

    server = serve(behave)

    def use(ways: Any, body: Any) -> Any:
        server.held.set()
        return ways.read(body)

    assert fetch(caller, package, server, use) == b"abc"


def test_a_body_that_was_read_gives_its_connection_back(caller: Any, package: Any, serve: Serve) -> None:
    server = serve(answering(OK))
    if caller.flavour == "sync":
        caller.call(
            lambda client: [client.fetch().body.read() for _ in range(3)], package, endpoint_url=server.url
        )
    else:

        async def three(client: Any) -> None:
            for _ in range(3):
                await (await client.fetch()).body.read()

        caller.call(three, package, endpoint_url=server.url)
    assert [request.connection for request in server.requests] == [1, 1, 1]


CUT = {
    "reset": (resetting(http(200, b"abc", length=1000)), ConnectError, "broke"),
    "closed": (sending(http(200, b"abc", length=1000)), ConnectError, "broke"),
    "chunk": (sending(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), ConnectError, "broke"),
    "garbage": (
        sending(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab"),
        ConnectError,
        "broke",
    ),
}


@pytest.mark.parametrize(("behaviour", "error", "says"), CUT.values(), ids=CUT)
def test_a_body_cut_short_is_an_error(
    caller: Any, package: Any, serve: Serve, behaviour: Any, error: type[HeliographError], says: str
) -> None:
    server = serve(behaviour)
    with pytest.raises(error, match=says) as raised:
        fetch(caller, package, server, read)
    assert raised.value.__cause__ is not None
    assert server.await_state(lambda server: server.open == 0)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"timeout": Timeout(read=0.2)}, TimeoutError, "took longer than 0.2 s"),
        ({"deadline": 0.3}, DeadlineError, "deadline"),
    ],
    ids=["silence", "deadline"],
)
def test_a_body_that_stalls_is_given_up(
    caller: Any, package: Any, serve: Serve, options: Any, error: type[HeliographError], says: str
) -> None:
    def stalling(peer: Peer) -> None:
        if peer.receive():
            peer.send(http(200, b"abc", length=1000))
            peer.alive_after(10)

    server = serve(stalling)
    began = time.monotonic()
    with pytest.raises(error, match=says):
        fetch(caller, package, server, read, **options)
    assert time.monotonic() - began < 5
    assert server.await_state(lambda server: server.open == 0)


def test_a_slow_drip_ends_with_the_deadline(caller: Any, package: Any, serve: Serve) -> None:
    server = serve(dripping(http(200, b"", length=10**6), b"x"))
    seen: list[bytes] = []
    with pytest.raises(DeadlineError):
        fetch(caller, package, server, lambda ways, body: ways.each(body, seen.append), deadline=0.3)
    assert seen
    assert server.await_state(lambda server: server.open == 0)


def test_a_body_that_was_damaged_is_an_error(caller: Any, package: Any, serve: Serve) -> None:
    server = serve(answering(http(200, b"x" * MEBI, [("x-amz-checksum-crc32", "AAAAAA==")])))
    with pytest.raises(ResponseError, match="not what the header x-amz-checksum-crc32 says"):
        fetch(caller, package, server, read)
    assert server.requests[0].header("x-amz-checksum-mode") == "ENABLED"


def test_closing_early_drops_the_connection(caller: Any, package: Any, serve: Serve) -> None:
    server = serve(endless(http(200, b"", length=10**9), b"x" * 65536, 10**4))
    if caller.flavour == "sync":

        def use(client: Any) -> None:
            with client.fetch().body as body:
                body.read(10)
            assert server.await_state(lambda server: server.open == 0)

    else:

        async def use(client: Any) -> None:
            async with (await client.fetch()).body as body:
                await body.read(10)
            assert await asyncio.to_thread(server.await_state, lambda server: server.open == 0)

    caller.call(use, package, endpoint_url=server.url)


def test_forgotten_bodies_do_not_use_up_the_connections(caller: Any, package: Any, serve: Serve) -> None:
    server = serve(endless(http(200, b"", length=10**9), b"x" * 65536, 10**4))
    own = (transport.Transport if caller.flavour == "sync" else transport.AsyncTransport)(max_connections=1)
    options = {"endpoint_url": server.url, "transport": own, "timeout": Timeout(pool=5.0)}
    if caller.flavour == "sync":

        def use(client: Any) -> None:
            for _ in range(3):
                output = client.fetch()
                output.body.read(10)
                del output

    else:

        async def use(client: Any) -> None:
            for _ in range(3):
                output = await client.fetch()
                await output.body.read(10)
                del output

    caller.call(use, package, **options)
    assert server.connections == 3
    if caller.flavour == "sync":
        own.close()


def test_a_body_in_a_cycle_is_collected(package: Any, serve: Serve) -> None:
    server = serve(endless(http(200, b"", length=10**9), b"x" * 65536, 10**4))
    own = transport.Transport(max_connections=1)
    options: dict[str, Any] = {
        "region": "eu-west-1",
        "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
    }
    with package.Client(
        endpoint_url=server.url, transport=own, timeout=Timeout(pool=5.0), **options
    ) as client:
        for _ in range(3):
            cycle: list[Any] = [client.fetch()]
            cycle.append(cycle)
            with own._lock:  # the collector may run wherever Python code does, here too
                del cycle
                gc.collect()
    own.close()
    assert server.connections == 3


# Events


def word(text: str) -> bytes:
    """An event as it goes over the wire."""
    headers = {":message-type": "event", ":event-type": "Word"}
    return encode(Message(headers, b'{"Text":"%b"}' % text.encode()))


def listen(caller: Any, package: Any, server: Server, look: Callable[[Any], object], **options: Any) -> None:
    """Give each event of an answer to ``look``."""
    if caller.flavour == "sync":

        def use(client: Any) -> None:
            for event in client.listen().events:
                look(event)

        caller.call(use, package, endpoint_url=server.url, **options)
    else:

        async def use_async(client: Any) -> None:
            async for event in (await client.listen()).events:
                look(event)

        caller.call(use_async, package, endpoint_url=server.url, **options)


def test_events_come_one_by_one(caller: Any, package: Any, serve: Serve) -> None:
    def behave(peer: Peer) -> None:
        while peer.receive():
            peer.send(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
            for text in ("first", "second"):
                data = word(text)
                peer.send(b"%x\r\n%b\r\n" % (len(data), data))
                assert peer.server.held.wait(10)
                peer.server.held.clear()
            peer.send(b"0\r\n\r\n")

    server = serve(behave)
    seen: list[str] = []

    def look(event: Any) -> None:
        seen.append(event["Word"].text)
        server.held.set()

    listen(caller, package, server, look)
    assert seen == ["first", "second"]


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (resetting(http(200, word("a") + word("b")[:9], length=10**6)), ConnectError),
        (sending(http(200, word("a") + word("b")[:9])), ResponseError),
        (dripping(http(200, word("a"), length=10**6), b""), TimeoutError),
    ],
    ids=["reset", "cut", "silence"],
)
def test_a_stream_of_events_that_breaks_is_an_error(
    caller: Any, package: Any, serve: Serve, behaviour: Any, error: type[HeliographError]
) -> None:
    server = serve(behaviour)
    seen: list[Any] = []
    with pytest.raises(error):
        listen(caller, package, server, seen.append, timeout=Timeout(read=0.5))
    assert len(seen) == 1
    assert server.await_state(lambda server: server.open == 0)


# Uploads


class Slow:
    """An iterator of pieces that is read while the request goes out, and keeps count."""

    def __init__(self, piece: bytes, count: int) -> None:
        self.piece = piece
        self.left = count

    def __iter__(self) -> Slow:
        return self

    def __next__(self) -> bytes:
        if not self.left:
            raise StopIteration
        self.left -= 1
        return self.piece


def receive_chunked(peer: Peer) -> int | None:
    """How many bytes the body of the next request has, which comes in chunks."""
    with peer.sock.makefile("rb") as file:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = file.readline()
            if not line:
                return None
            head += line
        assert b"\r\ntransfer-encoding: chunked\r\n" in head.lower()
        count = 0
        while size := int(file.readline(), 16):
            count += len(file.read(size))
            file.readline()
        file.readline()
        return count


def test_a_large_upload_takes_no_memory(caller: Any, package: Any, serve: Serve) -> None:
    def behave(peer: Peer) -> None:
        while (count := receive_chunked(peer)) is not None:
            peer.server.sent = count
            peer.send(http(200, {}))

    server = serve(behave)
    tracemalloc.start()
    try:
        caller.call(
            lambda client: client.store(body=Slow(b"x" * 65536, 32 * MEBI // 65536)),
            package,
            endpoint_url=server.url,
            credentials=package.ANONYMOUS,
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert server.sent == 32 * MEBI
    assert peak < 8 * MEBI


def test_pieces_are_sent_as_they_come(caller: Any, package: Any, serve: Serve) -> None:
    def behave(peer: Peer) -> None:
        data = b""
        while b"first" not in data:
            data += peer.sock.recv(65536)
        peer.server.held.set()
        while not data.endswith(b"0\r\n\r\n"):
            data += peer.sock.recv(65536)
        peer.send(http(200, {}))

    server = serve(behave)

    def pieces() -> Iterator[bytes]:
        yield b"first"
        assert server.held.wait(10)
        yield b"second"

    caller.call(
        lambda client: client.store(body=pieces()),
        package,
        endpoint_url=server.url,
        credentials=package.ANONYMOUS,
    )


def test_a_file_is_rewound_for_a_retry(caller: Any, package: Any, serve: Serve, tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"0123456789abcdef" * 65536)
    server = serve(answering(http(503, b""), http(200, {})))
    with path.open("rb") as file:
        caller.call(lambda client: client.store(body=file), package, endpoint_url=server.url)
    assert [request.body for request in server.requests] == [path.read_bytes()] * 2
    assert server.requests[0].header("content-length") == str(MEBI)
    assert len(caller.sleeps) == 1


def test_an_iterator_is_sent_once(caller: Any, package: Any, serve: Serve) -> None:
    def behave(peer: Peer) -> None:
        with contextlib.suppress(ValueError):
            while receive_chunked(peer) is not None:
                peer.server.sent += 1
                peer.send(http(503, b""))

    server = serve(behave)
    with pytest.raises(package.ServiceError) as raised:
        caller.call(
            lambda client: client.store(body=Slow(b"x", 3)),
            package,
            endpoint_url=server.url,
            credentials=package.ANONYMOUS,
        )
    assert (raised.value.status_code, raised.value.attempts, server.sent) == (503, 1, 1)


def test_an_answer_before_the_end_of_the_upload_is_read(caller: Any, package: Any, serve: Serve) -> None:
    def behave(peer: Peer) -> None:
        if peer.sock.recv(65536):
            peer.send(http(403, {"__type": "Refused", "message": "too large"}, [("Connection", "close")]))
            peer.reset()

    server = serve(behave)
    with pytest.raises((package.ServiceError, ConnectError)) as raised:
        caller.call(
            lambda client: client.store(body=Slow(b"x" * 65536, 10**3)),
            package,
            endpoint_url=server.url,
            credentials=package.ANONYMOUS,
        )
    assert raised.value.attempts == 1


def test_a_peer_that_does_not_read_is_given_up(caller: Any, package: Any, serve: Serve) -> None:
    server = serve(lambda peer: peer.server.held.wait(10))
    began = time.monotonic()
    try:
        with pytest.raises(DeadlineError):
            caller.call(
                lambda client: client.store(body=Slow(b"x" * 65536, 10**6)),
                package,
                endpoint_url=server.url,
                credentials=package.ANONYMOUS,
                deadline=0.5,
            )
    finally:
        server.held.set()
    assert time.monotonic() - began < 5


def test_a_large_body_is_sent_compressed(caller: Any, package: Any, serve: Serve) -> None:
    server = serve(answering(http(503, b""), http(200, {})))
    caller.call(lambda client: client.report(text="n" * MEBI), package, endpoint_url=server.url)
    for request in server.requests:
        assert request.header("content-encoding") == "gzip"
        assert request.header("content-length") == str(len(request.body))
        assert gzip.decompress(request.body) == b'{"Text":"%b"}' % (b"n" * MEBI)
    assert len(server.requests) == 2


def test_a_body_can_be_handed_on_without_being_held(caller: Any, package: Any, serve: Serve) -> None:
    size = 4 * MEBI

    def behave(peer: Peer) -> None:
        while (request := peer.receive()) is not None:
            peer.send(http(200, b"x" * size if request.method == "GET" else {}))

    server = serve(behave)
    if caller.flavour == "sync":

        def use(client: Any) -> None:
            client.store(body=client.fetch().body)

    else:

        async def use(client: Any) -> None:
            await client.store(body=(await client.fetch()).body)

    caller.call(use, package, endpoint_url=server.url, credentials=package.ANONYMOUS)
    assert server.requests[1].header("content-length") == str(size)
    assert server.requests[1].body == b"x" * size
