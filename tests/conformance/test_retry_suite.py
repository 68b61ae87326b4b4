# SPDX-License-Identifier: Apache-2.0
"""The published cases of the standard retry strategy, of the generation that is implemented: alone, and in calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from heliograph import Credentials, ServiceError, retries
from heliograph.adaptive import Cubic, RateLimiter
from heliograph.effects import drive
from heliograph_codegen import frontends
from heliograph_codegen.generate import package_of
from proof.packages import shelf
from proof.suites import read

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


def run_alone(case: dict[str, Any]) -> None:
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
    for case in read(suites / f"retries/{retries.GENERATION}.json", 13):
        with published(f"retries/{retries.GENERATION}", case["case_id"]):
            run_interleaved(case) if "threads" in case else run_alone(case)


@pytest.fixture(scope="module")
def package() -> Iterator[Any]:
    """A service that is called, or polled."""
    operations = {"Call": {"http": "POST /call"}, "Poll": {"http": "POST /poll", "long-polling": True}}
    about = {"heliograph": 1, "service": "Tried", "version": "2020-01-01", "protocol": "rest-json"}
    model = frontends.load({**about, "endpoint": {"prefix": "tried"}, "operations": operations})
    with shelf() as opened:
        yield opened.put(package_of(model, "tried", is_formatted=False))


class Flow:
    """One call of a case: it gets the responses one after the other; the waits between them and the quota are kept."""

    def __init__(self, client: Any, given: dict[str, Any], steps: list[dict[str, Any]]) -> None:
        self.steps = steps
        self.left = list(steps)
        self.seen: list[tuple[float, int]] = []
        self.meanwhile: Flow | None = None
        self.operation = "Poll" if given.get("long_polling") else "Call"
        is_async = type(client).__name__.startswith("Async")
        self.client = client.with_options(
            transport=httpx.MockTransport(self.answer), sleep=self.sleep_async if is_async else self.sleep
        )
        core = self.client._core
        drive(core.prepare(), lambda: client, None)
        core.retries.max_backoff = given.get("max_backoff_time", core.retries.max_backoff)
        self.quota = core.quota

    def answer(self, request: httpx.Request) -> httpx.Response:
        response = self.left.pop(0)["response"]
        code = {"x-amzn-errortype": response["error_code"]} if "error_code" in response else {}
        return httpx.Response(
            response["status_code"], headers={**response.get("headers", {}), **code}, json={}
        )

    def sleep(self, seconds: float) -> None:
        self.seen.append((seconds, self.quota.left))
        if self.meanwhile is not None and len(self.left) == 1:
            self.meanwhile.run()

    async def sleep_async(self, seconds: float) -> None:
        self.seen.append((seconds, self.quota.left))
        if self.meanwhile is not None and len(self.left) == 1:
            await self.meanwhile.run_async()

    def run(self) -> None:
        try:
            self.client.call(self.operation)
        except ServiceError as error:
            self.ended(error)
        else:
            self.ended(None)

    async def run_async(self) -> None:
        try:
            await self.client.call(self.operation)
        except ServiceError as error:
            self.ended(error)
        else:
            self.ended(None)

    def ended(self, error: ServiceError | None) -> None:
        """Compare what became of the call with what was published."""
        assert self.left == []
        outcomes = [*["retry_request"] * (len(self.steps) - 1), outcome_of(error)]
        assert outcomes == [step["expected"]["outcome"] for step in self.steps]
        waited = [step["expected"] for step in self.steps if step["expected"]["outcome"] == "retry_request"]
        waited += [step["expected"] for step in self.steps[-1:] if "delay" in step["expected"] and error]
        assert len(self.seen) == len(waited)
        for (seconds, tokens), expected in zip(self.seen, waited, strict=True):
            assert seconds == expected.get("delay", seconds)
            assert tokens == expected.get("retry_quota", tokens)
        assert self.quota.left == self.steps[-1]["expected"].get("retry_quota", self.quota.left)


def outcome_of(error: ServiceError | None) -> str:
    if error is None:
        return "success"
    if error.max_attempts_reached:
        return "max_attempts_exceeded"
    return "retry_quota_exceeded" if error.quota_exhausted else "fail_request"


def flows(client: Any, case: dict[str, Any]) -> Iterator[Flow]:
    """The calls of a case; of two at once the second goes on while the first waits for the last time."""
    if "threads" in case:
        first, second = (Flow(client, case["given"], steps) for steps in case["threads"])
        first.meanwhile = second
        yield first
        return
    steps: list[dict[str, Any]] = []
    for step in case["responses"]:
        steps.append(step)
        if step["expected"]["outcome"] != "retry_request":
            yield Flow(client, case["given"], steps)
            steps = []


@pytest.mark.parametrize("flavour", ["sync", "async"])
def test_every_case_in_calls(
    flavour: str, suites: Path, package: Any, published: Published, run: Callable[[Any], Any]
) -> None:
    for case in read(suites / f"retries/{retries.GENERATION}.json", 13):
        given = case["given"]
        client = (package.Client if flavour == "sync" else package.AsyncClient)(
            region="eu-west-1",
            credentials=Credentials("AKIDEXAMPLE", "secret"),
            random=lambda given=given: given["exponential_base"],
            max_attempts=given.get("max_attempts"),
        )
        client._core.quota = quota = retries.Quota(given.get("initial_retry_tokens", retries.QUOTA))
        with published(f"retries/{retries.GENERATION} calls {flavour}", case["case_id"]):
            for flow in flows(client, case):
                run(flow.run_async()) if flavour == "async" else flow.run()
            assert quota.left == case.get("expected_final_quota", quota.left)


def test_every_adaptive_case(suites: Path, published: Published) -> None:
    for case in read(suites / "retries/adaptive.json", 3):
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
