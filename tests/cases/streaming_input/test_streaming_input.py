# SPDX-License-Identifier: Apache-2.0
"""A body that is sent as it is read."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from heliograph import ConnectError, HeliographError, ParamError, sigv4

CONTENT = b"0123456789" * 20_000


class Pipe(io.RawIOBase):
    """A file that cannot seek."""

    def __init__(self, content: bytes) -> None:
        self._content = io.BytesIO(content)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._content.readinto(buffer)


def pieces() -> Iterator[bytes]:
    """The content in pieces."""
    yield CONTENT[:7]
    yield b""
    yield CONTENT[7:]


async def pieces_async() -> AsyncIterator[bytes]:
    """The same, asynchronous."""
    for piece in pieces():
        yield piece


SOURCES: dict[str, tuple[Any, int | None]] = {
    "bytes": (lambda: CONTENT, len(CONTENT)),
    "bytearray": (lambda: bytearray(CONTENT), len(CONTENT)),
    "file": (lambda: io.BytesIO(CONTENT), len(CONTENT)),
    "pipe": (lambda: Pipe(CONTENT), None),
    "iterator": (pieces, None),
    "list": (lambda: list(pieces()), None),
}


@pytest.mark.parametrize(("source", "length"), SOURCES.values(), ids=SOURCES)
def test_sends_what_the_source_gives(case: Any, source: Any, length: int | None) -> None:
    case.client(json={"Name": "n"}).store(body=source())
    assert case.sent.content == CONTENT
    assert case.sent.headers["content-type"] == "application/octet-stream"
    assert case.sent.headers.get("content-length") == (None if length is None else str(length))
    assert case.sent.headers.get("transfer-encoding") == ("chunked" if length is None else None)


def test_an_asynchronous_iterable_is_for_asynchronous_clients(case: Any) -> None:
    if case.flavour == "async":
        case.client(json={}).store(body=pieces_async())
        assert case.sent.content == CONTENT
    else:
        with pytest.raises(ParamError, match="Body: an asynchronous iterable needs an asynchronous client"):
            case.client().store(body=pieces_async())


def test_a_file_is_sent_from_where_it_stands(case: Any, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(CONTENT)
    with path.open("rb") as file:
        file.seek(100)
        case.client(json={}).store(body=file)
    assert case.sent.content == CONTENT[100:]


@pytest.mark.parametrize(
    "value", ["text", 5, {"a": b"b"}, object()], ids=["text", "number", "mapping", "object"]
)
def test_refuses_what_is_no_source_of_bytes(case: Any, value: Any) -> None:
    with pytest.raises(
        ParamError, match="Body: expected bytes, a file opened for bytes, or an iterable of bytes"
    ):
        case.client().store(body=value)


@pytest.mark.parametrize(
    ("source", "kind"),
    [(lambda: io.StringIO("text"), "str"), (lambda: ["text"], "str"), (lambda: [5], "int")],
    ids=["text file", "texts", "numbers"],
)
def test_refuses_a_source_that_gives_something_else(case: Any, source: Any, kind: str) -> None:
    with pytest.raises(ParamError, match=f"Body: it gave a {kind}, not bytes; open text files with 'rb'"):
        case.client().store(body=source())


def test_a_source_that_fails_is_the_cause(case: Any) -> None:
    def failing() -> Iterator[bytes]:
        yield b"ab"
        raise KeyError("secret")

    with pytest.raises(HeliographError, match=r"^Body: reading it failed: KeyError$") as raised:
        case.client().store(body=failing())
    assert isinstance(raised.value.__cause__, KeyError)


def test_content_type_can_be_given(case: Any) -> None:
    case.client(json={}).store(body=io.BytesIO(b"x"), kind="text/html")
    assert case.sent.headers["content-type"] == "text/html"


# Lengths


def test_a_length_that_is_needed_can_be_said(case: Any) -> None:
    case.client().store_sized(body=pieces(), length=len(CONTENT))
    assert case.sent.headers.get_list("content-length") == [str(len(CONTENT))]
    assert "transfer-encoding" not in case.sent.headers


@pytest.mark.parametrize("source", [pieces, lambda: Pipe(CONTENT)], ids=["iterator", "pipe"])
def test_a_length_that_is_needed_must_be_known(case: Any, source: Any) -> None:
    with pytest.raises(ParamError, match="Body: its length must be known beforehand"):
        case.client().store_sized(body=source())
    assert case.requests == []


@pytest.mark.parametrize("source", ["bytes", "file"])
def test_a_length_that_is_said_must_be_right(case: Any, source: Any) -> None:
    case.client().store_sized(body=SOURCES[source][0](), length=len(CONTENT))
    assert case.sent.headers.get_list("content-length") == [str(len(CONTENT))]
    with pytest.raises(ParamError, match=f"Content-Length: the body has {len(CONTENT)} bytes"):
        case.client().store_sized(body=SOURCES[source][0](), length=5)


@pytest.mark.parametrize(
    ("length", "said"), [(7, "it is longer than 7 bytes"), (10**6, "it ended after 200000 of 1000000 bytes")]
)
def test_a_body_of_another_length_than_said_is_an_error(case: Any, length: int, said: str) -> None:
    with pytest.raises(HeliographError, match=f"^Body: {said}"):
        case.client().store_sized(body=pieces(), length=length)


# Signatures


def signed_for(request: httpx.Request, digest: str) -> bool:
    """Whether the request is signed for a body of that hash."""
    fields = dict(
        part.strip().split("=", 1) for part in request.headers["authorization"].split(" ", 1)[1].split(",")
    )
    headers = [(name, request.headers[name]) for name in fields["SignedHeaders"].split(";")]
    text, _ = sigv4.canonical_request(request.method, request.url.path, "", headers, digest)
    date = request.headers["x-amz-date"]
    to_sign = sigv4.string_to_sign(date, f"{date[:8]}/eu-west-1/tiny/aws4_request", text)
    return sigv4.signature("example-secret", date[:8], "eu-west-1", "tiny", to_sign) == fields["Signature"]


@pytest.mark.parametrize("source", ["bytes", "file"])
@pytest.mark.parametrize("scheme", ["https", "http"])
def test_what_can_be_read_twice_is_signed(case: Any, source: str, scheme: str) -> None:
    case.client(json={}, endpoint_url=f"{scheme}://localhost").store(body=SOURCES[source][0]())
    assert signed_for(case.sent, hashlib.sha256(CONTENT).hexdigest())
    assert "x-amz-content-sha256" not in case.sent.headers


@pytest.mark.parametrize("source", ["pipe", "iterator", "list"])
def test_what_can_be_read_once_is_left_to_tls(case: Any, source: str) -> None:
    case.client(json={}).store(body=SOURCES[source][0]())
    assert case.sent.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert signed_for(case.sent, "UNSIGNED-PAYLOAD")
    with pytest.raises(ParamError, match="Body: without TLS its signature covers all of it"):
        case.client(endpoint_url="http://localhost").store(body=SOURCES[source][0]())


def test_the_model_may_leave_bodies_to_tls(case: Any) -> None:
    for source in ("bytes", "file"):
        case.client().store_sized(body=SOURCES[source][0]())
        assert signed_for(case.sent, "UNSIGNED-PAYLOAD")
        case.client(endpoint_url="http://localhost").store_sized(body=SOURCES[source][0]())
        assert signed_for(case.sent, hashlib.sha256(CONTENT).hexdigest())


def test_an_anonymous_client_signs_nothing(case: Any) -> None:
    client = case.client(json={}, endpoint_url="http://localhost", credentials=case.package.ANONYMOUS)
    client.store(body=pieces())
    assert case.sent.content == CONTENT
    assert "authorization" not in case.sent.headers


def test_what_is_no_bytes_cannot_be_presigned(case: Any) -> None:
    with pytest.raises(ParamError, match="only a call whose body is bytes can be presigned"):
        case.client().presign("Store", {"Body": io.BytesIO(b"x")})


# Retries


def retried(case: Any, body: Any, first: int | Exception) -> list[bytes]:
    """The bodies that were sent, where the first attempt fails."""
    bodies: list[bytes] = []

    def handle(request: httpx.Request) -> httpx.Response:
        bodies.append(request.content)
        if len(bodies) == 1 and isinstance(first, Exception):
            raise first
        return httpx.Response(first if isinstance(first, int) and len(bodies) == 1 else 200, json={})

    client = case.client(transport=httpx.MockTransport(handle), max_attempts=3, sleep=case.no_sleep)
    try:
        client.store(body=body)
    finally:
        case.bodies = bodies
    return bodies


FAILURES = pytest.mark.parametrize("first", [503, httpx.ReadError("reset")], ids=["answer", "connection"])


@FAILURES
def test_a_file_is_rewound_for_a_retry(case: Any, first: Any) -> None:
    file = io.BytesIO(b"skip" + CONTENT)
    file.seek(4)
    assert retried(case, file, first) == [CONTENT, CONTENT]


@FAILURES
def test_what_can_be_read_once_is_not_sent_twice(case: Any, first: Any) -> None:
    with pytest.raises((case.package.ServiceError, ConnectError)) as raised:
        retried(case, pieces(), first)
    assert case.bodies == [CONTENT]
    assert raised.value.attempts == 1


def test_what_was_not_begun_is_sent_again(case: Any) -> None:
    attempts: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        attempts.append(request)
        if len(attempts) == 1:
            raise httpx.ConnectError("refused")
        return httpx.Response(200, json={"Name": str(len(request.content))})

    class Unread(httpx.MockTransport):
        """Fails before it reads the body."""

        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if not attempts:
                return handle(request)
            return super().handle_request(request)

        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            if not attempts:
                return handle(request)
            return await super().handle_async_request(request)

    client = case.client(transport=Unread(handle), max_attempts=2, sleep=case.no_sleep)
    assert client.store(body=pieces()).name == str(len(CONTENT))
