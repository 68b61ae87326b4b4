# SPDX-License-Identifier: Apache-2.0
"""Waiters: what each answer means, how long they wait, and how they end."""

from __future__ import annotations

import inspect
from typing import Any

import httpx
import pytest

from heliograph import ParamError, ServiceError, WaiterError

ACTIVE = {"Thing": {"Name": "n", "Status": "ACTIVE"}}
FAILED = {"Thing": {"Name": "n", "Status": "FAILED"}}
PENDING = {"Thing": {"Name": "n", "Status": "PENDING"}}
NOT_FOUND = (404, "NotFound")


class Service:
    """A client of the test's flavour that gets these answers one after another; ``slept`` are the waits between."""

    def __init__(self, case: Any, answers: list[Any]) -> None:
        self.case = case
        self.slept: list[float] = []
        self.requests = 0
        self._answers = iter(answers)
        self.client = case.real_client(transport=httpx.MockTransport(self._answer), sleep=self._sleep)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests += 1
        answer = next(self._answers)
        if isinstance(answer, tuple):
            return httpx.Response(answer[0], headers={"x-amzn-errortype": answer[1]}, json={"Message": "m"})
        return httpx.Response(200, json=answer)

    def _sleep(self, seconds: float) -> Any:
        self.slept.append(seconds)
        return self.case.no_sleep(seconds)

    def wait(self, waiter: str, **arguments: Any) -> Any:
        return self.case.run(getattr(self.client.wait_until, waiter)(**arguments))

    def call_until(self, *arguments: Any, **keywords: Any) -> Any:
        return self.case.run(self.client.call_until(*arguments, **keywords))


@pytest.fixture
def service(case: Any) -> Any:
    return lambda *answers: Service(case, [*answers])


def test_until_an_answer_says_so(service: Any) -> None:
    tiny = service(NOT_FOUND, {}, PENDING, ACTIVE)
    output = tiny.wait("thing_active", name="n")
    assert output.thing.status == "ACTIVE"
    assert output.response.status_code == 200
    assert tiny.slept == [5, 5, 5]


def test_failure_ends_it(service: Any) -> None:
    with pytest.raises(WaiterError) as raised:
        service(PENDING, FAILED).wait("thing_active", name="n")
    assert raised.value.reason == "ThingActive failed: Thing.Status is 'FAILED'"
    assert raised.value.last == FAILED


def test_so_many_attempts_and_no_more(service: Any) -> None:
    tiny = service(PENDING, PENDING, PENDING, ACTIVE)
    with pytest.raises(WaiterError) as raised:
        tiny.wait("thing_active", name="n", delay=0.5, max_attempts=3)
    assert raised.value.reason == "ThingActive is not so after 3 attempts"
    assert raised.value.last == PENDING
    assert tiny.slept == [0.5, 0.5]


def test_the_error_that_used_up_the_attempts_is_the_cause(service: Any, case: Any) -> None:
    with pytest.raises(WaiterError) as raised:
        service(NOT_FOUND).wait("thing_active", name="n", max_attempts=1)
    assert raised.value.reason == "ThingActive is not so after 1 attempt: error is 'NotFound'"
    assert raised.value.last is None
    assert type(raised.value.__cause__) is case.package.errors.NotFound


def test_an_error_may_be_what_is_waited_for(service: Any) -> None:
    assert service({}, NOT_FOUND).wait("thing_gone", name="n") is None
    assert service({}, NOT_FOUND).call_until("ThingGone", {"Name": "n"}) == {}


def test_errors_that_no_acceptor_knows_are_raised(service: Any, case: Any) -> None:
    tiny = service(PENDING, (400, "Broken"))
    with pytest.raises(case.package.errors.Broken):
        tiny.wait("thing_active", name="n")
    assert tiny.requests == 2


def test_codes_that_the_model_has_no_shape_for(service: Any) -> None:
    assert service((400, "Throttled"), NOT_FOUND).wait("thing_gone", name="n") is None


@pytest.mark.parametrize(
    ("parts", "outcome"),
    [
        ([], "retry"),
        (["READY"], "success"),
        (["READY", "READY"], "success"),
        (["READY", "x"], "retry"),
        (["x", "x", "x"], "success"),
    ],
)
def test_all_entries_of_a_list(service: Any, parts: list[str], outcome: str) -> None:
    answer = {"Parts": [{"Status": each} for each in parts]}
    tiny = service(answer)
    if outcome == "success":
        assert tiny.wait("parts_ready", name="n", max_attempts=1).to_dict() == answer
    else:
        with pytest.raises(WaiterError, match=r"after 1 attempt$"):
            tiny.wait("parts_ready", name="n", max_attempts=1)


def test_false_is_told_from_nothing(service: Any) -> None:
    with pytest.raises(WaiterError, match=r"failed: Ready is False$"):
        service({"Ready": False}).wait("parts_ready", name="n")
    with pytest.raises(WaiterError, match=r"after 2 attempts$"):
        service({}, {}).wait("parts_ready", name="n")


def test_any_entry_of_a_list(service: Any) -> None:
    with pytest.raises(WaiterError, match="STUCK"):
        service({"Parts": [{}, {"Status": "x"}, {"Status": "STUCK"}]}).wait("thing_gone", name="n")


def test_the_status_of_an_answer(service: Any) -> None:
    assert service((404, "X"), {}).wait("thing_answers").to_dict() == {}
    with pytest.raises(
        WaiterError, match="ThingAnswers failed: the service answered with an error"
    ) as raised:
        service((400, "X")).wait("thing_answers")
    assert isinstance(raised.value.__cause__, ServiceError)


def test_arguments_beside_the_operation_s(case: Any) -> None:
    method = case.real_client().wait_until.thing_active
    parameters = inspect.signature(method).parameters
    assert [*parameters] == ["name", "delay_", "delay", "max_attempts", "params"]
    assert all(each.kind is each.KEYWORD_ONLY for each in parameters.values())


def test_the_untyped_door(service: Any) -> None:
    tiny = service(PENDING, ACTIVE)
    assert tiny.call_until("ThingActive", {"Name": "n"}, delay=2) == ACTIVE
    assert tiny.slept == [2]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ThingActiv",), "ThingActiv: Tiny Waits has no such waiter; did you mean ThingActive?"),
        (("ThingActive", {"Name": "n"}, -1), "delay: is a number of seconds, 0 or more"),
        (("ThingActive", {"Name": "n"}, "1"), "delay: is a number of seconds, 0 or more"),
        (("ThingActive", {"Name": "n"}, None, 0), "max_attempts: is a whole number above 0"),
        (("ThingActive", {}), "Name: is required; give it a value"),
    ],
)
def test_arguments_that_cannot_be_used(service: Any, arguments: Any, said: str) -> None:
    tiny = service()
    with pytest.raises(ParamError) as raised:
        tiny.call_until(*arguments)
    assert str(raised.value) == said
    assert tiny.requests == 0


def test_operations_name_their_waiters(case: Any) -> None:
    assert case.package.OPERATIONS["DescribeThing"].waiters == ("PartsReady", "ThingActive", "ThingGone")


def test_the_user_agent_counts_calls_of_waiters(case: Any) -> None:
    client = case.real_client(transport=httpx.MockTransport(case.answer(json=ACTIVE)))
    case.run(client.wait_until.thing_active(name="n"))
    case.run(client.call_until("ThingActive", {"Name": "n"}))
    case.run(client.describe_thing(name="n"))
    agents = [request.headers["user-agent"].split(" ") for request in case.requests]
    assert ["m/E,N,B,e" in agent for agent in agents] == [True, True, False]
    assert "m/E,N,e" in agents[2]
