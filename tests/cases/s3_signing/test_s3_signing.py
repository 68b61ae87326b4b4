# SPDX-License-Identifier: Apache-2.0
"""What is signed in the name of S3: paths as they are sent, and the hash of the body, which a header states."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from heliograph import Credentials
from heliograph.sigv4 import sign

KEYS = Credentials("AKIDEXAMPLE", "example-secret")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.mark.parametrize("key", ["plain", "a b", "a//b", "caf\u00e9/~x", "100%", "a+b", "a%2Fb"])
def test_the_path_is_signed_as_it_is_sent(case: Any, key: str) -> None:
    case.client(clock=lambda: NOW).put(key=key, body=b"one")
    headers = case.sent.headers
    assert headers["x-amz-content-sha256"] == sha256(b"one").hexdigest()
    signed = sign(
        "PUT",
        f"https://service.test{case.target}",
        [(name, headers[name]) for name in ("content-type", "x-amz-content-sha256")],
        b"one",
        KEYS,
        "eu-west-1",
        "s3",
        NOW,
        normalize_path=False,
        double_encode=False,
    )
    assert dict(signed.headers)["Authorization"] == headers["authorization"]
    assert signed.canonical_request.split("\n")[1] == case.target


def test_a_presigned_url_says_nothing_of_the_body(case: Any) -> None:
    presigned = case.client(clock=lambda: NOW).presign("Get", {"Key": "a b"}, 60)
    signed = sign(
        "GET",
        "https://service.test/a%20b",
        [],
        b"",
        KEYS,
        "eu-west-1",
        "s3",
        NOW,
        where="query",
        expires=60,
        normalize_path=False,
        double_encode=False,
        sign_payload=False,
    )
    assert (presigned.url, presigned.headers) == (signed.url, {})
    assert signed.canonical_request.endswith("\nUNSIGNED-PAYLOAD")
