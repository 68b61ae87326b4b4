# SPDX-License-Identifier: Apache-2.0
"""Streams of events in a protocol that has no headers for what stands beside them: it is in a message of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from heliograph import ResponseError, TransportError
from heliograph.cbor import dumps, loads
from heliograph.eventstream import Message, decode, encode

EVENT_STREAM = "application/vnd.amazon.eventstream"


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer's body in pieces, which tells how many were taken and whether it was closed."""

    def __init__(self, *pieces: bytes | Exception) -> None:
        self.pieces = pieces
        self.taken = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def event(name: str, members: Any) -> bytes:
    """An event as it goes over the wire."""
    headers = {":message-type": "event", ":event-type": name, ":content-type": "application/cbor"}
    return encode(Message(headers, dumps(members)))


FIRST = event("initial-response", {"Session": "s", "Words": ["a", "b"]})
WORD = event("Word", {"Text": "t"})


def heard(case: Any, pieces: Pieces) -> tuple[Any, list[Any], httpx.Request]:
    """The output, its events, and the request."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, headers={"smithy-protocol": "rpc-v2-cbor"}, stream=pieces)

    client = case.real_client(transport=httpx.MockTransport(handle))

    async def run() -> Any:
        output = await client.listen(name="n")
        return output, [each async for each in output.events]

    if case.flavour == "async":
        output, events = case.run(run())
    else:
        output = client.listen(name="n")
        events = list(output.events)
    return output, events, requests[0]


@pytest.mark.parametrize("size", [1, 7, 60, 1000])
def test_the_first_message_holds_the_members_beside_the_stream(case: Any, size: int) -> None:
    data = FIRST + WORD * 2
    pieces = Pieces(*(data[at : at + size] for at in range(0, len(data), size)))
    output, events, request = heard(case, pieces)
    assert (output.session, output.words) == ("s", ["a", "b"])
    assert events == [{"Word": case.package.types.Word(text="t")}] * 2
    assert pieces.closed
    assert request.headers["accept"] == EVENT_STREAM
    assert request.headers["content-type"] == "application/cbor"


def test_the_call_waits_for_that_message_alone(case: Any) -> None:
    pieces = Pieces(FIRST[:20], FIRST[20:], WORD)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=pieces))
    client = case.real_client(transport=transport)
    assert case.run(client.listen(name="n")).session == "s"
    assert pieces.taken == 2


@pytest.mark.parametrize("data", [WORD, b""], ids=["an event first", "nothing"])
def test_without_such_a_message_its_members_are_absent(case: Any, data: bytes) -> None:
    output, events, _ = heard(case, Pieces(*([data] if data else [])))
    assert len(events) == bool(data)
    assert "Session" not in output.to_dict()
    with pytest.raises(AttributeError, match="Session"):
        _ = output.session


def test_a_payload_is_in_the_protocols_format(case: Any) -> None:
    _, events, _ = heard(case, Pieces(FIRST, event("Picture", {"Value": 5})))
    types = case.package.types
    assert events == [{"Picture": types.Picture(inner=types.Inner(value=5))}]


@pytest.mark.parametrize(
    ("last", "error"),
    [
        (FIRST[:30], ResponseError),
        (FIRST[:-1] + b"x", ResponseError),
        (event("initial-response", [1]), ResponseError),
        (httpx.ReadError("reset"), TransportError),
    ],
    ids=["cut", "damaged", "no map", "connection"],
)
def test_a_stream_that_breaks_before_it_is_an_error_of_the_call(
    case: Any, last: bytes | Exception, error: type[Exception]
) -> None:
    pieces = Pieces(last)
    transport = httpx.MockTransport(lambda request: httpx.Response(200, stream=pieces))
    client = case.real_client(transport=transport)
    with pytest.raises(error):
        case.run(client.listen(name="n"))
    assert pieces.closed


def test_members_beside_the_stream_that_is_sent_are_in_its_first_message(case: Any) -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(200, content=dumps({"Count": 2}))

    client = case.client(transport=httpx.MockTransport(handle))
    given = [{"Word": {"Text": "t"}}, {"Picture": {"Inner": {"Value": 1}}}, {"Picture": {}}]
    assert client.tell(params={"New": 1}, name="n", events=given).count == 2
    (request,) = requests
    assert request.url.path == "/service/Tiny/operation/Tell"
    assert request.headers["content-type"] == EVENT_STREAM
    assert (request.headers["accept"], request.headers["smithy-protocol"]) == (
        "application/cbor",
        "rpc-v2-cbor",
    )
    messages = [decode(each.payload)[0] for each in decode(request.content) if each.payload]
    assert [each.headers[":event-type"] for each in messages] == [
        "initial-request",
        "Word",
        "Picture",
        "Picture",
    ]
    assert {each.headers[":content-type"] for each in messages} == {"application/cbor"}
    assert [loads(each.payload) for each in messages] == [
        {"Name": "n", "New": 1},
        {"Text": "t"},
        {"Value": 1},
        {},
    ]
