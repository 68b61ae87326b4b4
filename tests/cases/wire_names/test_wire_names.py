# SPDX-License-Identifier: Apache-2.0
"""Members whose names on the wire differ from those in the model."""

from __future__ import annotations

from typing import Any

import pytest


def test_python_and_call_use_the_names_of_the_model_and_the_wire_its_own(case: Any) -> None:
    wire = {"first name": "a", "$inner": {"v": 1}}
    given = {"First": "a", "Inner": {"Value": 1}}
    assert case.client(json=wire).call("Put", given) == given
    assert case.sent_json == wire
    got = case.client(json=wire).put(first="a", inner=case.package.Inner(value=1))
    assert case.sent_json == wire
    assert (got.first, got.inner.value) == ("a", 1)


def test_names_of_the_wire_are_no_names_of_members(case: Any) -> None:
    assert case.client(json={"First": "a"}).put().to_dict() == {}


def test_errors(case: Any) -> None:
    body = {"__type": "wrong.thing", "why": "because", "text": "no", "Reason": "other"}
    with pytest.raises(case.package.Wrong) as raised:
        case.client(400, json=body).put()
    assert raised.value.reason == "because"
    assert case.package.to_dict(raised.value) == {"Reason": "because", "Message": "no"}
