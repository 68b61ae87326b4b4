# SPDX-License-Identifier: Apache-2.0
"""A service that takes signatures and bearer tokens."""

from __future__ import annotations

import traceback
from typing import Any

import pytest

from heliograph import ANONYMOUS, ConfigError, Credentials, CredentialsError

VARIABLE = "AWS_BEARER_TOKEN_TINY_THINGS"
KEYS = Credentials("AKIDEXAMPLE", "example-secret")


@pytest.mark.parametrize(
    ("options", "variables", "begins"),
    [
        ({}, {}, "AWS4-HMAC-SHA256 "),
        ({"bearer_token": "cAnArY-t0k"}, {}, "Bearer cAnArY-t0k"),
        ({"bearer_token": lambda: "cAnArY-t0k"}, {}, "Bearer cAnArY-t0k"),
        ({"credentials": None}, {VARIABLE: "cAnArY-t0k"}, "Bearer cAnArY-t0k"),
        ({"bearer_token": "code"}, {VARIABLE: "environment"}, "Bearer code"),
        ({}, {VARIABLE: "cAnArY-t0k"}, "AWS4-HMAC-SHA256 "),  # keys in code go before the environment
        ({"bearer_token": "cAnArY-t0k"}, {"AWS_AUTH_SCHEME_PREFERENCE": "sigv4"}, "AWS4-HMAC-SHA256 "),
        (
            {"bearer_token": "cAnArY-t0k"},
            {"AWS_AUTH_SCHEME_PREFERENCE": "odd, httpBearerAuth"},
            "Bearer cAnArY-t0k",
        ),
        ({}, {"AWS_AUTH_SCHEME_PREFERENCE": "httpBearerAuth"}, "AWS4-HMAC-SHA256 "),
    ],
)
def test_what_proves_who_calls(
    case: Any,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    variables: dict[str, str],
    begins: str,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    case.client(**{"credentials": KEYS, **options}).ping()
    assert case.sent.headers["authorization"].startswith(begins)


def test_a_provider_is_asked_for_each_attempt(case: Any) -> None:
    tokens = iter(["first", "second"])
    client = case.client(bearer_token=lambda: next(tokens))
    client.ping()
    client.ping()
    assert [each.headers["authorization"] for each in case.requests] == ["Bearer first", "Bearer second"]


def test_an_anonymous_client_sends_none(case: Any) -> None:
    case.client(bearer_token="cAnArY-t0k", credentials=ANONYMOUS).ping()
    assert "authorization" not in case.sent.headers


@pytest.mark.parametrize("endpoint", ["http://mine.test", "http://127.0.0.1:8080"])
def test_it_is_sent_over_https_only(case: Any, endpoint: str) -> None:
    with pytest.raises(ConfigError, match="over https only"):
        case.client(bearer_token="cAnArY-t0k", endpoint_url=endpoint).ping()
    assert not case.requests


@pytest.mark.parametrize("token", ["", "two words", "line\nbreak", "\u00fc", 7])
def test_a_token_that_cannot_be_sent_is_refused_without_being_shown(case: Any, token: Any) -> None:
    with pytest.raises(CredentialsError, match="is no token") as raised:
        case.client(bearer_token=lambda: token).ping()
    assert not token or str(token) not in str(raised.value)
    assert not case.requests


def test_a_provider_that_fails_is_a_credentials_error(case: Any) -> None:
    def fail() -> str:
        raise OSError("no such file")

    with pytest.raises(CredentialsError, match="bearer_token function failed: OSError"):
        case.client(bearer_token=fail).ping()


class Plain:
    """A token of another library, which prints itself."""

    def __repr__(self) -> str:
        return "Plain(cAnArY-token)"


@pytest.mark.parametrize("token", ["cAnArY two words", "cAnArY\nline", Plain()], ids=type)
def test_a_token_that_is_refused_does_not_show_in_a_traceback(case: Any, token: Any) -> None:
    with pytest.raises(CredentialsError, match="is no token") as raised:
        case.client(bearer_token=lambda: token).ping()
    lines = traceback.TracebackException.from_exception(raised.value, capture_locals=True).format()
    own = [line for line in lines if "/runtime/heliograph/" in line]
    assert own
    assert "cAnArY" not in "".join(own)


def test_a_token_is_never_shown(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "cAnArY-in-the-environment")
    for options in ({"bearer_token": "cAnArY-in-code"}, {"credentials": None}):
        with pytest.raises(case.package.ServiceError) as raised:
            case.client(status=400, json={}, **options).ping()
        lines = traceback.TracebackException.from_exception(raised.value, capture_locals=True).format()
        own = [line for line in lines if "/runtime/heliograph/" in line]
        assert own
        assert "cAnArY" not in "".join(own)
