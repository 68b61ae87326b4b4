# SPDX-License-Identifier: Apache-2.0
"""The local service over real sockets: its addresses, its limits, and that it leaves nothing behind."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from heliograph.errors import ConfigError
from heliograph.sigv4 import sign
from heliograph_local import Channel, LocalService, ServedChannel
from heliograph_local.server import BODY_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterator

ICE = "/v1/get-ice-server-config"


@pytest.fixture
def service() -> Iterator[LocalService]:
    with LocalService(["demo", "other"], verify=False) as running:
        yield running


def send(
    url: str, path: str, body: bytes = b"{}", method: str = "POST", headers: dict[str, str] | None = None
) -> tuple[HTTPResponse, bytes]:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, body, headers or {})
        response = connection.getresponse()
        return response, response.read()
    finally:
        connection.close()


def raw(url: str, sent: bytes) -> bytes:
    """The answer to bytes that no client library would send."""
    address = urlsplit(url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while chunk := connection.recv(65536):
            received += chunk
    return received


def asking(channel: ServedChannel) -> bytes:
    return json.dumps({"ChannelARN": channel.arn}).encode()


def is_open(url: str) -> bool:
    address = urlsplit(url)
    with socket.socket() as connection:
        return connection.connect_ex((address.hostname, address.port)) == 0


def own_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name.startswith("heliograph-local")]


def test_each_channel_has_an_address_of_its_own(service: LocalService) -> None:
    urls = [service.control_url, *(channel.endpoint for channel in service.channels.values())]
    assert len(set(urls)) == 3
    for channel in service.channels.values():
        response, body = send(channel.endpoint, ICE, asking(channel))
        assert response.status == 200
        assert json.loads(body)["IceServerList"]
        assert response.headers["x-amzn-RequestId"]
        assert response.headers["Content-Type"] == "application/json"


def test_an_arn_names_region_account_channel_and_time() -> None:
    made = datetime(2026, 11, 22, tzinfo=UTC)
    with LocalService(region="eu-west-1", clock=lambda: made) as service:
        channel = service.channel("demo")
        response, _ = send(channel.endpoint, "/")
    assert channel.arn == "arn:aws:kinesisvideo:eu-west-1:123456789012:channel/demo/1795305600000"
    assert response.headers["Date"] == "Sun, 22 Nov 2026 00:00:00 GMT"


@pytest.mark.parametrize("path", [ICE, "/v1/send-alexa-offer-to-master", "/", "/describeSignalingChannel"])
def test_the_control_address_refuses_every_path(service: LocalService, path: str) -> None:
    response, body = send(service.control_url, path)
    assert response.status == 404
    assert response.headers["x-amzn-ErrorType"] == "UnknownOperationException"
    assert json.loads(body)["__type"] == "UnknownOperationException"


def test_another_method_is_not_allowed(service: LocalService) -> None:
    response, _ = send(service.channel("demo").endpoint, ICE, method="GET")
    assert (response.status, response.headers["Allow"]) == (405, "POST")


def test_a_signed_request_is_verified_as_it_was_sent() -> None:
    with LocalService() as service:
        channel = service.channel("demo")
        body = asking(channel)
        signed = sign(
            "POST", channel.endpoint + ICE + "?b=%7e&a", [], body,
            service.credentials, service.region, "kinesisvideo", datetime.now(UTC),
        )  # fmt: skip
        target = signed.url.removeprefix(channel.endpoint)
        assert send(channel.endpoint, target, body, headers=dict(signed.headers))[0].status == 200
        assert send(channel.endpoint, ICE, body, headers=dict(signed.headers))[0].status == 403
        response, text = send(channel.endpoint, ICE, body)
        assert response.status == 403
        assert json.loads(text)["__type"] == "MissingAuthenticationTokenException"


@pytest.mark.parametrize("length", [BODY_LIMIT, BODY_LIMIT + 1])
@pytest.mark.parametrize("chunked", [False, True], ids=["with length", "in chunks"])
def test_a_body_may_have_a_mebibyte(service: LocalService, length: int, chunked: bool) -> None:
    body = b"{}".ljust(length)
    connection = HTTPConnection(urlsplit(service.channel("demo").endpoint).netloc, timeout=10)
    try:
        if chunked:
            connection.request("POST", ICE, iter([body[:1000], body[1000:]]), encode_chunked=True)
        else:
            connection.request("POST", ICE, body)
        assert connection.getresponse().status == (400 if length == BODY_LIMIT else 413)
    finally:
        connection.close()


def test_a_compressed_body_is_not_decompressed(service: LocalService) -> None:
    response, body = send(
        service.channel("demo").endpoint, ICE, b"\x1f\x8b", headers={"Content-Encoding": "gzip"}
    )
    assert response.status == 400
    assert json.loads(body)["__type"] == "SerializationException"


@pytest.mark.parametrize(
    "head",
    [
        b"POST "
        + ICE.encode()
        + b"?X-Amz-Signature=\xff\xfe HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        b"POST "
        + ICE.encode()
        + b" HTTP/1.1\r\nHost: \xff\r\nX-Amz-Date: \xff\r\nContent-Length: 2\r\n\r\n{}",
        b"POST http://a" + ICE.encode() + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST " + ICE.encode() + b" HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST " + ICE.encode() + b" HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{",
        b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n",
    ],
    ids=[
        "target bytes",
        "header bytes",
        "absolute target",
        "asterisk",
        "broken chunk",
        "cut body",
        "TLS hello",
    ],
)
def test_whatever_comes_the_service_goes_on(head: bytes) -> None:
    with LocalService() as service:
        channel = service.channel("demo")
        received = raw(channel.endpoint, head)
        assert not received.startswith(b"HTTP/1.1 5")
        assert send(channel.endpoint, ICE)[0].status == 403


def test_calls_at_the_same_time_are_all_answered(service: LocalService) -> None:
    channel = service.channel("demo")

    def call(_: int) -> int:
        return send(channel.endpoint, ICE, asking(channel))[0].status

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(call, range(64))) == {200}


@pytest.mark.anyio
async def test_it_runs_in_the_loop_at_hand_and_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    async with LocalService() as service:
        assert not own_threads()
        channel = service.channel("demo")
        response, _ = await asyncio.to_thread(send, channel.endpoint, ICE)
        assert response.status == 403
    assert asyncio.all_tasks() == before
    assert not is_open(channel.endpoint)


def test_stopping_closes_every_address_and_ends_the_thread() -> None:
    service = LocalService()
    service.start()
    urls = [service.control_url, service.channel("demo").endpoint]
    assert all(map(is_open, urls))
    assert own_threads()
    service.stop()
    service.stop()
    assert not any(map(is_open, urls))
    assert not own_threads()


def test_stopping_does_not_wait_for_connections_or_calls() -> None:
    service = LocalService([Channel("demo", master=None, message_ttl=100)], verify=False)
    service.start()
    channel = service.channel("demo")
    idle = socket.create_connection((urlsplit(channel.endpoint).hostname, urlsplit(channel.endpoint).port))
    calling = HTTPConnection(urlsplit(channel.endpoint).netloc, timeout=10)
    try:
        offer = {
            "ChannelARN": channel.arn,
            "SenderClientId": "a",
            "MessagePayload": "eyJ0eXBlIjoib2ZmZXIiLCJzZHAiOiIifQ==",
        }
        calling.request("POST", "/v1/send-alexa-offer-to-master", json.dumps(offer))
        send(channel.endpoint, ICE)  # by now the call above has been read
        service.stop()
        assert idle.recv(1) == b""
        with pytest.raises(OSError):  # noqa: PT011 - which one depends on what the system saw first
            calling.getresponse()
    finally:
        idle.close()
        calling.close()
    assert not own_threads()


def test_it_may_be_started_anew_but_not_twice() -> None:
    service = LocalService()
    for _ in range(2):
        with service:
            assert service.channels
            with pytest.raises(RuntimeError, match="running already"):
                service.start()
        with pytest.raises(RuntimeError, match="not running"):
            _ = service.control_url


def test_threads_may_stop_it_together() -> None:
    service = LocalService()
    service.start()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: service.stop(), range(4)))
    assert not own_threads()


def test_a_port_in_use_is_a_clear_error_and_nothing_stays_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        service = LocalService(port=port)
        for _ in range(2):
            with pytest.raises(ConfigError, match=f"cannot listen on 127.0.0.1 port {port}"):
                service.start()
    assert not own_threads()
    with service:
        assert service.control_url == f"http://127.0.0.1:{port}"


def test_a_channel_that_is_not_served_is_a_clear_error(service: LocalService) -> None:
    with pytest.raises(ConfigError, match="no channel 'x' is served; there are demo, other"):
        service.channel("x")


@pytest.mark.parametrize(
    ("settings", "text"),
    [
        ({"channels": ["a", "a"]}, "named twice"),
        ({"channels": ["a b"]}, "channel name"),
        ({"region": "eu west"}, "region"),
        ({"host": "0.0.0.0"}, "loopback"),
        ({"host": "192.0.2.1"}, "loopback"),
        ({"host": "localhost"}, "as a number"),
        ({"port": 65536}, "port"),
    ],
    ids=str,
)
def test_a_setting_that_cannot_be_used_is_a_clear_error(settings: dict[str, object], text: str) -> None:
    with pytest.raises(ConfigError, match=text):
        LocalService(**settings)  # type: ignore[arg-type]  # what the types forbid is what is tested
