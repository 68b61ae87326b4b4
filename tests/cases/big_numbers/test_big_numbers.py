# SPDX-License-Identifier: Apache-2.0
"""Whole and decimal numbers of any size."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from heliograph import ParamError, ResponseError

BIG = 2**90 + 1


def test_whole_numbers_are_exact_both_ways(case: Any) -> None:
    got = case.client(content=b'{"Whole": %d, "Long": -9007199254740993}' % BIG).count(
        whole=BIG, long=2**53 + 1
    )
    assert case.sent.content == b'{"Long":9007199254740993,"Whole":%d}' % BIG
    assert (got.whole, got.long) == (BIG, -9007199254740993)


@pytest.mark.parametrize(
    ("value", "wire"),
    [
        (Decimal("1.5"), b"1.5"),
        (Decimal(BIG), b"%d" % BIG),
        (2, b"2"),
        (0.25, b"0.25"),
        (Decimal("-0.001"), b"-0.001"),
        (Decimal("0.1000000000000000000000000001"), b"0.1000000000000000000000000001"),
        (Decimal("1E+9999"), b"1E+9999"),
    ],
)
def test_writes_decimals(case: Any, value: Any, wire: bytes) -> None:
    case.client().count(exact=value)
    assert case.sent.content == b'{"Exact":%s}' % wire


@pytest.mark.parametrize(("wire", "value"), [(1.5, "1.5"), (BIG, str(BIG)), ("0.10", "0.10")])
def test_reads_decimals(case: Any, wire: Any, value: str) -> None:
    got = case.client(json={"Exact": wire, "Many": [wire]}).count()
    assert (got.exact, got.many) == (Decimal(value), [Decimal(value)])


def test_decimals_keep_their_digits_beside_everything_else(case: Any) -> None:
    long = b"3.14159265358979323846264338327950288"
    body = b'{"Exact":%s,"Long":1,"Many":[%s,1.10]}' % (long, long)
    values = {"Exact": Decimal(long.decode()), "Long": 1, "Many": [Decimal(long.decode()), Decimal("1.10")]}
    got = case.client(content=body).call("Count", values)
    assert case.sent.content == body
    assert repr(got) == repr(values)


@pytest.mark.parametrize("value", ["1", True, object()])
def test_refuses_what_cannot_be_written(case: Any, value: Any) -> None:
    with pytest.raises(ParamError):
        case.client().count(exact=value)


def test_an_answer_of_another_type_is_a_response_error(case: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(json={"Exact": "many"}).count()
