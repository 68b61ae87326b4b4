# SPDX-License-Identifier: Apache-2.0
"""Documents: plain JSON of any shape."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


@pytest.mark.parametrize("value", [{"a": [1, None, {"b": False}]}, [], "text", 0, 1.5, True])
def test_passes_both_ways(case: Any, value: Any) -> None:
    got = case.client(json={"Value": value, "Many": [value]}).note(value=value, many=[value])
    assert case.sent_json == {"Value": value, "Many": [value]}
    assert got.value == value
    assert got.many == [value]


@pytest.mark.parametrize(
    "value", [{1, 2}, b"bytes", float("nan"), object()], ids=["set", "bytes", "nan", "object"]
)
def test_what_is_no_json_is_refused(case: Any, value: Any) -> None:
    with pytest.raises(ParamError):
        case.client().note(value=value)
