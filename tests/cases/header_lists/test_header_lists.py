# SPDX-License-Identifier: Apache-2.0
"""Lists in headers: one header, items between commas, quotes where they are needed."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError

ROWS = [
    ("texts", ["a", "b c"], "a, b c"),
    ("texts", ["a,b", 'say "x"'], '"a,b", "say \\"x\\""'),
    ("numbers", [1, -2], "1, -2"),
    ("flags", [True, False], "true, false"),
    ("colors", ["RED", "MAUVE"], "RED, MAUVE"),
    ("halves", [0.5, 1.5], "0.5, 1.5"),
]


@pytest.mark.parametrize(("member", "value", "text"), ROWS)
def test_writes_and_reads(case: Any, member: str, value: Any, text: str) -> None:
    got = case.client(headers={f"x-{member}": text}).move(**{member: value})
    assert case.sent.headers[f"x-{member}"] == text
    assert getattr(got, member) == value


def test_an_absent_list_is_empty_and_not_told(case: Any) -> None:
    got = case.client().move()
    assert len(got.texts) == 0
    assert got.to_dict() == {}


def test_an_error_names_the_item(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Numbers\[1\]: expected int, got str"):
        case.client().move(numbers=[1, "2"])
