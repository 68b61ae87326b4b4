# SPDX-License-Identifier: Apache-2.0
"""Answers of the local service stand where AWS's clients look for them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone

import pytest

from heliograph.errors import ConfigError
from heliograph_local import ServiceFault
from heliograph_local.answers import failure, success

NOW = datetime(2026, 11, 22, 13, 0, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.mark.parametrize(
    ("code", "status", "body"),
    [
        ("ClientLimitExceededException", 400, {"Message": "text"}),
        ("InvalidArgumentException", 400, {"Message": "text"}),
        ("InvalidClientException", 400, {"message": "text"}),
        ("NotAuthorizedException", 401, {"Message": "text"}),
        ("ResourceNotFoundException", 404, {"Message": "text"}),
        ("SessionExpiredException", 400, {"message": "text"}),
    ],
)
def test_a_modelled_error_has_the_status_and_the_member_of_its_model(
    code: str, status: int, body: dict[str, str]
) -> None:
    answer = failure(ServiceFault(code, "text"), NOW)
    assert (answer.status, json.loads(answer.body)) == (status, body)
    assert answer.headers["x-amzn-ErrorType"] == code


def test_an_error_outside_of_the_model_repeats_its_code_in_the_body() -> None:
    answer = failure(ServiceFault("ThrottlingException", "text", 429), NOW)
    assert answer.status == 429
    assert json.loads(answer.body) == {"__type": "ThrottlingException", "message": "text"}


def test_the_date_is_the_clock_of_the_service() -> None:
    assert success({}, NOW).headers["Date"] == "Sun, 22 Nov 2026 12:00:00 GMT"


def test_each_answer_has_its_own_request_id() -> None:
    assert success({}, NOW).headers["x-amzn-RequestId"] != success({}, NOW).headers["x-amzn-RequestId"]


def test_an_output_is_compact_json() -> None:
    answer = success({"Answer": None, "List": [1]}, NOW)
    assert (answer.status, answer.body) == (200, b'{"Answer":null,"List":[1]}')
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("code", "status"), [("NoSuchException", None), ("InvalidClientException", 200), ("NoSuchException", 600)]
)
def test_a_fault_needs_the_status_of_an_error(code: str, status: int | None) -> None:
    with pytest.raises(ConfigError, match="HTTP status"):
        ServiceFault(code, "text", status)
