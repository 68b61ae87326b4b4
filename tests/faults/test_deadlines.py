# SPDX-License-Identifier: Apache-2.0
"""A call ends by its deadline whatever it waits for before it is sent, and what others wait for goes on without it."""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from faultserver import CHANNEL, ICE, OK, Serve, answering, silent

import kinesis_video_signaling as package
from heliograph import CredentialsError, DeadlineError, Timeout
from heliograph.credentials import Context, Credentials, Process, Provider, Secret
from heliograph.credentials.cache import Flight
from heliograph.deadlines import Deadline, within
from heliograph.effects import CallProvider, RunProcess, Send, Sleep, Wait, drive, drive_async
from heliograph.http import WireRequest
from heliograph.testing import FakeClock
from heliograph.transport import AsyncTransport, Transport
from proof.sources import AsyncServer
from proof.sources import Server as SourceServer


def run(flavour: str, effects: Any, transport: Any = None) -> Any:
    """Run effects on a thread or in a task."""
    if flavour == "sync":
        return drive(effects, lambda: transport, pytest.fail)
    return asyncio.run(drive_async(effects, lambda: transport, pytest.fail))


@pytest.fixture(params=["sync", "async"])
def flavour(request: pytest.FixtureRequest) -> str:
    """A driver of each kind."""
    kind: str = request.param
    return kind


# What a single effect does at a deadline


def process(seconds: float) -> RunProcess:
    """A program that takes a minute."""
    program = [sys.executable, "-c", "import time; time.sleep(60)"]
    return RunProcess([*map(Secret, program)], seconds)


EFFECTS: dict[str, Callable[[], Any]] = {
    "a sleep": lambda: Sleep(60),
    "a program": lambda: process(60),
    "another one's fetch": lambda: Wait(Flight()),
}


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=EFFECTS)
def test_an_effect_ends_with_the_deadline(effect: Callable[[], Any], flavour: str) -> None:
    ended: list[str] = []

    def effects() -> Any:
        try:
            while True:
                yield effect()
        except Exception as error:
            ended.append(repr(error))
            raise
        finally:
            ended.append("closed")

    began = time.monotonic()
    with pytest.raises(DeadlineError, match=r"the deadline of 0\.2 s passed before the call was sent"):
        run(flavour, within(effects(), Deadline(0.2, time.monotonic)))
    assert time.monotonic() - began < 10
    assert ended == ["closed"], "what is given up learns of it as of a cancellation"


def test_a_time_out_that_comes_first_is_the_effects_own(flavour: str) -> None:
    def effects() -> Any:
        with pytest.raises(TimeoutError):
            yield process(0.1)
        return "went on"

    assert run(flavour, within(effects(), Deadline(60, time.monotonic))) == "went on"


def test_a_function_that_is_awaited_ends_with_the_deadline() -> None:
    cancelled: list[bool] = []

    async def never() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.append(True)

    def effects() -> Any:
        yield CallProvider(never)

    with pytest.raises(DeadlineError):
        run("async", within(effects(), Deadline(0.05, time.monotonic)))
    assert cancelled == [True]


def test_what_a_thread_does_to_its_end_is_found_late_afterwards(flavour: str) -> None:
    clock = FakeClock()

    def effects() -> Any:
        yield CallProvider(lambda: clock.advance(10))
        yield CallProvider(lambda: pytest.fail("it is too late for this"))

    with pytest.raises(DeadlineError):
        run(flavour, within(effects(), Deadline(5, clock.monotonic)))


def test_a_fetch_that_was_late_is_kept_for_the_next_call(flavour: str) -> None:
    clock, fetched = FakeClock(), []

    class Late(Provider):
        def load(self, context: Context) -> Any:
            fetched.append(1)
            yield CallProvider(lambda: clock.advance(10))
            return Credentials("AKID", "secret", None, None, context.clock() + timedelta(hours=1))

    source = Late()

    def attempt() -> Any:
        context = Context({}, clock=clock.now)
        return run(flavour, within(source.current(context), Deadline(5, clock.monotonic)), "no transport")

    if flavour == "sync":
        assert attempt().access_key == "AKID"  # it came to its end: the call finds that it is late
    else:
        attempt()
    assert attempt().access_key == "AKID"
    assert len(fetched) == 1


def test_a_deadline_within_a_deadline(flavour: str) -> None:
    def inner() -> Any:
        yield Sleep(60)

    def outer() -> Any:
        with pytest.raises(DeadlineError, match=r"deadline of 5 s"):
            yield from within(inner(), Deadline(5, time.monotonic))
        yield from within(inner(), Deadline(500, time.monotonic))

    with pytest.raises(DeadlineError, match=r"deadline of 50 s"):
        run(flavour, within(outer(), Deadline(50, time.monotonic)))


@pytest.mark.parametrize("own", [None, 3600.0], ids=["unbounded", "bounded"])
def test_a_request_gets_the_time_that_is_left(own: float | None, serve: Serve, flavour: str) -> None:
    server = serve(silent)
    end = None if own is None else time.monotonic() + own
    request = WireRequest(
        "GET", "http", "127.0.0.1", server.port, "/", [("host", "x")], b"", Timeout(), end, 9
    )

    def effects() -> Any:
        yield Send(request)

    held = Transport() if flavour == "sync" else AsyncTransport()
    with pytest.raises(DeadlineError, match="before the call was sent"):
        run(flavour, within(effects(), Deadline(0.1, time.monotonic)), held)
    assert server.await_state(lambda server: server.open == 0)


# Credentials that many wait for


class Source(Provider):
    """Gives keys for an hour when it is allowed to; ``begun`` counts."""

    NAME = "source"

    def __init__(self) -> None:
        self.begun = 0
        self.failure: Exception | None = None
        self.entered = threading.Event()
        self.go_on = threading.Event()

    def load(self, context: Context) -> Any:
        self.begun += 1
        number = self.begun
        yield CallProvider(self.wait)
        if self.failure is not None:
            raise self.failure
        ends = datetime.now(UTC) + timedelta(hours=1)
        return Credentials(f"AKID{number}", "secret", "token", None, ends)

    def wait(self) -> Any:
        """Hold the fetch up."""
        self.entered.set()
        assert self.go_on.wait(10)


class AsyncSource(Source):
    """The same for tasks of one loop."""

    def __init__(self) -> None:
        super().__init__()
        self.may_end = asyncio.Event()

    def wait(self) -> Any:
        async def wait() -> None:
            self.entered.set()
            await self.may_end.wait()

        return wait()


def key(source: Provider, deadline: float | None = None) -> str:
    """The access key that a synchronous call would sign with."""
    until = None if deadline is None else Deadline(deadline, time.monotonic)
    return drive(within(source.current(Context({})), until), SourceServer, None).access_key


async def key_async(source: Provider, deadline: float | None = None) -> str:
    """The access key that an asynchronous call would sign with."""
    until = None if deadline is None else Deadline(deadline, time.monotonic)
    effects = within(source.current(Context({})), until)
    return (await drive_async(effects, lambda: AsyncServer(SourceServer()), None)).access_key


@pytest.fixture
def released() -> Iterator[list[Source]]:
    """Sources that hold nobody up when a test is over."""
    sources: list[Source] = []
    yield sources
    for source in sources:
        source.go_on.set()


def test_a_thread_that_waits_for_another_ones_fetch_leaves_at_its_deadline(released: list[Source]) -> None:
    source = Source()
    released.append(source)
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(key(source))) for _ in range(3)]
    threads[0].start()
    assert source.entered.wait(10)
    for thread in threads[1:]:
        thread.start()
    with pytest.raises(DeadlineError):
        key(source, 0.05)
    assert found == []
    source.go_on.set()
    for thread in threads:
        thread.join(10)
    assert (found, source.begun) == (["AKID1"] * 3, 1)


def test_a_thread_that_fetches_gives_up_at_its_deadline_and_another_one_takes_over() -> None:
    """What is yielded is cut short; the next one begins anew."""

    class Slow(Source):
        def load(self, context: Context) -> Any:
            self.begun += 1
            if self.begun == 1:
                waiter.start()
                while True:
                    yield Wait(Flight())
            return Credentials("AKID2", "secret", "token", None, datetime.now(UTC) + timedelta(hours=1))

    source, found = Slow(), []
    waiter = threading.Thread(target=lambda: found.append(key(source)))
    with pytest.raises(DeadlineError):
        key(source, 0.05)
    waiter.join(10)
    assert (found, source.begun) == (["AKID2"], 2)


@pytest.mark.anyio
async def test_a_task_that_waits_for_another_ones_fetch_leaves_at_its_deadline() -> None:
    source = AsyncSource()
    others = [asyncio.create_task(key_async(source)) for _ in range(3)]
    with pytest.raises(DeadlineError):
        await key_async(source, 0.05)
    source.may_end.set()
    assert await asyncio.gather(*others) == ["AKID1"] * 3
    assert source.begun == 1


@pytest.mark.anyio
async def test_a_task_that_fetches_leaves_at_its_deadline_and_the_fetch_goes_on() -> None:
    source, tasks = AsyncSource(), asyncio.all_tasks()
    first = asyncio.create_task(key_async(source, 0.05))
    await asyncio.sleep(0)
    others = [asyncio.create_task(key_async(source)) for _ in range(3)]
    with pytest.raises(DeadlineError):
        await first
    assert not any(task.done() for task in others)
    source.may_end.set()
    assert await asyncio.gather(*others) == ["AKID1"] * 3
    assert source.begun == 1
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks


@pytest.mark.anyio
async def test_the_next_call_finds_what_a_fetch_brought_that_nobody_waited_for() -> None:
    source = AsyncSource()
    with pytest.raises(DeadlineError):
        await key_async(source, 0.05)
    source.may_end.set()
    assert await key_async(source, 5) == "AKID1"
    assert source.begun == 1


@pytest.mark.anyio
async def test_a_fetch_that_fails_after_its_call_has_left_tells_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = AsyncSource()
    source.failure = CredentialsError("source: it is down")
    first = asyncio.create_task(key_async(source, 0.05))
    await asyncio.sleep(0)
    other = asyncio.create_task(key_async(source))
    with pytest.raises(DeadlineError):
        await first
    with caplog.at_level(logging.ERROR, "asyncio"):
        source.may_end.set()
        with pytest.raises(CredentialsError, match="it is down"):
            await other
        del first, other
        await asyncio.sleep(0)
        gc.collect()
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


@pytest.mark.anyio
@pytest.mark.parametrize("turns", range(4))
async def test_a_call_that_is_cancelled_cancels_its_fetch_and_another_one_takes_over(turns: int) -> None:
    """Also before the task of the fetch has begun."""
    source, tasks = AsyncSource(), asyncio.all_tasks()
    first = asyncio.create_task(key_async(source, 60))
    for _ in range(turns):
        await asyncio.sleep(0)
    other = asyncio.create_task(key_async(source, 60))
    first.cancel()
    source.may_end.set()
    assert (await other).startswith("AKID")
    assert isinstance((await asyncio.gather(first, return_exceptions=True))[0], asyncio.CancelledError)
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == tasks


def test_a_fetch_that_was_left_alone_ends_with_its_loop() -> None:
    source = AsyncSource()

    async def leave() -> None:
        with pytest.raises(DeadlineError):
            await key_async(source, 0.05)

    asyncio.run(leave())
    source.may_end.set()
    assert key(Kept(source)) == "AKID2"


class Kept(Provider):
    """Another source's keys, for a thread."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def load(self, context: Context) -> Any:
        self.source.wait = lambda: None  # type: ignore[method-assign]  # no coroutine any more
        return (yield from self.source.current(context))


# Clients


def call(flavour: str, **options: Any) -> None:
    """A call that its deadline ends; asyncio.run cancels a fetch that goes on."""
    settings = {"region": "eu-west-1", "deadline": 0.2, **options}

    async def run() -> None:
        async with package.AsyncClient(**settings) as client:
            await client.get_ice_server_config(CHANNEL)

    if flavour == "async":
        asyncio.run(run())
    else:
        with package.Client(**settings) as client:
            client.get_ice_server_config(CHANNEL)


def test_a_metadata_service_that_is_silent_does_not_outlast_a_deadline(
    flavour: str, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    metadata, service = serve(silent), serve(answering(OK))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "false")
    monkeypatch.setenv("AWS_EC2_METADATA_SERVICE_ENDPOINT", metadata.url)
    monkeypatch.setenv("AWS_METADATA_SERVICE_TIMEOUT", "30")
    began = time.monotonic()
    with pytest.raises(DeadlineError) as caught:
        call(flavour, endpoint_url=service.url)
    assert time.monotonic() - began < 10
    assert caught.value.attempts == 0
    assert service.connections == 0
    assert metadata.await_state(lambda server: server.open == 0)


def test_a_program_that_is_slow_does_not_outlast_a_deadline(flavour: str, serve: Serve) -> None:
    service = serve(answering(OK))
    source = Process(f"{sys.executable} -c 'import time; time.sleep(60)'")
    began = time.monotonic()
    with pytest.raises(DeadlineError):
        call(flavour, endpoint_url=service.url, credentials=source)
    assert time.monotonic() - began < 10


@pytest.mark.anyio
async def test_a_fetch_goes_on_when_the_client_that_began_it_is_closed(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    from heliograph.credentials import Container

    keys = {
        "AccessKeyId": "AKIDLATE",
        "SecretAccessKey": "s",
        "Token": "t",
        "Expiration": "2099-01-01T00:00:00Z",
    }

    def behave(peer: Any) -> None:
        from faultserver import http

        while peer.receive() is not None:
            assert peer.server.held.wait(10)
            peer.send(http(200, keys))

    agent, service = serve(behave), serve(answering(OK))
    monkeypatch.setenv("AWS_CONTAINER_CREDENTIALS_FULL_URI", f"{agent.url}/keys")
    source = Container()
    options: dict[str, Any] = {"region": "eu-west-1", "endpoint_url": service.url, "credentials": source}
    async with package.AsyncClient(**options, deadline=0.2) as hurried:
        with pytest.raises(DeadlineError):
            await hurried.get_ice_server_config(CHANNEL)
    agent.held.set()
    async with package.AsyncClient(**options) as patient:
        assert (await patient.get_ice_server_config(CHANNEL)).to_dict() == ICE
    assert len(agent.requests) == 1
    assert "AKIDLATE" in (service.requests[0].header("authorization") or "")


def test_a_credentials_function_that_never_returns_does_not_outlast_a_deadline(serve: Serve) -> None:
    service = serve(answering(OK))

    async def never() -> Any:
        await asyncio.Event().wait()

    async def call() -> None:
        options: dict[str, Any] = {"endpoint_url": service.url, "credentials": never, "deadline": 0.05}
        async with package.AsyncClient(region="eu-west-1", **options) as client:
            with pytest.raises(DeadlineError):
                await client.get_ice_server_config(CHANNEL)
            with pytest.raises(DeadlineError):
                await client.presign("GetIceServerConfig", {"ChannelARN": CHANNEL})

    asyncio.run(call())
