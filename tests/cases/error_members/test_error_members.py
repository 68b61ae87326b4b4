# SPDX-License-Identifier: Apache-2.0
"""Errors with members in the body, in headers and in the status."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ServiceError


def test_reads_headers(case: Any) -> None:
    headers = {
        "x-amzn-errortype": "Busy:http://x",
        "Retry-After": "7",
        "x-limit-day": "5",
        "x-amzn-requestid": "r",
    }
    with pytest.raises(case.package.Busy) as raised:
        case.client(429, headers=headers, json={"Message": "slow down"}).try_()
    error = raised.value
    assert (error.retry_after, error.limits, error.message) == (7, {"day": "5"}, "slow down")
    assert (error.code, error.status_code, error.request_id, error.operation) == ("Busy", 429, "r", "Try")
    assert (error.retryable, error.throttling) == (True, True)
    assert error.to_dict() == {"Message": "slow down", "RetryAfter": 7, "Limits": {"day": "5"}}


def test_reads_the_body(case: Any) -> None:
    details = {"Name": "n", "Tags": ["a"]}
    body = {
        "__type": "x#Detailed",
        "message": "m",
        "Code": "c",
        "Type": "t",
        "Tags": ["a"],
        "Details": details,
    }
    more = {"At": 7, "Bytes": "YQ==", "Choice": {"A": "b"}, "Str": "s"}
    with pytest.raises(case.package.Detailed) as raised:
        case.client(409, json=body | more).try_()
    error = raised.value
    assert (error.message, error.code, error.code_, error.type, error.tags) == (
        "m",
        "Detailed",
        "c",
        "t",
        ["a"],
    )
    assert error.details == case.package.Details(name="n", tags=["a"])
    assert (error.at.timestamp(), error.bytes_, error.choice, error.str_) == (7, b"a", {"A": "b"}, "s")
    assert (error.status, error.retryable, error.throttling) == (409, True, False)


def test_what_is_absent(case: Any) -> None:
    with pytest.raises(case.package.Detailed) as raised:
        case.client(409, json={"code": "Detailed"}).try_()
    error = raised.value
    assert (error.details, error.choice, len(error.tags), error.message) == (None, None, 0, None)
    assert error.to_dict() == {"Status": 409}


@pytest.mark.parametrize("body", [{"Tags": 7}, {"Details": []}, {"At": "never"}])
def test_details_that_cannot_be_read_leave_the_error(case: Any, body: dict[str, Any]) -> None:
    with pytest.raises(case.package.Detailed):
        case.client(409, json={"__type": "Detailed", **body}).try_()


def test_without_members(case: Any) -> None:
    with pytest.raises(case.package.Plain) as raised:
        case.client(400, json={"__type": "Plain", "message": "m"}).try_()
    assert (raised.value.message, raised.value.to_dict()) == ("m", {})


def test_the_tree(case: Any) -> None:
    package = case.package
    assert issubclass(package.errors.Busy, package.ServiceError)
    assert issubclass(package.TinyThingsError, ServiceError)
    with pytest.raises(package.ServiceError) as raised:
        case.client(500, content=b"<html>").try_()
    assert (type(raised.value), raised.value.code) == (package.TinyThingsError, "500")
