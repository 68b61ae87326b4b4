# SPDX-License-Identifier: Apache-2.0
"""The published cases of the standard retry strategy, of the generation that is implemented."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from heliograph import retries
from heliograph.adaptive import Cubic, RateLimiter

if TYPE_CHECKING:
    from pathlib import Path

    from proof.suites import Published

ARGUMENTS = {
    "max_attempts": "max_attempts",
    "initial_retry_tokens": "tokens",
    "max_backoff_time": "max_backoff",
}


def strategy(given: dict[str, Any]) -> retries.Standard:
    arguments = {name: given[key] for key, name in ARGUMENTS.items() if key in given}
    return retries.Standard(random=lambda: given["exponential_base"], **arguments)


def record(call: retries.Call, step: dict[str, Any], standard: retries.Standard) -> bool:
    """Feed one response and check what follows; whether the call goes on."""
    decision = call.record(**step["response"])
    expected = step["expected"]
    assert decision.outcome == expected["outcome"]
    assert decision.delay == expected.get(
        "delay", decision.delay if decision.outcome == "retry_request" else 0
    )
    assert standard.tokens == expected.get("retry_quota", standard.tokens)
    return decision.outcome == "retry_request"


def run(case: dict[str, Any]) -> None:
    standard = strategy(case["given"])
    going = False
    for step in case["responses"]:
        if not going:
            call = standard.begin(long_polling=case["given"].get("long_polling", False))
        going = record(call, step, standard)
    assert not going, "the case ends within a call"


def run_interleaved(case: dict[str, Any]) -> None:
    """Two calls at once: the second starts before the first ends, and ends first, as its quotas tell."""
    standard = strategy(case["given"])
    first, second = standard.begin(), standard.begin()
    one, other = case["threads"]
    for step in one[:-1]:
        assert record(first, step, standard)
    for step in other[:-1]:
        assert record(second, step, standard)
    assert not record(second, other[-1], standard)
    assert not record(first, one[-1], standard)
    assert standard.tokens == case["expected_final_quota"]


def test_every_case(suites: Path, published: Published) -> None:
    suite = json.loads((suites / f"retries/{retries.GENERATION}.json").read_text())
    assert suite["generation"] == retries.GENERATION
    assert len(suite["cases"]) == 13
    for case in suite["cases"]:
        with published(f"retries/{retries.GENERATION}", case["case_id"]):
            run_interleaved(case) if "threads" in case else run(case)


def test_every_adaptive_case(suites: Path, published: Published) -> None:
    suite = json.loads((suites / "retries/adaptive.json").read_text())
    assert len(suite["cases"]) == 3
    for case in suite["cases"]:
        with published("retries/adaptive", case["case_id"]):
            run_cubic(case) if "given" in case else run_limiter(case)


def run_cubic(case: dict[str, Any]) -> None:
    cubic, rate = Cubic(case["given"]["last_max_rate"], case["given"]["last_throttle_time"]), 0.0
    for step in case["cases"]:
        now = step["timestamp"]
        rate = cubic.succeeded(now) if step["response"] == "success" else cubic.throttled(rate, now)
        assert rate == pytest.approx(step["calculated_rate"])


def run_limiter(case: dict[str, Any]) -> None:
    limiter = RateLimiter(0.0)
    for step in case["cases"]:
        limiter.record(step["timestamp"], throttled=step["response"] == "throttle")
        assert limiter.rate == pytest.approx(step["new_token_bucket_rate"], rel=1e-5)
