# SPDX-License-Identifier: Apache-2.0
"""Structures that stand on both sides, and inputs that are more than inputs."""

from __future__ import annotations

from typing import Any

import pytest


def test_one_class_serves_both_sides(case: Any) -> None:
    package = case.package
    thing = case.client(json={"Id": "1", "Size": 2}).put(id="1", size=2)
    assert case.sent_json == {"Id": "1", "Size": 2}
    assert type(thing) is package.Thing
    got = case.client(json={"Things": [{"Id": "2"}]}).copy(things=[thing, {"Id": "3"}])
    assert case.sent_json == {"Things": [{"Id": "1", "Size": 2}, {"Id": "3"}]}
    assert got.things == [package.Thing(id="2")]


def test_each_side_has_only_the_functions_it_needs(case: Any) -> None:
    codec = case.made.files["codec.py"].decode()
    assert "def only_in_to_json" in codec
    assert "def only_in_from_json" not in codec
    assert "def only_out_from_json" in codec
    assert "def only_out_to_json" not in codec


def test_an_input_alone_has_no_class(case: Any) -> None:
    assert not hasattr(case.package, "CopyRequest")
    assert not hasattr(case.package, "Empty")


def test_an_error_that_holds_a_structure(case: Any) -> None:
    with pytest.raises(case.package.Twice) as raised:
        case.client(409, json={"__type": "Twice", "Other": {"Id": "1"}}).copy()
    assert raised.value.other == case.package.Thing(id="1")
