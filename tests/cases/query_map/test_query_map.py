# SPDX-License-Identifier: Apache-2.0
"""A map that becomes the query, giving way to members with keys of their own."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("arguments", "target"),
    [
        ({"all": {"b": "2", "a": "1"}}, "/find?fixed=1&b=2&a=1"),
        ({"all": {"named": "no", "fixed": "no"}, "named": "yes"}, "/find?fixed=1&named=yes"),
        ({}, "/find?fixed=1"),
    ],
)
def test_writes_strings(case: Any, arguments: dict[str, Any], target: str) -> None:
    case.client().find(**arguments)
    assert case.target == target


def test_writes_lists_of_strings(case: Any) -> None:
    case.client().find_many(all={"a": ["1", "2"], "b": []})
    assert case.target == "/find-many?a=1&a=2"
