# SPDX-License-Identifier: Apache-2.0
"""Timestamps in JSON bodies: epoch seconds unless the model says otherwise; all forms are read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from heliograph import ParamError, ResponseError

MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
EPOCH = 1398796238


@pytest.mark.parametrize(
    ("member", "value", "wire"),
    [
        ("Plain", MOMENT, EPOCH),
        ("Plain", MOMENT + timedelta(milliseconds=123), EPOCH + 0.123),
        ("Plain", MOMENT.astimezone(timezone(timedelta(hours=5))), EPOCH),
        ("Date", MOMENT, "Tue, 29 Apr 2014 18:30:38 GMT"),
        ("Text", MOMENT, "2014-04-29T18:30:38Z"),
        ("Text", MOMENT + timedelta(milliseconds=120), "2014-04-29T18:30:38.12Z"),
        ("Epoch", MOMENT, EPOCH),
        ("Shaped", MOMENT, "2014-04-29T18:30:38Z"),
        ("Override", MOMENT, EPOCH),
        ("Many", [MOMENT], ["2014-04-29T18:30:38Z"]),
        ("ByName", {"a": MOMENT}, {"a": EPOCH}),
    ],
)
def test_writes(case: Any, member: str, value: Any, wire: Any) -> None:
    case.client().call("Mark", {member: value})
    assert case.sent_json == {member: wire}


@pytest.mark.parametrize("member", ["Plain", "Date", "Text", "Shaped"])
@pytest.mark.parametrize(
    "wire", [EPOCH, float(EPOCH), "Tue, 29 Apr 2014 18:30:38 GMT", "2014-04-29T18:30:38+00:00"]
)
def test_reads_every_form(case: Any, member: str, wire: Any) -> None:
    assert case.client(json={member: wire}).call("Mark") == {member: MOMENT}


def test_reads_lists_and_maps(case: Any) -> None:
    got = case.client(json={"Many": [EPOCH, None], "ByName": {"a": EPOCH + 0.5}}).mark()
    assert got.many == [MOMENT]
    assert got.by_name == {"a": MOMENT + timedelta(milliseconds=500)}


@pytest.mark.parametrize("value", [datetime(2014, 4, 29), "2014-04-29T18:30:38Z", EPOCH])
def test_a_value_is_an_aware_datetime(case: Any, value: Any) -> None:
    with pytest.raises(ParamError, match=r"^Plain: .*aware"):
        case.client().mark(plain=value)


@pytest.mark.parametrize("wire", ["soon", 1e300, True, []])
def test_an_answer_of_another_type_is_a_response_error(case: Any, wire: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(json={"Plain": wire}).mark()
