# SPDX-License-Identifier: Apache-2.0
"""Lists, maps, unions and documents as the whole body, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ResponseError

ROWS = [
    ("swap_list", "items", [{"Name": "n"}], b'[{"Name":"n"}]'),
    ("swap_list", "items", [], b"[]"),
    ("swap_map", "items", {"a": {"Name": "n"}}, b'{"a":{"Name":"n"}}'),
    ("swap_union", "choice", {"Thing": {"Name": "n"}}, b'{"Thing":{"Name":"n"}}'),
    ("swap_document", "value", {"a": [None, 1.5]}, b'{"a":[null,1.5]}'),
    ("swap_document", "value", False, b"false"),
    ("swap_document", "value", "text", b'"text"'),
]


@pytest.mark.parametrize(("method", "member", "value", "content"), ROWS)
def test_writes_and_reads(case: Any, method: str, member: str, value: Any, content: bytes) -> None:
    got = getattr(case.client(content=content), method)(**{member: value})
    assert case.sent.content == content
    assert case.sent.headers["content-type"] == "application/json"
    assert list(got.to_dict().values()) == [value]


@pytest.mark.parametrize("method", ["swap_list", "swap_map", "swap_union", "swap_document"])
def test_an_absent_one_is_no_body(case: Any, method: str) -> None:
    got = getattr(case.client(), method)()
    assert case.sent.content == b""
    assert "content-type" not in case.sent.headers
    assert got.to_dict() == {}


@pytest.mark.parametrize("method", ["swap_list", "swap_map", "swap_union"])
def test_another_kind_of_json_is_a_response_error(case: Any, method: str) -> None:
    with pytest.raises(ResponseError):
        getattr(case.client(content=b'"text"'), method)()
