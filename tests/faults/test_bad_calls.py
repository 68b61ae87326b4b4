# SPDX-License-Identifier: Apache-2.0
"""Whatever a peer does wrong ends in exactly one error of ours, with its cause, and with nothing left behind."""

from __future__ import annotations

import gzip
import json
import time
import tracemalloc
from typing import Any

import pytest
from faultserver import (
    CHANNEL,
    ICE,
    OK,
    Serve,
    answering,
    endless,
    http,
)

import kinesis_video_signaling as package
from heliograph import (
    ConfigError,
    ConnectError,
    CredentialsError,
    DeadlineError,
    EndpointError,
    HeliographError,
    ParamError,
    ResponseError,
)

ServiceError = package.KinesisVideoSignalingError


BOMB = gzip.compress(b" " * 50_000_000)


def test_an_answer_longer_than_allowed_is_not_read_to_its_end(caller: Any, serve: Serve) -> None:
    behaviour = endless(b"HTTP/1.1 200 OK\r\ncontent-length: 209715200\r\n\r\n", b" " * 65536, 3200)
    server = serve(behaviour)
    with pytest.raises(ResponseError, match="longer than 33554432 bytes") as caught:
        caller.call(endpoint_url=server.url)
    assert caught.value.attempts == 1
    assert server.await_state(lambda server: server.open == 0)
    assert (
        server.sent < 100 * 1024 * 1024
    )  # half of it: what fits into the buffers of two sockets may be on its way


@pytest.mark.parametrize(
    "head", [b"content-length: 52428800", b"x-amzn-errortype: Teapot"], ids=["long", "endless"]
)
def test_an_error_is_cut_where_its_body_is_too_long(head: bytes, caller: Any, serve: Serve) -> None:
    start = b"HTTP/1.1 418 X\r\n" + head + b"\r\n\r\n" + b'{"message": "'
    server = serve(endless(start, b"y" * 65536, 800))
    with pytest.raises(ServiceError) as caught:
        caller.call(endpoint_url=server.url)
    assert caught.value.status_code == 418
    assert len(str(caught.value)) < 1200
    assert server.await_state(lambda server: server.open == 0)
    assert server.sent < 48 * 1024 * 1024


def test_a_gzip_bomb_is_not_unpacked(caller: Any, serve: Serve) -> None:
    bomb = http(200, BOMB, [("Content-Encoding", "gzip")])
    server = serve(answering(bomb))
    with pytest.raises(ResponseError):
        caller.call(
            endpoint_url=server.url, max_response_bytes=100_000
        )  # what is imported on use is imported
    tracemalloc.start()
    try:
        with pytest.raises(ResponseError, match="longer than 100000"):
            caller.call(endpoint_url=server.url, max_response_bytes=100_000)
        assert tracemalloc.get_traced_memory()[1] < 4_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "identity"])
def test_an_answer_that_is_compressed_all_the_same_is_read(encoding: str, caller: Any, serve: Serve) -> None:
    plain = json.dumps(ICE).encode()
    body = plain if encoding == "identity" else gzip.compress(plain)
    server = serve(answering(http(200, body, [("Content-Encoding", encoding)])))
    assert caller.call(endpoint_url=server.url).to_dict() == ICE
    assert server.requests[0].header("accept-encoding") == "identity"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int, caller: Any, serve: Serve) -> None:
    elsewhere = serve(answering(OK))
    place = f"{elsewhere.url}/v1/get-ice-server-config?token=secret"
    server = serve(answering(http(status, b"", [("Location", place)])))
    with pytest.raises(ServiceError) as caught:
        caller.call(endpoint_url=server.url)
    assert caught.value.code == str(status)
    assert caught.value.attempts == 1
    assert (elsewhere.connections, len(server.requests)) == (0, 1)
    (note,) = caught.value.__notes__
    assert f"127.0.0.1:{elsewhere.port}" in note
    assert "secret" not in note


def test_headers_that_come_twice_are_joined(caller: Any, serve: Serve) -> None:
    server = serve(answering(http(200, ICE, [("X-Twice", "a"), ("x-twice", "b")])))
    assert caller.call(endpoint_url=server.url).response.headers["x-twice"] == "a, b"


def test_a_host_without_an_address(caller: Any) -> None:
    with pytest.raises(ConnectError, match=r"cannot connect to https://no-such-host\.invalid"):
        caller.call(endpoint_url="https://no-such-host.invalid", max_attempts=1)


def test_a_deadline_bounds_the_last_wait_too(caller: Any, serve: Serve) -> None:
    """A piece comes shortly before the deadline; the wait for the next one ends with the deadline all the same."""

    def behave(peer: Any) -> None:
        peer.receive()
        for _ in range(10):
            peer.send(b"H" if peer.server.sent == 0 else b"")
            peer.server.sent += 1
            if not peer.alive_after(0.05):
                return
        peer.send(b"TTP/1.1 ")
        peer.alive_after(10)

    server = serve(behave)
    began = time.monotonic()
    with pytest.raises(DeadlineError):
        caller.call(endpoint_url=server.url, deadline=0.6)
    assert 0.55 < time.monotonic() - began < 5  # without a bound it would take ten


def test_a_deadline_follows_the_clients_own_clock(caller: Any, serve: Serve) -> None:
    server = serve(answering(OK))
    assert caller.call(endpoint_url=server.url, monotonic=lambda: -1e6, deadline=5).to_dict() == ICE
    times = iter([0.0, 0.0, 0.0, 99.0])
    with pytest.raises(DeadlineError):
        caller.call(endpoint_url=serve(answering(http(503))).url, monotonic=lambda: next(times), deadline=5)


def test_a_retry_that_succeeds(caller: Any, serve: Serve) -> None:
    server = serve(answering(http(503), http(500, b"<html>"), OK))
    output = caller.call(endpoint_url=server.url)
    assert output.to_dict() == ICE
    assert output.response.attempts == 3
    assert caller.sleeps == [0.05, 0.1]
    one, two, three = server.requests
    assert one.header("amz-sdk-invocation-id") == two.header("amz-sdk-invocation-id")
    assert [r.header("amz-sdk-request") for r in (one, two, three)] == [
        "attempt=1; max=3",
        "attempt=2; max=3",
        "attempt=3; max=3",
    ]
    assert one.body == two.body == three.body


@pytest.mark.parametrize("text", ["", "-----BEGIN CERTIFICATE-----\nnot one\n-----END CERTIFICATE-----\n"])
def test_a_bundle_without_certificates(text: str, caller: Any, tmp_path: Any) -> None:
    path = tmp_path / "ca.pem"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"ca_bundle: .*ca\.pem holds no readable certificates") as caught:
        caller.call(endpoint_url="https://127.0.0.1:1", ca_bundle=str(path))
    assert caught.value.attempts == 0
    assert caught.value.__cause__ is not None


# Calls that are refused before a byte is sent


def refused(name: str, error: type[HeliographError], says: str, use: Any = None, **options: Any) -> Any:
    return pytest.param(error, says, use, options, id=name)


@pytest.mark.parametrize(
    ("error", "says", "use", "options"),
    [
        refused("no region", EndpointError, "no region", region=None, endpoint_url=None),
        refused("no region to sign for", ConfigError, "no region to sign for", region=None),
        refused("no credentials", CredentialsError, "no credentials", credentials=None),
        refused(
            "a member of the wrong type",
            ParamError,
            "ChannelARN: expected str, got int",
            lambda client: client.get_ice_server_config(5),
        ),
        refused(
            "a member missing from call",
            ParamError,
            "ChannelARN: is required",
            lambda client: client.call("GetIceServerConfig", {}),
        ),
        refused(
            "a member given twice",
            ParamError,
            "ChannelARN: is given twice",
            lambda client: client.get_ice_server_config(CHANNEL, {"ChannelARN": CHANNEL}),
        ),
        refused(
            "a member in other letters",
            ParamError,
            "channelarn: is spelled ChannelARN",
            lambda client: client.call("GetIceServerConfig", {"channelarn": CHANNEL}),
        ),
        refused(
            "an operation that does not exist",
            ParamError,
            "did you mean GetIceServerConfig",
            lambda client: client.call("GetIceServersConfig", {}),
        ),
        refused(
            "what JSON cannot hold",
            ParamError,
            "cannot be written",
            lambda client: client.call("GetIceServerConfig", {"ChannelARN": CHANNEL, "X": {1, 2}}),
        ),
        refused(
            "an invocation id with a line break", ParamError, "invocation_id", invocation_id=lambda: "a\r\nb"
        ),
    ],
)
def test_a_bad_call_is_refused_before_a_byte_is_sent(
    error: type[HeliographError], says: str, use: Any, options: dict[str, Any], caller: Any, serve: Serve
) -> None:
    server = serve(answering(OK))
    with pytest.raises(HeliographError) as caught:
        caller.call(use, **{"endpoint_url": server.url, **options})
    assert type(caught.value) is error
    assert says in str(caught.value)
    assert caught.value.attempts == 0
    assert server.connections == 0


@pytest.mark.parametrize("arguments", [{}, {"channel_arn": CHANNEL, "chanel": 1}], ids=["missing", "unknown"])
def test_arguments_that_do_not_fit_the_method_are_pythons_own_error(
    arguments: dict[str, Any], caller: Any
) -> None:
    with pytest.raises(TypeError, match="argument"):
        caller.call(
            lambda client: client.get_ice_server_config(**arguments), endpoint_url="http://127.0.0.1:1"
        )


HEADER_MODEL: dict[str, Any] = {
    "heliograph": 1,
    "service": "Header Fault",
    "version": "2026-01-01",
    "protocol": "rest-json",
    "signing": "faults",
    "operations": {
        "PutThing": {
            "http": "PUT /things/{Name}",
            "input": {
                "Name": {"type": "string", "required": True, "label": True},
                "Note": {"type": "string", "header": "x-note"},
            },
        }
    },
}


@pytest.fixture(scope="module")
def headers_package(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A generated package with a member in the path and one in a header."""
    import importlib
    import sys

    from heliograph_codegen.generate import generate

    folder = tmp_path_factory.mktemp("headers")
    generate(HEADER_MODEL, folder, package="header_fault")
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("header_fault")
    finally:
        sys.path.remove(str(folder))
        for name in [name for name in sys.modules if name.partition(".")[0] == "header_fault"]:
            del sys.modules[name]


@pytest.mark.parametrize("checked", [True, False], ids=["checked", "unchecked"])
@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0", "\x1b", "\x7f"], ids=ascii)
def test_a_header_cannot_be_broken(
    break_: str, checked: bool, headers_package: Any, caller: Any, serve: Serve
) -> None:
    server = serve(answering(http(200, b"{}")))
    note = f"a{break_}x-injected: b"
    with pytest.raises(ParamError, match="Note: control characters"):
        caller.call(
            lambda client: client.put_thing(name="x", note=note),
            headers_package,
            endpoint_url=server.url,
            validate_params=checked,
        )
    assert server.connections == 0


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_path_cannot_be_left(name: str, headers_package: Any, caller: Any, serve: Serve) -> None:
    server = serve(answering(http(200, b"{}")))
    with pytest.raises(ParamError, match="Name: must not be empty"):
        caller.call(lambda client: client.put_thing(name=name), headers_package, endpoint_url=server.url)
    assert server.connections == 0


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("a/b", "/things/a%2Fb"),
        ("../x", "/things/..%2Fx"),
        ("%2F", "/things/%252F"),
        ("...", "/things/..."),
        ("a b~c", "/things/a%20b~c"),
        ("é;,!", "/things/%C3%A9%3B%2C%21"),
        ("a?b#c", "/things/a%3Fb%23c"),
    ],
)
def test_the_path_on_the_wire_is_the_one_that_was_signed(
    name: str, target: str, headers_package: Any, caller: Any, serve: Serve
) -> None:
    from heliograph import Credentials, sigv4

    server = serve(answering(http(200, b"{}")))
    caller.call(lambda client: client.put_thing(name=name), headers_package, endpoint_url=server.url)
    (sent,) = server.requests
    assert sent.target == target
    signed = [pair for pair in sent.headers if pair[0] in ("host", "x-amz-date", "x-note", "content-type")]
    from datetime import UTC, datetime

    moment = datetime.strptime(sent.header("x-amz-date") or "", "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    again = sigv4.sign(
        "PUT",
        f"{server.url}{sent.target}",
        [pair for pair in signed if pair[0] != "x-amz-date"],
        sent.body,
        Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        "eu-west-1",
        "faults",
        moment,
    )
    assert sent.header("authorization") == dict(again.headers)["Authorization"]
