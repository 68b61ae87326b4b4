# SPDX-License-Identifier: Apache-2.0
"""Keys of the environment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from heliograph.credentials import (
    Context,
    Credentials,
    Environment,
)
from heliograph.effects import drive
from heliograph.errors import (
    CredentialsError,
)
from proof.sources import (
    CANARY,
    NOW,
    Server,
    fetch,
)


@pytest.mark.parametrize(
    ("env", "found"),
    [
        ({}, None),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": " "}, None),
        ({"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s"}, Credentials("A", "s")),
        (
            {
                "AWS_ACCESS_KEY_ID": "A",
                "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_SESSION_TOKEN": "t",
                "AWS_SECURITY_TOKEN": "old",
            },
            Credentials("A", "s", "t"),
        ),
        (
            {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SECURITY_TOKEN": "old"},
            Credentials("A", "s", "old"),
        ),
        (
            {
                "AWS_ACCESS_KEY_ID": "A",
                "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_ACCOUNT_ID": "1",
                "AWS_CREDENTIAL_EXPIRATION": "2030-01-01T00:00:00Z",
            },
            Credentials("A", "s", None, "1", NOW),
        ),
    ],
)
def test_keys_of_the_environment(env: dict[str, str], found: Credentials | None) -> None:
    assert fetch(Environment(), env=env) == found


@pytest.mark.parametrize("lacking", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_one_key_of_the_environment_without_the_other_is_named(lacking: str) -> None:
    env = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", lacking: " "}
    with pytest.raises(CredentialsError, match=f"environment: {lacking} is not set"):
        fetch(Environment(), env=env)


def test_variables_that_end_are_read_again() -> None:
    first = {
        "AWS_ACCESS_KEY_ID": "A",
        "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_CREDENTIAL_EXPIRATION": "2030-01-01T01:00:00Z",
    }
    later = {**first, "AWS_ACCESS_KEY_ID": "B", "AWS_CREDENTIAL_EXPIRATION": "2030-01-01T02:00:00Z"}
    memory: dict[str, Any] = {}
    source = Environment()
    found = []
    for seconds in (0, 3600 - 500):
        now = NOW + timedelta(seconds=seconds)
        context = Context(first, environment=lambda: later, clock=lambda now=now: now, memory=memory)  # type: ignore[misc]  # bound now
        found.append(drive(source.current(context), Server, None).access_key)
    assert found == ["A", "B"]


def test_a_moment_that_cannot_be_read_is_named_and_not_shown() -> None:
    env = {"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_CREDENTIAL_EXPIRATION": CANARY}
    with pytest.raises(CredentialsError, match=r"^environment: AWS_CREDENTIAL_EXPIRATION is no") as caught:
        fetch(Environment(), env=env)
    assert CANARY not in str(caught.value)
