# SPDX-License-Identifier: Apache-2.0
"""Required members of outputs: absent ones say so when they are read."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

FULL = {"Name": "n", "Tags": [], "Inner": {"At": 7}}


def test_reads_what_is_there(case: Any) -> None:
    got = case.client(json=FULL, headers={"x-size": "3"}).get()
    assert (got.name, got.tags, got.size, got.note) == ("n", [], 3, None)
    assert got.inner.at.timestamp() == 7


@pytest.mark.parametrize(
    ("own", "wire"), [("name", "Name"), ("tags", "Tags"), ("inner", "Inner"), ("size", "Size")]
)
@pytest.mark.parametrize("null", [True, False])
def test_what_is_absent_says_so_when_it_is_read(case: Any, own: str, wire: str, null: bool) -> None:
    rest = {**FULL, wire: None} if null else {name: value for name, value in FULL.items() if name != wire}
    got = case.client(json=rest).get()
    with pytest.raises(AttributeError, match=wire):
        getattr(got, own)
    assert wire not in got.to_dict()
    assert own not in repr(got)


def test_an_empty_answer_is_read_and_copied(case: Any) -> None:
    got = case.client().get()
    assert got.to_dict() == {}
    assert copy.deepcopy(got).to_dict() == {}
    assert pickle.loads(pickle.dumps(got)) == got


def test_nested_ones_too(case: Any) -> None:
    with pytest.raises(AttributeError, match="At"):
        case.client(json={"Inner": {}}).get().inner.at  # noqa: B018 - reading it is the test


def test_a_misspelt_attribute_is_an_ordinary_error(case: Any) -> None:
    with pytest.raises(AttributeError, match="no attribute 'nmae'"):
        case.client().get().nmae  # noqa: B018 - reading it is the test


def test_the_class_needs_them(case: Any) -> None:
    with pytest.raises(TypeError, match="at"):
        case.package.Inner()
