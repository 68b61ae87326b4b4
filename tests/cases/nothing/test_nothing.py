# SPDX-License-Identifier: Apache-2.0
"""A model of nothing but a service."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import EndpointError


def test_the_package_is_whole(case: Any) -> None:
    assert all(hasattr(case.package, name) for name in case.package.__all__)
    assert "AsyncTinyThingsClient" in dir(case.package)
    with pytest.raises(EndpointError):
        case.package.resolve_endpoint(Region="eu-west-1")
