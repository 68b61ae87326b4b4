# SPDX-License-Identifier: Apache-2.0
"""The format of a timestamp may stand at the entries of a list or a map."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

MOMENT = datetime.fromtimestamp(1, UTC)


def test_writes_and_reads(case: Any) -> None:
    body = {
        "Plain": [1],
        "Dates": ["Thu, 01 Jan 1970 00:00:01 GMT"],
        "Texts": {"k": "1970-01-01T00:00:01Z"},
    }
    values = {"Plain": [MOMENT], "Dates": [MOMENT], "Texts": {"k": MOMENT}, "Header": [MOMENT, MOMENT]}
    assert case.client(headers={"X-Epochs": "1, 1"}, json=body).call("Move", values) == values
    assert case.sent_json == body
    assert case.sent.headers["x-epochs"] == "1, 1"
