# SPDX-License-Identifier: Apache-2.0
"""Hosts of AWS's standard form."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("options", "host"),
    [
        ({}, "tiny.eu-west-1.amazonaws.com"),
        ({"use_fips": True}, "tiny-fips.eu-west-1.amazonaws.com"),
        ({"use_dualstack": True}, "tiny.eu-west-1.api.aws"),
        ({"region": "cn-north-1"}, "tiny.cn-north-1.amazonaws.com.cn"),
    ],
)
def test_calls_go_there(case: Any, options: dict[str, Any], host: str) -> None:
    case.client(endpoint_url=None, **options).ping()
    assert str(case.sent.url) == f"https://{host}/ping"
    assert "/signer/aws4_request" in case.sent.headers["authorization"]


def test_endpoint_for_takes_built_ins(case: Any) -> None:
    endpoint = case.package.endpoint_for("Ping", {}, **{"AWS::Region": "eu-west-1", "UseFIPS": True})
    assert endpoint.url == "https://tiny-fips.eu-west-1.amazonaws.com"


def test_a_region_that_would_steer_the_host_is_refused(case: Any) -> None:
    with pytest.raises(case.package.EndpointError):
        case.package.resolve_endpoint(Region="x.evil.test/")


def test_the_record_says_how_long_an_answer_may_take(case: Any) -> None:
    assert case.package.OPERATIONS["Ping"].read_timeout == 130
