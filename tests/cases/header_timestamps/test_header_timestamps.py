# SPDX-License-Identifier: Apache-2.0
"""Timestamps in headers: http-date unless the model says otherwise."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

FIRST = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
SECOND = datetime(2015, 1, 2, 3, 4, 5, tzinfo=UTC)

ROWS = [
    ("plain", FIRST, "Tue, 29 Apr 2014 18:30:38 GMT"),
    ("date", FIRST, "Tue, 29 Apr 2014 18:30:38 GMT"),
    ("text", FIRST, "2014-04-29T18:30:38Z"),
    ("epoch", FIRST, "1398796238"),
    ("shaped", FIRST, "2014-04-29T18:30:38Z"),
    ("plains", [FIRST, SECOND], "Tue, 29 Apr 2014 18:30:38 GMT, Fri, 02 Jan 2015 03:04:05 GMT"),
    ("moments", [FIRST, SECOND], "2014-04-29T18:30:38Z, 2015-01-02T03:04:05Z"),
    ("epochs", [FIRST, SECOND], "1398796238, 1420167845"),
]


@pytest.mark.parametrize(("member", "value", "text"), ROWS, ids=[row[0] for row in ROWS])
def test_writes(case: Any, member: str, value: Any, text: str) -> None:
    case.client().move(**{member: value})
    assert case.sent.headers[f"x-{member}"] == text


@pytest.mark.parametrize(("member", "value", "text"), ROWS, ids=[row[0] for row in ROWS])
def test_reads(case: Any, member: str, value: Any, text: str) -> None:
    got = case.client(headers={f"x-{member}": text}).move()
    assert getattr(got, member) == value
