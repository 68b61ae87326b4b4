# SPDX-License-Identifier: Apache-2.0
"""Simple values in the query."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)


@pytest.mark.parametrize(
    ("member", "value", "query"),
    [
        ("text", "a b&c=d/\u00e4~", "text=a%20b%26c%3Dd%2F%C3%A4~"),
        ("text", "", "text="),
        ("whole", 7, "whole=7"),
        ("broken", 0.5, "broken=0.5"),
        ("flag", False, "flag=false"),
        ("color", "RED", "filter%5Bcolor%5D=RED"),
        ("plain", MOMENT, "plain=2014-04-29T18%3A30%3A38Z"),
        ("epoch", MOMENT, "epoch=1398796238"),
        ("date", MOMENT, "date=Tue%2C%2029%20Apr%202014%2018%3A30%3A38%20GMT"),
    ],
)
def test_writes(case: Any, member: str, value: Any, query: str) -> None:
    case.client().find(**{member: value})
    assert case.target == f"/find?{query}"
    assert (case.sent.method, case.sent.content) == ("GET", b"")


def test_without_members_there_is_no_query(case: Any) -> None:
    case.client().find()
    assert case.target == "/find"
