# SPDX-License-Identifier: Apache-2.0
"""Signatures that leave the body out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from heliograph import ANONYMOUS, Credentials
from heliograph.sigv4 import sign

KEYS = Credentials("AKIDEXAMPLE", "example-secret")
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def put(case: Any, body: bytes, **options: Any) -> Any:
    case.client(clock=lambda: NOW, **options).put(body=body)
    return case.sent.headers


def test_the_signature_does_not_depend_on_the_body(case: Any) -> None:
    first, second = put(case, b"one"), put(case, b"two")
    assert first["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert first["authorization"] == second["authorization"]


def test_it_is_the_signature_that_the_service_computes(case: Any) -> None:
    headers = put(case, b"one")
    signed = sign(
        "PUT",
        "https://service.test/put",
        [(name, headers[name]) for name in ("content-type", "x-amz-content-sha256")],
        b"",
        KEYS,
        "eu-west-1",
        "tiny",
        NOW,
    )
    assert dict(signed.headers)["Authorization"] == headers["authorization"]


def test_without_encryption_the_body_is_signed(case: Any) -> None:
    headers = put(case, b"one", endpoint_url="http://127.0.0.1:8080")
    assert "x-amz-content-sha256" not in headers
    assert (
        headers["authorization"] != put(case, b"two", endpoint_url="http://127.0.0.1:8080")["authorization"]
    )


def test_without_a_signature_nothing_is_said_of_the_body(case: Any) -> None:
    assert "x-amz-content-sha256" not in put(case, b"one", credentials=ANONYMOUS)


def test_other_operations_sign_their_bodies(case: Any) -> None:
    case.client().put_signed(body=b"one")
    assert "x-amz-content-sha256" not in case.sent.headers


def test_presigned_urls_leave_the_body_out_too(case: Any) -> None:
    client = case.client(clock=lambda: NOW)
    urls = {client.presign("Put", {"Body": body}).url for body in (b"one", b"two")}
    assert len(urls) == 1
