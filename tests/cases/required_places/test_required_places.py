# SPDX-License-Identifier: Apache-2.0
"""Required members of answers from all places at once."""

from __future__ import annotations

from typing import Any

import pytest


def test_reads_them(case: Any) -> None:
    headers = {"content-encoding": "identity", "x-meta-a": "b"}
    got = case.client(content=b"data", headers=headers).fetch()
    assert got.to_dict() == {"Status": 200, "Encoding": "identity", "Meta": {"a": "b"}, "Data": b"data"}
    got = case.client(json={"Text": "t"}).read()
    assert got.to_dict() == {"Kind": "application/json", "Text": "t"}


def test_what_is_absent_is_not_set(case: Any) -> None:
    assert case.client().fetch().to_dict() == {"Status": 200, "Meta": {}}


def test_reads_those_of_errors(case: Any) -> None:
    with pytest.raises(case.package.Gone) as raised:
        case.client(410, headers={"x-amzn-errortype": "Gone"}, json={"Reason": "r"}).fetch()
    assert raised.value.to_dict() == {"Status": 410, "ErrorType": "Gone", "Reason": "r"}
