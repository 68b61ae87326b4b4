# SPDX-License-Identifier: Apache-2.0
"""Bytes as the whole body, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


@pytest.mark.parametrize(
    "data", [b"\x00\xff", bytearray(b"ab"), memoryview(b"ab")], ids=["bytes", "bytearray", "view"]
)
def test_writes_the_bytes(case: Any, data: Any) -> None:
    case.client().swap(data=data, name="n")
    assert case.sent.content == bytes(data)
    assert case.sent.headers["content-type"] == "application/octet-stream"


def test_without_bytes_there_is_no_body(case: Any) -> None:
    case.client().swap()
    assert (case.sent.content, case.sent.headers["content-length"]) == (b"", "0")
    assert "content-type" not in case.sent.headers


def test_reads_the_bytes(case: Any) -> None:
    got = case.client(content=b"\x00\xff", headers={"x-name": "n"}).swap()
    assert got.to_dict() == {"Data": b"\x00\xff", "Name": "n"}


def test_an_empty_answer_has_no_member(case: Any) -> None:
    assert case.client().swap().data is None


def test_refuses_text(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Data: expected bytes, got str"):
        case.client().swap(data="text")


def test_no_members_are_sent_that_the_model_does_not_know(case: Any) -> None:
    with pytest.raises(ParamError, match="Other"):
        case.client().call("Swap", {"Other": 1})
