# SPDX-License-Identifier: Apache-2.0
"""Answers that are made to do harm when they are read."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from heliograph import ResponseError
from heliograph.http import WireResponse
from heliograph.wire import cbor, json, xml

DEEP = 200_000
DEEPEST_MEMORY = 64 << 20
"""Bytes that refusing a deep answer may take."""


def answer(body: bytes, kind: str) -> WireResponse:
    return WireResponse(200, {"content-type": kind, "smithy-protocol": "rpc-v2-cbor"}, body)


def xml_of(response: WireResponse) -> Any:
    return xml.xml_value(response)


@pytest.mark.parametrize(
    ("read", "body", "kind"),
    [
        (json.json_object, b'{"a":' + b"[" * DEEP + b"]" * DEEP + b"}", "application/json"),
        (json.json_object, b'{"a":' * DEEP + b"1" + b"}" * DEEP, "application/json"),
        (cbor.cbor_object, b"\xa1\x61a" * DEEP + b"\x01", "application/cbor"),
        (xml_of, b"<a>" * DEEP + b"</a>" * DEEP, "application/xml"),
    ],
    ids=["JSON lists", "JSON objects", "CBOR", "XML"],
)
def test_a_deep_answer_is_an_error_of_ours(read: Callable[..., Any], body: bytes, kind: str) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(ResponseError):
            read(answer(body, kind))
        assert tracemalloc.get_traced_memory()[1] < DEEPEST_MEMORY
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("sign", [b"", b"-"])
def test_a_number_of_five_thousand_digits_is_an_error_of_ours(sign: bytes) -> None:
    with pytest.raises(ResponseError):
        json.json_object(answer(b'{"a": ' + sign + b"9" * 5000 + b"}", "application/json"))


def test_the_same_xml_without_a_declaration_is_read() -> None:
    assert xml_of(answer(b"<a/>", "application/xml")) is not None


@pytest.mark.parametrize(
    "declaration",
    [
        b"<!DOCTYPE a>",
        b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x">',
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE a [<!ENTITY x "xxxxxxxxxx"><!ENTITY y "&x;&x;&x;&x;&x;&x;">]>',
    ],
)
def test_xml_that_declares_anything_is_refused(declaration: bytes) -> None:
    with pytest.raises(ResponseError):
        xml_of(answer(declaration + b"<a/>", "application/xml"))
