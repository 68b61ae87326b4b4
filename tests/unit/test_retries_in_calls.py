# SPDX-License-Identifier: Apache-2.0
"""The retry strategy as clients of both flavours live by it: what is sent, how long they wait, what it costs.

Time is not real here: ``sleep`` moves a clock, and the sum of the waits is what is compared.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

import kinesis_video_signaling as package
from heliograph import ConnectError, Credentials, HeliographError, ServiceError, TLSError
from heliograph.retries import QUOTA, THROTTLING_CODES, Quota

CHANNEL = "arn:aws:kinesisvideo:eu-west-1:111122223333:channel/front-door/1657143000000"


class World:
    """A client whose requests get these answers, in a time that only waits move."""

    def __init__(self, flavour: str, *answers: Any, tokens: int = QUOTA, **options: Any) -> None:
        self.flavour = flavour
        self.answers = list(answers)
        self.sent: list[httpx.Request] = []
        self.now = 0.0
        self.sleeps: list[float] = []
        self.lowest = tokens
        settings: Any = {
            "region": "eu-west-1",
            "endpoint_url": "https://channel.test",
            "credentials": Credentials("AKIDEXAMPLE", "secret"),
            "transport": httpx.MockTransport(self.answer),
            "random": lambda: 1.0,
            "monotonic": lambda: self.now,
            **options,
        }
        self.client: Any = (
            package.Client(sleep=self.sleep, **settings)
            if flavour == "sync"
            else package.AsyncClient(sleep=self.sleep_async, **settings)
        )
        self.quota = self.client._core.quota = Quota(tokens)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.lowest = min(self.lowest, self.quota.left)
        self.sent.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        return httpx.Response(status, headers=headers, json={})

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.now += seconds

    async def sleep_async(self, seconds: float) -> None:
        self.sleep(seconds)
        await asyncio.sleep(0)

    def calls(self, count: int = 1) -> list[HeliographError | None]:
        """Make so many calls, one after the other; their errors."""
        return [self._outcome() for _ in range(count)]

    def _outcome(self) -> HeliographError | None:
        try:
            call = self.client.get_ice_server_config(CHANNEL)
            if self.flavour == "async":
                asyncio.run(_awaited(call))
        except HeliographError as error:
            return error
        return None

    def calls_at_once(self, count: int) -> list[Any]:
        """Make so many calls by threads, or by tasks; their errors."""
        if self.flavour == "sync":
            with ThreadPoolExecutor(20) as pool:
                return [each.exception() for each in [pool.submit(self._raise) for _ in range(count)]]

        async def run() -> list[Any]:
            calls = (self.client.get_ice_server_config(CHANNEL) for _ in range(count))
            return await asyncio.gather(*calls, return_exceptions=True)

        return [each if isinstance(each, Exception) else None for each in asyncio.run(run())]

    def _raise(self) -> None:
        self.client.get_ice_server_config(CHANNEL)

    @property
    def attempts(self) -> list[str]:
        """Which attempt of how many each request was."""
        return [each.headers["amz-sdk-request"].rpartition("attempt=")[2] for each in self.sent]


async def _awaited(call: Any) -> Any:
    return await call


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    flavour: str = request.param
    return flavour


def named(code: str, status: int = 400) -> tuple[int, dict[str, str]]:
    return status, {"x-amzn-errortype": code}


@pytest.mark.parametrize(
    ("options", "answers", "calls", "sleeps", "left"),
    [
        ({}, [500, 500, 200], 1, [0.05, 0.1], 486),
        ({}, [502, 502, 502], 1, [0.05, 0.1], 472),
        ({"tokens": 14}, [500, 502], 1, [0.05], 0),
        ({"tokens": 30}, [500, 502, 200, 500, 200], 2, [0.05, 0.1, 0.05], 16),
        ({"max_attempts": 1}, [500], 1, [], 500),
        ({"max_attempts": 5}, [503, 504, 500, 502, 503], 1, [0.05, 0.1, 0.2, 0.4], 444),
        ({}, [404], 1, [], 500),
        ({"tokens": 20}, [200], 3, [], 20),
        ({}, [429, 200], 1, [1.0], 500),
        ({}, [429, 500, 200], 1, [1.0, 0.1], 495),
        ({}, [500, 429, 200], 1, [0.05, 2.0], 486),
        *(({}, [named(code), 200], 1, [1.0], 500) for code in sorted(THROTTLING_CODES)),
        ({}, [named("RequestTimeout"), 200], 1, [0.05], 500),
        ({}, [named("SlowDown", 503), 200], 1, [1.0], 500),
        ({}, [named("ValidationException")], 1, [], 500),
        ({}, [named("ResourceNotFoundException", 429)], 1, [], 500),
        ({}, [(500, {"x-amz-retry-after": "1500"}), 200], 1, [1.5], 500),
        ({}, [(500, {"x-amz-retry-after": "60000"}), 200], 1, [5.05], 500),
        ({}, [(500, {"x-amz-retry-after": "soon"}), 200], 1, [0.05], 500),
        ({}, [(500, {"retry-after": "100"}), 200], 1, [0.05], 500),
        ({}, [httpx.ReadTimeout("slow"), httpx.ConnectError("refused"), 200], 1, [0.05, 0.1], 486),
        ({}, [httpx.ReadError("reset"), httpx.RemoteProtocolError("gone"), 200], 1, [0.05, 0.1], 486),
        ({"max_attempts": 12}, [500] * 12, 1, [*(0.05 * 2**i for i in range(9)), 20.0, 20.0], 346),
    ],
    ids=str,
)
def test_answers_lead_to_sleeps_and_a_quota(
    flavour: str, options: dict[str, Any], answers: list[Any], calls: int, sleeps: list[float], left: int
) -> None:
    world = World(flavour, *answers, **options)
    world.calls(calls)
    assert world.sleeps == pytest.approx(sleeps)
    assert world.now == pytest.approx(sum(sleeps))
    assert world.quota.left == left


def test_a_certificate_that_cannot_be_trusted_is_not_tried_again(flavour: str) -> None:
    import ssl

    failure = httpx.ConnectError("certificate")
    failure.__cause__ = ssl.SSLCertVerificationError("self-signed certificate")
    world = World(flavour, failure)
    (error,) = world.calls()
    assert isinstance(error, TLSError)
    assert not isinstance(error, ConnectError)
    assert (len(world.sent), world.quota.left) == (1, 500)


@pytest.mark.parametrize(
    ("options", "attempts", "reached", "exhausted"),
    [({}, 3, True, False), ({"tokens": 20}, 2, False, True), ({"max_attempts": 1}, 1, True, False)],
    ids=str,
)
def test_the_last_error_says_why_there_is_no_other_attempt(
    flavour: str, options: dict[str, Any], attempts: int, reached: bool, exhausted: bool
) -> None:
    (error,) = World(flavour, 503, **options).calls()
    assert isinstance(error, ServiceError)
    assert (error.attempts, error.max_attempts_reached, error.quota_exhausted) == (
        attempts,
        reached,
        exhausted,
    )


def test_every_attempt_is_numbered_dated_and_signed_anew(flavour: str) -> None:
    from datetime import UTC, datetime, timedelta

    start = datetime(2030, 1, 1, tzinfo=UTC)
    world = World(flavour, 500, 500, 200, max_attempts=4)
    client = world.client.with_options(clock=lambda: start + timedelta(seconds=100 * world.now))
    call = client.get_ice_server_config(CHANNEL)
    if flavour == "async":
        asyncio.run(_awaited(call))
    assert world.attempts == ["1; max=4", "2; max=4", "3; max=4"]
    assert [each.headers["x-amz-date"] for each in world.sent] == [
        "20300101T000000Z",
        "20300101T000005Z",
        "20300101T000015Z",
    ]
    assert len({each.headers["authorization"] for each in world.sent}) == 3
    assert len({each.headers["amz-sdk-invocation-id"] for each in world.sent}) == 1


def test_the_quota_is_never_overdrawn_nor_overfilled_by_calls_at_once(flavour: str) -> None:
    world = World(flavour, *[503, 200, 429, 200, 503, 503, 404] * 100, tokens=60)
    world.calls_at_once(200)
    assert world.lowest >= 0
    assert 0 <= world.quota.left <= 60


def test_a_storm_costs_no_more_than_the_quota(flavour: str) -> None:
    world = World(flavour, 503)
    errors = world.calls_at_once(1000)
    assert all(isinstance(error, ServiceError) for error in errors)
    assert len(world.sent) <= 1035
    assert world.now <= 35 * 0.1 + 1e-9
    assert 0 <= world.quota.left < 14


def test_clients_made_of_one_another_share_a_quota(flavour: str) -> None:
    world = World(flavour, 503)
    copies = [world.client.with_options(max_attempts=each) for each in (2, 5)]
    for copy in copies:
        assert copy._core.quota is world.quota
    world.calls()
    assert world.quota.left == 500 - 28
