# SPDX-License-Identifier: Apache-2.0
"""Whatever a peer does wrong: how the call ends, what that costs, what becomes of the connection, and nothing is left.

One table. Each row is tried by both flavours of client, with a body that can be sent again and with one that can be
read but once.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import gzip
import json
import os
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType, ModuleType
from typing import Any, NamedTuple

import httpcore
import pytest
import trustme
from faultserver import (
    Behaviour,
    Peer,
    Server,
    answering,
    dripping,
    endless,
    http,
    resetting,
    sending,
    silent,
)

from heliograph import (
    ConnectError,
    DeadlineError,
    HeliographError,
    ResponseError,
    ServiceError,
    Timeout,
    TimeoutError,
    TLSError,
    transport,
)

ANSWER = {"Count": 7}
OK = http(200, ANSWER, [("x-amzn-requestid", "r-1")])
QUICK = 5.0
"""Seconds within which a call must be over; without its bounds it would take ten."""


class Ends(NamedTuple):
    """How a call ends: its error (``None``: well), how many requests were sent, and what is left of the quota."""

    error: type[HeliographError] | str | None
    attempts: int
    quota: int


class Row(NamedTuple):
    """A fault, and what comes of it.

    Attributes:
        fault: what the peer does; ``None``: there is no peer.
        ends: how the call ends where its body can be sent again.
        ends_once: how it ends where the body can be read but once; as the other, with one attempt, by default.
        connection: ``closed`` or ``kept`` for the next call.
        says: what stands in the error's text.
        cause: the class of the error's cause.
        options: of the client.
        tls: the peer's certificates, by the name of one of :func:`contexts`; an empty text for a peer that is called
            with https and has none.
    """

    fault: Behaviour | None
    ends: Ends
    connection: str = "closed"
    says: str = ""
    cause: type[BaseException] | None = None
    ends_once: Ends | None = None
    options: Mapping[str, Any] = MappingProxyType({})
    tls: str | None = None


def well(attempts: int = 1) -> Ends:
    """It succeeds; what the last retry took is given back."""
    return Ends(None, attempts, 500)


def fails(error: type[HeliographError] | str) -> Ends:
    """The first attempt is the last one."""
    return Ends(error, 1, 500)


def in_vain(error: type[HeliographError] | str, attempts: int = 3, cost: int = 14) -> Ends:
    """It is tried until no attempt is left, and pays for each but the first."""
    return Ends(error, attempts, 500 - cost * (attempts - 1))


BROKEN = in_vain(ConnectError)
PROTOCOL = httpcore.RemoteProtocolError
HTML = b"<html><body>\x1b[31mBad gateway\r\n</body></html>"
DEEP = b'{"Names":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
LONG = b'{"Count":' + b"9" * 5000 + b"}"
BOMB = gzip.compress(b" " * 50_000_000)
HURRY = {"timeout": Timeout(read=0.1), "max_attempts": 2}
DEADLINE = {"deadline": 0.15}
SMALL = {"max_response_bytes": 100_000}
ELSEWHEN = (datetime.now(UTC) + timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S GMT")


def refused(status: int, body: Any = b"", code: str = "", date: str = "") -> bytes:
    """An answer that is an error."""
    named = {"x-amzn-errortype": code, "Date": date}
    return http(status, body, [(name, value) for name, value in named.items() if value])


def chunked(rest: bytes) -> bytes:
    """An answer whose body comes in chunks."""
    return b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n" + rest


def breaking_off(peer: Peer) -> None:
    """Read something and close the connection."""
    peer.sock.recv(100)
    peer.sock.shutdown(socket.SHUT_RDWR)


def speaking_plainly(peer: Peer) -> None:
    """Answer without TLS whatever comes."""
    peer.sock.recv(100)
    peer.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def waiting(peer: Peer) -> None:
    """Say nothing."""
    peer.alive_after(10)


CONNECTING = {
    "nobody listens": Row(None, BROKEN, says="cannot connect", cause=httpcore.ConnectError, ends_once=BROKEN),
    "a handshake without end": Row(
        waiting,
        in_vain(TimeoutError, 2),
        says="connecting to",
        cause=httpcore.ConnectTimeout,
        ends_once=in_vain(TimeoutError, 2),
        options={"timeout": Timeout(connect=0.1), "max_attempts": 2},
        tls="",
    ),
    "a handshake until the deadline": Row(
        waiting, fails(DeadlineError), says="deadline", options=DEADLINE, tls=""
    ),
    "a handshake that is broken off": Row(breaking_off, BROKEN, ends_once=BROKEN, tls=""),
    "no TLS where it is expected": Row(
        speaking_plainly, fails(TLSError), says="no trusted connection", tls=""
    ),
    "TLS where none is expected": Row(answering(OK), BROKEN, says="broke", tls="http"),
    "an authority that is not trusted": Row(
        answering(OK),
        fails(TLSError),
        says="no trusted connection",
        cause=httpcore.ConnectError,
        tls="untrusted",
    ),
    "a certificate for another host": Row(answering(OK), fails(TLSError), says="127.0.0.1", tls="elsewhere"),
    "a certificate that has ended": Row(answering(OK), fails(TLSError), says="expired", tls="ended"),
    "a protocol that is too old": Row(answering(OK), fails(TLSError), tls="old"),
    "a peer that is trusted": Row(answering(OK), well(), "kept", tls="trusted"),
}

BREAKING = {
    "closed before a byte": Row(sending(), BROKEN, says="broke", cause=PROTOCOL),
    "closed in the headers": Row(sending(OK[:30]), BROKEN, says="broke", cause=PROTOCOL),
    "closed in the body": Row(sending(OK[:-3]), BROKEN, says="broke", cause=PROTOCOL),
    "closed in a chunk": Row(sending(chunked(b"5\r\nab")), BROKEN, says="broke", cause=PROTOCOL),
    "reset before a byte": Row(resetting(), BROKEN, says="broke", cause=httpcore.ReadError),
    "reset in the headers": Row(resetting(OK[:30]), BROKEN, says="broke", cause=httpcore.ReadError),
    "reset in the body": Row(resetting(OK[:-3]), BROKEN, says="broke", cause=httpcore.ReadError),
    "not HTTP at all": Row(sending(b"SSH-2.0-OpenSSH_9.9\r\n"), BROKEN, says="broke", cause=PROTOCOL),
    "a chunk without a length": Row(sending(chunked(b"zz\r\nab")), BROKEN, says="broke", cause=PROTOCOL),
    "headers without end": Row(
        endless(b"HTTP/1.1 200 OK\r\n", b"x: " + b"y" * 4000 + b"\r\n", 1000),
        BROKEN,
        says="broke",
        cause=PROTOCOL,
    ),
}

WAITING = {
    "never an answer": Row(
        silent,
        in_vain(TimeoutError, 2),
        says="waiting for an answer",
        cause=httpcore.ReadTimeout,
        options=HURRY,
    ),
    "an answer that stalls": Row(
        dripping(OK[:-3], b"", every=0.05),
        in_vain(TimeoutError, 2),
        says="waiting for an answer",
        cause=httpcore.ReadTimeout,
        options=HURRY,
    ),
    "an answer after the deadline": Row(silent, fails(DeadlineError), says="deadline", options=DEADLINE),
    "headers drop by drop": Row(
        dripping(b"HTTP/1.1 200 OK\r\nx-drip: ", b"y"),
        fails(DeadlineError),
        says="deadline",
        options=DEADLINE,
    ),
    "a body drop by drop": Row(
        dripping(http(200, b"", length=10**6), b" "), fails(DeadlineError), says="deadline", options=DEADLINE
    ),
    "a deadline before the next attempt": Row(
        answering(http(503, headers=[("x-amz-retry-after", "60000")])),
        Ends(DeadlineError, 1, 500 - 14),
        "kept",
        says="would pass before the next attempt",
        cause=ServiceError,
        ends_once=Ends("503", 1, 500),
        options={"deadline": 2},
    ),
}

LENGTHS = {
    "a length that is too long": Row(
        sending(http(200, b"{}", length=10)), BROKEN, says="broke", cause=PROTOCOL
    ),
    "a length that is too short": Row(sending(OK + b"more"), well()),
    "a length that is no number": Row(
        sending(OK.replace(b"Length: 12", b"Length: 1x")), BROKEN, says="broke", cause=PROTOCOL
    ),
    "a length below nothing": Row(
        sending(OK.replace(b"Length: 12", b"Length: -12")), BROKEN, says="broke", cause=PROTOCOL
    ),
    "two lengths that differ": Row(
        sending(http(200, b"{}", [("Content-Length", "3")])), BROKEN, says="broke", cause=PROTOCOL
    ),
    "two lengths that agree": Row(answering(http(200, ANSWER, [("Content-Length", "12")])), well(), "kept"),
    "a body that is too long": Row(
        endless(http(200, b"", length=10**9), b" " * 65536, 200),
        fails(ResponseError),
        says="longer",
        options=SMALL,
    ),
    "a body without end": Row(
        endless(b"HTTP/1.1 200 X\r\n\r\n", b" " * 65536, 200),
        fails(ResponseError),
        says="longer",
        options=SMALL,
    ),
    "an error without end": Row(
        endless(b"HTTP/1.1 418 X\r\n\r\n", b'"' * 65536, 200), fails("418"), options=SMALL
    ),
    "a gzip bomb": Row(
        answering(http(200, BOMB, [("Content-Encoding", "gzip")])),
        fails(ResponseError),
        says="longer than 100000 bytes",
        options=SMALL,
    ),
}

INTERIM = {
    "interim answers": Row(
        answering(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n" + OK), well(), "kept"
    ),
    "interim answers for ever": Row(
        dripping(b"", b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"),
        fails(DeadlineError),
        says="deadline",
        options=DEADLINE,
    ),
    "a switch of protocols": Row(
        sending(b"HTTP/1.1 101 X\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n"),
        BROKEN,
        says="broke",
        cause=PROTOCOL,
    ),
}

REFUSING = {
    "a proxy's page with 502": Row(
        answering(http(502, HTML)), in_vain("502"), "kept", ends_once=fails("502")
    ),
    "an error without a body": Row(answering(http(500)), in_vain("500"), "kept", ends_once=fails("500")),
    "two errors, then an answer": Row(
        answering(http(503), http(500, HTML), OK), Ends(None, 3, 500 - 14), "kept", ends_once=fails("503")
    ),
    "an error with two codes": Row(
        answering(refused(400, {"__type": "Inner"}, "Outer:http://x/")), fails("Outer"), "kept", says="Outer"
    ),
    "an error with deep JSON": Row(answering(http(400, DEEP)), fails("400"), "kept"),
    "a modelled error": Row(
        answering(refused(409, {"Message": "no room"}, "Full")), fails("Full"), "kept", says="no room"
    ),
    "throttling": Row(
        answering(refused(400, {}, "Hurried")), in_vain("Hurried", cost=5), "kept", ends_once=fails("Hurried")
    ),
    **{
        f"a redirect with {status}": Row(
            answering(http(status, headers=[("Location", "/keep/elsewhere")])), fails(str(status)), "kept"
        )
        for status in (301, 302, 303, 307, 308)
    },
}

DATES = {
    "a wrong date": Row(answering(http(200, ANSWER, [("Date", ELSEWHEN)])), well(), "kept"),
    "a date that is none": Row(answering(http(200, ANSWER, [("Date", "yesterday")])), well(), "kept"),
    "a wrong date and no trust in the signature": Row(
        answering(refused(403, code="InvalidSignatureException", date=ELSEWHEN), OK),
        well(2),
        "kept",
        ends_once=fails("InvalidSignatureException"),
    ),
    "a right date and no trust in the signature": Row(
        answering(refused(403, code="InvalidSignatureException")), fails("InvalidSignatureException"), "kept"
    ),
}

UNREADABLE = {
    name: Row(
        answering(http(200, body, headers)),
        fails(ResponseError),
        "closed" if headers else "kept",
        says,
        cause,
    )
    for name, body, headers, says, cause in [
        ("a proxy's page with 200", HTML, (), "not JSON", json.JSONDecodeError),
        ("truncated JSON", b'{"Names": ["a', (), "not JSON", json.JSONDecodeError),
        ("JSON that is no object", [ANSWER], (), "a JSON list", None),
        ("JSON of another shape", {"Names": {"a": 1}}, (), "expected a list", TypeError),
        ("text that is not UTF-8", b'{"Names": "\xff\xfe"}', (), "not JSON", UnicodeDecodeError),
        ("deep JSON", DEEP, (), "RecursionError", RecursionError),
        ("an integer of 5,000 digits", LONG, (), "ValueError", ValueError),
        ("gzip that is none", b"{}", [("Content-Encoding", "gzip")], "gzip", Exception),
        ("an encoding nobody asked for", b"{}", [("Content-Encoding", "br")], "br", None),
    ]
}

MATRIX = {**CONNECTING, **BREAKING, **WAITING, **LENGTHS, **INTERIM, **REFUSING, **DATES, **UNREADABLE}


# Who takes part


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    """A certificate authority."""
    return trustme.CA()


@pytest.fixture(scope="module")
def contexts(authority: trustme.CA) -> dict[str, ssl.SSLContext]:
    """What peers show, by what is wrong with it."""

    def context(issuer: trustme.CA, name: str, ends: datetime | None = None) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issuer.issue_cert(name, not_after=ends).configure_cert(made)
        return made

    made = {
        "http": context(authority, "127.0.0.1"),
        "trusted": context(authority, "127.0.0.1"),
        "untrusted": context(trustme.CA(), "127.0.0.1"),
        "elsewhere": context(authority, "elsewhere.example"),
        "ended": context(authority, "127.0.0.1", datetime(2020, 1, 1, tzinfo=UTC)),
        "old": context(authority, "127.0.0.1"),
    }
    made["old"].set_ciphers("ALL:@SECLEVEL=0")
    made["old"].minimum_version = ssl.TLSVersion.TLSv1
    made["old"].maximum_version = ssl.TLSVersion.TLSv1_1
    return made


@pytest.fixture(scope="module")
def bundle(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A file that holds the authority's certificate."""
    path = tmp_path_factory.mktemp("authority") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


class Outcome(NamedTuple):
    """What a call came to.

    Attributes:
        output: where it succeeded.
        error: where it did not.
        kept: connections that the transport keeps for the next call.
        counted: connections that count against its limit.
        quota: what is left of the client's.
    """

    output: Any
    error: HeliographError | None
    kept: int
    counted: int
    quota: int


def body_of(kind: str) -> bytes | Iterator[bytes]:
    """A body that can be sent again, or not."""
    return b"x" * 2000 if kind == "replayable" else iter([b"x" * 1000] * 2)


def outcome_of(caller: Any, package: ModuleType, held: Any, body: Any, **options: Any) -> Outcome:
    """Make the call; what it came to is looked at while its transport is still open."""

    def outcome(client: Any, output: Any, error: HeliographError | None) -> Outcome:
        lists = held._free.values()
        kept, counted = sum(len(free._idle) for free in lists), sum(free._open for free in lists)
        return Outcome(output, error, kept, counted, client._core.quota.left)

    def use(client: Any) -> Outcome:
        try:
            return outcome(client, client.keep(body=body), None)
        except HeliographError as error:
            return outcome(client, None, error)

    async def use_async(client: Any) -> Outcome:
        try:
            return outcome(client, await client.keep(body=body), None)
        except HeliographError as error:
            return outcome(client, None, error)

    chosen = use if caller.flavour == "sync" else use_async
    made: Outcome = caller.call(chosen, package, transport=held, credentials=package.ANONYMOUS, **options)
    return made


def descriptors() -> set[str]:
    """The open descriptors of this process, where the system tells."""
    return set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()


@contextlib.contextmanager
def nothing_left() -> Iterator[None]:
    """No descriptor and no thread more than before, and no warning of something that was never closed."""
    said: list[str] = []
    before, threads, hook = descriptors(), set(threading.enumerate()), sys.unraisablehook
    sys.unraisablehook = lambda raised: said.append(repr(raised.exc_value))
    try:
        yield
        assert len(descriptors()) == len(before), "a descriptor was left open"
        assert set(threading.enumerate()) == threads
        gc.collect()  # what was left behind speaks up now
    finally:
        sys.unraisablehook = hook
    assert said == []


@pytest.fixture(scope="module", autouse=True)
def acquainted(large_things: ModuleType) -> None:
    """What is imported and opened once in a process is there."""
    server = Server(answering(OK))
    options: dict[str, Any] = {
        "region": "eu-west-1", "endpoint_url": server.url, "credentials": large_things.ANONYMOUS,
    }  # fmt: skip

    async def run() -> None:
        async with large_things.AsyncClient(**options) as client:
            await client.keep(body=b"")

    asyncio.run(run())
    with large_things.Client(**options) as client:
        client.keep(body=b"")
    server.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
@pytest.mark.parametrize("body", ["replayable", "once"])
@pytest.mark.parametrize("row", MATRIX.values(), ids=MATRIX.keys())
def test_a_fault_ends_as_its_row_says(
    row: Row,
    body: str,
    caller: Any,
    large_things: ModuleType,
    contexts: dict[str, ssl.SSLContext],
    bundle: str,
) -> None:
    ends = row.ends
    if body == "once":
        ends = row.ends_once or (well() if ends.error is None else fails(ends.error))
    kind = transport.Transport if caller.flavour == "sync" else transport.AsyncTransport
    held = kind(ca_bundle=bundle, max_connections=1)
    with nothing_left():
        server = Server(row.fault or waiting, contexts[row.tls] if row.tls else None)
        url = f"{'http' if row.tls in (None, 'http') else 'https'}://127.0.0.1:{server.port}"
        try:
            if row.fault is None:
                server.close()
            began = time.monotonic()
            made = outcome_of(caller, large_things, held, body_of(body), endpoint_url=url, **row.options)
            took = time.monotonic() - began
            if caller.flavour == "sync":
                held.close()
            assert server.await_state(lambda server: server.open == 0), "a connection was left open"
        finally:
            server.close()
        assert took < QUICK
        assert_ended(made, ends, row)
        assert made.quota == ends.quota
        assert len(caller.sleeps) == ends.attempts - 1
        assert ("kept" if made.kept else "closed") == row.connection
        assert made.kept == made.counted, "a connection that is gone still counts"
        if not row.tls and row.fault not in (None, waiting, breaking_off, speaking_plainly):
            assert len(server.requests) == ends.attempts
            assert {request.body for request in server.requests} == {b"x" * 2000}


def assert_ended(made: Outcome, ends: Ends, row: Row) -> None:
    """A call ended as it should."""
    if ends.error is None:
        assert made.error is None
        assert (made.output.to_dict(), made.output.response.attempts) == (ANSWER, ends.attempts)
        return
    error = made.error
    assert error is not None, "it succeeded"
    if isinstance(ends.error, str):
        assert isinstance(error, ServiceError)
        assert error.code == ends.error
        assert error.__cause__ is None
    else:
        assert type(error) is ends.error
        assert row.says in str(error)
        assert isinstance(error.__cause__, row.cause or (BaseException, type(None)))
    assert str(error).isprintable()
    assert error.attempts == ends.attempts
