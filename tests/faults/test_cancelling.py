# SPDX-License-Identifier: Apache-2.0
"""A call that is cancelled or interrupted closes its connection, and the transport serves the next one as before."""

from __future__ import annotations

import asyncio
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import ModuleType
from typing import Any

import pytest
import trustme
from faultserver import (
    CHANNEL,
    ICE,
    OK,
    OPTIONS,
    Behaviour,
    Gate,
    Peer,
    Serve,
    answering,
    dripping,
    eventually,
    http,
    silent,
    until,
    waiting,
)

import kinesis_video_signaling as package
from heliograph import Timeout, transport


def get(client: Any) -> Any:
    return client.get_ice_server_config(CHANNEL)


def state(held: transport.Transport | transport.AsyncTransport) -> tuple[int, int, int]:
    """Connections that count, connections that are idle, calls that wait for one."""
    lists: list[Any] = [*held._free.values()]
    return sum(each._open for each in lists), sum(len(each._idle) for each in lists), waiting(held)


def unread(peer: Peer) -> None:
    """Read nothing before the client has been told to stop, so that its buffers fill."""
    peer.server.held.wait(10)


LARGE = "x" * 20_000_000

PHASES: dict[str, Behaviour] = {
    "handshake": lambda peer: peer.alive_after(10) and None,
    "write": unread,
    "read": silent,
    "headers": dripping(b"HTTP/1.1 200 OK\r\nx-drip: ", b"y", 0.005),
    "body": dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b" ", 0.005),
}


@pytest.fixture(scope="module")
def secured() -> tuple[ssl.SSLContext, trustme.CA]:
    """What a server shows, and who says that it is trusted."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context, authority


@pytest.fixture
def bundle(secured: tuple[ssl.SSLContext, trustme.CA], tmp_path: Any) -> str:
    """A file that holds the authority's certificate."""
    secured[1].cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


def stuck(phase: str, context: ssl.SSLContext, began: Callable[[], object]) -> Behaviour:
    """On the first connection a peer that stays in a phase, which says when it is there; then one that answers."""

    def behave(peer: Peer) -> None:
        if peer.number == 1:
            timer = threading.Timer(0.05, began)  # time for the client to be where this peer wants it
            timer.start()
            PHASES[phase](peer)
            timer.join()
            return
        if phase != "handshake":
            answering(OK)(peer)
            return
        with context.wrap_socket(peer.sock, server_side=True) as peer.sock:
            answering(OK)(peer)

    return behave


@pytest.mark.anyio
@pytest.mark.parametrize("phase", PHASES)
async def test_a_cancelled_call_closes_its_connection(
    phase: str, serve: Serve, secured: tuple[ssl.SSLContext, trustme.CA], bundle: str
) -> None:
    tasks, began = asyncio.all_tasks(), threading.Event()
    server = serve(stuck(phase, secured[0], began.set))
    held = transport.AsyncTransport(max_connections=1, ca_bundle=bundle)
    scheme = "https" if phase == "handshake" else "http"
    url = f"{scheme}{server.url.removeprefix('http')}"
    client = package.AsyncClient(endpoint_url=url, transport=held, timeout=Timeout(pool=1), **OPTIONS)
    payload = LARGE if phase == "write" else "x"
    call = asyncio.create_task(client.send_alexa_offer_to_master(CHANNEL, payload, "sender"))
    await until(began.is_set)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    server.held.set()
    assert await asyncio.to_thread(server.await_state, lambda server: server.open == 0)
    assert state(held) == (0, 0, 0)
    assert client._core.quota.left == 500
    assert asyncio.all_tasks() == tasks
    assert [each.to_dict() for each in await asyncio.gather(*(get(client) for _ in range(3)))] == [ICE] * 3
    assert (state(held), server.connections) == ((1, 1, 0), 2)
    await held.aclose()


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system cannot signal a thread")
@pytest.mark.parametrize("phase", PHASES)
def test_an_interrupt_closes_the_connection(
    phase: str, serve: Serve, secured: tuple[ssl.SSLContext, trustme.CA], bundle: str
) -> None:
    main = threading.get_ident()
    server = serve(stuck(phase, secured[0], lambda: signal.pthread_kill(main, signal.SIGINT)))
    held = transport.Transport(max_connections=1, ca_bundle=bundle)
    scheme = "https" if phase == "handshake" else "http"
    url = f"{scheme}{server.url.removeprefix('http')}"
    client = package.Client(endpoint_url=url, transport=held, timeout=Timeout(pool=1), **OPTIONS)
    payload = LARGE if phase == "write" else "x"
    with pytest.raises(KeyboardInterrupt):
        client.send_alexa_offer_to_master(CHANNEL, payload, "sender")
    server.held.set()
    assert server.await_state(lambda server: server.open == 0)
    assert state(held) == (0, 0, 0)
    assert client._core.quota.left == 500
    assert [get(client).to_dict() for _ in range(3)] == [ICE] * 3
    assert (state(held), server.connections) == ((1, 1, 0), 2)
    held.close()


@pytest.fixture
def deaf() -> Iterator[str]:
    """The URL of a place where nobody ever accepts a connection: its queue is full."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener:
        waiting = [socket.socket() for _ in range(8)]
        try:
            for each in waiting:
                each.setblocking(False)
                each.connect_ex(listener.getsockname())
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for each in waiting:
                each.close()


@pytest.mark.anyio
async def test_a_call_that_is_cancelled_while_it_connects_leaves_no_connection(deaf: str) -> None:
    held = transport.AsyncTransport(max_connections=1)
    client = package.AsyncClient(endpoint_url=deaf, transport=held, **OPTIONS)
    tasks = asyncio.all_tasks()
    call = asyncio.create_task(get(client))
    await until(lambda: state(held)[0] == 1)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert state(held) == (0, 0, 0)
    assert asyncio.all_tasks() == tasks
    await held.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("times", [1, 2])
@pytest.mark.parametrize("reused", [True, False], ids=["an idle connection", "a new connection"])
async def test_a_call_may_be_cancelled_at_any_turn_of_the_loop(
    times: int, reused: bool, serve: Serve
) -> None:
    """Also while the connection is being closed because of it: once a turn, for as long as the call takes."""
    server = serve(answering(OK))
    held = transport.AsyncTransport(max_connections=1)
    client = package.AsyncClient(endpoint_url=server.url, transport=held, timeout=Timeout(pool=5), **OPTIONS)
    await get(client)
    cancelled = 0
    for turns in range(200):
        if not reused:
            await held._close_idle(id(asyncio.get_running_loop()))
        call = asyncio.create_task(get(client))
        for _ in range(turns):
            await asyncio.sleep(0)
        for _ in range(times):
            call.cancel()
            await asyncio.sleep(0)
        (outcome,) = await asyncio.gather(call, return_exceptions=True)
        cancelled += isinstance(outcome, asyncio.CancelledError)
        counted, idle, queue = state(held)
        assert (counted, queue) == (idle, 0), f"after {turns} turns"
        if not isinstance(outcome, asyncio.CancelledError):
            break
    assert cancelled > 5
    assert (await get(client)).to_dict() == ICE
    await held.aclose()
    assert await asyncio.to_thread(server.await_state, lambda server: server.open == 0)


@pytest.mark.anyio
async def test_a_task_that_is_cancelled_while_it_reads_a_stream_closes_its_connection(
    large_things: ModuleType, serve: Serve
) -> None:
    server = serve(dripping(http(200, b"", length=10**6), b"x", 0.005))
    held = transport.AsyncTransport(max_connections=1)
    client = large_things.AsyncClient(endpoint_url=server.url, transport=held, **OPTIONS)
    seen: list[bytes] = []

    async def read() -> None:
        async for piece in (await client.fetch()).body.iter_bytes():
            seen.append(piece)

    task = asyncio.create_task(read())
    await until(lambda: bool(seen))
    assert state(held) == (1, 0, 0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert state(held) == (0, 0, 0)
    assert await asyncio.to_thread(server.await_state, lambda server: server.open == 0)
    await held.aclose()


@pytest.mark.anyio
async def test_a_call_is_not_sent_again_after_it_was_cancelled_between_attempts(serve: Serve) -> None:
    server = serve(answering(http(503)))
    slept = asyncio.Event()

    async def sleep(seconds: float) -> None:
        slept.set()
        await asyncio.Event().wait()

    async with package.AsyncClient(endpoint_url=server.url, sleep=sleep, **OPTIONS) as client:
        call = asyncio.create_task(get(client))
        await slept.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
    assert len(server.requests) == 1
    assert client._core.quota.left == 500 - 14, "a retry that was granted stays paid"


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="this system cannot signal a thread")
def test_an_interrupt_while_waiting_leaves_the_queue(gate: Gate, serve: Serve) -> None:
    main = threading.get_ident()
    server = serve(gate)
    held = transport.Transport(max_connections=1)
    client = package.Client(endpoint_url=server.url, transport=held, **OPTIONS)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(get, client)
        assert server.await_state(lambda server: len(server.requests) == 1)

        def interrupt() -> None:
            eventually(lambda: waiting(held) == 1)
            signal.pthread_kill(main, signal.SIGINT)

        pool.submit(interrupt)
        with pytest.raises(KeyboardInterrupt):
            get(client)
        assert waiting(held) == 0
        gate.open.set()
        first.result(10)
    get(client)
    assert server.connections == 1
    held.close()
