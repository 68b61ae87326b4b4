# SPDX-License-Identifier: Apache-2.0
"""Floating-point numbers, also those JSON has no number for."""

from __future__ import annotations

import math
from typing import Any

import pytest

from heliograph import ParamError, ResponseError


@pytest.mark.parametrize(
    ("value", "wire"),
    [(0.1, 0.1), (3, 3), (1e300, 1e300), (math.inf, "Infinity"), (-math.inf, "-Infinity")],
)
def test_writes_and_reads(case: Any, value: float, wire: Any) -> None:
    got = case.client(json={"Half": wire, "Many": [wire]}).measure(half=value, many=[value])
    assert case.sent_json == {"Half": wire, "Many": [wire]}
    assert (got.half, list(got.many)) == (value, [value])
    assert isinstance(got.half, float)


def test_writes_and_reads_nan(case: Any) -> None:
    got = case.client(json={"Whole": "NaN"}).measure(whole=math.nan)
    assert case.sent_json == {"Whole": "NaN"}
    assert math.isnan(got.whole)


@pytest.mark.parametrize("value", ["1.5", True, None])
def test_refuses_what_is_no_number(case: Any, value: Any) -> None:
    with pytest.raises(ParamError, match=r"^Many\[0\]: expected float"):
        case.client().measure(many=[value])


@pytest.mark.parametrize("wire", ["1.5", "nan", True, {}])
def test_an_answer_of_another_type_is_a_response_error(case: Any, wire: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(json={"Half": wire}).measure()
