# SPDX-License-Identifier: Apache-2.0
"""A member of the input that is the endpoint of its call, with AWS's standard rules for all others."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ConfigError


@pytest.mark.parametrize(
    ("endpoint", "host"),
    [
        (None, "predictions.eu-west-1.amazonaws.com"),
        ("https://realtime.example", "realtime.example"),
        ("https://other.example", "other.example"),
    ],
)
def test_the_call_goes_where_its_input_says(case: Any, endpoint: str | None, host: str) -> None:
    case.client(endpoint_url=None).predict(model_id="m", predict_endpoint=endpoint)
    assert case.sent.url.host == host


def test_what_is_no_endpoint_is_refused_before_a_byte_is_sent(case: Any) -> None:
    with pytest.raises(ConfigError):
        case.client(endpoint_url=None).predict(model_id="m", predict_endpoint="https://a@evil.example/")
    assert case.requests == []
