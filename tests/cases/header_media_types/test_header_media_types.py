# SPDX-License-Identifier: Apache-2.0
"""A string that has a media type travels in headers in base64, elsewhere as it is."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from heliograph import ParamError, ResponseError

NOTE = '{"a": "\u00fc, b"}'


def test_writes_and_reads(case: Any) -> None:
    header = b64encode(NOTE.encode()).decode()
    got = case.client(headers={"X-Note": header}, json={"Body": NOTE}).put(note=NOTE, body=NOTE)
    assert case.sent.headers["x-note"] == header
    assert case.sent_json == {"Body": NOTE}
    assert got.to_dict() == {"Note": NOTE, "Body": NOTE}


def test_what_is_no_base64_is_a_response_error(case: Any) -> None:
    with pytest.raises(ResponseError):
        case.client(headers={"X-Note": "%"}).put()


def test_what_is_no_string_is_refused(case: Any) -> None:
    with pytest.raises(ParamError, match="Note: expected str"):
        case.client().put(note={"a": 1})
