# SPDX-License-Identifier: Apache-2.0
"""A structure as the whole body, both ways."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError, ResponseError


def test_writes_its_members_and_nothing_around(case: Any) -> None:
    case.client().swap(id="1", thing=case.package.Thing(name="n"), trace="t")
    assert case.sent.content == b'{"Name":"n"}'
    assert (case.sent.headers["content-type"], case.sent.headers["x-trace"]) == ("application/json", "t")


def test_without_it_the_body_is_an_empty_object(case: Any) -> None:
    case.client().swap(id="1")
    assert (case.sent.content, case.sent.headers["content-type"]) == (b"{}", "application/json")


def test_reads_its_members(case: Any) -> None:
    got = case.client(json={"Name": "n", "New": 1}, headers={"x-trace": "t"}).swap(id="1")
    assert got == case.package.from_dict("SwapResponse", {"Thing": {"Name": "n"}, "Trace": "t"})
    assert case.client().swap(id="1").thing is None


@pytest.mark.parametrize("content", [b'{"Name"', b"[]", b"<html>"])
def test_what_is_no_object_is_a_response_error(case: Any, content: bytes) -> None:
    with pytest.raises(ResponseError, match=r"Swap|JSON"):
        case.client(content=content).swap(id="1")


def test_an_error_names_the_place(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Thing.Size: expected int, got str"):
        case.client().swap(id="1", thing={"Size": "x"})
