# SPDX-License-Identifier: Apache-2.0
"""Strings that hold JSON: callers see what it says."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from heliograph import ParamError, ResponseError

VALUE = {"a": [1, None, "\u00fc"]}
TEXT = '{"a":[1,null,"\\u00fc"]}'


def test_writes_and_reads(case: Any) -> None:
    header = b64encode(TEXT.encode()).decode()
    body = {"Body": TEXT, "Must": '"text"', "Many": [TEXT], "ByName": {"k": "1"}}
    got = case.client(headers={"X-Header": header}, json=body).fill(
        header=VALUE, body=VALUE, must="text", many=[VALUE], by_name={"k": 1}
    )
    assert case.sent.headers["x-header"] == header
    assert case.sent_json == body
    assert got.to_dict() == {
        "Header": VALUE,
        "Body": VALUE,
        "Must": "text",
        "Many": [VALUE],
        "ByName": {"k": 1},
    }


def test_what_json_cannot_say_is_refused(case: Any) -> None:
    with pytest.raises(ParamError, match="Body: cannot be written as JSON"):
        case.client().fill(must=1, body={"a": object()})


@pytest.mark.parametrize(
    ("headers", "body"), [({"X-Header": "%"}, {}), ({}, {"Body": "{"}), ({}, {"Body": {}})]
)
def test_what_is_no_json_is_a_response_error(case: Any, headers: dict[str, str], body: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(headers=headers, json=body).fill(must=1)
