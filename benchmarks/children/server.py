# SPDX-License-Identifier: Apache-2.0
"""The service, on loopback and as cheap as can be: ``server.py CA_FILE``.

Every signed request gets the same answer, an unsigned one a refusal. It writes to ``CA_FILE`` whom to trust: its own
certificate authority among the usual hundred and more, since to read those is part of what a first call costs. It
says where it listens in one line of JSON, and ends with its input.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import sys
from pathlib import Path

import certifi
import trustme
from sample import ice_servers


def answer(status: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\n"
        "x-amzn-RequestId: 5f6b1a2c-0d3e-4f5a-8b9c-7d6e5f4a3b2c\r\n"
        "Date: Tue, 14 Nov 2023 22:13:20 GMT\r\n"
        "Content-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body


OK = answer("200 OK", ice_servers(2))
REFUSED = answer("403 Forbidden", b'{"message":"Missing Authentication Token"}')


class Service(asyncio.Protocol):
    """One connection; it stays open."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = b""

    def data_received(self, data: bytes) -> None:
        self._received += data
        while True:
            head, end, rest = self._received.partition(b"\r\n\r\n")
            length = content_length(head)
            if not end or len(rest) < length:
                return
            self._received = rest[length:]
            self._transport.write(OK if b"AWS4-HMAC-SHA256" in head else REFUSED)


def content_length(head: bytes) -> int:
    _, name, value = head.lower().partition(b"\r\ncontent-length:")
    return int(value.partition(b"\r\n")[0]) if name else 0


def server_context(ca_file: str) -> ssl.SSLContext:
    authority = trustme.CA()
    usual = Path(certifi.where()).read_bytes()
    Path(ca_file).write_bytes(usual + authority.cert_pem.bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


async def main() -> None:
    loop = asyncio.get_running_loop()
    ends = {"http": None, "https": server_context(sys.argv[1])}
    places = {}
    for scheme, context in ends.items():
        server = await loop.create_server(Service, "127.0.0.1", 0, ssl=context, backlog=1024)
        places[scheme] = f"{scheme}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    print(json.dumps(places), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)


asyncio.run(main())
