# SPDX-License-Identifier: Apache-2.0
"""Members in headers, of each simple type, both ways."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from heliograph import ParamError, ResponseError


@pytest.mark.parametrize(
    ("member", "value", "header", "text"),
    [
        ("text", " a b ", "x-text", "a b"),
        ("text", "", "x-text", ""),
        ("whole", -7, "x-whole", "-7"),
        ("big", 2**53 + 1, "x-big", "9007199254740993"),
        ("broken", 0.1, "x-broken", "0.1"),
        ("broken", float("nan"), "x-broken", "NaN"),
        ("broken", float("-inf"), "x-broken", "-Infinity"),
        ("exact", Decimal("1.10"), "x-exact", "1.10"),
        ("flag", True, "x-flag", "true"),
        ("flag", False, "x-flag", "false"),
        ("color", "MAUVE", "x-color", "MAUVE"),
    ],
)
def test_writes(case: Any, member: str, value: Any, header: str, text: str) -> None:
    case.client().move(**{member: value})
    assert case.sent.headers[header] == text
    assert case.sent.content == b""
    assert "content-type" not in case.sent.headers


def test_an_absent_member_is_no_header(case: Any) -> None:
    case.client().move()
    assert not [name for name in case.sent.headers if name.startswith("x-") and not name.startswith("x-amz-")]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "\x00", "\u20ac"])
def test_refuses_what_cannot_stand_in_a_header(case: Any, value: str) -> None:
    with pytest.raises(ParamError, match=r"^Text: "):
        case.client().move(text=value)
    assert not case.requests


def test_reads(case: Any) -> None:
    headers = {"x-text": "a, b", "x-whole": "12", "x-broken": "Infinity", "X-Exact": "1.10"}
    got = case.client(headers={**headers, "x-flag": "TRUE", "x-color": "MAUVE"}).move()
    assert (got.text, got.whole, got.broken, got.exact) == ("a, b", 12, float("inf"), Decimal("1.10"))
    assert (got.flag, got.color) == (True, "MAUVE")


def test_reads_absence(case: Any) -> None:
    got = case.client().move()
    assert (got.text, got.whole, got.flag) == (None, None, None)
    assert got.to_dict() == {}


@pytest.mark.parametrize("headers", [{"x-whole": "twelve"}, {"x-flag": "yes"}, {"x-broken": "inf"}])
def test_an_answer_of_another_type_is_a_response_error(case: Any, headers: dict[str, str]) -> None:
    with pytest.raises(ResponseError, match="Move"):
        case.client(headers=headers).move()
