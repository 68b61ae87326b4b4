# SPDX-License-Identifier: Apache-2.0
"""What answers that are made to fill the memory really take of it, measured in a process of its own.

The child makes one good call first, so that everything is loaded; then the peak of its resident memory is reset before
each hostile answer and read after it.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from faultserver import OK, Behaviour, Server, answering, endless, http, sending

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/clear_refs").exists(), reason="the peak of resident memory is reset by way of /proc"
)

MIB = 1 << 20
LIMIT = 32 * MIB
"""Bytes of an answer that are read unless a client says otherwise."""
CHILD = '''
import asyncio, json, sys

from heliograph import ANONYMOUS, HeliographError
import kinesis_video_signaling as package

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"


def memory(name):
    with open("/proc/self/status") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name))


def reset():
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")


def settings(url):
    return {"region": "eu-west-1", "credentials": ANONYMOUS, "endpoint_url": url, "max_attempts": 1}


def sync(url):
    with package.Client(**settings(url)) as client:
        client.get_ice_server_config(CHANNEL)


def asynchronous(url):
    async def run():
        async with package.AsyncClient(**settings(url)) as client:
            await client.get_ice_server_config(CHANNEL)
    asyncio.run(run())


def reading(url):
    """No server: the readers of each protocol, with a text that is made here."""
    from heliograph.http import WireResponse
    from heliograph.wire import cbor, json as wire_json, xml
    kind, _, text = url.partition(":")
    read = {"cbor": cbor.cbor_object, "json": wire_json.json_object, "xml": xml.xml_value}[kind]
    body = eval(text)
    read(WireResponse(200, {"smithy-protocol": "rpc-v2-cbor"}, body))


call = {"sync": sync, "async": asynchronous, "reading": reading}[sys.argv[1]]
call(sys.argv[2])
for url in sys.argv[3:]:
    reset()
    before = memory("VmRSS")
    try:
        call(url)
        ended = "no error"
    except HeliographError as error:
        ended = f"{type(error).__name__}: {error}"
    except BaseException as error:
        ended = f"not of ours: {type(error).__name__}"
    print(json.dumps([ended[:300], memory("VmHWM") - before]), flush=True)
'''


class Hostile(NamedTuple):
    """An answer, what it ends in, and the bytes that it may take."""

    behaviour: Behaviour
    says: str
    ceiling: int


@cache
def bomb() -> bytes:
    """256 MiB of blanks, in a hundredth of the bytes."""
    packer = zlib.compressobj(1, zlib.DEFLATED, 31)
    return b"".join(packer.compress(b" " * MIB) for _ in range(256)) + packer.flush()


def gzipped(status: int) -> Behaviour:
    return answering(http(status, bomb(), [("Content-Encoding", "gzip")]))


HEAD = b"HTTP/1.1 %d X\r\n%b\r\n"
FILL = b" " * (64 * 1024)
HOSTILE: dict[str, Callable[[], Hostile]] = {
    "a gzip bomb": lambda: Hostile(gzipped(200), "longer than 33554432", 3 * LIMIT),
    "a gzip bomb in a gzip bomb": lambda: Hostile(
        answering(http(200, gzip.compress(bomb()), [("Content-Encoding", "gzip, gzip")])),
        "encoded as gzip, gzip",
        8 * MIB,
    ),
    "a gzip bomb as an error": lambda: Hostile(gzipped(403), "403", 8 * MIB),
    "an endless answer": lambda: Hostile(
        endless(HEAD % (200, b""), FILL, 16 * 1024), "longer than 33554432", 3 * LIMIT
    ),
    "an endless error": lambda: Hostile(endless(HEAD % (500, b""), FILL, 16 * 1024), "500", 8 * MIB),
    "a chunk without end": lambda: Hostile(
        endless(HEAD % (200, b"transfer-encoding: chunked\r\n") + b"7fffffff\r\n", FILL, 16 * 1024),
        "longer than 33554432",
        3 * LIMIT,
    ),
    "chunks of one byte": lambda: Hostile(
        sending(HEAD % (200, b"transfer-encoding: chunked\r\n"), *[b"1\r\n \r\n" * 4096] * 10),
        "broke",
        24 * MIB,
    ),
    "a length that says too much": lambda: Hostile(
        sending(HEAD % (200, b"content-length: 99999999999999\r\n") + b"{}"), "broke", 8 * MIB
    ),
    "a length that nobody can hold": lambda: Hostile(
        sending(HEAD % (200, b"content-length: " + b"9" * 4000 + b"\r\n") + b"{}"), "", 8 * MIB
    ),
    "a length that says too little": lambda: Hostile(
        endless(HEAD % (200, b"content-length: 2\r\n") + b"[]", FILL, 16 * 1024), "JSON list", 8 * MIB
    ),
    "headers without end": lambda: Hostile(
        endless(b"HTTP/1.1 200 X\r\n", b"x-a: " + b"b" * 4000 + b"\r\n", 100_000), "broke", 8 * MIB
    ),
    "interim answers without end": lambda: Hostile(
        sending(*[b"HTTP/1.1 103 X\r\nlink: </x>\r\n\r\n" * 100] * 100), "", 16 * MIB
    ),
    "deep JSON": lambda: Hostile(
        answering(http(200, b'{"IceServerList":' + b"[" * (16 * MIB))), "RecursionError", 80 * MIB
    ),
    "a huge integer": lambda: Hostile(
        answering(http(200, b'{"IceServerList":' + b"9" * (16 * MIB) + b"}")), "ValueError", 80 * MIB
    ),
}
READ: dict[str, tuple[str, str, int]] = {
    "deep CBOR lists": ("cbor:b'\\xa1aa' + b'\\x81' * (16 << 20)", "CBOR", 40 * MIB),
    "deep CBOR maps": ("cbor:b'\\xa1aa' * (5 << 20)", "CBOR", 40 * MIB),
    "deep CBOR tags": ("cbor:b'\\xa1aa' + b'\\xc1' * (16 << 20)", "CBOR", 40 * MIB),
    "CBOR text of 2**62 bytes": ("cbor:b'\\xa1aa\\x7b\\x40' + bytes(7)", "CBOR", 4 * MIB),
    "a CBOR list of 2**62 items": ("cbor:b'\\xa1aa\\x9b\\x40' + bytes(7)", "CBOR", 4 * MIB),
    "a CBOR map of 2**62 entries": ("cbor:b'\\xbb\\x40' + bytes(7)", "CBOR", 4 * MIB),
    "a CBOR integer of 16 MiB": ("cbor:b'\\xa1aa\\xc2\\x5a\\x01\\x00\\x00\\x00' + b'9' * (16 << 20)", "", 80 * MIB),
    "deep XML": ("xml:b'<a>' * (5 << 20)", "deeper than", 40 * MIB),
    "XML with a wide root": ("xml:b'<a>' + b'<b/>' * (1 << 20)", "not XML", 320 * MIB),
    "laughs": (
        "xml:(lambda e: ('<!DOCTYPE a [<!ENTITY l0 \"lol\">' + e + ']><a>&l19;</a>').encode())"
        "(''.join('<!ENTITY l%d \"%s\">' % (n, ('&l%d;' % (n - 1)) * 10) for n in range(1, 20)))",
        "document type", 4 * MIB,
    ),
    "deep JSON maps": ("json:b'{\"a\":' * (3 << 20)", "JSON", 60 * MIB),
}  # fmt: skip


def measured(kind: str, first: str, urls: list[str]) -> list[tuple[str, int]]:
    done = subprocess.run(
        [sys.executable, "-c", CHILD, kind, first, *urls],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return [tuple(json.loads(line)) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module", params=["sync", "async"])
def of_servers(request: pytest.FixtureRequest) -> dict[str, tuple[Hostile, str, int]]:
    """How each call of a hostile server ended, and what it took."""
    rows = {name: make() for name, make in HOSTILE.items()}
    servers = [Server(answering(OK)), *(Server(row.behaviour) for row in rows.values())]
    try:
        first, *urls = (server.url for server in servers)
        outcomes = measured(request.param, first, urls)
    finally:
        for server in servers:
            server.close()
    return {name: (rows[name], *outcome) for name, outcome in zip(rows, outcomes, strict=True)}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_takes_no_more_memory_than_it_may(
    name: str, of_servers: dict[str, tuple[Hostile, str, int]]
) -> None:
    row, ended, grown = of_servers[name]
    assert not ended.startswith(("no error", "not of ours"))
    assert row.says in ended
    assert grown < row.ceiling, f"{grown / MIB:.1f} MiB"


@pytest.fixture(scope="module")
def of_readers() -> dict[str, tuple[str, int]]:
    outcomes = measured("reading", "json:b'{}'", [text for text, _, _ in READ.values()])
    return dict(zip(READ, outcomes, strict=True))


@pytest.mark.parametrize("name", READ)
def test_reading_takes_no_more_memory_than_it_may(name: str, of_readers: dict[str, tuple[str, int]]) -> None:
    (_, says, ceiling), (ended, grown) = READ[name], of_readers[name]
    assert not ended.startswith(("no error", "not of ours"))
    assert says in ended
    assert grown < ceiling, f"{grown / MIB:.1f} MiB"


def test_the_measure_sees_what_is_taken() -> None:
    ((ended, grown),) = measured("reading", "json:b'{}'", ["json:b'{\"a\": \"' + b'x' * (64 << 20)"])
    assert "JSON" in ended
    assert grown > 64 * MIB
