# SPDX-License-Identifier: Apache-2.0
"""The standard retry strategy: what is retried, what it costs, how long it waits."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.retries import GENERATION, THROTTLING_CODES, Quota, Standard


def standard(**arguments: Any) -> Standard:
    return Standard(**{"random": lambda: 1.0} | arguments)


def run(strategy: Standard, *answers: dict[str, Any]) -> list[tuple[str, float]]:
    """One call that gets these answers, for as long as it goes on."""
    call = strategy.begin()
    decisions: list[tuple[str, float]] = []
    for answer in answers:
        decision = call.record(**answer)
        decisions.append((decision.outcome, decision.delay))
        if decision.outcome != "retry_request":
            break
    return decisions


def status(*codes: int) -> list[dict[str, Any]]:
    return [{"status_code": code} for code in codes]


@pytest.mark.parametrize(
    ("arguments", "calls", "sleeps", "left"),
    [
        ({}, [[500, 500, 200]], [0.05, 0.1], 486),
        ({}, [[502, 502, 502]], [0.05, 0.1], 472),
        ({"tokens": 14}, [[500, 502]], [0.05], 0),
        ({"tokens": 30}, [[500, 502, 200], [500, 200]], [0.05, 0.1, 0.05], 16),
        ({"max_attempts": 1}, [[500]], [], 500),
        ({}, [[404]], [], 500),
        ({}, [[304]], [], 500),
        ({}, [[429, 200]], [1.0], 500),
        ({"base": 0.025}, [[503, 200]], [0.025], 500),
        ({"max_attempts": 12}, [[504] * 12], [0.05 * 2**i for i in range(9)] + [20.0, 20.0], 346),
        ({"power": 3.0, "max_backoff": 0.2}, [[500, 500, 200]], [0.05, 0.05 * 3], 486),
        ({"max_attempts": 2000, "tokens": 30000}, [[500] * 2000], None, 30000 - 14 * 1999),
    ],
    ids=str,
)
def test_answers_lead_to_sleeps_and_a_quota(
    arguments: dict[str, Any], calls: list[list[int]], sleeps: list[float] | None, left: int
) -> None:
    strategy = standard(**arguments)
    decisions = [decision for call in calls for decision in run(strategy, *status(*call))]
    if sleeps is not None:
        assert [delay for outcome, delay in decisions if outcome == "retry_request"] == sleeps
    assert strategy.tokens == left


NOT_RETRIED = ("fail_request", 0.0, 500)
TRANSIENT = ("retry_request", 0.05, 486)
THROTTLED = ("retry_request", 1.0, 495)


TOO_FAST = (
    "BandwidthLimitExceeded EC2ThrottledException LimitExceededException PriorRequestNotComplete"
    " ProvisionedThroughputExceededException RequestLimitExceeded RequestThrottled RequestThrottledException SlowDown"
    " ThrottledException Throttling ThrottlingException TooManyRequestsException TransactionInProgressException"
).split()
TRY_AGAIN = ("RequestTimeout", "RequestTimeoutException")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        *[({"status_code": 400, "error_code": code}, THROTTLED) for code in TOO_FAST],
        *[({"status_code": 400, "error_code": code}, TRANSIENT) for code in TRY_AGAIN],
        *[({"status_code": code}, TRANSIENT) for code in (500, 502, 503, 504)],
        *[({"status_code": code}, NOT_RETRIED) for code in (100, 301, 307, 400, 403, 404, 413, 501, 505)],
        *[({"status_code": code}, ("success", 0.0, 500)) for code in (200, 299)],
        ({"status_code": 300}, NOT_RETRIED),
        ({"status_code": 503, "error_code": "SlowDown"}, THROTTLED),
        ({"status_code": 400, "error_code": "Own", "throttling": True}, THROTTLED),
        ({"status_code": 200, "error_code": "InternalError"}, NOT_RETRIED),
        ({"status_code": 200, "error_code": "SlowDown"}, THROTTLED),
        ({"status_code": 400, "error_code": "Other"}, NOT_RETRIED),
        ({"error_code": "Other"}, NOT_RETRIED),
        ({"timeout": True}, TRANSIENT),
        ({"connection": True}, TRANSIENT),
        ({}, TRANSIENT),
        ({"status_code": 429}, THROTTLED),
        ({"status_code": 429, "error_code": "Other"}, THROTTLED),
        ({"status_code": 429, "error_code": "Own", "modelled": True}, NOT_RETRIED),
        ({"status_code": 429, "error_code": "Own", "modelled": True, "retryable": True}, TRANSIENT),
        ({"status_code": 400, "error_code": "Own", "modelled": True, "retryable": True}, TRANSIENT),
        (
            {
                "status_code": 400, "error_code": "Own", "modelled": True, "retryable": True,
                "throttling": True,
            },
            THROTTLED,
        ),
        ({"status_code": 500, "error_code": "Own", "modelled": True}, TRANSIENT),
    ],
    ids=str,
)  # fmt: skip
def test_what_is_retried_and_what_it_costs(answer: dict[str, Any], expected: tuple[str, float, int]) -> None:
    strategy = standard()
    decision = strategy.begin().record(**answer)
    assert (decision.outcome, decision.delay, strategy.tokens) == expected
    assert decision.throttled is (expected == THROTTLED)


def test_an_answer_that_no_retry_would_mend_fails_on_the_last_attempt_too() -> None:
    assert run(standard(max_attempts=1), *status(404)) == [("fail_request", 0.0)]


@pytest.mark.parametrize(
    ("value", "delay"),
    {
        "1500": 1.5,
        "0": 0.05,
        "49": 0.05,
        "5050": 5.05,
        "5051": 5.05,
        "9" * 5000: 5.05,
        "-1": 0.05,
        "+100": 0.05,
        "1.5": 0.05,
        "1_000": 0.05,
        "\u0661": 0.05,
        "\u00b2": 0.05,
        "Sun, 22 Nov 2026 00:00:00 GMT": 0.05,
        "": 0.05,
    }.items(),
    ids=lambda value: str(value)[:12],
)
def test_the_service_may_lengthen_a_delay_by_five_seconds(value: str, delay: float) -> None:
    decision = standard().begin().record(500, headers={"x-amz-retry-after": value})
    assert decision.delay == pytest.approx(delay)


def test_the_plain_retry_after_header_is_not_ours() -> None:
    assert standard().begin().record(500, headers={"retry-after": "100"}).delay == 0.05


def test_jitter_is_applied_after_the_cap() -> None:
    strategy = standard(max_attempts=20, random=lambda: 0.5)
    delays = [delay for _, delay in run(strategy, *status(*[503] * 15))]
    assert delays[0] == 0.025
    assert delays[-1] == 10.0


def test_a_polling_call_waits_once_more_where_the_quota_is_empty() -> None:
    assert standard(tokens=0).begin().record(500).delay == 0
    decision = standard(tokens=0).begin(long_polling=True).record(500)
    assert (decision.outcome, decision.delay) == ("retry_quota_exceeded", 0.05)


def test_success_without_a_retry_gives_one_token_and_never_overfills() -> None:
    strategy = standard(tokens=20)
    run(strategy, *status(500, 404))
    assert strategy.tokens == 6
    for expected in (7, 8, 9):
        run(strategy, *status(200))
        assert strategy.tokens == expected
    for _ in range(30):
        run(strategy, *status(200))
    assert strategy.tokens == 20


def test_a_retried_success_gives_back_what_the_last_retry_cost() -> None:
    strategy = standard(tokens=100)
    run(strategy, {"status_code": 500}, {"status_code": 429}, {"status_code": 200})
    assert strategy.tokens == 100 - 14


def test_a_storm_is_bounded_by_the_quota() -> None:
    strategy = Standard()
    sent = sum(len(run(strategy, *status(503, 503, 503))) for _ in range(1000))
    assert sent <= 1000 + 35


def test_strategies_can_share_one_quota() -> None:
    one = standard()
    other = standard(max_attempts=5, tokens=one.quota)
    run(one, *status(500, 404))
    assert other.tokens == one.tokens == 486


def test_the_rules_say_of_when_they_are() -> None:
    assert GENERATION == "standard-v2.1"


def test_the_default_random_is_pythons_own() -> None:
    random.seed(7)
    expected = random.random() * 0.05
    random.seed(7)
    assert Standard().begin().record(500).delay == expected


answers = st.fixed_dictionaries(
    {},
    optional={
        "status_code": st.sampled_from([200, 204, 400, 404, 429, 500, 503]) | st.none(),
        "error_code": st.sampled_from(["Throttling", "RequestTimeout", "Other"]) | st.none(),
        "timeout": st.booleans(),
        "headers": st.fixed_dictionaries({"x-amz-retry-after": st.integers(-5, 10**9).map(str)}),
        "retryable": st.booleans(),
        "throttling": st.booleans(),
    },
)


@given(
    st.lists(st.lists(answers, min_size=1, max_size=8), max_size=20),
    st.integers(0, 500),
    st.floats(0, 1, exclude_max=True),
)
def test_the_quota_stays_in_range_and_delays_stay_short(
    calls: list[list[dict[str, Any]]], tokens: int, jitter: float
) -> None:
    strategy = Standard(max_attempts=6, tokens=tokens, random=lambda: jitter)
    for call in calls:
        for _, delay in run(strategy, *call):
            assert 0 <= strategy.tokens <= tokens
            assert 0 <= delay <= 25


def test_threads_never_overdraw_or_overfill_the_quota() -> None:
    quota = Quota(200)

    def work(seed: int) -> int:
        chance = random.Random(seed)
        held = 0
        for _ in range(2000):
            cost = chance.choice([5, 14])
            if quota.take(cost):
                held += cost
            assert 0 <= quota.left <= 200
            if chance.random() < 0.5:
                quota.give_back(held)
                held = 0
        return held

    with ThreadPoolExecutor(8) as pool:
        held = sum(pool.map(work, range(8)))
    assert quota.left + held == 200


OTHER_CODES = ["RequestTimeout", "Own", "OwnSlow", "OwnFinal", "Other", None]


def oracle(max_attempts: int) -> tuple[Any, Any]:
    """The handler botocore retries with, and its quota."""
    module = pytest.importorskip("botocore.retries.standard", reason="botocore is the oracle here")
    quota = pytest.importorskip("botocore.retries.quota").RetryQuota()
    adapter = module.RetryEventAdapter()
    detector = module.ThrottlingErrorDetector(adapter)
    checker = module.RetryQuotaChecker(quota, detector)
    policy = module.RetryPolicy(
        module.StandardRetryConditions(max_attempts),
        module.ExponentialBackoff(random=lambda: 0.75, throttling_detector=detector),
    )
    handler = module.RetryHandler(policy, adapter, checker, sleep=lambda _: None)
    return SimpleNamespace(needs_retry=handler.needs_retry, release=checker.release_retry_quota), quota


@given(
    st.integers(1, 5),
    st.lists(
        st.lists(
            st.tuples(
                st.sampled_from([200, 301, 400, 404, 429, 500, 503]),
                st.sampled_from([*sorted(THROTTLING_CODES), *OTHER_CODES]),
                st.sampled_from(["", "0", "1500", "9000", "-1", "soon"]),
            ),
            min_size=6,
            max_size=6,
        ),
        max_size=8,
    ),
)  # fmt: skip
def test_botocore_decides_alike(max_attempts: int, calls: list[list[tuple[int, str | None, str]]]) -> None:
    handler, quota = oracle(max_attempts)
    strategy = Standard(max_attempts, random=lambda: 0.75)
    shapes = [
        SimpleNamespace(name=name, error_code=name, metadata={"retryable": mark} if mark is not None else {})
        for name, mark in (("Own", {}), ("OwnSlow", {"throttling": True}), ("OwnFinal", None))
    ]
    service = SimpleNamespace(service_name="any")
    operation = SimpleNamespace(name="Any", error_shapes=shapes, service_model=service)
    for answers in calls:
        call = strategy.begin()
        context: dict[str, Any] = {}
        for attempt, (status_code, code, retry_after) in enumerate(answers, 1):
            code = None if status_code < 300 else code
            response = SimpleNamespace(status_code=status_code, headers={"x-amz-retry-after": retry_after})
            parsed = {"Error": {"Code": code}} if code else {}
            delay = handler.needs_retry(
                response=(response, parsed), attempts=attempt, operation=operation, caught_exception=None,
                request_dict={"context": context},
            )  # fmt: skip
            decision = call.record(
                status_code, code, {"x-amz-retry-after": retry_after}, modelled=str(code).startswith("Own"),
                retryable=code in ("Own", "OwnSlow"), throttling=code == "OwnSlow",
            )  # fmt: skip
            if delay is None:
                handler.release(context, response)
            assert (decision.delay if decision.outcome == "retry_request" else None) == delay
            assert strategy.tokens == quota.available_capacity
            if delay is None:
                break
