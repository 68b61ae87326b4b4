# SPDX-License-Identifier: Apache-2.0
"""Enumerations: known values for editors, any value on the wire."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


@pytest.mark.parametrize("value", ["RED", 'it\'s "green"', "", "MAUVE"])
def test_known_and_unknown_values_pass_both_ways(case: Any, value: str) -> None:
    got = case.client(json={"Color": value, "Colors": [value]}).paint(color=value, colors=[value])
    assert case.sent_json == {"Color": value, "Colors": [value]}
    assert (got.color, got.colors) == (value, [value])


def test_a_value_is_text(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Color: expected str, got int"):
        case.client().paint(color=1)


def test_checkers_see_the_values(case: Any) -> None:
    source = case.made.files["types.py"].decode()
    assert """Color = Literal["RED", 'it\\'s "green"', "", "a\\tb"] | str""" in source
    assert case.package.Color is str
