# SPDX-License-Identifier: Apache-2.0
"""Two errors with one code: the operation, or the shape that the answer names, tells which is meant."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("method", "code", "error"),
    [
        ("get_board", "NotFound", "NoBoard"),
        ("get_thing", "NotFound", "NoThing"),
        ("get_thing", "NoBoard", "NoBoard"),
        ("get_both", "NoThing", "NoThing"),
        ("ping", "NotFound", "NoBoard"),
    ],
)
def test_the_class_fits(case: Any, method: str, code: str, error: str) -> None:
    with pytest.raises(case.package.ServiceError) as raised:
        getattr(case.client(404, {"x-amzn-errortype": code}), method)()
    assert type(raised.value) is getattr(case.package.errors, error)
    assert raised.value.code == code
