# SPDX-License-Identifier: Apache-2.0
"""Unions: dicts with one key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from heliograph import ParamError, ResponseError

ROWS = [
    ({"Text": ""}, {"Text": ""}),
    ({"Number": 1}, {"number": 1}),
    ({"Moment": datetime.fromtimestamp(7, UTC)}, {"Moment": 7}),
    ({"Things": [{"Name": "n"}]}, {"Things": [{"Name": "n"}]}),
    ({"Inner": {"Choice": {"Text": "a"}}}, {"Inner": {"Choice": {"Text": "a"}}}),
    ({"Again": {"Number": 1}}, {"Again": {"number": 1}}),
]


@pytest.mark.parametrize(("value", "wire"), ROWS)
def test_writes_and_reads(case: Any, value: Any, wire: Any) -> None:
    everywhere = {"Choice": wire, "Many": [wire], "ByName": {"k": wire}, "Holder": {"Choice": wire}}
    given = {"Choice": value, "Many": [value], "ByName": {"k": value}, "Holder": {"Choice": value}}
    assert case.client(json=everywhere).call("Choose", given) == given
    assert case.sent_json == everywhere


def test_structures_inside_are_typed(case: Any) -> None:
    thing = case.package.Thing(name="n")
    got = case.client(json={"Choice": {"Things": [{"Name": "n"}]}}).choose(choice={"Things": [thing]})
    assert case.sent_json == {"Choice": {"Things": [{"Name": "n"}]}}
    assert got.choice == {"Things": [thing]}


@pytest.mark.parametrize("value", [{}, {"Text": "a", "Number": 1}, {"Nothing": 1}, {"Text": None}, "a", []])
def test_refuses_what_is_not_one_member(case: Any, value: Any) -> None:
    with pytest.raises(ParamError, match=r"^Choice"):
        case.client().choose(choice=value)


def test_an_unknown_member_is_told(case: Any) -> None:
    got = case.client(
        json={"Choice": {"New": 1}, "Many": [{"__type": "x", "Text": "a", "Number": None}]}
    ).choose()
    assert got.choice == {"SDK_UNKNOWN_MEMBER": {"name": "New"}}
    assert got.many == [{"Text": "a"}]


@pytest.mark.parametrize("wire", [{"Text": "a", "number": 1}, "a", [1]])
def test_two_members_are_a_response_error(case: Any, wire: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(json={"Choice": wire}).choose()


@pytest.mark.parametrize("wire", [None, {}])
def test_an_empty_union_is_absent(case: Any, wire: Any) -> None:
    assert case.client(json={"Choice": wire}).choose().choice is None
