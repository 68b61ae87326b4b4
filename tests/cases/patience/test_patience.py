# SPDX-License-Identifier: Apache-2.0
"""What a service wants of retries, and operations that wait for something to happen."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ServiceError


def sleeps(case: Any, slept: list[float]) -> Any:
    async def later(seconds: float) -> None:
        slept.append(seconds)

    return later if case.no_sleep.__code__.co_flags & 0x80 else slept.append


def test_calls_are_tried_as_often_and_as_soon_as_the_service_wants(case: Any) -> None:
    slept: list[float] = []
    client = case.client(503, max_attempts=None, sleep=sleeps(case, slept), random=lambda: 1.0)
    with pytest.raises(ServiceError) as raised:
        client.send_message()
    assert raised.value.attempts == 4
    assert slept == [0.025, 0.05, 0.1]
    assert case.sent.headers["amz-sdk-request"] == "attempt=4; max=4"


def test_what_the_caller_says_comes_first(case: Any) -> None:
    client = case.client(503, max_attempts=2, sleep=case.no_sleep)
    with pytest.raises(ServiceError) as raised:
        client.send_message()
    assert raised.value.attempts == 2


@pytest.mark.parametrize(("method", "waits"), [("receive_message", 1), ("send_message", 0)])
def test_who_polls_waits_where_no_quota_is_left(case: Any, method: str, waits: int) -> None:
    slept: list[float] = []
    client = case.client(503, max_attempts=100, sleep=sleeps(case, slept), random=lambda: 1.0)
    with pytest.raises(ServiceError) as raised:
        getattr(client, method)()
    assert raised.value.attempts == 36  # a quota of 500 pays for 35 retries
    assert len(slept) == 35 + waits


@pytest.mark.parametrize(
    ("method", "timeout", "read"),
    [
        ("receive_message", None, 65.0),
        ("send_message", None, 30.0),
        ("receive_message", 5, 5),
        ("send_message", 5, 5),
    ],
)
def test_a_poll_is_waited_for_as_long_as_it_may_take_unless_the_caller_says_otherwise(
    case: Any, method: str, timeout: float | None, read: float
) -> None:
    getattr(case.client(timeout=timeout), method)()
    assert case.sent.extensions["timeout"]["read"] == read
    assert case.sent.extensions["timeout"]["connect"] == (timeout or 3.1)


@pytest.mark.parametrize(
    ("mode", "connect"),
    [
        ("standard", 3.1), ("legacy", 3.1), ("Cross-Region", 3.1), ("in-region", 1.1), ("mobile", 30.0), ("auto", 3.1),
    ],
)  # fmt: skip
def test_the_mode_of_defaults_says_how_long_connecting_may_take(
    case: Any, mode: str, connect: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_DEFAULTS_MODE", mode)
    case.client().send_message()
    assert case.sent.extensions["timeout"]["connect"] == connect
    case.client(timeout=5).send_message()
    assert case.sent.extensions["timeout"]["connect"] == 5


@pytest.mark.parametrize(("region", "connect"), [("eu-west-1", 1.1), ("us-west-2", 3.1)])
def test_the_mode_of_defaults_may_follow_from_where_the_program_runs(
    case: Any, region: str, connect: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "DEFAULTS_MODE": "auto",
        "EXECUTION_ENV": "AWS_Lambda",
        "REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    case.client(region=region).send_message()
    assert case.sent.extensions["timeout"]["connect"] == connect
