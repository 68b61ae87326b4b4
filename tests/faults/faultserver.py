# SPDX-License-Identifier: Apache-2.0
"""A server on raw sockets, which can do wrong whatever a peer can do wrong.

Each connection is a thread that runs one function, its behaviour, with the :class:`Peer` at the other end. What the
server has seen is kept: connections, requests, and which connections the client has left open.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from heliograph import Credentials

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
OPTIONS: dict[str, Any] = {"region": "eu-west-1", "credentials": Credentials("AKIDEXAMPLE", "example-secret")}
"""What clients of these tests are made with."""
PATIENCE = 10.0
"""Seconds after which a server or a test gives up waiting for the other side."""


class Received:
    """One request as it came over the wire; ``connection`` counts from 1."""

    def __init__(self, head: bytes, body: bytes, connection: int = 0) -> None:
        self.connection = connection
        line, *fields = head.decode("latin-1").split("\r\n")
        self.method, self.target, _ = line.split(" ")
        self.headers = [
            (name.lower(), value.strip()) for name, _, value in (f.partition(":") for f in fields)
        ]
        self.head = head
        self.body = body

    def header(self, name: str) -> str | None:
        """The value of a header, or None."""
        return dict(self.headers).get(name)

    @property
    def json(self) -> Any:
        """What the body says."""
        return json.loads(self.body)


class Peer:
    """The server's end of one connection."""

    def __init__(self, server: Server, sock: socket.socket, number: int) -> None:
        self.server = server
        self.sock = sock
        self.number = number
        self._buffer = b""

    def receive(self) -> Received | None:
        """The next request, or None where the client has closed the connection."""
        while b"\r\n\r\n" not in self._buffer:
            if not self._fill():
                return None
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        body = self._chunks() if b"\r\ntransfer-encoding: chunked" in head.lower() else self._body(head)
        if body is None:
            return None
        request = Received(head, body, self.number)
        with self.server.changed:
            self.server.requests.append(request)
            self.server.changed.notify_all()
        return request

    def _body(self, head: bytes) -> bytes | None:
        lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return self._take(int(lengths[0].partition(b":")[2]) if lengths else 0)

    def _chunks(self) -> bytes | None:
        body = b""
        while True:
            while b"\r\n" not in self._buffer:
                if not self._fill():
                    return None
            size, _, self._buffer = self._buffer.partition(b"\r\n")
            piece = self._take(int(size, 16) + 2)
            if piece is None or piece == b"\r\n":
                return piece and body
            body += piece[:-2]

    def _take(self, length: int) -> bytes | None:
        while len(self._buffer) < length:
            if not self._fill():
                return None
        taken, self._buffer = self._buffer[:length], self._buffer[length:]
        return taken

    def _fill(self) -> bool:
        try:
            data = self.sock.recv(65536)
        except OSError:
            data = b""
        self._buffer += data
        return bool(data)

    def send(self, *pieces: bytes) -> None:
        """Send, and do not mind a client that has gone."""
        with contextlib.suppress(OSError):
            for piece in pieces:
                self.sock.sendall(piece)

    def alive_after(self, seconds: float) -> bool:
        """Wait that long; false as soon as the client has closed the connection."""
        self.sock.settimeout(seconds)
        try:
            return self.sock.recv(1) != b""
        except TimeoutError:
            return True
        except OSError:
            return False
        finally:
            self.sock.settimeout(PATIENCE)

    def reset(self) -> None:
        """Close the connection with a reset instead of an orderly end."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


Behaviour = Callable[[Peer], None]


class Server:
    """Listens on a free port of this machine until it is closed.

    Attributes:
        requests: every request, in its order.
        connections: how many connections were accepted.
        open: how many of them are open at the client's end.
        most_open: how many were at a time.
        sent: bytes that :func:`endless` got rid of.
        held: for behaviours that wait for a word from the test.
    """

    def __init__(self, behaviour: Behaviour, tls: ssl.SSLContext | None = None) -> None:
        self.behaviour = behaviour
        self.requests: list[Received] = []
        self.connections = 0
        self.open = 0
        self.most_open = 0
        self.sent = 0
        self.changed = threading.Condition()
        self.held = threading.Event()
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._socks: set[socket.socket] = set()
        self._closing = False
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        """Where it listens."""
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """The endpoint to give to a client."""
        return f"{'http' if self._tls is None else 'https'}://127.0.0.1:{self.port}"

    def await_state(self, condition: Callable[[Server], bool]) -> bool:
        """Wait until something is so; false where it does not come to that."""
        with self.changed:
            return self.changed.wait_for(lambda: condition(self), PATIENCE)

    def close(self) -> None:
        """Stop, and end every connection."""
        self._closing = True
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), PATIENCE):
            pass  # wakes the thread that accepts
        self._threads[0].join(PATIENCE)
        self._listener.close()
        with self.changed:
            socks = list(self._socks)
        for sock in socks:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in self._threads), "a thread of the server does not end"

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._closing:
                sock.close()
                return
            sock.settimeout(PATIENCE)
            with self.changed:
                self._socks.add(sock)
                self.connections += 1
                self.open += 1
                self.most_open = max(self.most_open, self.open)
                self.changed.notify_all()
            thread = threading.Thread(target=self._serve, args=(sock, self.connections), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, sock: socket.socket, number: int) -> None:
        secured = sock
        try:
            if self._tls is not None:
                secured = self._tls.wrap_socket(sock, server_side=True)
                with self.changed:
                    self._socks.discard(sock)
                    self._socks.add(secured)
            self.behaviour(Peer(self, secured, number))
            while secured.fileno() != -1 and secured.recv(65536):
                pass  # until the client closes too
        except OSError:
            pass  # the client has gone, or did not trust us
        finally:
            with contextlib.suppress(OSError):
                secured.shutdown(socket.SHUT_RDWR)
            secured.close()
            sock.close()
            with self.changed:
                self._socks -= {sock, secured}
                self.open -= 1
                self.changed.notify_all()


# Waiting for both sides


class Gate:
    """A behaviour that answers only when it is opened, and holds each request until then."""

    def __init__(self) -> None:
        self.open = threading.Event()

    def __call__(self, peer: Peer) -> None:
        while peer.receive() is not None:
            self.open.wait(10)
            peer.send(OK)


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks and threads come so far."""
    for _ in range(10_000):
        if condition():
            return
        await asyncio.sleep(0.001)
    raise AssertionError("it never came to that")


Serve = Callable[..., Server]
"""Starts a server that behaves in some way; the fixture ``serve``."""


def eventually(condition: Callable[[], bool]) -> None:
    """Let other threads come so far."""
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.001)


def waiting(held: Any) -> int:
    """How many calls wait for a connection of a transport."""
    return sum(len(free.waiting) for free in held._free.values())


# Answers


def http(
    status: int | str = 200,
    body: bytes | Any = b"",
    headers: Iterable[tuple[str, str]] = (),
    *,
    length: int | None = None,
) -> bytes:
    """An answer as it goes over the wire; a body that is not bytes becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    fields = [("Content-Length", str(len(content) if length is None else length)), *headers]
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"HTTP/1.1 {status} X\r\n{head}\r\n".encode("latin-1") + content


ICE = {"IceServerList": [{"Password": "pw", "Ttl": 300, "Uris": ["turn:192.0.2.1"], "Username": "u"}]}
OK = http(200, ICE, [("x-amzn-requestid", "r-1")])


# Behaviours


def answering(*answers: bytes) -> Behaviour:
    """Answer one request after the other, the last one again and again, on as many connections as there are."""

    def behave(peer: Peer) -> None:
        while peer.receive() is not None:
            with peer.server.changed:
                number = len(peer.server.requests)
            peer.send(answers[min(number, len(answers)) - 1])

    return behave


def sending(*pieces: bytes) -> Behaviour:
    """Send these to the first request of each connection, then close it."""

    def behave(peer: Peer) -> None:
        if peer.receive() is not None:
            peer.send(*pieces)
            with contextlib.suppress(OSError):
                peer.sock.shutdown(socket.SHUT_RDWR)

    return behave


def resetting(*pieces: bytes) -> Behaviour:
    """Send these to the first request of each connection, then reset it."""

    def behave(peer: Peer) -> None:
        if peer.receive() is not None:
            peer.send(*pieces)
            peer.alive_after(0.05)  # so that what was sent is read before the reset
            peer.reset()

    return behave


def dripping(start: bytes, piece: bytes, every: float = 0.02) -> Behaviour:
    """After ``start``, send ``piece`` for as long as the client listens."""

    def behave(peer: Peer) -> None:
        if peer.receive() is not None:
            peer.send(start)
            while peer.alive_after(every):
                peer.send(piece)

    return behave


def silent(peer: Peer) -> None:
    """Read the request and answer nothing."""
    if peer.receive() is not None:
        peer.alive_after(PATIENCE)


def endless(head: bytes, piece: bytes, count: int) -> Behaviour:
    """Send ``piece`` up to ``count`` times after the head; ``server.sent`` counts the bytes."""

    def behave(peer: Peer) -> None:
        if peer.receive() is None:
            return
        peer.send(head)
        with contextlib.suppress(OSError):
            for _ in range(count):
                peer.sock.sendall(piece)
                with peer.server.changed:
                    peer.server.sent += len(piece)

    return behave


def echoing(peer: Peer) -> None:
    """Answer each request with its own ClientId as the password."""
    while (request := peer.receive()) is not None:
        server = {**ICE["IceServerList"][0], "Password": request.json.get("ClientId")}
        peer.send(http(200, {"IceServerList": [server]}))


def proxying(peer: Peer) -> None:
    """Be an HTTP proxy: a tunnel for CONNECT, and for an absolute target one request and its answer."""
    request = peer.receive()
    if request is None:
        return
    tunnel = request.method == "CONNECT"
    authority = request.target if tunnel else request.target.split("/")[2]
    host, _, port = authority.rpartition(":")
    with socket.create_connection((host, int(port)), PATIENCE) as upstream:
        upstream.settimeout(PATIENCE)
        if tunnel:
            peer.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            _, _, fields = request.head.partition(b"\r\n")
            path = "/" + request.target.split("/", 3)[3]
            upstream.sendall(
                f"{request.method} {path} HTTP/1.1\r\n".encode() + fields + b"\r\n\r\n" + request.body
            )
        back = threading.Thread(target=_relay, args=(upstream, peer.sock), daemon=True)
        back.start()
        _relay(peer.sock, upstream)
        back.join(PATIENCE)


def _relay(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)
