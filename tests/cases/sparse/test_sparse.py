# SPDX-License-Identifier: Apache-2.0
"""Lists and maps in which null is an entry like others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from heliograph import ParamError

ROWS = [
    ({"Texts": ["a", None]}, {"Texts": ["a", None]}),
    ({"Texts": []}, {"Texts": []}),
    ({"Moments": {"a": None, "b": datetime.fromtimestamp(7, UTC)}}, {"Moments": {"a": None, "b": 7}}),
    ({"Things": {"a": None, "b": {"Name": "n"}}}, {"Things": {"a": None, "b": {"Name": "n"}}}),
    ({"Grid": [None, ["a", None]]}, {"Grid": [None, ["a", None]]}),
    ({"Dense": [["a", None]]}, {"Dense": [["a", None]]}),
    ({"Choices": [None, {"Texts": [None]}]}, {"Choices": [None, {"Texts": [None]}]}),
]


@pytest.mark.parametrize(("value", "wire"), ROWS)
def test_null_is_kept_both_ways(case: Any, value: Any, wire: Any) -> None:
    assert case.client(json=wire).call("Fill", value) == value
    assert case.sent_json == wire


def test_structures_and_nulls_stand_side_by_side(case: Any) -> None:
    got = case.client(json={"Things": {"a": None, "b": {"Name": "n"}}}).fill()
    assert got.things["a"] is None
    assert got.things["b"].name == "n"
    assert got.texts == ()


def test_null_in_a_dense_list_is_dropped_when_read_and_refused_when_written(case: Any) -> None:
    assert case.client(json={"Dense": [None, ["a"]]}).call("Fill") == {"Dense": [["a"]]}
    with pytest.raises(ParamError, match=r"Dense\[1\]"):
        case.client().fill(dense=[["a"], None])
