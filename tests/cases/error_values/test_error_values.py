# SPDX-License-Identifier: Apache-2.0
"""Errors that are members too, and errors whose body is one member."""

from __future__ import annotations

from typing import Any

import pytest

WRONG = {"message": "m", "Name": "n", "Cause": {"Name": "inner"}}


def test_as_a_value_an_error_is_a_structure(case: Any) -> None:
    got = case.client(json={"Causes": [WRONG], "Last": WRONG}).call("Try", {"Last": WRONG})
    assert got == {"Causes": [WRONG], "Last": WRONG}
    assert case.sent_json == {"Last": WRONG}


def test_its_class_has_a_name_of_its_own(case: Any) -> None:
    last = case.client(json={"Last": WRONG}).try_().last
    assert isinstance(last, case.package.WrongDetails_)
    assert not issubclass(case.package.WrongDetails_, Exception)
    assert (last.message, last.cause.name) == ("m", "inner")


def test_raised_it_is_an_exception(case: Any) -> None:
    with pytest.raises(case.package.errors.Wrong) as raised:
        case.client(400, {"x-amzn-errortype": "Wrong"}, json=WRONG).try_()
    assert raised.value.cause.name == "inner"
    assert raised.value.to_dict() == WRONG


def test_the_body_of_an_error_is_one_member(case: Any) -> None:
    with pytest.raises(case.package.errors.Whole) as raised:
        case.client(409, {"x-amzn-errortype": "Whole"}, json={"Reason": "r"}).try_()
    assert raised.value.body.reason == "r"
