# SPDX-License-Identifier: Apache-2.0
"""The default transports: connections are reused, bounded, handed out in order, and never left behind."""

from __future__ import annotations

import asyncio
import gc
import os
import socket
import ssl
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
import respx
import trustme
from faultserver import (
    CHANNEL,
    ICE,
    OK,
    OPTIONS,
    Gate,
    Serve,
    answering,
    echoing,
    eventually,
    http,
    proxying,
    until,
    waiting,
)

import kinesis_video_signaling as package
from heliograph import (
    ConfigError,
    ConnectError,
    HeliographError,
    Timeout,
    TimeoutError,
    TransportError,
    transport,
)
from heliograph.http import WireRequest


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority."""
    return trustme.CA()


def get(client: Any, name: str = "viewer") -> Any:
    return client.get_ice_server_config(CHANNEL, client_id=name)


async def prepared(client: Any, gate: Gate) -> None:
    """Make the first call, which reads the settings on another thread; the others keep their order."""
    gate.open.set()
    await get(client)
    gate.open.clear()


# Reuse


def test_calls_in_sequence_share_a_connection(caller: Any, serve: Serve) -> None:
    server = serve(answering(OK))
    if caller.flavour == "sync":
        caller.call(lambda client: [get(client) for _ in range(5)], endpoint_url=server.url)
    else:

        async def five(client: Any) -> None:
            for _ in range(5):
                await get(client)

        caller.call(five, endpoint_url=server.url)
    assert [request.connection for request in server.requests] == [1] * 5
    assert server.await_state(lambda server: server.open == 0)


def test_an_error_answer_leaves_its_connection_usable(caller: Any, serve: Serve) -> None:
    server = serve(answering(http(503, b"<html>"), http(500, {}), OK))
    caller.call(endpoint_url=server.url)
    assert [request.connection for request in server.requests] == [1, 1, 1]


@pytest.mark.parametrize("way", ["direct", "proxy", "tunnel"])
def test_an_answer_that_comes_before_its_request_is_not_taken(
    way: str, caller: Any, serve: Serve, authority: trustme.CA, tmp_path: Any
) -> None:
    """Two answers to one request: the second one must not be that of the next call."""
    context = None
    options: dict[str, Any] = {}
    if way == "tunnel":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
        options["ca_bundle"] = str(tmp_path / "ca.pem")
    server = serve(lambda peer: peer.receive() and peer.send(OK + http(200, {"IceServerList": []})), context)
    if way != "direct":
        options["proxy"] = serve(proxying).url

    def use(client: Any) -> Any:
        return [get(client).to_dict() for _ in range(2)]

    async def use_async(client: Any) -> Any:
        return [(await get(client)).to_dict() for _ in range(2)]

    chosen = use if caller.flavour == "sync" else use_async
    assert caller.call(chosen, endpoint_url=server.url, **options) == [ICE, ICE]
    assert server.connections == 2


def test_a_connection_the_server_has_closed_is_not_used_again(serve: Serve) -> None:
    server = serve(lambda peer: (peer.receive() and peer.send(OK)) or peer.sock.shutdown(socket.SHUT_RDWR))
    with package.Client(endpoint_url=server.url, max_attempts=1, **OPTIONS) as client:
        for _ in range(3):
            get(client)
            eventually(lambda: server.open == 0 or _readable(client))
    assert server.connections == 3


def _readable(client: Any) -> bool:
    (free,) = client._opened._free.values()
    return all(connection._opened.has_expired() for connection, _ in free._idle)


def test_the_connection_used_last_is_used_first(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    with package.Client(endpoint_url=server.url, **OPTIONS) as client, ThreadPoolExecutor(3) as pool:
        calls = [pool.submit(get, client, str(n)) for n in range(3)]
        assert server.await_state(lambda server: len(server.requests) == 3)
        gate.open.set()
        for call in calls:
            call.result(10)
        (free,) = client._opened._free.values()
        newest = free._idle[-1][0]
        for _ in range(4):
            get(client)
        assert free._idle[-1][0] is newest
    assert server.connections == 3
    assert len({request.connection for request in server.requests[3:]}) == 1


def test_idle_connections_expire(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    now = [1000.0]
    monkeypatch.setattr(transport, "monotonic", lambda: now[0])
    server = serve(answering(OK))
    with package.Client(endpoint_url=server.url, **OPTIONS) as client:
        get(client)
        now[0] += transport.IDLE_SECONDS - 1
        get(client)
        assert server.connections == 1
        now[0] += transport.IDLE_SECONDS + 1
        get(client)
        assert server.connections == 2
        assert server.await_state(lambda server: server.open == 1)


@pytest.mark.anyio
async def test_idle_connections_expire_in_a_loop(monkeypatch: pytest.MonkeyPatch, serve: Serve) -> None:
    now = [1000.0]
    monkeypatch.setattr(transport, "monotonic", lambda: now[0])
    server = serve(answering(OK))
    async with package.AsyncClient(endpoint_url=server.url, **OPTIONS) as client:
        await asyncio.gather(get(client), get(client))
        now[0] += transport.IDLE_SECONDS + 1
        await get(client)
        assert server.connections == 3
        assert server.await_state(lambda server: server.open == 1)


# Bounds


def test_calls_beyond_the_bound_wait_their_turn(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    held = transport.Transport(max_connections=1)
    client = package.Client(endpoint_url=server.url, transport=held, **OPTIONS)
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(get, client, "0")]
        assert server.await_state(lambda server: len(server.requests) == 1)
        for n in range(1, 4):
            calls.append(pool.submit(get, client, str(n)))
            eventually(lambda n=n: waiting(held) == n)  # type: ignore[misc]  # a default in a lambda has no type
        gate.open.set()
        for call in calls:
            call.result(10)
    assert [request.json["ClientId"] for request in server.requests] == ["0", "1", "2", "3"]
    assert server.connections == 1
    held.close()


@pytest.mark.anyio
async def test_tasks_beyond_the_bound_wait_their_turn(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    held = transport.AsyncTransport(max_connections=1)
    client = package.AsyncClient(endpoint_url=server.url, transport=held, **OPTIONS)
    await prepared(client, gate)
    calls = [asyncio.create_task(get(client, str(n))) for n in range(4)]
    await until(lambda: waiting(held) == 3)
    gate.open.set()
    await asyncio.gather(*calls)
    assert [request.json["ClientId"] for request in server.requests[1:]] == ["0", "1", "2", "3"]
    assert server.connections == 1
    await held.aclose()


def test_waiting_for_a_connection_ends_with_the_pool_time_out(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    held = transport.Transport(max_connections=1)
    client = package.Client(
        endpoint_url=server.url, transport=held, timeout=Timeout(pool=0.05), sleep=pytest.fail, **OPTIONS
    )
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get, client)
        assert server.await_state(lambda server: len(server.requests) == 1)
        with pytest.raises(TimeoutError, match=r"all 1 connections to 127\.0\.0\.1 are in use") as caught:
            get(client)
        assert (caught.value.phase, caught.value.attempts) == ("pool", 0)
        assert client._core.quota.left == 500, "nothing was wrong with the service"
        assert waiting(held) == 0
        gate.open.set()
        first.result(10)
    get(client)
    assert server.connections == 1
    held.close()


@pytest.mark.anyio
async def test_a_task_waiting_for_a_connection_ends_with_the_pool_time_out(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    held = transport.AsyncTransport(max_connections=1)
    client = package.AsyncClient(
        endpoint_url=server.url, transport=held, timeout=Timeout(pool=0.05), sleep=pytest.fail, **OPTIONS
    )
    first = asyncio.create_task(get(client))
    await until(lambda: bool(server.requests))
    with pytest.raises(TimeoutError, match="all 1 connections") as caught:
        await get(client)
    assert (caught.value.phase, caught.value.attempts) == ("pool", 0)
    assert waiting(held) == 0
    gate.open.set()
    await first
    await get(client)
    assert server.connections == 1
    await held.aclose()


def test_a_deadline_ends_waiting_for_a_connection(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    held = transport.Transport(max_connections=1)
    client = package.Client(endpoint_url=server.url, transport=held, **OPTIONS)
    hurried = client.with_options(deadline=0.05)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(get, client)
        assert server.await_state(lambda server: len(server.requests) == 1)
        with pytest.raises(HeliographError, match="deadline"):
            get(hurried)
        assert waiting(held) == 0
        gate.open.set()
        first.result(10)
    get(client)
    assert server.connections == 1
    held.close()


@pytest.mark.anyio
async def test_a_task_that_is_cancelled_while_it_waits_leaves_the_queue(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    held = transport.AsyncTransport(max_connections=1)
    client = package.AsyncClient(endpoint_url=server.url, transport=held, **OPTIONS)
    await prepared(client, gate)
    calls = [asyncio.create_task(get(client, str(n))) for n in range(3)]
    await until(lambda: waiting(held) == 2 and len(server.requests) == 2)
    calls[1].cancel()
    gate.open.set()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(results[1], asyncio.CancelledError)
    assert [request.json["ClientId"] for request in server.requests[1:]] == ["0", "2"]
    (free,) = held._free.values()
    assert (len(free._idle), free._open, len(free.waiting)) == (1, 1, 0)
    await held.aclose()


@pytest.mark.anyio
@pytest.mark.parametrize("first", ["the connection comes", "the task is cancelled"])
async def test_a_turn_that_comes_while_its_task_is_cancelled_goes_to_the_next(
    first: str, serve: Serve
) -> None:
    """Both happen before the task runs again, in either order."""
    server = serve(answering(OK))
    held = transport.AsyncTransport(max_connections=1)
    client = package.AsyncClient(endpoint_url=server.url, transport=held, **OPTIONS)
    await get(client)
    (free,) = held._free.values()
    connection, _ = free.take(0.0)
    calls = [asyncio.create_task(get(client, str(n))) for n in range(2)]
    await until(lambda: waiting(held) == 2)
    if first == "the task is cancelled":
        calls[0].cancel()
    assert free.give(connection, 0.0, False) is None
    calls[0].cancel()
    results = await asyncio.gather(*calls, return_exceptions=True)
    assert isinstance(results[0], asyncio.CancelledError)
    assert not isinstance(results[1], BaseException)
    assert server.connections == 1
    await held.aclose()


# Stress


def test_threads_share_a_bounded_number_of_connections(serve: Serve) -> None:
    server = serve(echoing)
    held = transport.Transport(max_connections=4)
    client = package.Client(endpoint_url=server.url, transport=held, **OPTIONS)

    def work(worker: int) -> list[str]:
        return [get(client, f"{worker}-{n}").ice_server_list[0].password for n in range(20)]

    with ThreadPoolExecutor(16) as pool:
        for worker, passwords in enumerate(pool.map(work, range(16))):
            assert passwords == [f"{worker}-{n}" for n in range(20)]
    assert len(server.requests) == 320
    assert server.most_open <= 4
    (free,) = held._free.values()
    assert (free._open, len(free._idle), len(free.waiting)) == (len(free._idle), server.open, 0)
    held.close()
    assert server.await_state(lambda server: server.open == 0)


@pytest.mark.anyio
async def test_tasks_share_a_bounded_number_of_connections(serve: Serve) -> None:
    server = serve(echoing)
    held = transport.AsyncTransport(max_connections=8)
    client = package.AsyncClient(endpoint_url=server.url, transport=held, **OPTIONS)
    outputs = await asyncio.gather(*(get(client, str(n)) for n in range(200)))
    assert [output.ice_server_list[0].password for output in outputs] == [str(n) for n in range(200)]
    assert server.most_open <= 8
    await held.aclose()
    assert server.await_state(lambda server: server.open == 0)


# Event loops, forks, users


def test_a_client_goes_from_one_event_loop_to_the_next(serve: Serve) -> None:
    server = serve(answering(OK))
    client = package.AsyncClient(endpoint_url=server.url, **OPTIONS)
    for turn in range(1, 4):
        assert asyncio.run(get(client)).to_dict() == ICE
        assert server.connections == turn
        assert server.await_state(lambda server: server.open == 0), (
            "a loop that ends takes its connections along"
        )
    gc.collect()
    asyncio.run(client.aclose())


def test_event_loops_of_several_threads_share_a_client(serve: Serve) -> None:
    server = serve(echoing)
    client = package.AsyncClient(endpoint_url=server.url, **OPTIONS)

    async def several(worker: int) -> list[str]:
        outputs = await asyncio.gather(*(get(client, f"{worker}-{n}") for n in range(10)))
        return [output.ice_server_list[0].password for output in outputs]

    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda worker: asyncio.run(several(worker)), range(6)))
    assert results == [[f"{worker}-{n}" for n in range(10)] for worker in range(6)]
    assert server.await_state(lambda server: server.open == 0)
    asyncio.run(client.aclose())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*use of fork")
def test_a_fork_starts_with_connections_of_its_own(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    server = serve(answering(OK))
    parent = os.getpid()

    def unraisable(raised: Any) -> None:
        """Hear a warning, which is an error here, of a socket that nobody closed."""
        if os.getpid() != parent:
            os._exit(3)

    monkeypatch.setattr(sys, "unraisablehook", unraisable)
    with package.Client(endpoint_url=server.url, **OPTIONS) as client:
        get(client)
        child = os.fork()
        if child == 0:  # nothing may leave this branch
            status = 1
            try:
                status = 0 if get(client).to_dict() == ICE else 2
                client.close()
                gc.collect()
            finally:
                os._exit(status)
        assert os.waitpid(child, 0)[1] == 0
        get(client)
        assert [request.connection for request in server.requests] == [1, 2, 1]
    assert server.await_state(lambda server: server.open == 0)


def test_clients_with_equal_settings_share_connections_until_the_last_is_closed(serve: Serve) -> None:
    server = serve(answering(OK))
    first = package.Client(endpoint_url=server.url, **OPTIONS)
    second = package.Client(endpoint_url=server.url, **OPTIONS)
    third = first.with_options(timeout=5)
    for client in (first, second, third):
        get(client)
    assert server.connections == 1
    first.close()
    first.close()
    second.close()
    assert server.open == 1
    get(third)
    third.close()
    assert server.connections == 1
    assert server.await_state(lambda server: server.open == 0)
    with package.Client(endpoint_url=server.url, **OPTIONS) as fourth:
        get(fourth)
    assert server.connections == 2


def test_threads_that_open_a_client_together_count_as_one_user(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "_leases", {})  # clients that other tests left open have theirs
    server = serve(answering(OK))
    client = package.Client(endpoint_url=server.url, **OPTIONS)
    lease = transport.lease
    leased: list[int] = []

    def slow_lease(*arguments: Any) -> Any:
        leased.append(1)
        time.sleep(0.05)  # time for the others to come here too
        return lease(*arguments)

    monkeypatch.setattr(transport, "lease", slow_lease)
    with ThreadPoolExecutor(4) as pool:
        for call in [pool.submit(get, client) for _ in range(4)]:
            call.result(10)
    client.close()
    assert leased == [1]
    assert transport._leases == {}
    assert server.await_state(lambda server: server.open == 0)


def test_a_connection_in_use_is_closed_after_its_call_when_the_client_is(gate: Gate, serve: Serve) -> None:
    server = serve(gate)
    client = package.Client(endpoint_url=server.url, **OPTIONS)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(get, client)
        assert server.await_state(lambda server: len(server.requests) == 1)
        client.close()
        gate.open.set()
        assert call.result(10).to_dict() == ICE
    assert server.await_state(lambda server: server.open == 0)


# Transports that users give


def handler(request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=ICE, headers={"x-amzn-requestid": "r-1"})


class Closing(httpx.MockTransport):
    """A mock that knows whether it was closed."""

    closed = False

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def test_a_given_transport_carries_the_call_and_stays_open(caller: Any) -> None:
    given = Closing(handler)
    assert caller.call(endpoint_url="https://service.test", transport=given).to_dict() == ICE
    assert not given.closed


def test_respx_stands_in_for_the_network(caller: Any) -> None:
    with respx.mock:
        route = respx.post("https://service.test/v1/get-ice-server-config").respond(json=ICE)
        assert caller.call(endpoint_url="https://service.test").to_dict() == ICE
    assert route.call_count == 1
    assert "AKIDEXAMPLE" in route.calls.last.request.headers["authorization"]


def test_what_respx_did_not_expect_is_said_by_respx(caller: Any) -> None:
    with respx.mock, pytest.raises(AssertionError, match="not mocked"):
        caller.call(endpoint_url="https://service.test")


@pytest.mark.parametrize(
    ("raised", "expected", "attempts"),
    [
        (httpx.ConnectError("no"), ConnectError, 3),
        (httpx.ReadTimeout("late"), TimeoutError, 3),
        (ConnectionRefusedError(111, "refused"), ConnectError, 3),
        (ConnectionResetError(104, "reset"), ConnectError, 3),
        (RuntimeError("a bug"), TransportError, 1),
        (httpx.LocalProtocolError("Illegal header value b'secret'"), TransportError, 1),
        (httpx.InvalidURL("no"), TransportError, 1),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else None,
)
def test_what_a_given_transport_raises_becomes_an_error_of_ours(
    raised: Exception, expected: type[HeliographError], attempts: int, caller: Any
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise raised

    with pytest.raises(HeliographError) as caught:
        caller.call(endpoint_url="https://service.test", transport=httpx.MockTransport(fail))
    assert type(caught.value) is expected
    assert caught.value.__cause__ is raised
    assert caught.value.attempts == attempts
    assert "secret" not in str(caught.value)


def test_an_answer_that_a_given_transport_makes_up_is_bounded_too(caller: Any) -> None:
    switch = httpx.MockTransport(lambda request: httpx.Response(101))
    with pytest.raises(HeliographError, match="HTTP 101 is no answer"):
        caller.call(endpoint_url="https://service.test", transport=switch)


@pytest.mark.parametrize(
    "given",
    [httpx.Client, httpx.AsyncClient, object, lambda: "https://service.test", dict],
    ids=["httpx.Client", "httpx.AsyncClient", "object", "text", "dict"],
)
def test_what_is_no_transport_is_refused(given: Any, caller: Any) -> None:
    held = given()
    with pytest.raises(ConfigError, match=f"transport: .* cannot carry {caller.flavour}hronous calls"):
        caller.call(endpoint_url="https://service.test", transport=held)
    if isinstance(held, httpx.Client):
        held.close()


def test_a_transport_of_the_other_kind_is_refused(caller: Any) -> None:
    kinds: dict[str, Any] = {
        "sync": [httpx.AsyncHTTPTransport(), transport.AsyncTransport()],
        "async": [httpx.HTTPTransport(), transport.Transport()],
    }
    for given in kinds[caller.flavour]:
        with pytest.raises(ConfigError, match=f"cannot carry {caller.flavour}hronous calls"):
            caller.call(endpoint_url="https://service.test", transport=given)


def test_ones_own_class_may_carry_requests(caller: Any) -> None:
    from heliograph.http import WireResponse

    seen: list[WireRequest] = []

    class Own:
        def send(self, request: WireRequest) -> WireResponse:
            seen.append(request)
            return WireResponse(200, {}, b"{}")

    class OwnAsync:
        async def send(self, request: WireRequest) -> WireResponse:
            return Own().send(request)

    given = Own() if caller.flavour == "sync" else OwnAsync()
    assert caller.call(endpoint_url="https://service.test", transport=given).to_dict() == {}
    assert repr(seen[0]) == "<POST https://service.test/v1/get-ice-server-config>"


# Proxies


def test_a_proxy_forwards_plain_requests(caller: Any, serve: Serve) -> None:
    server, proxy = serve(answering(OK)), serve(proxying)
    assert caller.call(endpoint_url=server.url, proxy=proxy.url).to_dict() == ICE
    (forwarded,) = proxy.requests
    assert forwarded.target == f"{server.url}/v1/get-ice-server-config"
    assert len(server.requests) == 1
    assert proxy.await_state(lambda proxy: proxy.open == 0)


def test_a_proxy_tunnels_to_tls(authority: trustme.CA, caller: Any, serve: Serve, tmp_path: Any) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server, proxy = serve(answering(OK), context), serve(proxying)
    url = proxy.url.replace("://", "://user:proxy-password@")
    output = caller.call(endpoint_url=server.url, proxy=url, ca_bundle=str(tmp_path / "ca.pem"))
    assert output.to_dict() == ICE
    (tunnel,) = proxy.requests
    assert (tunnel.method, tunnel.target) == ("CONNECT", f"127.0.0.1:{server.port}")
    assert tunnel.header("proxy-authorization") == "Basic dXNlcjpwcm94eS1wYXNzd29yZA=="
    assert tunnel.header("authorization") is None
    assert server.requests[0].header("proxy-authorization") is None
    assert proxy.await_state(lambda proxy: proxy.open == 0)


def test_a_proxy_over_tls(authority: trustme.CA, caller: Any, serve: Serve, tmp_path: Any) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server, proxy = serve(answering(OK)), serve(proxying, context)
    output = caller.call(endpoint_url=server.url, proxy=proxy.url, ca_bundle=str(tmp_path / "ca.pem"))
    assert output.to_dict() == ICE
    assert proxy.requests[0].target.startswith(server.url)


def test_a_proxy_that_refuses(caller: Any, serve: Serve) -> None:
    proxy = serve(answering(http(407, b"who are you")))
    with pytest.raises(ConnectError, match=r"the proxy does not connect to https://service\.test: 407"):
        caller.call(endpoint_url="https://service.test", proxy=proxy.url, max_attempts=1)


@pytest.mark.parametrize(
    "proxy", ["ftp://p.test:1", "p.test:3128", "http://", "http://[::1", "socks5://p.test", " "]
)
def test_what_is_no_proxy_is_refused(proxy: str, caller: Any) -> None:
    with pytest.raises(ConfigError, match="proxy: it is the URL of an http or https proxy"):
        caller.call(endpoint_url="https://service.test", proxy=proxy)


def test_variables_name_the_proxy_but_not_for_this_machine(
    caller: Any, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, proxy = serve(answering(OK)), serve(answering(http(407)))
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    monkeypatch.setenv("HTTPS_PROXY", proxy.url)
    assert caller.call(endpoint_url=server.url).to_dict() == ICE
    assert proxy.connections == 0
    with pytest.raises(ConnectError, match="the proxy does not connect"):
        caller.call(endpoint_url="https://service.test", max_attempts=1)
    assert proxy.requests[0].target == "service.test:443"
    monkeypatch.setenv("NO_PROXY", "service.test")
    with pytest.raises(ConnectError, match="cannot connect"):
        caller.call(endpoint_url="https://service.test", max_attempts=1)
    assert len(proxy.requests) == 1


# TLS and paths


def test_a_process_has_one_tls_context_for_each_bundle(authority: trustme.CA, tmp_path: Any) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    bundle = str(tmp_path / "ca.pem")
    assert transport.tls_context(None) is transport.tls_context(None)
    assert transport.tls_context(bundle) is transport.tls_context(bundle)
    assert transport.tls_context(bundle) is not transport.tls_context(None)
    context = transport.tls_context(bundle)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


@pytest.mark.parametrize(
    ("target", "exact"),
    [
        ("/a%2Fb", True),
        ("/a%2fb/%7E~", True),
        ("/a//b", True),
        ("/%2E%2E/x", True),
        ("/a;b,c!d", True),
        ("/x?a=b%20c&d=%2B", True),
        ("/a/../b", False),
        ("/a/./b", False),
        ("/..", False),
    ],
)
def test_the_target_on_the_wire_is_the_one_that_was_signed(
    target: str, exact: bool, caller: Any, serve: Serve
) -> None:
    server = serve(answering(OK))
    request = WireRequest(
        "GET", "http", "127.0.0.1", server.port, target, [("host", "x")], b"", Timeout(), None, 1000
    )
    if caller.flavour == "sync":
        held = transport.Transport()
        held.send(request)
        held.close()
    else:

        async def send() -> None:
            held = transport.AsyncTransport()
            await held.send(request)
            await held.aclose()

        asyncio.run(send())
    assert server.requests[0].target == target
