# SPDX-License-Identifier: Apache-2.0
"""awsJson1_1: the operation stands in a header, everything else in the body."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

MOMENT = datetime.fromtimestamp(86400, UTC)


def test_names_the_operation_in_a_header(case: Any) -> None:
    case.client().ping()
    assert (case.sent.method, case.target, case.sent.content) == ("POST", "/", b"{}")
    assert case.sent.headers["x-amz-target"] == "TinyThings_20200101.Ping"
    assert case.sent.headers["content-type"] == "application/x-amz-json-1.1"
    assert "x-amzn-query-mode" not in case.sent.headers


def test_writes_every_member_into_the_body(case: Any) -> None:
    case.client(idempotency_token=lambda: "t").get_thing(
        name="n",
        since=MOMENT,
        text=MOMENT,
        renamed="r",
        amount=float("nan"),
        data=b"\0",
        choice={"Thing": {"Name": "x"}},
    )
    assert case.sent_json == {
        "Name": "n",
        "Token": "t",
        "Since": 86400,
        "Text": "1970-01-02T00:00:00Z",
        "renamed_on_the_wire": "r",
        "Amount": "NaN",
        "Data": "AA==",
        "Choice": {"Thing": {"Name": "x"}},
    }


def test_reads_the_body(case: Any) -> None:
    body = {"renamed_on_the_wire": "r", "Since": 86400, "Things": [{"Name": "a", "Parts": []}], "New": 1}
    got = case.client(json=body).get_thing(name="n")
    assert got.to_dict() == {"Renamed": "r", "Since": MOMENT, "Things": [{"Name": "a", "Parts": []}]}


def test_sends_members_that_the_model_does_not_know(case: Any) -> None:
    case.client().ping(params={"New": 1})
    assert case.sent_json == {"New": 1}


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, {"__type": "com.example.tiny#NoSuchThing", "message": "gone", "Name": "n"}),
        ({}, {"__type": "NoSuchThing", "Message": "gone", "Name": "n"}),
        ({}, {"code": "NoSuchThing:http://tiny", "message": "gone", "Name": "n"}),
        ({"x-amzn-errortype": "NoSuchThing"}, {"message": "gone", "Name": "n"}),
        ({"x-amzn-query-error": "Other;Sender"}, {"__type": "NoSuchThing", "message": "gone", "Name": "n"}),
    ],
)
def test_an_error_is_known_by_its_type(case: Any, headers: dict[str, str], body: Any) -> None:
    with pytest.raises(case.package.errors.NoSuchThing) as raised:
        case.client(400, headers, json=body).ping()
    assert (raised.value.code, raised.value.message, raised.value.name) == ("NoSuchThing", "gone", "n")
