"""The adaptive retry mode: a client that slows down when it is told to."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from heliograph import Credentials, DeadlineError
from heliograph.adaptive import RateLimiter
from kinesis_video_signaling import Client


def test_nothing_waits_before_the_first_throttling() -> None:
    limiter = RateLimiter(0.0)
    for number in range(1000):
        assert limiter.wait(number / 100) == 0
        limiter.record(number / 100, throttled=False)


def test_who_waits_has_taken_nothing() -> None:
    limiter = RateLimiter(0.0)
    limiter.record(1.0, throttled=True)
    assert limiter.wait(1.0) == 0  # what has come so far
    waits = [limiter.wait(1.5) for _ in range(100)]
    assert len(set(waits)) == 1
    assert waits[0] > 0
    assert limiter.wait(1.5 + waits[0] + 1e-9) == 0
    assert limiter.wait(1.5 + waits[0] + 1e-9) > 0


@pytest.mark.parametrize("seed", range(5))
def test_rates_never_fall_below_half_a_request_a_second(seed: int) -> None:
    chance, limiter, now = random.Random(seed), RateLimiter(0.0), 0.0
    for _ in range(500):
        now += chance.random()
        limiter.record(now, throttled=chance.random() < 0.5)
        assert limiter.rate >= 0.5


class Clock:
    """A clock of botocore's that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def current_time(self) -> float:
        return self.now


def botocore_limiter(clock: Clock) -> Any:
    adaptive = pytest.importorskip("botocore.retries.adaptive", reason="botocore is the oracle here")
    bucket = pytest.importorskip("botocore.retries.bucket")
    throttling = pytest.importorskip("botocore.retries.throttling")
    return adaptive.ClientRateLimiter(
        rate_adjustor=throttling.CubicCalculator(starting_max_rate=0, start_time=0.0),
        rate_clocker=adaptive.RateClocker(clock),
        token_bucket=bucket.TokenBucket(max_rate=1, clock=clock),
        throttling_detector=SimpleNamespace(is_throttling_error=lambda throttled: throttled),
        clock=clock,
    )


@pytest.mark.parametrize("seed", range(5))
def test_rates_follow_those_of_botocore(seed: int) -> None:
    clock, limiter = Clock(), RateLimiter(0.0)
    theirs = botocore_limiter(clock)
    chance = random.Random(seed)
    for _ in range(300):
        clock.now += chance.random() / 5
        throttled = chance.random() < 0.1
        theirs.on_receiving_response(throttled=throttled)
        limiter.record(clock.now, throttled=throttled)
        assert limiter.rate == pytest.approx(theirs._token_bucket.max_rate)


@pytest.mark.parametrize("pace", [0.05, 0.2, 1.0, 20.0])
def test_waits_follow_those_of_botocore(pace: float) -> None:
    clock, limiter = Clock(), RateLimiter(0.0)
    theirs = botocore_limiter(clock)
    bucket = theirs._token_bucket
    chance = random.Random(f"pace {pace}")
    waited = 0
    for _ in range(500):
        clock.now += chance.random() * pace
        if limiter.is_on:
            bucket._refill()
            expected = max(0, bucket._sleep_amount(1))
            assert limiter.wait(clock.now) == pytest.approx(expected)
            waited += expected > 0
            if not expected:
                bucket.acquire(block=False)
        throttled = chance.random() < 0.05
        theirs.on_receiving_response(throttled=throttled)
        limiter.record(clock.now, throttled=throttled)
    assert waited


THROTTLED = httpx.Response(400, json={"__type": "ThrottlingException"})
DONE = httpx.Response(200, json={})


def client(answers: list[httpx.Response], slept: list[float], **options: Any) -> Client:
    """A client whose waits take no time, and whose clock they move."""
    return Client(
        region="eu-west-1",
        endpoint_url="https://r-1.example",
        credentials=Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
        transport=httpx.MockTransport(lambda request: answers.pop(0)),
        retry_mode="adaptive",
        random=lambda: 0.0,
        sleep=slept.append,
        monotonic=lambda: 100.0 + sum(slept),
        **options,
    )


def test_a_client_that_was_throttled_waits_for_its_turn() -> None:
    slept: list[float] = []
    with client([DONE, THROTTLED, DONE, DONE], slept) as signaling:
        signaling.get_ice_server_config("arn")
        assert slept == []
        signaling.get_ice_server_config("arn")
        assert slept == [0, pytest.approx(2)]  # the retry itself waits for nothing, and then for a token
        signaling.with_options(max_attempts=1).get_ice_server_config("arn")
        assert len(slept) == 3
        assert 0 < slept[2] < 2  # the success has raised the rate


def test_a_deadline_does_not_wait_for_a_turn_that_comes_too_late() -> None:
    slept: list[float] = []
    with (
        client([THROTTLED], slept, deadline=1.5) as signaling,
        pytest.raises(DeadlineError, match="takes more calls"),
    ):
        signaling.get_ice_server_config("arn")
    assert slept == [0]
