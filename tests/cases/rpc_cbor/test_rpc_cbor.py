# SPDX-License-Identifier: Apache-2.0
"""Smithy RPC v2 CBOR: paths name service and operation, bodies are CBOR."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from heliograph import ParamError, ResponseError, cbor

MOMENT = datetime.fromtimestamp(1.5, UTC)
VALUES: dict[str, Any] = {
    "Since": MOMENT,
    "Amount": float("-inf"),
    "Exact": Decimal("1.10"),
    "Whole": 2**80,
    "Data": b"\0\xff",
    "Choice": {"Thing": {"Name": "x", "Data": b"y"}},
    "Moments": {"then": MOMENT},
    "Sparse": [{"Name": "z"}, None],
}


@pytest.mark.parametrize(("method", "name", "content"), [("ping", "Ping", b""), ("touch", "Touch", b"\xa0")])
def test_says_the_operation_in_the_path(case: Any, method: str, name: str, content: bytes) -> None:
    getattr(case.client(), method)()
    assert (case.sent.method, case.target) == ("POST", f"/service/TinyThings/operation/{name}")
    assert case.sent.content == content
    headers = case.sent.headers
    assert (headers["smithy-protocol"], headers["accept"]) == ("rpc-v2-cbor", "application/cbor")
    assert headers.get("content-type") == ("application/cbor" if content else None)
    assert headers["x-amzn-query-mode"] == "true"


def test_writes_cbors_own_values(case: Any) -> None:
    case.client().call("GetThing", {"Name": "n", "Flag": True, "Any": {"a": [1]}, **VALUES})
    sent = cbor.loads(case.sent.content)
    assert sent == {"Name": "n", "Flag": True, "Any": {"a": [1]}, **VALUES}
    assert b"\xc1" in case.sent.content  # tag 1: seconds since 1970, whatever format the model names


def test_reads_cbors_own_values(case: Any) -> None:
    body = {**VALUES, "Things": [{"Name": "a", "Parts": []}, None], "Amount": 2, "Data": None}
    got = case.client(content=cbor.dumps(body)).get_thing(name="n")
    assert got.to_dict() == {
        **{name: value for name, value in VALUES.items() if name != "Data"},
        "Things": [{"Name": "a", "Parts": []}],
        "Amount": 2.0,
    }
    assert type(got.amount) is float


def test_an_error_is_known_by_its_type(case: Any) -> None:
    body = cbor.dumps({"__type": "com.example#NoSuchThing", "message": "gone", "Since": MOMENT})
    with pytest.raises(case.package.errors.NoSuchThing) as raised:
        case.client(400, {"x-amzn-query-error": "Tiny.NonExistent;Sender"}, content=body).ping()
    assert (raised.value.code, raised.value.message) == ("Tiny.NonExistent", "gone")
    assert raised.value.since == MOMENT


@pytest.mark.parametrize("content", [b"\xa1aa", b"\x01", b"{}"])
def test_another_answer_is_a_response_error(case: Any, content: bytes) -> None:
    with pytest.raises(ResponseError):
        case.client(content=content).get_thing(name="n")


@pytest.mark.parametrize(
    "member", [{"Data": "text"}, {"Amount": "1"}, {"Since": MOMENT.replace(tzinfo=None)}]
)
def test_refuses_values_of_other_types(case: Any, member: dict[str, Any]) -> None:
    with pytest.raises(ParamError):
        case.client().call("GetThing", {"Name": "n", **member})
