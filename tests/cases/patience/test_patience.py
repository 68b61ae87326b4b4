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
