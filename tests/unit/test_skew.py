# SPDX-License-Identifier: Apache-2.0
"""Requests are signed at the service's time, whatever this machine's clock says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from heliograph import Credentials, ServiceError
from heliograph.skew import Skew, is_cause
from kinesis_video_signaling import Client

NOON = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
MINUTES = timedelta(minutes=1)


def date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


@pytest.mark.parametrize(
    ("headers", "trip", "expected"),
    [
        ({"date": date(NOON)}, timedelta(), timedelta()),
        ({"date": date(NOON + 10 * MINUTES)}, timedelta(), 10 * MINUTES),
        ({"date": date(NOON - 10 * MINUTES)}, timedelta(), -10 * MINUTES),
        (
            {"date": date(NOON + 10 * MINUTES)},
            2 * MINUTES,
            9 * MINUTES,
        ),  # half of the trip has passed by then
        ({"date": date(NOON + 10 * MINUTES)}, 15 * MINUTES, timedelta(minutes=2, seconds=30)),
        ({"date": date(NOON + 10 * MINUTES)}, 15 * MINUTES + timedelta(seconds=1), None),
        ({"date": date(NOON + 10 * MINUTES), "age": "5"}, timedelta(), None),
        ({"date": "yesterday"}, timedelta(), None),
        ({"date": ""}, timedelta(), None),
        ({}, timedelta(), None),
    ],
)
def test_answers_tell_how_far_the_clocks_are_apart(
    headers: dict[str, str], trip: timedelta, expected: timedelta | None
) -> None:
    skew = Skew()
    assert skew.learn(headers, NOON, NOON + trip) == expected
    assert skew.amount == (expected or timedelta())
    assert skew.known is (expected is not None)


def test_what_does_not_tell_leaves_what_is_known() -> None:
    skew = Skew()
    skew.learn({"date": date(NOON + 10 * MINUTES)}, NOON, NOON)
    skew.learn({}, NOON, NOON)
    assert skew.amount == 10 * MINUTES
    skew.learn({"date": date(NOON)}, NOON, NOON)
    assert skew.amount == timedelta()


@pytest.mark.parametrize(
    ("code", "apart", "expected"),
    [
        ("AccessDeniedException", 5 * MINUTES, True),
        ("AuthFailure", 5 * MINUTES, True),
        ("InvalidSignatureException", 5 * MINUTES, True),
        ("RequestTimeTooSkewed", 5 * MINUTES, True),
        ("SignatureDoesNotMatch", 5 * MINUTES, True),
        ("SignatureDoesNotMatch", -5 * MINUTES, True),
        ("SignatureDoesNotMatch", 4 * MINUTES, False),
        ("SignatureDoesNotMatch", 4 * MINUTES + timedelta(seconds=1), True),
        ("SignatureDoesNotMatch", None, False),
        ("ValidationException", 60 * MINUTES, False),
    ],
)
def test_few_errors_are_due_to_clocks(code: str, apart: timedelta | None, expected: bool) -> None:
    assert is_cause(code, apart) is expected


class Service:
    """A service whose clock is ten minutes ahead, and that minds."""

    def __init__(self, ahead: timedelta = 10 * MINUTES, **headers: str) -> None:
        self.now = NOON + ahead
        self.headers = headers
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        headers = {"date": date(self.now), **self.headers}
        signed = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if abs(signed - self.now) > 5 * MINUTES:
            return httpx.Response(403, headers=headers, json={"__type": "InvalidSignatureException"})
        return httpx.Response(200, headers=headers, json={})

    @property
    def dates(self) -> list[str]:
        return [each.headers["x-amz-date"] for each in self.requests]


def client(service: Callable[[httpx.Request], httpx.Response], **options: Any) -> Client:
    return Client(
        **{
            "region": "eu-west-1",
            "endpoint_url": "https://r-1.example",
            "credentials": Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"),
            "transport": httpx.MockTransport(service),
            "clock": lambda: NOON,
            "sleep": lambda seconds: None,
            **options,
        }
    )


def test_a_request_that_was_signed_at_the_wrong_time_is_signed_again() -> None:
    service = Service()
    with client(service) as signaling:
        assert signaling.get_ice_server_config("arn").response.attempts == 2
        assert service.dates == ["20261125T120000Z", "20261125T121000Z"]
        assert signaling.get_ice_server_config("arn").response.attempts == 1
        signaling.with_options(timeout=5).get_ice_server_config("arn")
    assert service.dates[2:] == ["20261125T121000Z"] * 2


def test_the_retry_is_paid_as_for_any_failure() -> None:
    with client(Service()) as signaling:
        signaling.get_ice_server_config("arn")
        assert signaling._core.quota.left == 500  # 14 were taken and given back
    with client(Service(), max_attempts=1) as signaling, pytest.raises(ServiceError):
        signaling.get_ice_server_config("arn")


def test_an_answer_out_of_a_cache_heals_nothing() -> None:
    service = Service(age="30")
    with client(service) as signaling, pytest.raises(ServiceError) as raised:
        signaling.get_ice_server_config("arn")
    assert raised.value.attempts == 1


def test_the_correction_can_be_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "true")
    service = Service()
    with client(service) as signaling, pytest.raises(ServiceError) as raised:
        signaling.get_ice_server_config("arn")
    assert raised.value.attempts == 1
    assert service.dates == ["20261125T120000Z"]


def test_presigned_urls_are_never_shifted() -> None:
    with client(Service()) as signaling:
        signaling.get_ice_server_config("arn")
        url = signaling.presign("GetIceServerConfig", {"ChannelARN": "arn"}).url
    assert "X-Amz-Date=20261125T120000Z" in url


def test_requests_say_until_when_their_answers_are_waited_for_once_the_time_is_known() -> None:
    service = Service(ahead=timedelta())
    with client(service, timeout=30) as signaling:
        signaling.get_ice_server_config("arn")
        signaling.get_ice_server_config("arn")
    told = [each.headers["amz-sdk-request"] for each in service.requests]
    assert told == ["attempt=1; max=3", "ttl=20261125T120030Z; attempt=1; max=3"]


@pytest.mark.parametrize(
    ("first", "then", "seconds", "expected"),
    [
        (0.0, 0.0, 30, "20261125T120030Z"),
        (0.0, 0.999999, 30, "20261125T120030Z"),
        (0.0, 1.0, 30, "20261125T120031Z"),
        (0.9, 0.1, 30, "20261125T120030Z"),
        (0.9, 1.05, 30, "20261125T120031Z"),
        (0.0, -0.1, 30, "20261125T120029Z"),
        (0.0, 0.0, 31, "20261125T120031Z"),
        (0.0, 0.0, None, ""),
    ],
)
def test_the_end_of_a_wait_is_told_by_the_second(
    first: float, then: float, seconds: float | None, expected: str
) -> None:
    skew = Skew()
    assert skew.until(NOON + timedelta(seconds=first), 30) == "20261125T120030Z"
    assert skew.until(NOON + timedelta(seconds=then), seconds) == expected


def test_the_end_of_a_wait_is_written_once_a_second() -> None:
    skew = Skew()
    assert skew.until(NOON, 30) is skew.until(NOON, 30)
    assert skew.until(NOON, 30) is skew.until(NOON + timedelta(milliseconds=999), 30)
