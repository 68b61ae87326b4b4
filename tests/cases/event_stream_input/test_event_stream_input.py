# SPDX-License-Identifier: Apache-2.0
"""A stream of events that the client sends."""

from __future__ import annotations

import hashlib
import hmac
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from heliograph import ANONYMOUS, ConfigError, ConnectError, HeliographError, ParamError
from heliograph.eventstream import Byte, Integer, Long, Message, Short, decode, encode

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def plain(name: str, payload: bytes = b"", content_type: str = "", **headers: Any) -> Message:
    """The message of an event, as it is before it is signed."""
    types = {":content-type": content_type} if content_type else {}
    return Message({":message-type": "event", ":event-type": name, **types, **headers}, payload)


JSON = "application/json"
EVENTS: dict[str, tuple[Any, Message]] = {
    "a dict": (
        {"Word": {"Text": "hello", "At": MOMENT, "Inner": {"Value": 5}}},
        plain("Word", b'{"At":1767323045,"Inner":{"Value":5},"Text":"hello"}', JSON),
    ),
    "headers of every type": (
        {
            "Sound": {
                "Data": bytearray(b"\x00\xff"),
                "Loud": True,
                "Number": 7,
                "Tiny": -128,
                "Small": 300,
                "Size": 1 << 40,
                "Key": b"k",
                "Name": "é",
                "At": MOMENT,
            }
        },
        plain(
            "Sound",
            b"\x00\xff",
            "application/octet-stream",
            Loud=True,
            Number=Integer(7),
            Tiny=Byte(-128),
            Small=Short(300),
            Size=Long(1 << 40),
            Key=b"k",
            Name="é",
            At=MOMENT,
        ),
    ),
    "a text payload": ({"Note": {"Text": "ü"}}, plain("Note", "ü".encode(), "text/plain")),
    "a structure payload": (
        {"Picture": {"Name": "p", "Inner": {"Value": 1}}},
        plain("Picture", b'{"Value":1}', JSON, Name="p"),
    ),
    "a payload that is not given": ({"Picture": {"Name": "p"}}, plain("Picture", b"{}", JSON, Name="p")),
    "an event without members": ({"Pause": {}}, plain("Pause")),
    "an error": (
        {"Gone": {"Message": "m", "Detail": None}},
        Message(
            {":message-type": "exception", ":exception-type": "Gone", ":content-type": JSON},
            b'{"Message":"m"}',
        ),
    ),
}


class Server:
    """Answers each request, and keeps what it was sent."""

    def __init__(self, *answers: Any) -> None:
        self.answers = [*answers]
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if self.answers else httpx.Response(200, json={"Count": 1})
        if isinstance(answer, Exception):
            raise answer
        return answer

    def messages(self) -> list[Message]:
        """The messages of the last request, without their signatures."""
        wrapped = decode(self.requests[-1].content)
        assert all([*each.headers] == [":date", ":chunk-signature"] for each in wrapped)
        assert wrapped.pop().payload == b""
        return [message for each in wrapped for message in decode(each.payload)]


def told(case: Any, events: Any, **options: Any) -> list[Message]:
    """What is sent for these events."""
    server = Server()
    client = case.client(transport=httpx.MockTransport(server), **options)
    assert client.tell(room="r", session="s", events=events).count == 1
    return server.messages()


@pytest.mark.parametrize("what", EVENTS)
def test_an_event_is_a_message(case: Any, what: str) -> None:
    event, message = EVENTS[what]
    (sent,) = told(case, [event])
    assert sent == message
    assert {name: type(value) for name, value in sent.headers.items()} == {
        name: type(value) for name, value in message.headers.items()
    }


def test_an_event_may_be_given_as_its_class_or_as_an_exception(case: Any) -> None:
    types = case.package.types
    given = [
        {"Word": types.Word(text="a", inner=types.Inner(value=1))},
        {"Pause": types.Pause()},
        {"Gone": case.package.Gone("Gone", "m", status_code=400, request_id=None, operation="", headers={})},
    ]
    assert [message.payload for message in told(case, given)] == [
        b'{"Inner":{"Value":1},"Text":"a"}',
        b"",
        b'{"Message":"m"}',
    ]


def words(*texts: str) -> Iterator[dict[str, Any]]:
    """Events, one after another."""
    for text in texts:
        yield {"Note": {"Text": text}}


async def words_async(*texts: str) -> AsyncIterator[dict[str, Any]]:
    """The same, asynchronous."""
    for event in words(*texts):
        yield event


@pytest.mark.parametrize(
    "source", [words, lambda *texts: [*words(*texts)], lambda *texts: tuple(words(*texts)), words_async]
)
def test_events_come_from_any_iterable(case: Any, source: Callable[..., Any]) -> None:
    if source is words_async and case.flavour == "sync":
        with pytest.raises(ParamError, match="asynchronous client"):
            told(case, source("a"))
        return
    assert [message.payload for message in told(case, source("a", "b"))] == [b"a", b"b"]


def test_members_beside_the_stream_have_their_places(case: Any) -> None:
    server = Server()
    case.client(transport=httpx.MockTransport(server)).tell(room="a b", session="s", events=[])
    (request,) = server.requests
    assert request.url.raw_path == b"/tell/a%20b"
    assert request.headers["x-session"] == "s"
    assert request.headers["content-type"] == "application/vnd.amazon.eventstream"
    assert request.headers["x-amz-content-sha256"] == "STREAMING-AWS4-HMAC-SHA256-EVENTS"
    assert request.headers["transfer-encoding"] == "chunked"
    assert "content-length" not in request.headers


def test_a_stream_that_is_not_given_is_empty(case: Any) -> None:
    assert told(case, None) == []


def test_without_a_signature_events_go_as_they_are(case: Any) -> None:
    server = Server()
    client = case.client(transport=httpx.MockTransport(server), credentials=ANONYMOUS)
    client.tell(room="r", events=words("a"))
    assert decode(server.requests[0].content) == [plain("Note", b"a", "text/plain")]


@pytest.mark.parametrize(
    ("events", "says"),
    [
        ("text", "expected an iterable of dicts with one key, got str"),
        ({"Note": {}}, "expected an iterable of dicts with one key, got dict"),
        (5, "expected an iterable of dicts with one key, got int"),
        ([{"Nope": {}}], "Events.Nope: the union has no such member; did you mean Note"),
        ([{"Note": {}, "Word": {}}], "Events: expected exactly one of"),
        (["Note"], "Events: expected a mapping with one member, got str"),
        ([{"Word": {}}], "Events.Word.Text: is required"),
        (
            [{"Word": {"Text": "t", "Inner": {"Value": "v"}}}],
            "Events.Word.Inner.Value: expected int, got str",
        ),
        ([{"Sound": {"Number": 1 << 31}}], "Events: an event cannot be written: header 'Number'"),
        ([{"Gone": 5}], "Events.Gone: expected Gone or a mapping, got int"),
    ],
)
def test_what_is_no_event_is_refused(case: Any, events: Any, says: str) -> None:
    with pytest.raises(ParamError) as raised:
        told(case, events)
    assert says in str(raised.value)


def test_a_source_that_fails_ends_the_call(case: Any) -> None:
    def broken() -> Iterator[dict[str, Any]]:
        yield {"Pause": {}}
        raise KeyError("secret")

    with pytest.raises(HeliographError, match="Events: reading it failed: KeyError") as raised:
        told(case, broken())
    assert "secret" not in str(raised.value)


# Retries


def test_a_list_is_sent_again_with_signatures_of_its_own(case: Any) -> None:
    times = iter([MOMENT + timedelta(seconds=second) for second in range(20)])
    server = Server(httpx.Response(503))
    client = case.client(
        transport=httpx.MockTransport(server),
        max_attempts=2,
        sleep=case.no_sleep,
        clock=lambda: next(times),
    )
    client.tell(room="r", events=[*words("a")])
    first, second = (request.content for request in server.requests)
    assert server.messages() == [plain("Note", b"a", "text/plain")]
    assert first != second


@pytest.mark.parametrize(
    "failure", [httpx.Response(503), httpx.ReadError("reset")], ids=["answer", "connection"]
)
def test_what_can_be_read_once_is_not_sent_twice(case: Any, failure: Any) -> None:
    server = Server(failure)
    client = case.client(transport=httpx.MockTransport(server), max_attempts=3, sleep=case.no_sleep)
    with pytest.raises((case.package.ServiceError, ConnectError)) as raised:
        client.tell(room="r", events=words("a"))
    assert raised.value.attempts == len(server.requests) == 1


# Both directions


def both_ways(handler: Any) -> Any:
    """A transport that says it can stream in both directions."""
    transport: Any = httpx.MockTransport(handler)
    transport.streams_both_ways = True
    return transport


def test_streams_in_both_directions_need_a_transport_that_can(case: Any) -> None:
    server = Server()
    for options in ({}, {"transport": httpx.MockTransport(server)}):
        with pytest.raises(ConfigError, match=r"HTTP/2.*streams_both_ways"):
            case.client(**options).talk(events=words("a"))
    with pytest.raises(ConfigError, match="HTTP/2"):
        case.run(case.real_client(transport=None).talk(events=words("a")))
    assert server.requests == []


def test_such_a_transport_carries_both_streams(case: Any) -> None:
    answer = encode(plain("Word", b'{"Text":"hi"}', JSON))
    server = Server(httpx.Response(200, content=answer))
    client = case.real_client(transport=both_ways(server))

    async def heard_async() -> list[Any]:
        output = await client.talk(events=words_async("a", "b"))
        return [event async for event in output.events]

    is_sync = case.flavour == "sync"
    events = list(client.talk(events=words("a", "b")).events) if is_sync else case.run(heard_async())
    assert events == [{"Word": case.package.types.Word(text="hi")}]
    assert [message.payload for message in server.messages()] == [b"a", b"b"]


# Over a socket, with a server that checks each signature


class Checked(BaseHTTPRequestHandler):
    """Reads chunked bodies and keeps what they hold."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = bytearray()
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        kept: list[Any] = self.server.kept  # type: ignore[attr-defined]  # put there by the test
        kept.append(({name.lower(): value for name, value in self.headers.items()}, bytes(body)))
        answer = b'{"Count": 3}'
        self.send_response(200)
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *arguments: Any) -> None:
        """Nothing."""


@contextmanager
def listening() -> Iterator[tuple[str, list[Any]]]:
    """The URL of a server, and what it was sent."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Checked)
    kept: list[Any] = []
    server.kept = kept  # type: ignore[attr-defined]  # read by the handler
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def chained(authorization: str, body: bytes) -> list[bytes]:
    """The payloads of signed messages, each held against the signature that it has to have.

    After "Signing event stream messages" of the service authorization reference, written without the runtime's signer.
    """
    credential = authorization.partition("Credential=")[2].partition(",")[0]
    _, day, region, service, _ = credential.split("/")
    key = b"AWS4example-secret"
    for part in (day, region, service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    previous = authorization.rpartition("Signature=")[2]
    payloads: list[bytes] = []
    for message in decode(body):
        date = message.headers[":date"]
        assert isinstance(date, datetime)
        milliseconds = int(date.timestamp()) * 1000
        header = b"\x05:date\x08" + milliseconds.to_bytes(8, "big")
        text = "\n".join(
            [
                "AWS4-HMAC-SHA256-PAYLOAD",
                date.strftime("%Y%m%dT%H%M%SZ"),
                f"{day}/{region}/{service}/aws4_request",
                previous,
                hashlib.sha256(header).hexdigest(),
                hashlib.sha256(message.payload).hexdigest(),
            ]
        )
        signature = hmac.digest(key, text.encode(), "sha256")
        assert message.headers[":chunk-signature"] == signature
        previous = signature.hex()
        payloads.append(message.payload)
    return payloads


def test_each_message_is_signed_after_the_one_before_it(case: Any) -> None:
    with listening() as (url, kept):
        client = case.real_client(endpoint_url=url)
        source = words if case.flavour == "sync" else words_async
        output = case.run(client.tell(room="r", events=source("a", "b", "c")))
    assert output.count == 3
    ((headers, body),) = kept
    payloads = chained(headers["authorization"], body)
    assert [[each.payload for each in decode(payload)] for payload in payloads] == [
        [b"a"],
        [b"b"],
        [b"c"],
        [],
    ]
    assert headers["transfer-encoding"] == "chunked"
