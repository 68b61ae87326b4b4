# SPDX-License-Identifier: Apache-2.0
"""Operations for which the service must be asked first where they are answered."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from heliograph import EndpointError

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
