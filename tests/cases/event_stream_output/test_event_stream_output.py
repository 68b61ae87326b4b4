# SPDX-License-Identifier: Apache-2.0
"""An answer that is a stream of events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from heliograph import Credentials, HeliographError, ResponseError
from heliograph.eventstream import Integer, Message, encode

OPTIONS: dict[str, Any] = {
    "region": "eu-west-1",
    "endpoint_url": "https://service.test",
    "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
    "max_attempts": 1,
}
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def event(name: str, payload: bytes = b"", **headers: Any) -> bytes:
    """An event as it goes over the wire."""
    return encode(Message({":message-type": "event", ":event-type": name, **headers}, payload))


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer's body in pieces, which tells whether it was closed."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.taken = 0
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.taken += 1
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


def heard(case: Any, pieces: Pieces, count: int = 100) -> list[Any]:
    """The first events of an answer; an error ends the list."""
    answer = httpx.Response(200, headers={"x-session": "s", "x-amzn-requestid": "r-1"}, stream=pieces)
    options = {**OPTIONS, "transport": httpx.MockTransport(lambda request: answer)}
    events: list[Any] = []
    if case.flavour == "sync":
        with case.package.Client(**options) as client, client.listen(name="n").events as stream:
            try:
                for each in stream:
                    events.append(each)
                    if len(events) == count:
                        break
            except HeliographError as error:
                events.append(error)
        return events

    async def run() -> None:
        async with (
            case.package.AsyncClient(**options) as client,
            (await client.listen(name="n")).events as stream,
        ):
            try:
                async for each in stream:
                    events.append(each)
                    if len(events) == count:
                        break
            except HeliographError as error:
                events.append(error)

    asyncio.run(run())
    return events


def test_each_event_is_a_dict_with_one_key(case: Any) -> None:
    types = case.package.types
    pieces = Pieces(
        event("Word", b'{"Text":"hello","At":1767323045,"Inner":{"Value":5}}'),
        event("Sound", b"\x00\xff", Loud=True, Number=Integer(7), At=MOMENT),
        event("Note", "ünique".encode()) + event("Picture", b'{"Value":1}', Name="p"),
        event("Pause"),
        event("Sound"),
        event("Note"),
    )
    assert heard(case, pieces) == [
        {"Word": types.Word(text="hello", at=MOMENT, inner=types.Inner(value=5))},
        {"Sound": types.Sound(data=b"\x00\xff", loud=True, number=7, at=MOMENT)},
        {"Note": types.Note(text="ünique")},
        {"Picture": types.Picture(inner=types.Inner(value=1), name="p")},
        {"Pause": types.Pause()},
        {"Sound": types.Sound(data=b"")},
        {"Note": types.Note(text="")},
    ]
    assert pieces.closed


def test_messages_may_be_cut_anywhere(case: Any) -> None:
    data = event("Word", b'{"Text":"a"}') + event("Word", b'{"Text":"b"}')
    got = heard(case, Pieces(*(data[at : at + 7] for at in range(0, len(data), 7))))
    assert [each["Word"].text for each in got] == ["a", "b"]


def test_an_event_comes_before_the_next_is_there(case: Any) -> None:
    pieces = Pieces(event("Word", b'{"Text":"a"}'), event("Word", b'{"Text":"b"}'))
    assert [each["Word"].text for each in heard(case, pieces, 1)] == ["a"]
    assert (pieces.taken, pieces.closed) == (1, True)


def test_what_the_model_does_not_know_is_told_by_name(case: Any) -> None:
    assert heard(case, Pieces(event("initial-response", b"{}"), event("Smell", b"{}"), event("Pause"))) == [
        {"SDK_UNKNOWN_MEMBER": {"name": "Smell"}},
        {"Pause": case.package.types.Pause()},
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {":event-type": "Pause"},
        {":message-type": "event"},
        {":message-type": "event", ":event-type": b"Pause"},
        {":message-type": "exception"},
        {":message-type": "news", ":event-type": "Pause"},
    ],
)
def test_a_message_that_does_not_say_what_it_is_breaks_the_stream(case: Any, headers: Any) -> None:
    pieces = Pieces(encode(Message(headers)) + event("Pause"))
    (error,) = heard(case, pieces)
    assert isinstance(error, ResponseError)
    assert "the stream of events is broken: a message of Listen" in str(error)
    assert pieces.closed


def test_an_empty_stream_has_no_events(case: Any) -> None:
    assert heard(case, Pieces()) == []


def test_a_modelled_error_is_raised(case: Any) -> None:
    headers = {":message-type": "exception", ":exception-type": "Broken"}
    message = encode(Message(headers, b'{"Message":"it broke","Detail":"d"}'))
    pieces = Pieces(event("Pause") + message + event("Pause"))
    _, error = heard(case, pieces)
    assert type(error) is case.package.Broken
    assert (error.code, error.message, error.detail, error.request_id) == ("Broken", "it broke", "d", "r-1")
    assert pieces.closed


@pytest.mark.parametrize(
    ("headers", "code", "message"),
    [
        ({":message-type": "exception", ":exception-type": "Other"}, "Other", "m"),
        ({":message-type": "error", ":error-code": "500", ":error-message": "fire"}, "500", "fire"),
    ],
    ids=["exception", "error"],
)
def test_any_other_error_raises_the_base_class(case: Any, headers: Any, code: str, message: str) -> None:
    (error,) = heard(case, Pieces(encode(Message(headers, b'{"message":"m"}'))))
    assert type(error) is case.package.ServiceError
    assert (error.code, error.message) == (code, message)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (event("Pause")[:-1], "the stream ends"),
        (event("Pause")[:-1] + b"x", "checksum"),
        (event("Word", b"[]"), "not"),
        (event("Word", b'{"At":"never"}'), "the event Word of Listen is not what the model promises"),
    ],
    ids=["cut", "damaged", "no object", "no timestamp"],
)
def test_a_broken_stream_is_an_error(case: Any, data: bytes, says: str) -> None:
    pieces = Pieces(data, event("Pause") * 3)
    if says == "the stream ends":
        pieces = Pieces(data)
    error = heard(case, pieces)[-1]
    assert isinstance(error, ResponseError)
    assert says in str(error)
    assert pieces.closed


def test_members_in_headers_are_there_at_once(case: Any) -> None:
    answer = httpx.Response(200, headers={"x-session": "s"}, stream=Pieces(event("Pause")))
    options = {**OPTIONS, "transport": httpx.MockTransport(lambda request: answer)}
    with case.package.Client(**options) as client:
        output = client.call("Listen", {"Name": "n"})
        assert output["Session"] == "s"
        assert repr(output["Events"]) == "<EventStream, open>"
        output["Events"].close()
        assert output["Events"].closed
