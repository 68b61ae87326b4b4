# SPDX-License-Identifier: Apache-2.0
"""An answer whose body is read as it comes."""

from __future__ import annotations

import asyncio
import copy
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest

from heliograph import AsyncStreamingBody, Credentials, HeliographError, ResponseError, StreamingBody

OPTIONS: dict[str, Any] = {
    "region": "eu-west-1",
    "endpoint_url": "https://service.test",
    "credentials": Credentials("AKIDEXAMPLE", "example-secret"),
    "max_attempts": 1,
}


class Pieces(httpx.SyncByteStream, httpx.AsyncByteStream):
    """An answer's body in pieces, which tells how many were taken and whether it was closed."""

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


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def fetched(imported: Any, flavour: str, pieces: Pieces, use: str, **answer: Any) -> Any:
    """What one of the functions below makes of a body in pieces."""
    package = imported[0]
    headers = {"content-type": "text/plain", "x-size": "3", **answer.pop("headers", {})}
    transport = httpx.MockTransport(lambda request: httpx.Response(200, headers=headers, stream=pieces))
    if flavour == "sync":
        with package.Client(transport=transport, **OPTIONS, **answer) as client:
            return globals()[use](client.fetch(name="n"))

    async def run() -> Any:
        async with package.AsyncClient(transport=transport, **OPTIONS, **answer) as client:
            return await globals()[f"{use}_async"](await client.fetch(name="n"))

    return asyncio.run(run())


def whole(output: Any) -> Any:
    assert isinstance(output.body, StreamingBody)
    with output.body as body:
        return output.kind, output.size, output.code, body.read(), body.read(), body.read(5)


async def whole_async(output: Any) -> Any:
    assert isinstance(output.body, AsyncStreamingBody)
    async with output.body as body:
        return output.kind, output.size, output.code, await body.read(), await body.read(), await body.read(5)


def test_reads_all_of_it(imported: Any, flavour: str) -> None:
    pieces = Pieces(b"ab", b"", b"cde")
    assert fetched(imported, flavour, pieces, "whole") == ("text/plain", 3, 200, b"abcde", b"", b"")
    assert pieces.closed


def in_sizes(output: Any) -> Any:
    body = output.body
    return [body.read(0), body.read(1), *body.iter_bytes(3), body.read(4)]


async def in_sizes_async(output: Any) -> Any:
    body = output.body
    return [
        await body.read(0),
        await body.read(1),
        *[each async for each in body.iter_bytes(3)],
        await body.read(4),
    ]


def test_reads_so_many_bytes_at_a_time(imported: Any, flavour: str) -> None:
    pieces = Pieces(b"abcd", b"e", b"fgh")
    assert fetched(imported, flavour, pieces, "in_sizes") == [b"", b"a", b"bcd", b"efg", b"h", b""]


def as_it_comes(output: Any) -> Any:
    return [output.body.read(1), *output.body]


async def as_it_comes_async(output: Any) -> Any:
    return [await output.body.read(1), *[each async for each in output.body]]


def test_gives_pieces_as_they_come(imported: Any, flavour: str) -> None:
    assert fetched(imported, flavour, Pieces(b"ab", b"", b"cde"), "as_it_comes") == [b"a", b"b", b"cde"]


def early(output: Any) -> Any:
    first = next(output.body.iter_bytes())
    output.body.close()
    output.body.close()
    with pytest.raises(HeliographError, match="the body is closed"):
        output.body.read()
    return first, output.body.closed


async def early_async(output: Any) -> Any:
    first = await anext(output.body.iter_bytes())
    await output.body.close()
    await output.body.aclose()
    with pytest.raises(HeliographError, match="the body is closed"):
        await output.body.read()
    return first, output.body.closed


def test_closing_gives_up_the_rest(imported: Any, flavour: str) -> None:
    pieces = Pieces(b"ab", b"cd", b"ef")
    assert fetched(imported, flavour, pieces, "early") == (b"ab", True)
    assert (pieces.closed, pieces.taken) == (True, 1)


def cut(output: Any) -> Any:
    with pytest.raises(ResponseError, match="ended after 4 of 9 bytes"):
        list(output.body)
    with pytest.raises(HeliographError, match="the body is broken"):
        output.body.read()


async def cut_async(output: Any) -> Any:
    with pytest.raises(ResponseError, match="ended after 4 of 9 bytes"):
        await output.body.read()
    with pytest.raises(HeliographError, match="the body is broken"):
        await output.body.read()


def test_a_body_that_ends_too_early_is_an_error(imported: Any, flavour: str) -> None:
    fetched(imported, flavour, Pieces(b"abcd"), "cut", headers={"content-length": "9"})


def too_long(output: Any) -> Any:
    with pytest.raises(ResponseError, match="longer than 3 bytes; read it in pieces with iter_bytes"):
        output.body.read()
    return output.body.closed


async def too_long_async(output: Any) -> Any:
    with pytest.raises(ResponseError, match="longer than 3 bytes; read it in pieces with iter_bytes"):
        await output.body.read()
    return output.body.closed


def test_no_more_is_read_into_memory_than_the_client_allows(imported: Any, flavour: str) -> None:
    pieces = Pieces(b"ab", b"cd", b"ef")
    assert fetched(imported, flavour, pieces, "too_long", max_response_bytes=3) is True
    assert (pieces.closed, pieces.taken) == (True, 2)
    assert fetched(imported, flavour, Pieces(b"ab", b"cd"), "as_it_comes", max_response_bytes=1) == [
        b"a",
        b"b",
        b"cd",
    ]


def forgotten(output: Any) -> Any:
    return next(output.body.iter_bytes())


async def forgotten_async(output: Any) -> Any:
    first = await anext(output.body.iter_bytes())
    del output
    for _ in range(5):
        await asyncio.sleep(0)
    return first


def test_a_body_that_is_forgotten_closes_itself(imported: Any, flavour: str) -> None:
    pieces = Pieces(b"ab", b"cd")
    fetched(imported, flavour, pieces, "forgotten")
    assert pieces.closed


def shown(output: Any) -> Any:
    with pytest.raises(TypeError, match="cannot be pickled or copied"):
        copy.deepcopy(output)
    assert output.to_dict() == {"Body": output.body, "Kind": "text/plain", "Size": 3, "Code": 200}
    return repr(output)


async def shown_async(output: Any) -> Any:
    return shown(output)


def test_is_a_member_like_the_others(imported: Any, flavour: str) -> None:
    body = "StreamingBody" if flavour == "sync" else "AsyncStreamingBody"
    text = f"FetchResponse(body=<{body}, open, 0 bytes read>, code=200, kind='text/plain', size=3)"
    assert fetched(imported, flavour, Pieces(b"ab"), "shown") == text


def test_the_untyped_door_gives_the_body_under_its_name(imported: Any) -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=b"abc"))
    with imported[0].Client(transport=transport, **OPTIONS) as client:
        assert client.call("Fetch")["Body"].read() == b"abc"


def test_an_error_is_read_whole(case: Any) -> None:
    with pytest.raises(case.package.NotThere) as raised:
        case.client(404, {"x-amzn-errortype": "NotThere"}, json={"Message": "gone"}).fetch()
    assert raised.value.message == "gone"


def test_a_header_that_cannot_be_read_closes_the_body(imported: Any, flavour: str) -> None:
    pieces = Pieces(b"ab")
    with pytest.raises(ResponseError, match="expected a number"):
        fetched(imported, flavour, pieces, "whole", headers={"x-size": "many"})
    assert pieces.closed


def test_other_operations_are_not_changed_by_it(case: Any) -> None:
    assert case.client(json={"Name": "n"}).rename(name="m").name == "n"
