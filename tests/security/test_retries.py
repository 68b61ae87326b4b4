# SPDX-License-Identifier: Apache-2.0
"""What stays the same when a request is sent again, and how many requests a service that is down gets."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import kinesis_video_signaling as package
from heliograph import Credentials, ServiceError
from heliograph.testing import Answer, AsyncFakeTransport, FakeTransport

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"
CALLS = 1000
RETRIES_AFTER_FAILURES = 500 // 14
DOWN = Answer(503, b"{}")


async def no_time(seconds: float) -> None:
    await asyncio.sleep(0)


def settings(**more: Any) -> Any:
    return {
        "region": "eu-west-1",
        "endpoint_url": "https://channel.test",
        "credentials": Credentials("AKIDEXAMPLE", "cAnArY-secret"),
        **more,
    }


def test_a_retry_keeps_the_token_and_the_id_of_its_call() -> None:
    fake = FakeTransport(package).on("GetIceServerConfig", DOWN, DOWN, {}, {})
    client = package.Client(transport=fake, sleep=lambda seconds: None, **settings())
    client.get_ice_server_config(CHANNEL)
    client.get_ice_server_config(CHANNEL)
    ids = [request.header("amz-sdk-invocation-id") for request in fake.requests]
    assert ids[0] == ids[1] == ids[2] != ids[3]
    assert [request.header("amz-sdk-request") for request in fake.requests] == [
        "attempt=1; max=3",
        "attempt=2; max=3",
        "attempt=3; max=3",
        "attempt=1; max=3",
    ]
    assert len({request.body for request in fake.requests}) == 1


def test_a_storm_of_threads_is_bounded() -> None:
    fake = FakeTransport(package).on("GetIceServerConfig", DOWN, repeat=True)
    client = package.Client(transport=fake, sleep=lambda seconds: None, **settings())

    def fail(_: int) -> None:
        with pytest.raises(ServiceError):
            client.get_ice_server_config(CHANNEL)

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(fail, range(CALLS)))
    assert CALLS < len(fake.requests) <= CALLS + RETRIES_AFTER_FAILURES


def test_a_storm_of_tasks_is_bounded() -> None:
    fake = AsyncFakeTransport(package).on("GetIceServerConfig", DOWN, repeat=True)

    async def run() -> list[Any]:
        client = package.AsyncClient(transport=fake, sleep=no_time, **settings())
        return await asyncio.gather(
            *(client.get_ice_server_config(CHANNEL) for _ in range(CALLS)), return_exceptions=True
        )

    assert {type(outcome) for outcome in asyncio.run(run())} == {package.KinesisVideoSignalingError}
    assert CALLS < len(fake.requests) <= CALLS + RETRIES_AFTER_FAILURES
