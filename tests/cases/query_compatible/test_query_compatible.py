# SPDX-License-Identifier: Apache-2.0
"""A service that once spoke ``query``: its errors still have those codes."""

from __future__ import annotations

from typing import Any

import pytest

BODY = {"__type": "com.example#NoSuchThing", "message": "gone"}


def test_asks_for_the_old_codes(case: Any) -> None:
    case.client().get()
    assert case.sent.headers["x-amzn-query-mode"] == "true"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ("Tiny.NonExistent;Sender", "Tiny.NonExistent"),
        ("Any.Other;Sender", "Any.Other"),
        (";Sender", "NoSuchThing"),
        ("Tiny.NonExistent", "NoSuchThing"),
        ("A;B;C", "NoSuchThing"),
        ("", "NoSuchThing"),
    ],
)
def test_the_class_is_the_types_and_the_code_the_headers(case: Any, header: str, code: str) -> None:
    with pytest.raises(case.package.errors.NoSuchThing) as raised:
        case.client(400, {"x-amzn-query-error": header}, json=BODY).get()
    assert (raised.value.code, raised.value.message) == (code, "gone")


def test_a_type_that_is_the_old_code_is_known_too(case: Any) -> None:
    with pytest.raises(case.package.errors.NoSuchThing):
        case.client(400, json={"__type": "Tiny.NonExistent"}).get()


def test_an_unknown_error_has_the_code_of_the_header(case: Any) -> None:
    with pytest.raises(case.package.ServiceError) as raised:
        case.client(400, {"x-amzn-query-error": "Old;Sender"}, json={"__type": "New"}).get()
    assert type(raised.value) is case.package.ServiceError
    assert raised.value.code == "Old"
