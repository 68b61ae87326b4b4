# SPDX-License-Identifier: Apache-2.0
"""Errors with which any operation may answer."""

from __future__ import annotations

from typing import Any

import pytest


def test_they_are_errors_of_each_operation(case: Any) -> None:
    operations = case.package.OPERATIONS
    assert operations["Get"].errors == ("Wrong", "Gone", "Throttled")
    assert operations["Put"].errors == ("Throttled", "Wrong")


def test_any_operation_raises_them(case: Any) -> None:
    with pytest.raises(case.package.errors.Throttled) as raised:
        case.client(429, {"x-amzn-errortype": "Throttled"}, json={"Wait": 3}).put()
    assert raised.value.wait == 3
