# SPDX-License-Identifier: Apache-2.0
"""Calls that belong to hosts of single resources."""

from __future__ import annotations

from typing import Any

import pytest

NOTE = 'Each channel has a host: ask for it, "quotes" and all, and give it as endpoint_url.'


def test_a_refusal_by_the_regional_host_says_where_to_go(case: Any) -> None:
    with pytest.raises(case.package.ServiceError) as raised:
        case.client(403, endpoint_url=None).ping()
    assert raised.value.__notes__ == [f"This call went to https://tiny.eu-west-1.amazonaws.com. {NOTE}"]


def test_a_refusal_by_a_given_host_does_not(case: Any) -> None:
    with pytest.raises(case.package.ServiceError) as raised:
        case.client(403).ping()
    assert not hasattr(raised.value, "__notes__")


def test_the_documentation_says_so(case: Any) -> None:
    assert "Each channel has a host" in case.package.Client.__doc__
    assert b"Each channel has a host" in case.made.page
