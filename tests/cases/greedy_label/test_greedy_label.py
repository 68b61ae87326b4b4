# SPDX-License-Identifier: Apache-2.0
"""A label that may hold slashes."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


@pytest.mark.parametrize(
    ("key", "target"),
    [("a/b c", "/files/a/b%20c/raw"), ("/a", "/files//a/raw"), ("a%2f..", "/files/a%252f../raw")],
)
def test_slashes_stay(case: Any, key: str, target: str) -> None:
    case.client().get(key=key)
    assert case.target == target


@pytest.mark.parametrize("key", ["", "..", "a/../b", "./a", "a/."])
def test_dot_segments_are_refused(case: Any, key: str) -> None:
    with pytest.raises(ParamError, match=r"^Key: "):
        case.client().get(key=key)
