# SPDX-License-Identifier: Apache-2.0
"""Integer enumerations."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


def test_known_and_unknown_values_pass_both_ways(case: Any) -> None:
    got = case.client(json={"Given": 7, "Many": [1, 9]}, headers={"x-last": "5"}).rate(
        stars=5, given=7, many=[1]
    )
    assert (case.target, case.sent_json) == ("/rate?stars=5", {"Given": 7, "Many": [1]})
    assert (got.given, got.many, got.last) == (7, [1, 9], 5)


@pytest.mark.parametrize("value", ["5", 5.0, True])
def test_a_value_is_a_whole_number(case: Any, value: Any) -> None:
    with pytest.raises(ParamError, match=r"^Given: expected int"):
        case.client().rate(given=value)
