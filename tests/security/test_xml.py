# SPDX-License-Identifier: Apache-2.0
"""XML that is made to do harm: nothing of it is fetched, nothing grows, and it ends in one error of ours."""

from __future__ import annotations

import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator

import pytest

from heliograph import ResponseError
from heliograph.http import WireResponse
from heliograph.wire import xml

QUICK = 5.0
"""Seconds; expanded, the texts below would take hours."""
SMALL = 32 << 20
"""Bytes of memory."""


def laughs(levels: int = 12, many: int = 10) -> str:
    """Ten to the power of ``levels`` laughs."""
    entities = "".join(f'<!ENTITY lol{level} "{f"&lol{level - 1};" * many}">' for level in range(1, levels))
    return f'<!DOCTYPE lolz [<!ENTITY lol0 "lol">{entities}]><lolz>&lol{levels - 1};</lolz>'


def quadratic() -> str:
    """One long entity, used often."""
    return f'<!DOCTYPE a [<!ENTITY x "{"x" * 100_000}">]><a>{"&x;" * 50_000}</a>'


TEXTS: dict[str, Callable[[str], str]] = {
    "billion laughs": lambda url: laughs(),
    "one long entity": lambda url: quadratic(),
    "laughs in an attribute": lambda url: laughs().replace("<lolz>&lol11;", '<lolz a="&lol11;">'),
    "an external DTD": lambda url: f'<!DOCTYPE a SYSTEM "{url}/x.dtd"><a/>',
    "a public DTD": lambda url: f'<!DOCTYPE a PUBLIC "-//X//Y" "{url}/x.dtd"><a/>',
    "an external entity": lambda url: f'<!DOCTYPE a [<!ENTITY x SYSTEM "{url}/x">]><a>&x;</a>',
    "an external parameter entity": lambda url: f'<!DOCTYPE a [<!ENTITY % x SYSTEM "{url}/x"> %x;]><a/>',
    "a file": lambda url: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a DOCTYPE without entities": lambda url: "<!DOCTYPE a><a/>",
    "a DOCTYPE in lower case": lambda url: "<!doctype a><a/>",
    "an entity that nobody declared": lambda url: "<a>&x;</a>",
    "an encoding that hides it": lambda url: f"<?xml version='1.0' encoding='utf-16'?>{laughs()}",
    "a deep tree": lambda url: "<a>" * 200_000 + "</a>" * 200_000,
    "a deep tree of attributes": lambda url: "<a b='c'>" * 200_000,
}


@pytest.fixture
def canary_server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


@pytest.mark.parametrize("reader", ["an answer", "an error"])
@pytest.mark.parametrize("name", TEXTS)
def test_harmful_xml_is_refused_at_once(name: str, reader: str, canary_server: socket.socket) -> None:
    text = TEXTS[name](f"http://127.0.0.1:{canary_server.getsockname()[1]}")
    body = text.encode("utf-16" if "utf-16" in text else "utf-8")
    answer = WireResponse(403, {}, body)
    start = time.monotonic()
    tracemalloc.start()
    try:
        if reader == "an answer":
            with pytest.raises(ResponseError) as caught:
                xml.xml_value(answer)
            shown = str(caught.value)
        else:  # an error that cannot be read is still one, and goes by its status
            code, message, members = xml.read_xml_error(answer)
            assert (code, members) == ("403", {})
            shown = message or ""
        assert tracemalloc.get_traced_memory()[1] < SMALL + 4 * len(body)
    finally:
        tracemalloc.stop()
    assert time.monotonic() - start < QUICK
    assert "root:" not in shown
    assert "lollol" not in shown
    with pytest.raises(BlockingIOError):
        canary_server.accept()


def test_the_canary_server_hears_who_comes(canary_server: socket.socket) -> None:
    with socket.create_connection(canary_server.getsockname(), 10):
        connection, _ = canary_server.accept()
        connection.close()
