# SPDX-License-Identifier: Apache-2.0
"""Members in the path: percent-encoded, never another path."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from heliograph import ParamError

GIVEN = {
    "text": "a",
    "number": 7,
    "flag": True,
    "moment": datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC),
    "color": "RED",
}


def test_writes_each_type(case: Any) -> None:
    case.client().get(**GIVEN)
    assert case.target == "/things/a/7/true/2014-04-29T18%3A30%3A38Z/RED/end"


@pytest.mark.parametrize(
    ("text", "segment"),
    [
        ("a/b", "a%2Fb"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("%2e%2e", "%252e%252e"),
        ("\u00e4", "%C3%A4"),
        ("...", "..."),
    ],
)
def test_a_label_is_one_segment(case: Any, text: str, segment: str) -> None:
    case.client().get(**{**GIVEN, "text": text})
    assert case.target.startswith(f"/things/{segment}/7/")


@pytest.mark.parametrize("text", ["", ".", ".."])
@pytest.mark.parametrize("validate", [True, False])
def test_refuses_what_would_be_another_path(case: Any, text: str, validate: bool) -> None:
    with pytest.raises(ParamError, match=r"^Text: "):
        case.client(validate_params=validate).get(**{**GIVEN, "text": text})


def test_a_label_is_required(case: Any) -> None:
    with pytest.raises(TypeError, match="text"):
        case.client().get(**{name: value for name, value in GIVEN.items() if name != "text"})
    with pytest.raises(ParamError, match=r"^Text: is required"):
        case.client().call("Get", {"Number": 7})
