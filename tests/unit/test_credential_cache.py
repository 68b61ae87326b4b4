# SPDX-License-Identifier: Apache-2.0
"""Credentials that end by themselves are fetched in time, once for all who wait."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from heliograph.credentials import Context, Credentials, Provider
from heliograph.credentials.cache import Cache, Flight
from heliograph.effects import Sleep, drive, drive_async
from heliograph.errors import CredentialsError
from proof.sources import nobody

START = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = 3600


class Clock:
    """Time that passes when it is told to."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def go(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class Source(Provider):
    """Gives keys for an hour, and counts."""

    NAME = "source"

    def __init__(self, lifetime: float = HOUR) -> None:
        self.lifetime = lifetime
        self.fetched = 0
        self.failure: BaseException | None = None
        self.before: Callable[[], Any] = lambda: ()

    def load(self, context: Context) -> Any:
        self.fetched += 1
        yield from self.before()
        if self.failure is not None:
            raise self.failure
        return Credentials(
            f"AKID{self.fetched}", "secret", "token", None, context.clock() + timedelta(seconds=self.lifetime)
        )


def key(source: Provider, clock: Clock) -> str:
    return drive(source.current(Context({}, clock=clock)), nobody, None).access_key


async def key_async(source: Provider, clock: Clock, sleep: Any = None) -> str:
    found = await drive_async(source.current(Context({}, clock=clock)), nobody, sleep)
    return found.access_key


@pytest.mark.parametrize(
    ("seconds_left", "fetched"),
    [(901, 1), (900, 1), (899, 2), (600, 2), (599, 2), (1, 2), (0, 2), (-1, 2)],
)
def test_keys_are_fetched_again_from_a_quarter_of_an_hour_before_their_end(
    seconds_left: int, fetched: int
) -> None:
    clock, source = Clock(), Source()
    assert key(source, clock) == "AKID1"
    clock.go(HOUR - seconds_left)
    assert key(source, clock) == f"AKID{fetched}"


def test_keys_without_an_end_are_fetched_once() -> None:
    class Fixed(Provider):
        fetched = 0

        def load(self, context: Context) -> Any:
            self.fetched += 1
            yield from ()
            return Credentials("AKID", "secret")

    clock, source = Clock(), Fixed()
    for _ in range(3):
        assert key(source, clock) == "AKID"
        clock.go(10 * HOUR)
    assert source.fetched == 1


@pytest.mark.parametrize(("seconds_left", "raises"), [(899, False), (600, False), (599, True), (-5, True)])
def test_a_failure_counts_only_when_the_keys_are_needed(
    seconds_left: int, raises: bool, caplog: pytest.LogCaptureFixture
) -> None:
    clock, source = Clock(), Source()
    key(source, clock)
    source.failure = CredentialsError("source: it is down")
    clock.go(HOUR - seconds_left)
    with caplog.at_level(logging.WARNING, "heliograph"):
        if raises:
            with pytest.raises(CredentialsError, match="it is down"):
                key(source, clock)
        else:
            assert key(source, clock) == "AKID1"
            assert "could not be renewed yet: source: it is down" in caplog.text
            assert caplog.records[-1].name == "heliograph.credentials"


def test_after_a_failure_the_next_attempt_waits_a_minute() -> None:
    clock, source = Clock(), Source()
    key(source, clock)
    source.failure = CredentialsError("down")
    clock.go(HOUR - 890)
    for _ in range(5):
        assert key(source, clock) == "AKID1"
    assert source.fetched == 2
    clock.go(60)
    key(source, clock)
    assert source.fetched == 2
    clock.go(1)
    key(source, clock)
    assert source.fetched == 3


def test_keys_that_live_shortly_are_not_fetched_for_each_call() -> None:
    clock, source = Clock(), Source(lifetime=300)
    for _ in range(60):
        key(source, clock)
        clock.go(1)
    assert source.fetched == 1
    clock.go(1)
    key(source, clock)
    assert source.fetched == 2


@pytest.mark.parametrize("lifetime", [-1, 0])
def test_keys_that_have_ended_already_are_an_error(lifetime: int) -> None:
    with pytest.raises(CredentialsError, match="have ended already"):
        key(Source(lifetime=lifetime), Clock())


@pytest.mark.parametrize(("passed", "outcome"), [(29, "AKID1"), (30, "AKID2"), (30, "down")])
def test_keys_are_never_used_at_their_end(passed: int, outcome: str) -> None:
    clock, source = Clock(), Source(lifetime=30)
    key(source, clock)
    clock.go(passed)
    if outcome == "down":
        source.failure = CredentialsError("down")
        with pytest.raises(CredentialsError, match="down"):
            key(source, clock)
    else:
        assert key(source, clock) == outcome


def test_an_error_of_somebody_elses_code_is_told_by_its_kind_alone(caplog: pytest.LogCaptureFixture) -> None:
    clock, source = Clock(), Source()
    key(source, clock)
    source.failure = ValueError("canary")
    clock.go(HOUR - 890)
    assert key(source, clock) == "AKID1"
    assert "renewed yet: ValueError" in caplog.text
    assert "canary" not in caplog.text


def test_a_source_that_is_not_configured_is_an_error_when_it_is_the_only_one() -> None:
    class Absent(Provider):
        NAME = "absent"

        def load(self, context: Context) -> Any:
            yield from ()

    with pytest.raises(CredentialsError, match="absent: not configured"):
        key(Absent(), Clock())


# Many at once


def test_who_waits_for_a_fetch_is_called_back_when_it_ends_and_at_once_from_then_on() -> None:
    flight = Flight()
    told: list[str] = []
    flight.when_done(lambda: told.append("waited"))
    assert told == []
    flight.end(failure := CredentialsError("down"))
    assert told == ["waited"]
    flight.end()
    flight.when_done(lambda: told.append("came late"))
    assert told == ["waited", "came late"]
    assert flight.failure is failure


def test_a_hundred_threads_and_a_hundred_tasks_fetch_once() -> None:
    clock, source = Clock(), Source()
    key(source, clock)
    clock.go(HOUR)
    entered, go_on = threading.Event(), threading.Event()

    def wait_for_others() -> Any:
        entered.set()
        assert go_on.wait(30)
        yield from ()

    source.before = wait_for_others
    found: list[str] = []
    ready = threading.Barrier(101 + 1, timeout=30)

    def in_thread() -> None:
        ready.wait()
        found.append(key(source, clock))

    async def tasks() -> None:
        found.extend(await asyncio.gather(*(key_async(source, clock) for _ in range(100))))

    def in_loop() -> None:
        ready.wait()
        asyncio.run(tasks())

    threads = [threading.Thread(target=in_thread) for _ in range(100)] + [threading.Thread(target=in_loop)]
    for thread in threads:
        thread.start()
    ready.wait()
    assert entered.wait(30)
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert found == ["AKID2"] * 200
    assert source.fetched == 2


def test_within_the_first_window_nobody_waits_for_the_one_who_fetches() -> None:
    clock, source = Clock(), Source()
    key(source, clock)
    clock.go(HOUR - 890)
    seen: list[str] = []

    def meanwhile() -> Any:
        source.before = lambda: ()
        seen.append(key(source, clock))
        yield from ()

    source.before = meanwhile
    assert key(source, clock) == "AKID2"
    assert seen == ["AKID1"]
    assert source.fetched == 2


async def _started(source: Source, clock: Clock) -> tuple[asyncio.Task[str], asyncio.Event]:
    """A task in the middle of a fetch."""
    inside, never = asyncio.Event(), asyncio.Event()

    async def sleep(seconds: float) -> None:
        inside.set()
        await never.wait()

    def before() -> Any:
        yield Sleep(1)

    source.before = before
    task = asyncio.create_task(key_async(source, clock, sleep))
    await inside.wait()
    source.before = lambda: ()
    return task, never


def test_whoever_waits_takes_over_from_one_who_is_cancelled() -> None:
    async def run() -> None:
        clock, source = Clock(), Source()
        first, _ = await _started(source, clock)
        others = [asyncio.create_task(key_async(source, clock)) for _ in range(5)]
        await asyncio.sleep(0)
        first.cancel()
        assert await asyncio.gather(*others) == ["AKID2"] * 5
        assert source.fetched == 2
        assert first.cancelled() or isinstance(
            (await asyncio.gather(first, return_exceptions=True))[0], BaseException
        )

    asyncio.run(run())


def test_one_who_waits_and_is_cancelled_does_not_stop_the_fetch() -> None:
    async def run() -> None:
        clock, source = Clock(), Source()
        first, never = await _started(source, clock)
        waiter = asyncio.create_task(key_async(source, clock))
        await asyncio.sleep(0)
        waiter.cancel()
        await asyncio.gather(waiter, return_exceptions=True)
        never.set()
        assert await first == "AKID1"

    asyncio.run(run())


def test_all_who_wait_learn_of_a_failure() -> None:
    async def run() -> None:
        clock, source = Clock(), Source()
        first, never = await _started(source, clock)
        source.failure = CredentialsError("source: it is down")
        others = [asyncio.create_task(key_async(source, clock)) for _ in range(20)]
        await asyncio.sleep(0)
        never.set()
        results = await asyncio.gather(first, *others, return_exceptions=True)
        assert [str(result) for result in results] == ["source: it is down"] * 21
        assert source.fetched == 1
        assert len({id(result) for result in results}) == 21, "each has an error of its own"

    asyncio.run(run())


def test_a_second_loop_uses_what_the_first_one_fetched_and_fetches_in_its_turn() -> None:
    clock, source = Clock(), Source()
    assert asyncio.run(key_async(source, clock)) == "AKID1"
    assert asyncio.run(key_async(source, clock)) == "AKID1"
    clock.go(HOUR)
    assert asyncio.run(key_async(source, clock)) == "AKID2"


def test_the_fetch_of_a_loop_that_was_closed_is_taken_over() -> None:
    clock, source = Clock(), Source()
    loop = asyncio.new_event_loop()
    task, _ = loop.run_until_complete(_started(source, clock))
    loop.close()
    try:
        assert key(source, clock) == "AKID2"
    finally:
        task._log_destroy_pending = False  # type: ignore[attr-defined]  # it is left behind on purpose
        task.get_coro().close()  # type: ignore[union-attr]  # a coroutine, since it was made of one
        del task
        gc.collect()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_does_not_wait_for_the_fetch_of_its_parent() -> None:
    clock, source = Clock(), Source()
    status: list[int] = []

    def fork_now() -> Any:
        source.before = lambda: ()
        child = os.fork()
        if child == 0:
            os._exit(0 if key(source, clock) == "AKID2" else 1)
        status.append(os.waitpid(child, 0)[1])
        yield from ()

    source.before = fork_now
    assert key(source, clock) == "AKID1"
    assert status == [0]


def test_a_cache_shows_nothing() -> None:
    source = Source()
    key(source, Clock())
    assert repr(vars(source)["_cache"]) == "<Cache>"
    assert isinstance(vars(source)["_cache"], Cache)


@pytest.mark.parametrize("seconds_left", [3600, 901, 900, 899, 601, 600, 599, 1])
@pytest.mark.parametrize("fails", [False, True])
def test_botocore_fetches_at_the_same_moments(seconds_left: int, fails: bool) -> None:
    from botocore.credentials import RefreshableCredentials

    clock, source = Clock(), Source()
    key(source, clock)
    asked: list[int] = []

    def refresh() -> dict[str, str]:
        asked.append(1)
        if fails:
            raise ValueError
        ends = clock.now + timedelta(seconds=HOUR)
        return {"access_key": "AKID2", "secret_key": "s", "token": "t", "expiry_time": ends.isoformat()}

    theirs = RefreshableCredentials(
        "AKID1", "s", "t", clock.now + timedelta(seconds=HOUR), refresh, "test", time_fetcher=clock
    )
    clock.go(HOUR - seconds_left)
    source.failure = CredentialsError("down") if fails else None

    def outcome(call: Callable[[], str]) -> str:
        try:
            return call()
        except (CredentialsError, ValueError):
            return "raised"

    expected = outcome(lambda: theirs.get_frozen_credentials().access_key)
    assert outcome(lambda: key(source, clock)) == expected
    assert source.fetched - 1 == len(asked)
