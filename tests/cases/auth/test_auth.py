# SPDX-License-Identifier: Apache-2.0
"""Operations that prove otherwise who calls than their service does."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ConfigError, CredentialsError


def untouched() -> Any:
    raise AssertionError("nobody needs credentials for this")


@pytest.mark.parametrize("credentials", [None, untouched])
def test_an_unsigned_operation_needs_no_credentials_and_no_region(case: Any, credentials: Any) -> None:
    case.client(credentials=credentials, region=None).register()
    assert "authorization" not in case.sent.headers
    assert not [name for name in case.sent.headers if name.startswith("x-amz-")]


def test_the_others_need_both(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID", raising=False)
    with pytest.raises(CredentialsError):
        case.client(credentials=None).ping()
    with pytest.raises(ConfigError, match="no region to sign for"):
        case.client(region=None).ping()
    assert not case.requests


def test_a_token_goes_before_keys_where_an_operation_takes_both(case: Any) -> None:
    case.client(bearer_token="cAnArY-t0ken").ask()
    assert case.sent.headers["authorization"] == "Bearer cAnArY-t0ken"


def test_without_a_token_keys_are_used(case: Any) -> None:
    case.client().ask()
    assert case.sent.headers["authorization"].startswith("AWS4-HMAC-SHA256 ")


def test_the_rest_is_signed_as_ever(case: Any) -> None:
    case.client(bearer_token="cAnArY-t0ken").ping()
    assert case.sent.headers["authorization"].startswith("AWS4-HMAC-SHA256 ")


def test_what_takes_no_signature_cannot_be_presigned(case: Any) -> None:
    with pytest.raises(CredentialsError, match="nothing to presign"):
        case.client().presign("Register")


def test_records_say_what_differs(case: Any) -> None:
    auth = {name: operation.auth for name, operation in case.package.OPERATIONS.items()}
    assert auth == {"Register": ("none",), "Ask": ("bearer", "sigv4"), "Ping": None}
