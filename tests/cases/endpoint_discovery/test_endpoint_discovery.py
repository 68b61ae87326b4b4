# SPDX-License-Identifier: Apache-2.0
"""Operations for which the service must be asked first where they are answered."""

from __future__ import annotations

import asyncio
import math
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from heliograph import ConfigError, DeadlineError, EndpointError
from heliograph.credentials.cache import Flight
from heliograph.deadlines import Deadline, within
from heliograph.discovery import Discovery, discovered
from heliograph.effects import Wait

REGIONAL = "tiny.eu-west-1.amazonaws.com"


class Service:
    """A service of several hosts; tells the time as well."""

    def __init__(self, *hosts: str) -> None:
        self.hosts = list(hosts)
        self.wrong: set[str] = set()
        self.sent: list[str] = []
        self.now = 0.0

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.sent.append(f"{request.url.host}{request.url.path}")
        if request.url.path == "/endpoints":
            host = self.hosts.pop(0) if len(self.hosts) > 1 else self.hosts[0]
            return httpx.Response(
                200, json={"Endpoints": [{"Address": host, "CachePeriodInMinutes": 10}] if host else []}
            )
        if request.url.host in self.wrong:
            return httpx.Response(421, json={"__type": "InvalidEndpointException"})
        return httpx.Response(200, json={})

    def client(self, case: Any, **options: Any) -> Any:
        return case.client(
            transport=httpx.MockTransport(self),
            monotonic=lambda: self.now,
            **{"endpoint_url": None, "max_attempts": 3, **options},
        )


def test_the_service_is_asked_once_for_as_long_as_its_answer_holds(case: Any) -> None:
    service = Service("cell-1.test", "cell-2.test")
    client = service.client(case)
    client.query()
    service.now = 599.0
    client.query()
    service.now = 601.0
    client.query()
    asked = f"{REGIONAL}/endpoints"
    assert service.sent == [asked, "cell-1.test/query", "cell-1.test/query", asked, "cell-2.test/query"]


def test_copies_of_a_client_share_the_answer_where_they_call_the_same_place(case: Any) -> None:
    service = Service("cell-1.test", "cell-2.test")
    client = service.client(case)
    client.query()
    real = client if case.flavour == "sync" else client._client
    case.run(real.with_options(timeout=5).query())
    case.run(real.with_options(region="us-west-2").query())
    assert service.sent == [
        *(f"{REGIONAL}/endpoints", "cell-1.test/query", "cell-1.test/query"),
        *("tiny.us-west-2.amazonaws.com/endpoints", "cell-2.test/query"),
    ]


def test_a_host_that_says_it_is_wrong_is_asked_for_anew(case: Any) -> None:
    service = Service("cell-1.test", "cell-2.test")
    service.wrong.add("cell-1.test")
    service.client(case).query()
    asked = f"{REGIONAL}/endpoints"
    assert service.sent == [asked, "cell-1.test/query", asked, "cell-2.test/query"]


def test_hosts_that_are_always_wrong_end_the_call(case: Any) -> None:
    service = Service("cell-1.test")
    service.wrong.add("cell-1.test")
    with pytest.raises(case.package.ServiceError) as raised:
        service.client(case).query()
    assert raised.value.code == "InvalidEndpointException"
    assert service.sent.count("cell-1.test/query") <= 3


def test_a_given_endpoint_is_used_without_asking(case: Any) -> None:
    service = Service("cell-1.test")
    service.client(case, endpoint_url="https://mine.test").query()
    assert service.sent == ["mine.test/query"]


@pytest.mark.parametrize("host", ["", "x@evil.test", "evil.test/?", "a b"])
def test_an_answer_without_a_host_is_an_endpoint_error(case: Any, host: str) -> None:
    with pytest.raises(EndpointError, match="named no host"):
        Service(host).client(case).query()


def test_operations_that_need_not_ask_do_not(case: Any) -> None:
    service = Service("cell-1.test")
    service.client(case).maybe()
    assert service.sent == [f"{REGIONAL}/maybe"]


def test_presigned_urls_lead_there_too(case: Any) -> None:
    assert Service("cell-1.test").client(case).presign("Query").url.startswith("https://cell-1.test/query?")


# Many calls at once

CALLS = 50


class Crowd:
    """A service that answers the question for its host when every caller has come to ask it, and not before."""

    def __init__(self, flavour: str, status: int = 200) -> None:
        self.flavour = flavour
        self.status = status
        self.asked = 0
        self.queries = 0
        self.callers: set[object] = set()
        self.is_complete = threading.Event()

    def monotonic(self) -> float:
        """Time stands still; whoever asks for it has come."""
        self.callers.add(threading.get_ident() if self.flavour == "sync" else asyncio.current_task())
        if len(self.callers) == CALLS:
            self.is_complete.set()
        return 0.0

    def answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path != "/endpoints":
            self.queries += 1
            return httpx.Response(200, json={})
        self.asked += 1
        if self.status != 200:
            return httpx.Response(self.status, json={})
        return httpx.Response(200, json={"Endpoints": [{"Address": "cell.test", "CachePeriodInMinutes": 10}]})

    def handle(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/endpoints":
            assert self.is_complete.wait(30), "not every caller came"
        return self.answer(request)

    async def handle_async(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/endpoints":
            assert await asyncio.to_thread(self.is_complete.wait, 30), "not every caller came"
        return self.answer(request)

    def all_at_once(self, client: Any) -> list[Any]:
        """What becomes of so many calls."""
        if self.flavour == "sync":
            with ThreadPoolExecutor(CALLS) as pool:
                flights = [pool.submit(client.query) for _ in range(CALLS)]
                return [each.exception() or each.result() for each in flights]

        async def run() -> list[Any]:
            return await asyncio.gather(*(client.query() for _ in range(CALLS)), return_exceptions=True)

        return asyncio.run(run())

    def client(self, case: Any, **options: Any) -> Any:
        handler: Callable[..., Any] = self.handle if self.flavour == "sync" else self.handle_async
        return case.real_client(
            transport=httpx.MockTransport(handler), monotonic=self.monotonic, endpoint_url=None, **options
        )


def test_one_call_asks_for_all_who_come_meanwhile(case: Any) -> None:
    crowd = Crowd(case.flavour)
    outcomes = crowd.all_at_once(crowd.client(case))
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert (crowd.asked, crowd.queries) == (1, CALLS)


def test_an_answer_that_cannot_be_had_fails_all_who_wait_and_nobody_after_them(case: Any) -> None:
    crowd = Crowd(case.flavour, status=500)
    client = crowd.client(case)
    outcomes = crowd.all_at_once(client)
    kinds = [type(each) for each in outcomes]
    assert kinds.count(EndpointError) == CALLS - 1
    assert kinds.count(case.package.ServiceError) == 1
    assert all("could not be asked" in str(each) for each in outcomes if isinstance(each, EndpointError))
    assert (crowd.asked, crowd.queries) == (1, 0)
    crowd.status = 200
    case.run(client.query())
    assert (crowd.asked, crowd.queries) == (2, 1)


def test_whoever_comes_next_takes_over_from_one_that_is_cancelled(case: Any) -> None:
    if case.flavour == "sync":
        return  # a thread cannot be cancelled
    asked: list[str] = []
    is_asking = asyncio.Event()

    async def handle(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/endpoints":
            asked.append(request.url.host)
            is_asking.set()
            if len(asked) == 1:
                await asyncio.Event().wait()
            return httpx.Response(
                200, json={"Endpoints": [{"Address": "cell.test", "CachePeriodInMinutes": 1}]}
            )
        return httpx.Response(200, json={})

    async def run() -> None:
        client = case.real_client(transport=httpx.MockTransport(handle), endpoint_url=None)
        first = asyncio.ensure_future(client.query())
        await is_asking.wait()
        second = asyncio.ensure_future(client.query())
        await asyncio.sleep(0)
        first.cancel()
        await second
        assert first.cancelled()

    asyncio.run(run())
    assert asked == [REGIONAL] * 2


def test_who_waits_does_so_until_its_deadline(case: Any) -> None:
    service = Service("cell-1.test")
    client = service.client(case, deadline=5)
    core = (client if case.flavour == "sync" else client._client)._core
    core.discovery.join(Flight())  # somebody asks, and is not answered
    effects = within(discovered(core, core.target), Deadline(5, core.monotonic))
    assert isinstance(next(effects).effect, Wait)
    assert isinstance(next(effects).effect, Wait)
    service.now = 5.0
    with pytest.raises(DeadlineError, match="the deadline of 5 s passed before"):
        next(effects)


def test_an_old_answer_is_used_on_where_no_new_one_can_be_had(case: Any) -> None:
    service = Service("cell-1.test")
    client = service.client(case)
    client.query()
    service.now = 601.0
    service.hosts = [""]
    client.query()
    service.now = 660.0
    client.query()
    service.hosts = ["cell-2.test"]
    service.now = 662.0
    client.query()
    asked = f"{REGIONAL}/endpoints"
    assert service.sent == [
        *(asked, "cell-1.test/query"),
        *(asked, "cell-1.test/query", "cell-1.test/query"),
        *(asked, "cell-2.test/query"),
    ]


def test_a_child_of_a_fork_asks_for_itself(case: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    core = case.real_client(endpoint_url=None)._core
    with monkeypatch.context() as parent:
        parent.setattr(os, "getpid", lambda: -1)
        core.discovery.join(Flight())
        assert isinstance(next(discovered(core, core.target)), Wait)
    assert not isinstance(next(discovered(core, core.target)), Wait)


def test_who_comes_when_the_answer_just_has_asks_no_more(case: Any) -> None:
    told: Any = object()

    class JustAnswered(Discovery):
        """Another thread is answered between this one's look and its question."""

        def join(self, flight: Flight) -> Flight:
            self.target, self.ends = told, math.inf
            return super().join(flight)

    core = case.real_client(endpoint_url=None)._core
    core.discovery = JustAnswered()
    with pytest.raises(StopIteration) as stopped:
        next(discovered(core, core.target))
    assert stopped.value.value is told


# Settings


@pytest.mark.parametrize(
    ("text", "says"), [("false", "must be asked where it answers"), ("perhaps", "it is true, false or auto")]
)
def test_a_setting_not_to_ask_is_refused_where_the_service_must_be_asked(
    case: Any, text: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENABLE_ENDPOINT_DISCOVERY", text)
    service = Service("cell-1.test")
    with pytest.raises(ConfigError, match=says):
        service.client(case).query()
    assert service.sent == []
    service.client(case, endpoint_url="https://mine.test").query()
    service.client(case).maybe()
    assert service.sent == ["mine.test/query", f"{REGIONAL}/maybe"]
