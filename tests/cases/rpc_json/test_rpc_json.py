# SPDX-License-Identifier: Apache-2.0
"""Smithy RPC v2 JSON: paths name service and operation, bodies are JSON."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest


@pytest.mark.parametrize(("method", "name", "content"), [("ping", "Ping", b""), ("touch", "Touch", b"{}")])
def test_says_the_operation_in_the_path(case: Any, method: str, name: str, content: bytes) -> None:
    getattr(case.client(), method)()
    assert (case.sent.method, case.target) == ("POST", f"/service/TinyThings/operation/{name}")
    assert case.sent.content == content
    headers = case.sent.headers
    assert (headers["smithy-protocol"], headers["accept"]) == ("rpc-v2-json", "application/json")
    assert headers.get("content-type") == ("application/json" if content else None)


def test_numbers_of_any_size_are_strings(case: Any) -> None:
    body = {"Exact": "1.10", "Whole": str(2**80)}
    got = case.client(json=body).get_thing(name="n", exact=Decimal("1.10"), whole=2**80)
    assert case.sent_json == {"Name": "n", **body}
    assert (str(got.exact), got.whole) == ("1.10", 2**80)


def test_reads_plain_numbers_too(case: Any) -> None:
    got = case.client(content=b'{"Exact": 1.10, "Whole": 7}').get_thing(name="n")
    assert (str(got.exact), got.whole) == ("1.10", 7)


def test_an_error_is_known_by_its_type(case: Any) -> None:
    with pytest.raises(case.package.errors.NoSuchThing) as raised:
        case.client(400, json={"__type": "com.example#NoSuchThing", "message": "gone"}).ping()
    assert (raised.value.code, raised.value.message) == ("NoSuchThing", "gone")
