# SPDX-License-Identifier: Apache-2.0
"""Endpoints that depend on the call: its operation, its members, and the account that signs it."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ANONYMOUS, Credentials, EndpointError
from proof.hosts import HOSTILE

ACCOUNT = Credentials("AKIDEXAMPLE", "example-secret", None, "123456789012")


@pytest.mark.parametrize(
    ("method", "members", "options", "host"),
    [
        ("ping", {}, {}, "eu-west-1.test"),
        ("get_thing", {}, {}, "eu-west-1.test"),
        ("get_thing", {"bucket": "mine"}, {}, "mine.eu-west-1.test"),
        ("get_thing", {"bucket": "mine"}, {"endpoint_params": {"Bucket": "ours"}}, "mine.eu-west-1.test"),
        ("get_thing", {}, {"endpoint_params": {"Bucket": "ours"}}, "ours.eu-west-1.test"),
        ("get_zone", {"zones": ["z1", "z2"]}, {}, "z1.eu-west-1.test"),
        ("get_many", {"requests": {"r1": "a", "r2": "b"}}, {}, "r1.eu-west-1.test"),
        ("get_many", {"where": {"Bucket": "mine"}}, {}, "mine.eu-west-1.test"),
        ("get_many", {"requests": {}}, {}, "eu-west-1.test"),
        ("get_many", {}, {}, "eu-west-1.test"),
        ("control", {}, {}, "control.eu-west-1.test"),
        ("fixed", {}, {}, "first.eu-west-1.test"),
        ("ping", {}, {"credentials": ACCOUNT}, "123456789012.account.eu-west-1.test"),
        ("ping", {}, {"credentials": lambda: ACCOUNT}, "123456789012.account.eu-west-1.test"),
        ("ping", {}, {"credentials": ANONYMOUS}, "eu-west-1.test"),
        (
            "ping",
            {},
            {"credentials": ACCOUNT, "endpoint_params": {"AccountIdEndpointMode": "disabled"}},
            "eu-west-1.test",
        ),
        (
            "ping",
            {},
            {"credentials": ACCOUNT, "endpoint_params": {"AccountId": "other"}},
            "other.account.eu-west-1.test",
        ),
        ("control", {}, {"credentials": ACCOUNT}, "control.eu-west-1.test"),
    ],
)
def test_a_call_goes_where_its_parameters_lead(
    case: Any, method: str, members: dict[str, Any], options: dict[str, Any], host: str
) -> None:
    client = case.client(endpoint_url=None, **options)
    for _ in range(2):  # the second time from what is remembered
        getattr(client, method)(**members)
        assert case.sent.url.host == case.sent.headers["host"] == host


def test_one_client_tells_calls_apart(case: Any) -> None:
    client = case.client(endpoint_url=None)
    for number in range(600):  # more than is remembered
        client.get_thing(bucket=f"b{number}")
    client.ping()
    hosts = [request.url.host for request in case.requests]
    assert hosts == [*(f"b{number}.eu-west-1.test" for number in range(600)), "eu-west-1.test"]


@pytest.mark.parametrize("mode", ["required", "Required"])
def test_the_mode_of_account_endpoints_comes_from_the_environment(
    case: Any, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("AWS_ACCOUNT_ID_ENDPOINT_MODE", mode)
    with pytest.raises(EndpointError, match="an account id is required"):
        case.client(endpoint_url=None).ping()


def test_the_account_comes_with_the_keys_of_the_environment(
    case: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "example-secret")
    monkeypatch.setenv("AWS_ACCOUNT_ID", "000000000000")
    case.client(endpoint_url=None, credentials=None).ping()
    assert case.sent.url.host == "000000000000.account.eu-west-1.test"


@pytest.mark.parametrize("bucket", ["evil.test/", "a@b", "a b", "a:80"])
def test_a_member_cannot_steer_the_host(case: Any, bucket: str) -> None:
    with pytest.raises(EndpointError, match="cannot be part of a host name"):
        case.client(endpoint_url=None).get_thing(bucket=bucket)
    assert not case.requests


@pytest.mark.parametrize("account", [text for text in HOSTILE if text], ids=ascii)
def test_an_account_id_cannot_steer_the_host(case: Any, account: str) -> None:
    keys = Credentials("AKIDEXAMPLE", "example-secret", None, account)
    with pytest.raises(EndpointError, match="cannot be part of a host name"):
        case.client(endpoint_url=None, credentials=keys).ping()
    assert not case.requests


def test_presigning_uses_the_parameters_too(case: Any) -> None:
    presigned = case.client(endpoint_url=None).presign("GetThing", {"Bucket": "mine"})
    assert presigned.url.startswith("https://mine.eu-west-1.test/thing?")


def test_endpoint_for_knows_what_operations_give(case: Any) -> None:
    answer = case.package.endpoint_for
    assert answer("Control", {}, Region="r").url == "https://control.r.test"
    assert answer("GetThing", {"Bucket": "mine"}, **{"AWS::Region": "r"}).url == "https://mine.r.test"
    assert answer("GetThing", {}, Region="r", Bucket="ours").url == "https://ours.r.test"
    assert answer("GetZone", {"Zones": ["z"]}, Region="r").url == "https://z.r.test"
    assert answer("GetMany", {"Where": {"Bucket": "mine"}}, Region="r").url == "https://mine.r.test"


def test_what_the_input_holds_may_be_a_structure(case: Any) -> None:
    where = case.package.types.Where(bucket="mine")
    case.client(endpoint_url=None).get_many(where=where)
    assert case.sent.url.host == "mine.eu-west-1.test"


def test_parameters_that_no_rule_looks_at_are_left_out(case: Any) -> None:
    assert b"Idle" not in case.made.files["endpoints.py"].partition(b"PARAMETERS:")[2]
