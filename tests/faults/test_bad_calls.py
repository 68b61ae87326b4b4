# SPDX-License-Identifier: Apache-2.0
"""Whatever a peer does wrong ends in exactly one error of ours, with its cause, and with nothing left behind."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import time
import tracemalloc
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import httpcore
import pytest
import trustme
from faultserver import (
    ICE,
    OK,
    Behaviour,
    Server,
    answering,
    dripping,
    endless,
    http,
    resetting,
    sending,
    silent,
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
    Timeout,
    TimeoutError,
    TLSError,
)

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
ServiceError = package.KinesisVideoSignalingError
Serve = Callable[..., Server]


class Fault(NamedTuple):
    """What a peer does, and what a call is to make of it."""

    behaviour: Behaviour
    error: type[HeliographError]
    says: str
    cause: type[BaseException] | None = None
    attempts: int = 1
    options: Mapping[str, Any] = MappingProxyType({})


HTML = b"<html><body>\x1b[31mBad gateway\r\n</body></html>"
DEEP = b'{"IceServerList":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
LONG = b'{"IceServerList":[{"Ttl":' + b"9" * 5000 + b"}]}"
BOMB = gzip.compress(b" " * 50_000_000)

FAULTS = {
    "a proxy's page with 502": Fault(answering(http(502, HTML)), ServiceError, "502", attempts=3),
    "a proxy's page with 200": Fault(
        answering(http(200, HTML)), ResponseError, "not JSON", json.JSONDecodeError
    ),
    "truncated JSON": Fault(
        answering(http(200, b'{"IceServerList": [{"Pass')), ResponseError, "not JSON", json.JSONDecodeError
    ),
    "JSON that is no object": Fault(answering(http(200, [ICE])), ResponseError, "a JSON list"),
    "JSON of another shape": Fault(
        answering(http(200, {"IceServerList": {"a": 1}})), ResponseError, "expected a list", TypeError
    ),
    "text that is not UTF-8": Fault(
        answering(http(200, b'{"IceServerList": "\xff\xfe"}')), ResponseError, "not JSON", UnicodeDecodeError
    ),
    "deep JSON": Fault(answering(http(200, DEEP)), ResponseError, "RecursionError", RecursionError),
    "an integer of 5,000 digits": Fault(answering(http(200, LONG)), ResponseError, "ValueError", ValueError),
    "closed before a byte": Fault(sending(), ConnectError, "broke", httpcore.RemoteProtocolError, 3),
    "closed in the headers": Fault(sending(OK[:30]), ConnectError, "broke", httpcore.RemoteProtocolError, 3),
    "closed in the body": Fault(sending(OK[:-9]), ConnectError, "broke", httpcore.RemoteProtocolError, 3),
    "shorter than it says": Fault(
        sending(http(200, b"{}", length=10)), ConnectError, "broke", httpcore.RemoteProtocolError, 3
    ),
    "reset in the headers": Fault(resetting(OK[:30]), ConnectError, "broke", httpcore.ReadError, 3),
    "reset in the body": Fault(resetting(OK[:-9]), ConnectError, "broke", httpcore.ReadError, 3),
    "two lengths that differ": Fault(
        sending(http(200, b"{}", [("Content-Length", "3")])),
        ConnectError,
        "broke",
        httpcore.RemoteProtocolError,
        3,
    ),
    "not HTTP at all": Fault(
        sending(b"SSH-2.0-OpenSSH_9.9\r\n"), ConnectError, "broke", httpcore.RemoteProtocolError, 3
    ),
    "headers without end": Fault(
        endless(b"HTTP/1.1 200 OK\r\n", b"x: " + b"y" * 4000 + b"\r\n", 1000),
        ConnectError,
        "broke",
        httpcore.RemoteProtocolError,
        3,
    ),
    "a switch of protocols": Fault(
        sending(b"HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
        ConnectError,
        "broke",
        httpcore.RemoteProtocolError,
        3,
    ),
    "never an answer": Fault(
        silent,
        TimeoutError,
        "waiting for an answer",
        httpcore.ReadTimeout,
        2,
        {"timeout": Timeout(read=0.1), "max_attempts": 2},
    ),
    "an answer that stalls": Fault(
        dripping(OK[:-9], b"", every=0.05),
        TimeoutError,
        "waiting for an answer",
        httpcore.ReadTimeout,
        1,
        {"timeout": Timeout(read=0.2), "max_attempts": 1},
    ),
    "headers drop by drop": Fault(
        dripping(b"HTTP/1.1 200 OK\r\nx-drip: ", b"y"), DeadlineError, "deadline", options={"deadline": 0.3}
    ),
    "a body drop by drop": Fault(
        dripping(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n", b" "),
        DeadlineError,
        "deadline",
        options={"deadline": 0.3},
    ),
    "interim answers for ever": Fault(
        dripping(b"", b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"),
        DeadlineError,
        "deadline",
        options={"deadline": 0.3},
    ),
    "a gzip bomb": Fault(
        answering(http(200, BOMB, [("Content-Encoding", "gzip")])),
        ResponseError,
        "longer than 33554432 bytes",
    ),
    "gzip that is none": Fault(
        answering(http(200, b"{}", [("Content-Encoding", "gzip")])), ResponseError, "gzip", Exception
    ),
    "an encoding nobody asked for": Fault(
        answering(http(200, b"{}", [("Content-Encoding", "br")])), ResponseError, "br"
    ),
    "an error without a body": Fault(answering(http(500)), ServiceError, "500", attempts=3),
    "an error with two codes": Fault(
        answering(http(400, {"__type": "Inner"}, [("x-amzn-errortype", "Outer:http://x/")])),
        ServiceError,
        "Outer",
    ),
    "an error with deep JSON": Fault(answering(http(400, DEEP)), ServiceError, "400"),
    "a modelled error": Fault(
        answering(http(404, {"Message": "none"}, [("x-amzn-errortype", "ResourceNotFoundException")])),
        package.ResourceNotFoundException,
        "none",
    ),
    "throttling": Fault(
        answering(http(400, {}, [("x-amzn-errortype", "ClientLimitExceededException")])),
        package.ClientLimitExceededException,
        "ClientLimitExceeded",
        attempts=3,
    ),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_gives_one_error_of_ours(fault: Fault, caller: Any, serve: Serve) -> None:
    server = serve(fault.behaviour)
    began = time.monotonic()
    with pytest.raises(HeliographError) as caught:
        caller.call(endpoint_url=server.url, **fault.options)
    took = time.monotonic() - began
    error = caught.value
    assert type(error) is fault.error
    assert fault.says in str(error)
    assert str(error).isprintable()
    assert error.attempts == fault.attempts
    assert len(server.requests) == fault.attempts
    assert len(caller.sleeps) == fault.attempts - 1
    assert (error.__cause__ is None) == (fault.cause is None) or isinstance(error, DeadlineError)
    assert fault.cause is None or isinstance(error.__cause__, fault.cause)
    assert server.await_state(lambda server: server.open == 0), "a connection was left open"
    if "deadline" in fault.options:
        assert took < fault.options["deadline"] + 3  # without a bound it would take ten


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


def test_interim_answers_are_passed_over(caller: Any, serve: Serve) -> None:
    server = serve(answering(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK))
    assert caller.call(endpoint_url=server.url).to_dict() == ICE


def test_a_refused_connection(caller: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(ConnectError, match=f"cannot connect to http://127.0.0.1:{port}") as caught:
        caller.call(endpoint_url=f"http://127.0.0.1:{port}")
    assert caught.value.attempts == 3
    assert isinstance(caught.value.__cause__, httpcore.ConnectError)
    assert caller.sleeps == [0.05, 0.1]


def test_a_host_without_an_address(caller: Any) -> None:
    with pytest.raises(ConnectError, match=r"cannot connect to https://no-such-host\.invalid"):
        caller.call(endpoint_url="https://no-such-host.invalid", max_attempts=1)


def test_a_peer_that_does_not_finish_the_handshake(caller: Any, serve: Serve) -> None:
    server = serve(lambda peer: peer.alive_after(10) and None)
    url = server.url.replace("http:", "https:")
    with pytest.raises(TimeoutError, match="connecting to") as caught:
        caller.call(endpoint_url=url, timeout=Timeout(connect=0.2), max_attempts=1)
    assert caught.value.phase == "connect"
    assert server.await_state(lambda server: server.open == 0)


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


def test_a_deadline_ends_a_handshake(caller: Any, serve: Serve) -> None:
    server = serve(lambda peer: peer.alive_after(10) and None)
    began = time.monotonic()
    with pytest.raises(DeadlineError):
        caller.call(endpoint_url=server.url.replace("http:", "https:"), deadline=0.2)
    assert time.monotonic() - began < 5  # without a bound it would take ten
    assert server.await_state(lambda server: server.open == 0)


def test_a_retry_that_would_miss_the_deadline_is_not_waited_for(caller: Any, serve: Serve) -> None:
    server = serve(answering(http(503, headers=[("x-amz-retry-after", "60000")])))
    with pytest.raises(DeadlineError, match="before the next attempt") as caught:
        caller.call(endpoint_url=server.url, deadline=5)  # the service asks for more than 5 s
    assert caught.value.attempts == 1
    assert isinstance(caught.value.__cause__, ServiceError)
    assert caller.sleeps == []


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


# TLS


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority."""
    return trustme.CA()


def tls_server(authority: trustme.CA, name: str) -> ssl.SSLContext:
    """A server context with a certificate for that name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Any) -> str:
    """A file that holds the authority's certificate."""
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def test_a_peer_that_is_trusted(authority: trustme.CA, bundle: str, caller: Any, serve: Serve) -> None:
    server = serve(answering(OK), tls_server(authority, "127.0.0.1"))
    assert caller.call(endpoint_url=server.url, ca_bundle=bundle).to_dict() == ICE
    assert server.await_state(lambda server: server.open == 0)


def test_an_authority_that_is_not_trusted(authority: trustme.CA, caller: Any, serve: Serve) -> None:
    server = serve(answering(OK), tls_server(authority, "127.0.0.1"))
    with pytest.raises(TLSError, match=r"no trusted connection to https://127\.0\.0\.1") as caught:
        caller.call(endpoint_url=server.url)
    assert caught.value.attempts == 1
    assert isinstance(caught.value.__cause__, httpcore.ConnectError)
    assert server.requests == []
    assert server.await_state(lambda server: server.open == 0)


def test_a_certificate_for_another_host(
    authority: trustme.CA, bundle: str, caller: Any, serve: Serve
) -> None:
    server = serve(answering(OK), tls_server(authority, "elsewhere.example"))
    with pytest.raises(TLSError, match=r"127\.0\.0\.1"):
        caller.call(endpoint_url=server.url, ca_bundle=bundle)
    assert server.requests == []


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
def test_a_protocol_that_is_too_old(authority: trustme.CA, bundle: str, caller: Any, serve: Serve) -> None:
    context = tls_server(authority, "127.0.0.1")
    try:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    except (ssl.SSLError, ValueError) as error:
        pytest.skip(f"this OpenSSL has no TLS 1.1: {error}")
    server = serve(answering(OK), context)
    with pytest.raises(TLSError):
        caller.call(endpoint_url=server.url, ca_bundle=bundle)
    assert server.requests == []


def test_a_handshake_that_the_peer_breaks_off_is_tried_again(caller: Any, serve: Serve) -> None:
    server = serve(lambda peer: peer.sock.recv(100) and peer.sock.shutdown(socket.SHUT_RDWR))
    with pytest.raises(ConnectError) as caught:
        caller.call(endpoint_url=server.url.replace("http:", "https:"))
    assert caught.value.attempts == 3
    assert server.connections == 3


def test_plain_http_where_tls_is_expected(caller: Any, serve: Serve) -> None:
    server = serve(lambda peer: peer.sock.recv(100) and peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with pytest.raises(TLSError) as caught:
        caller.call(endpoint_url=server.url.replace("http:", "https:"))
    assert caught.value.attempts == 1


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
