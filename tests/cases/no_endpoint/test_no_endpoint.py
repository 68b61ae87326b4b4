# SPDX-License-Identifier: Apache-2.0
"""A model without endpoints: callers give theirs."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import EndpointError


def test_a_given_endpoint_is_used(case: Any) -> None:
    case.client(endpoint_url="https://other.test/base/").ping()
    assert str(case.sent.url) == "https://other.test/base/ping"
    assert "/tiny-signing/" in case.sent.headers["authorization"]
    assert case.package.resolve_endpoint(Endpoint="https://x.test").url == "https://x.test"


def test_without_one_there_is_no_call(case: Any) -> None:
    with pytest.raises(EndpointError, match="endpoint_url"):
        case.client(endpoint_url=None).ping()
    with pytest.raises(case.package.EndpointError):
        case.package.resolve_endpoint(Region="eu-west-1")
    assert not case.requests
