# SPDX-License-Identifier: Apache-2.0
"""Operations without input, without output, and without members in either."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from heliograph import ParamError


@pytest.mark.parametrize("method", ["ping", "poke"])
def test_sends_nothing_and_gives_a_response(case: Any, method: str) -> None:
    got = getattr(case.client(headers={"x-amzn-requestid": "r-1"}, content=b"anything"), method)()
    assert (case.sent.content, got.response.request_id) == (b"", "r-1")
    assert got.to_dict() == {}
    assert copy.copy(got).to_dict() == {}
    assert "content-type" not in case.sent.headers


def test_the_records_say_so(case: Any) -> None:
    operations = case.package.OPERATIONS
    assert (operations["Ping"].input, operations["Ping"].output) == (None, None)
    assert (operations["Poke"].input, operations["Poke"].output) == ("PokeRequest", "PokeResponse")
    assert dict(operations["Ping"].params) == {}


def test_names_are_refused_where_there_is_no_body_for_them(case: Any) -> None:
    for operation in ("Ping", "Poke"):
        with pytest.raises(ParamError, match=r"^Name: "):
            case.client().call(operation, {"Name": "n"})


def test_names_the_model_does_not_know_go_into_the_body(case: Any) -> None:
    case.client().touch(name="n", params={"New": [1]})
    assert case.sent_json == {"Name": "n", "New": [1]}


def test_an_empty_output_can_be_made(case: Any) -> None:
    assert case.package.from_dict("PokeResponse", {}).to_dict() == {}


def test_an_error_answer_is_an_error(case: Any) -> None:
    with pytest.raises(case.package.ServiceError):
        case.client(404).ping()
