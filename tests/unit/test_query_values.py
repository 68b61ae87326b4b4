# SPDX-License-Identifier: Apache-2.0
"""Form bodies of awsQuery and ec2Query."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.errors import ParamError
from heliograph.structure import Structure
from heliograph.wire import checks, http, query
from heliograph.wire.xml import each_entry

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def written(members: dict[str, Any]) -> list[str]:
    start, *pairs = query.form_body("Act", "2020-01-08", members).decode().split("&Version=2020-01-08")
    assert start == "Action=Act"
    return pairs[0].removeprefix("&").split("&") if pairs[0] else []


@pytest.mark.parametrize(
    ("members", "pairs"),
    [
        pytest.param({}, [], id="nothing"),
        pytest.param({"A": "1", "B": "2"}, ["A=1", "B=2"], id="members"),
        pytest.param({"A": ""}, ["A="], id="empty-text"),
        pytest.param({"A": "a b+c/d~é&="}, ["A=a%20b%2Bc%2Fd~%C3%A9%26%3D"], id="percent-encoding"),
        pytest.param({"N": {"A": "1", "N": {"A": "2"}}}, ["N.A=1", "N.N.A=2"], id="nested"),
        pytest.param({"N": {}}, [], id="empty-structure"),
        pytest.param({"L": {"member": ["a", "b"]}}, ["L.member.1=a", "L.member.2=b"], id="list"),
        pytest.param({"L": ["a", "b"]}, ["L.1=a", "L.2=b"], id="flat-list"),
        pytest.param({"L": []}, [], id="empty-flat-list"),
        pytest.param(
            {"L": {"member": [{"A": "1"}, {"A": "2"}]}},
            ["L.member.1.A=1", "L.member.2.A=2"],
            id="list-of-structures",
        ),
        pytest.param(
            {"L": {"member": [{"member": ["a"]}, {"member": ["b"]}]}},
            ["L.member.1.member.1=a", "L.member.2.member.1=b"],
            id="list-of-lists",
        ),
        pytest.param(
            {"M": {"entry": [{"key": "k", "value": "v"}]}},
            ["M.entry.1.key=k", "M.entry.1.value=v"],
            id="map",
        ),
        pytest.param({"M": [{"K": "k", "V": {"A": "1"}}]}, ["M.1.K=k", "M.1.V.A=1"], id="flat-map"),
        pytest.param({"M": {"entry": []}}, [], id="empty-map"),
        pytest.param(
            {"L": [str(n) for n in range(1, 12)]}, [f"L.{n}={n}" for n in range(1, 12)], id="two-digits"
        ),
    ],
)
def test_members_are_written(members: dict[str, Any], pairs: list[str]) -> None:
    assert written(members) == pairs


@pytest.mark.parametrize(
    ("values", "item", "pairs"),
    [
        pytest.param(["a"], "member", ["L.member.1=a"], id="wrapped"),
        pytest.param(["a"], "item", ["L.item.1=a"], id="another-name"),
        pytest.param(["a"], "", ["L.1=a"], id="flat"),
        pytest.param([], "member", ["L="], id="empty"),
        pytest.param([], "", ["L="], id="empty-flat"),
    ],
)
def test_a_list_of_aws_query_is_written(values: list[Any], item: str, pairs: list[str]) -> None:
    assert written({"L": query.query_list(values, item)}) == pairs


def test_a_surrogate_is_refused_without_its_text() -> None:
    with pytest.raises(ParamError) as caught:
        query.form_body("Act", "1", {"A": "secret\ud800"})
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_with_checks_off_anything_is_written_as_text() -> None:
    value = checks.without_checks(lambda: {"A": checks.text(5, "A"), "B": checks.required({}, "B")})
    assert written(value) == ["A=5", "B="]


@given(st.dictionaries(TEXTS.filter(bool), TEXTS))
def test_any_text_survives(members: dict[str, str]) -> None:
    body = query.form_body("Act", "1", members)
    pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True)
    assert pairs == [("Action", "Act"), ("Version", "1"), *members.items()]


# A structure as generated code writes it


class Thing(Structure):
    __slots__ = ()

    MEMBERS = tuple(
        (name.lower(), name, False, None) for name in ("Size", "Tags", "Values", "Labels", "Nested")
    )


def thing_to_query(value: Any, name: str) -> dict[str, Any]:
    members = checks.members_of(value, Thing, name)
    body: dict[str, Any] = {}
    if (value := members.get("Size")) is not None:
        body["Size"] = http.integer_text(value, "Size")
    if (value := members.get("Tags")) is not None:
        body["Tags"] = query.query_list(checks.each(checks.text, value, "Tags"), "member")
    if (value := members.get("Values")) is not None:
        body["Value"] = query.query_list(checks.each(http.boolean_text, value, "Values"))
    if (value := members.get("Labels")) is not None:
        body["Labels"] = {"entry": each_entry(checks.text, value, "Labels")}
    if (value := members.get("Nested")) is not None:
        body["Nested"] = checks.nested(thing_to_query, value, "Nested")
    return body


def thing_to_ec2(value: Any, name: str) -> dict[str, Any]:
    members = checks.members_of(value, Thing, name)
    body: dict[str, Any] = {}
    if (value := members.get("Tags")) is not None:
        body["TagSet"] = checks.each(checks.text, value, "Tags")
    if (value := members.get("Nested")) is not None:
        body["Nested"] = checks.nested(thing_to_ec2, value, "Nested")
    return body


def test_a_structure_is_written_for_aws_query() -> None:
    thing = {
        "Size": 3,
        "Tags": ["a", "b"],
        "Values": [True],
        "Labels": {"x": "1"},
        "Nested": {"Tags": [], "Labels": {}},
    }
    assert written(thing_to_query(thing, "")) == [
        "Size=3",
        "Tags.member.1=a",
        "Tags.member.2=b",
        "Value.1=true",
        "Labels.entry.1.key=x",
        "Labels.entry.1.value=1",
        "Nested.Tags=",
    ]


def test_a_structure_is_written_for_ec2() -> None:
    thing = {"Tags": ["a", "b"], "Nested": {"Tags": []}}
    assert written(thing_to_ec2(thing, "")) == ["TagSet.1=a", "TagSet.2=b"]


def test_an_error_names_the_place() -> None:
    with pytest.raises(ParamError) as caught:
        thing_to_query({"Nested": {"Tags": ["a", 1]}}, "")
    assert str(caught.value) == "Nested.Tags[1]: expected str, got int"
