# SPDX-License-Identifier: Apache-2.0
"""Bytes in JSON bodies: base64."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError, ResponseError


def test_writes_and_reads(case: Any) -> None:
    wire = {"Data": "AP8=", "Many": ["YQ=="], "ByName": {"k": ""}}
    got = case.client(json=wire).keep(data=b"\x00\xff", many=[bytearray(b"a")], by_name={"k": b""})
    assert case.sent_json == wire
    assert got.to_dict() == {"Data": b"\x00\xff", "Many": [b"a"], "ByName": {"k": b""}}


def test_text_is_not_bytes(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Many\[0\]: expected bytes, got str"):
        case.client().keep(many=["a"])


@pytest.mark.parametrize("wire", ["!", "YQ", 7])
def test_what_is_no_base64_is_a_response_error(case: Any, wire: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(json={"Data": wire}).keep()
