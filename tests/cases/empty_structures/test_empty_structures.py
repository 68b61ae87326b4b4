# SPDX-License-Identifier: Apache-2.0
"""Structures without members, and errors without any."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from heliograph import ParamError


def test_writes_and_reads(case: Any) -> None:
    nothing = case.package.Nothing()
    got = case.client(json={"Nothing": {}, "Many": [{}]}).touch(nothing=nothing, many=[{}, nothing])
    assert case.sent_json == {"Nothing": {}, "Many": [{}, {}]}
    assert got.nothing == nothing == copy.copy(nothing) == case.package.from_dict("Nothing", {})
    assert got.to_dict() == {"Nothing": {}, "Many": [{}]}


def test_has_no_members(case: Any) -> None:
    with pytest.raises(ParamError, match=r"^Nothing.Name: Nothing has no such member"):
        case.client().touch(nothing={"Name": "n"})
    with pytest.raises(TypeError):
        case.package.Nothing(name="n")
