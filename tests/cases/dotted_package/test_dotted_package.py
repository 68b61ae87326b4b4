# SPDX-License-Identifier: Apache-2.0
"""A package inside of packages."""

from __future__ import annotations

from typing import Any

import pytest


def test_works_as_any_other(case: Any) -> None:
    assert case.package.__name__ == "case_dotted.inner.package"
    got = case.client(json={"Thing": {"Name": "n"}}).ping(thing=case.package.Thing(name="n"))
    assert got.thing == case.package.types.Thing(name="n")
    with pytest.raises(case.package.errors.Gone):
        case.client(410, json={"__type": "Gone"}).ping()


def test_its_classes_say_where_they_are(case: Any) -> None:
    assert case.package.Thing.__module__ == "case_dotted.inner.package.types"
