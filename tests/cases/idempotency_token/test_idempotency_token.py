# SPDX-License-Identifier: Apache-2.0
"""Tokens that the client makes where none is given."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest


def test_is_made_where_none_is_given(case: Any) -> None:
    client = case.client(idempotency_token=lambda: "made")
    client.order(name="n")
    assert case.sent_json == {"Name": "n", "Token": "made"}
    client.order(token="given")
    assert case.sent_json == {"Token": "given"}
    client.call("Send", {})
    assert case.sent.headers["x-token"] == "made"


def test_is_a_fresh_uuid(case: Any) -> None:
    client = case.client()
    tokens = {client.order() and case.sent_json["Token"] for _ in range(3)}
    assert len(tokens) == 3
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", token) for token in tokens)


@pytest.mark.parametrize("max_attempts", [3])
def test_is_the_same_in_each_attempt(case: Any, max_attempts: int) -> None:
    client = case.client(
        500, max_attempts=max_attempts, sleep=case.no_sleep, idempotency_token=iter("abc").__next__
    )
    with pytest.raises(case.package.ServiceError):
        client.order()
    assert {request.content for request in case.requests} == {b'{"Token":"a"}'}
    assert len(case.requests) == max_attempts


def test_token_and_id_stay_and_the_number_of_the_attempt_changes(case: Any) -> None:
    """Of two calls that are each sent three times, nothing given but what makes them quick."""
    client = case.client(503, max_attempts=3, sleep=case.no_sleep)
    for _ in range(2):
        with pytest.raises(case.package.ServiceError):
            client.order(name="n")
    sent = [
        (
            json.loads(request.content)["Token"],
            request.headers["amz-sdk-invocation-id"],
            request.headers["amz-sdk-request"],
        )
        for request in case.requests
    ]
    first, second = sent[:3], sent[3:]
    for calls in (first, second):
        assert len({token for token, _, _ in calls}) == len({call for _, call, _ in calls}) == 1
        assert [number for _, _, number in calls] == [f"attempt={number}; max=3" for number in (1, 2, 3)]
    ids = {first[0][0], first[0][1], second[0][0], second[0][1]}
    assert len(ids) == 4, "no two are the same"
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", each)
        for each in ids
    )
