# SPDX-License-Identifier: Apache-2.0
"""Requests of awsQuery: forms with the operation's name and the version."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest

from heliograph import ParamError

MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
OK = b"<R/>"


def form(case: Any) -> dict[str, str]:
    return dict(parse_qsl(case.sent.content.decode(), keep_blank_values=True, strict_parsing=True))


ROWS = [
    ({}, {}),
    ({"Text": "a b&c=d/é"}, {"Text": "a b&c=d/é"}),
    ({"Text": ""}, {"Text": ""}),
    ({"Flag": True}, {"Flag": "true"}),
    ({"Whole": -1}, {"Whole": "-1"}),
    ({"Real": 0.5}, {"Real": "0.5"}),
    ({"Real": float("-inf")}, {"Real": "-Infinity"}),
    ({"Real": float("nan")}, {"Real": "NaN"}),
    ({"Exact": Decimal("1.10")}, {"Exact": "1.10"}),
    ({"Raw": b"\x00\xff"}, {"Raw": "AP8="}),
    ({"Moment": MOMENT}, {"Moment": "2014-04-29T18:30:38Z"}),
    ({"Seconds": MOMENT}, {"Seconds": "1398796238"}),
    ({"Kind": "TWO"}, {"Kind": "TWO"}),
    ({"Renamed": "a"}, {"other.name": "a"}),
    ({"Names": ["a", "b"]}, {"Names.member.1": "a", "Names.member.2": "b"}),
    ({"Names": []}, {"Names": ""}),
    ({"Items": ["a"]}, {"Items.item.1": "a"}),
    ({"Flat": ["a", "b"]}, {"Flat.1": "a", "Flat.2": "b"}),
    ({"Flat": []}, {"Flat": ""}),
    ({"Grid": [["a"], ["b"]]}, {"Grid.member.1.member.1": "a", "Grid.member.2.member.1": "b"}),
    ({"Moments": [MOMENT]}, {"Moments.member.1": "Tue, 29 Apr 2014 18:30:38 GMT"}),
    ({"Tags": {"k": "v"}}, {"Tags.entry.1.key": "k", "Tags.entry.1.value": "v"}),
    ({"Tags": {}}, {}),
    ({"Pairs": {"k": {"Name": "n"}}}, {"Pairs.1.K": "k", "Pairs.1.V.Name": "n"}),
    (
        {"Things": [{"Name": "n", "Names": ["x"]}]},
        {"Things.member.1.Name": "n", "Things.member.1.Names.1": "x"},
    ),
    ({"Thing": {"Name": "a", "Inner": {"Name": "b"}}}, {"Thing.Name": "a", "Thing.Inner.Name": "b"}),
    ({"Choice": {"Text": "t"}}, {"Choice.Text": "t"}),
    ({"Choice": {"Thing": {"Name": "n"}}}, {"Choice.Thing.Name": "n"}),
]


@pytest.mark.parametrize(("given", "pairs"), ROWS, ids=str)
def test_writes(case: Any, given: Any, pairs: dict[str, str]) -> None:
    case.client(content=OK, idempotency_token=lambda: "t").call("Put", given)
    assert form(case) == {"Action": "Put", "Version": "2020-01-08", "Token": "t", **pairs}
    assert case.sent.headers["content-type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert (case.sent.method, case.target) == ("POST", "/")


def test_typed_structures_are_written_too(case: Any) -> None:
    case.client(content=OK).put(things=[case.package.Thing(name="n")], token="t")
    assert form(case)["Things.member.1.Name"] == "n"


def test_an_operation_without_input_sends_its_name(case: Any) -> None:
    case.client().nothing()
    assert case.sent.content == b"Action=Nothing&Version=2020-01-08"


def test_a_member_the_model_does_not_know_is_refused(case: Any) -> None:
    with pytest.raises(ParamError, match="no such member"):
        case.client().put(params={"New": "x"})


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"Text": 1}, "Text"),
        ({"Names": ["a", 1]}, r"Names\[1\]"),
        ({"Tags": {"k": 1}}, r"Tags\['k'\]"),
        ({"Thing": {"Inner": {"Name": "b"}}}, r"Thing\.Name"),
        ({"Choice": {}}, "Choice"),
    ],
    ids=str,
)
def test_refuses_what_is_no_such_value(case: Any, given: Any, path: str) -> None:
    with pytest.raises(ParamError, match=f"^{path}: "):
        case.client().call("Put", given)
