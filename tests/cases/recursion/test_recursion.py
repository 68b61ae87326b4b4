# SPDX-License-Identifier: Apache-2.0
"""Structures, lists, maps and unions that hold themselves."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


def test_writes_and_reads_to_any_depth(case: Any) -> None:
    tree: dict[str, Any] = {"Name": "leaf", "Children": []}
    for depth in range(20):
        tree = {"Name": f"{depth}", "Children": [tree], "Named": {"k": [tree]} if depth < 3 else {}}
    got = case.client(json={"Tree": tree}).grow(tree=tree)
    assert case.sent_json == {"Tree": tree}
    assert got.tree.children[0].children[0].name == "17"
    assert got.to_dict() == {"Tree": tree}


def test_unions_inside_unions(case: Any) -> None:
    leaf = {"Leaf": {"Deep": {"Text": "t"}}}
    value = {"Pair": {"First": leaf, "Second": {"Many": [leaf, {"Many": []}]}}}
    assert case.client(json={"Value": value}).call("Grow", {"Value": value}) == {"Value": value}


def test_an_input_that_holds_itself_is_a_class_too(case: Any) -> None:
    case.client().plant(name="a", inner=case.package.Seed(name="b", inner={"Name": "c"}))
    assert case.sent_json == {"Name": "a", "Inner": {"Name": "b", "Inner": {"Name": "c"}}}


def test_an_output_that_holds_itself(case: Any) -> None:
    got = case.client(json={"Next": {"Trees": [{"Name": "a", "Children": []}]}}).plant()
    assert got.next.trees[0].name == "a"
    assert got.next.next is None


def test_errors_name_the_place(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Tree\.Children\[0\]\.Children: is required"):
        case.client().grow(tree={"Name": "a", "Children": [{"Name": "b"}]})


def test_a_value_that_holds_itself_is_a_param_error(case: Any) -> None:
    tree: dict[str, Any] = {"Name": "a"}
    tree["Children"] = [tree]
    with pytest.raises(ParamError):
        case.client().grow(tree=tree)
