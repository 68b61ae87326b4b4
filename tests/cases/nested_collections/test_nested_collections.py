# SPDX-License-Identifier: Apache-2.0
"""Maps and lists inside of lists and maps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from heliograph import ParamError, ResponseError

MOMENT = datetime.fromtimestamp(7, UTC)

ROWS = [
    ("Grid", [[1, 2], []], [[1, 2], []]),
    ("Index", {"a": [{"Name": "n"}], "b": []}, {"a": [{"Name": "n"}], "b": []}),
    ("Deep", [{"a": [{"Name": "n"}]}, {}], [{"a": [{"Name": "n"}]}, {}]),
    ("Moments", [{"a": [MOMENT]}], [{"a": [7]}]),
    ("Names", {"RED": {"a": "b"}, "MAUVE": {}}, {"RED": {"a": "b"}, "MAUVE": {}}),
]


@pytest.mark.parametrize(("member", "value", "wire"), ROWS, ids=[row[0] for row in ROWS])
def test_writes_and_reads(case: Any, member: str, value: Any, wire: Any) -> None:
    assert case.client(json={member: wire}).call("Pile", {member: value}) == {member: value}
    assert case.sent_json == {member: wire}


def test_classes_and_mappings_are_taken_at_any_depth(case: Any) -> None:
    thing = case.package.Thing(name="n")
    got = case.client(json={"Deep": [{"a": [{"Name": "n"}]}]}).pile(deep=[{"a": [thing, {"Name": "n"}]}])
    assert case.sent_json == {"Deep": [{"a": [{"Name": "n"}, {"Name": "n"}]}]}
    assert got.deep == [{"a": [thing]}]


def test_from_dict_makes_classes_at_any_depth(case: Any) -> None:
    made = case.package.from_dict("PileResponse", {"Deep": [{"a": [{"Name": "n"}]}], "Grid": [[1]]})
    assert made.deep[0]["a"][0] == case.package.Thing(name="n")
    assert made.to_dict() == {"Deep": [{"a": [{"Name": "n"}]}], "Grid": [[1]]}


@pytest.mark.parametrize(
    ("arguments", "place"),
    [
        ({"grid": [[1, "2"]]}, r"Grid\[0\]\[1\]"),
        ({"index": {"a": [{"Nam": "n"}]}}, r"Index\['a'\]\[0\]\.Nam"),
        ({"names": {1: {}}}, r"Names \(a key\)"),
        ({"grid": 7}, "Grid"),
        ({"index": [1]}, "Index"),
    ],
)
def test_errors_name_the_place(case: Any, arguments: dict[str, Any], place: str) -> None:
    with pytest.raises(ParamError, match=f"^{place}: "):
        case.client().pile(**arguments)


def test_null_entries_are_dropped(case: Any) -> None:
    got = case.client(json={"Grid": [[1, None], None], "Index": {"a": None, "b": [None]}}).pile()
    assert got.to_dict() == {"Grid": [[1]], "Index": {"b": []}}


@pytest.mark.parametrize(
    "wire", [{"Grid": {}}, {"Grid": [1]}, {"Index": []}, {"Index": {"a": {}}}, {"Deep": [[]]}]
)
def test_an_answer_of_another_shape_is_a_response_error(case: Any, wire: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(json=wire).pile()
