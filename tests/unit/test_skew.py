# SPDX-License-Identifier: Apache-2.0
"""Requests are signed at the service's time, whatever this machine's clock says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from heliograph import ConfigError, Credentials, ServiceError
from heliograph.skew import CODES, Skew, is_cause
from kinesis_video_signaling import AsyncClient, Client

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


# Every row of the rule, in calls of both flavours

AHEAD = 10 * MINUTES
SKEWED = "InvalidSignatureException"


class Step:
    """One answer: its status or the code of its error, how far its clock is ahead, and how long it takes."""

    def __init__(
        self,
        code: str | int = 200,
        ahead: timedelta | None = AHEAD,
        trip: timedelta = timedelta(),
        **headers: str,
    ) -> None:
        self.code, self.ahead, self.trip, self.headers = code, ahead, trip, headers


class Calls:
    """Calls of a client whose requests get these answers; ``signed`` is what each was signed at, from noon."""

    def __init__(self, flavour: str, *steps: Step, **options: Any) -> None:
        self.flavour = flavour
        self.steps = list(steps)
        self.now = NOON
        self.signed: list[timedelta] = []
        self.requests: list[httpx.Request] = []
        self.sleeps: list[float] = []
        settings = {
            "region": "eu-west-1",
            "endpoint_url": "https://r-1.example",
            "credentials": Credentials("AKIDEXAMPLE", "secret"),
            "transport": httpx.MockTransport(self.answer),
            "clock": lambda: self.now,
            "random": lambda: 1.0,
            **options,
        }
        self.client: Any = (
            Client(sleep=self.sleeps.append, **settings)
            if flavour == "sync"
            else AsyncClient(sleep=self.sleep, **settings)
        )

    async def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        moment = datetime.strptime(request.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        self.signed.append(moment - self.now)
        step = self.steps.pop(0)
        sent, self.now = self.now, self.now + step.trip
        if step.code == "lost":
            raise httpx.ReadError("reset")
        headers = {} if step.ahead is None else {"date": date(sent + step.trip / 2 + step.ahead)}
        if isinstance(step.code, str):
            headers["x-amzn-errortype"] = step.code
        status = step.code if isinstance(step.code, int) else 403
        return httpx.Response(status, headers={**headers, **step.headers}, json={})

    def call(self, client: Any = None) -> str:
        """Make one call; the code of its error, or nothing."""
        client = client or self.client

        async def run() -> None:
            await client.get_ice_server_config("arn")

        try:
            if self.flavour == "sync":
                client.get_ice_server_config("arn")
            else:
                asyncio.run(run())
        except ServiceError as error:
            return error.code or ""
        return ""


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    flavour: str = request.param
    return flavour


NO_TIME = timedelta()
TRIP = 15 * MINUTES
ROWS: dict[str, tuple[list[Step], list[str], list[timedelta]]] = {
    # answers, the outcome of each call, and by how much each request's date is shifted
    "no request is shifted before an answer tells": ([Step(ahead=None)], [""], [NO_TIME]),
    "a good answer tells": ([Step(), Step()], ["", ""], [NO_TIME, AHEAD]),
    "so does an error": ([Step("ValidationException"), Step()], ["ValidationException", ""], [NO_TIME, AHEAD]),
    "so does one that is tried again": ([Step(503), Step()], [""], [NO_TIME, AHEAD]),
    "every answer heals": (
        [Step(), Step(ahead=-AHEAD), Step(ahead=NO_TIME), Step()], [""] * 4, [NO_TIME, AHEAD, -AHEAD, NO_TIME],
    ),
    **{f"{code} is tried again": ([Step(code), Step()], [""], [NO_TIME, AHEAD]) for code in sorted(CODES)},
    "behind as well as ahead": ([Step(SKEWED, -AHEAD), Step(ahead=-AHEAD)], [""], [NO_TIME, -AHEAD]),
    "four minutes are no cause": ([Step(SKEWED, 4 * MINUTES), Step()], [SKEWED, ""], [NO_TIME, 4 * MINUTES]),
    "a second more is": ([Step(SKEWED, timedelta(seconds=241)), Step()], [""], [NO_TIME, timedelta(seconds=241)]),
    "four minutes behind are none": ([Step(SKEWED, -4 * MINUTES)], [SKEWED], [NO_TIME]),
    "another error is not tried again": ([Step("ResourceNotFoundException")], ["ResourceNotFoundException"], [NO_TIME]),
    "an answer out of a cache does not tell": (
        [Step(SKEWED, age="0"), Step()], [SKEWED, ""], [NO_TIME, NO_TIME],
    ),
    "nor one without a date": ([Step(SKEWED, None), Step()], [SKEWED, ""], [NO_TIME, NO_TIME]),
    "nor one whose date is none": ([Step(SKEWED, None, date="soon"), Step()], [SKEWED, ""], [NO_TIME, NO_TIME]),
    "nor one that took more than a quarter of an hour": (
        [Step(SKEWED, trip=TRIP + timedelta(seconds=2)), Step()], [SKEWED, ""], [NO_TIME, NO_TIME],
    ),
    "one that took a quarter of an hour does": ([Step(SKEWED, trip=TRIP), Step()], [""], [NO_TIME, AHEAD]),
    "what does not tell leaves what is known": ([Step(), Step(ahead=None), Step()], [""] * 3, [NO_TIME, AHEAD, AHEAD]),
    "nor does an answer that is lost": ([Step(), Step("lost"), Step()], ["", ""], [NO_TIME, AHEAD, AHEAD]),
    "attempts are counted": ([Step(SKEWED), Step(SKEWED, -AHEAD), Step(SKEWED)], [SKEWED], [NO_TIME, AHEAD, -AHEAD]),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_requests_are_signed_at_the_time_of_the_service(row: str, flavour: str) -> None:
    steps, outcomes, shifts = ROWS[row]
    calls = Calls(flavour, *steps)
    assert [calls.call() for _ in outcomes] == outcomes
    assert calls.signed == shifts


def test_such_a_retry_costs_and_waits_as_after_any_failure(flavour: str) -> None:
    calls = Calls(flavour, Step(SKEWED), Step(SKEWED, -AHEAD), Step(SKEWED))
    assert calls.call() == SKEWED
    assert (calls.client._core.quota.left, calls.sleeps) == (500 - 28, [0.05, 0.1])
    calls = Calls(flavour, Step(SKEWED))
    calls.client._core.quota.left = 13
    assert calls.call() == SKEWED
    assert (len(calls.signed), calls.sleeps) == (1, [])


def test_copies_of_a_client_know_the_time_too(flavour: str) -> None:
    calls = Calls(flavour, Step(), Step())
    calls.call()
    calls.call(calls.client.with_options(timeout=5))
    assert calls.signed == [NO_TIME, AHEAD]


@pytest.mark.parametrize("place", ["environment", "profile"])
def test_the_correction_can_be_turned_off_in_both_places(
    place: str, flavour: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    if place == "environment":
        monkeypatch.setenv("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "TRUE")
    else:
        (tmp_path / "config").write_text("[default]\ndisable_clock_skew_correction = true\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    calls = Calls(flavour, Step(SKEWED), Step(), Step())
    assert [calls.call(), calls.call(), calls.call()] == [SKEWED, "", ""]
    assert calls.signed == [NO_TIME] * 3
    assert not any("ttl=" in each.headers["amz-sdk-request"] for each in calls.requests)
    monkeypatch.setenv("AWS_DISABLE_CLOCK_SKEW_CORRECTION", "yes")
    with pytest.raises(
        ConfigError, match="disable_clock_skew_correction from AWS_DISABLE_CLOCK_SKEW_CORRECTION"
    ):
        Calls(flavour, Step()).call()


def test_the_end_of_patience_is_told_in_the_time_of_the_service(flavour: str) -> None:
    calls = Calls(flavour, Step(), Step(), Step())
    calls.call()
    calls.call()
    calls.call(calls.client.with_options(timeout=7))
    told = [each.headers["amz-sdk-request"] for each in calls.requests]
    assert told == [
        "attempt=1; max=3",
        "ttl=20261125T121030Z; attempt=1; max=3",
        "ttl=20261125T121007Z; attempt=1; max=3",
    ]


def test_patience_is_that_of_the_operation(flavour: str) -> None:
    calls = Calls(flavour, Step(ahead=NO_TIME), Step(ahead=NO_TIME))
    calls.call()

    async def run() -> None:
        await calls.client.send_alexa_offer_to_master("arn", "offer", "sender")

    if flavour == "sync":
        calls.client.send_alexa_offer_to_master("arn", "offer", "sender")
    else:
        asyncio.run(run())
    assert calls.requests[-1].headers["amz-sdk-request"].startswith("ttl=20261125T120210Z; ")  # 130 seconds


def test_presigned_urls_are_never_shifted_in_either_flavour(flavour: str) -> None:
    calls = Calls(flavour, Step())
    calls.call()
    presigned = calls.client.presign("GetIceServerConfig", {"ChannelARN": "arn"})
    if flavour == "async":
        presigned = asyncio.run(presigned)
    assert "X-Amz-Date=20261125T120000Z" in presigned.url
