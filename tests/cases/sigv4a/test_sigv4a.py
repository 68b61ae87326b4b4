# SPDX-License-Identifier: Apache-2.0
"""Signatures that are good in several regions."""

from __future__ import annotations

import importlib.util
from typing import Any

import pytest

from heliograph import EndpointError

EVERYWHERE: dict[str, Any] = {"endpoint_url": None, "endpoint_params": {"Everywhere": True}}


@pytest.mark.parametrize(
    ("method", "options", "variables", "scope", "regions"),
    [
        ("ping", {}, {}, "/eu-west-1/tiny/aws4_request", None),
        ("both", {}, {}, "/tiny/aws4_request", "eu-west-1"),
        (
            "both",
            {},
            {"AWS_SIGV4A_SIGNING_REGION_SET": "us-*, eu-west-1"},
            "/tiny/aws4_request",
            "us-*,eu-west-1",
        ),
        ("ping", EVERYWHERE, {}, "/global/aws4_request", "*"),
        (
            "ping",
            EVERYWHERE,
            {"AWS_SIGV4A_SIGNING_REGION_SET": "eu-west-1"},
            "/global/aws4_request",
            "eu-west-1",
        ),
        ("ping", {**EVERYWHERE, "region": None}, {}, "/global/aws4_request", "*"),
        ("both", {}, {"AWS_AUTH_SCHEME_PREFERENCE": "sigv4"}, "/eu-west-1/tiny/aws4_request", None),
    ],
)
def test_the_endpoint_or_the_operation_says_which_version_signs(
    case: Any,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    options: dict[str, Any],
    variables: dict[str, str],
    scope: str,
    regions: str | None,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    getattr(case.client(**options), method)()
    authorization = case.sent.headers["authorization"]
    assert authorization.startswith("AWS4-HMAC-SHA256 " if regions is None else "AWS4-ECDSA-P256-SHA256 ")
    assert scope in authorization
    assert case.sent.headers.get("x-amz-region-set") == regions
    assert ("x-amz-region-set" in authorization) is (regions is not None)


def test_urls_can_be_presigned_with_it(case: Any) -> None:
    url = case.client(**EVERYWHERE).presign("Ping").url
    assert "X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256" in url
    assert "X-Amz-Region-Set=%2A" in url


def test_without_the_package_version_4_is_used_or_the_error_says_what_to_install(
    case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = importlib.util.find_spec

    def find(name: str, package: str | None = None) -> Any:
        return None if name == "cryptography" else real(name, package)

    monkeypatch.setattr(importlib.util, "find_spec", find)
    case.client().both()
    assert case.sent.headers["authorization"].startswith("AWS4-HMAC-SHA256 ")
    with pytest.raises(EndpointError, match=r"pip install 'heliograph\[sigv4a\]'"):
        case.client(**EVERYWHERE).ping()
