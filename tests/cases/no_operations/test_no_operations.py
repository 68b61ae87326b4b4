# SPDX-License-Identifier: Apache-2.0
"""A model without operations: an empty client, and endpoints."""

from __future__ import annotations

from typing import Any

import pytest

from heliograph import ParamError


def test_the_package_is_whole(case: Any) -> None:
    package = case.package
    assert dict(package.OPERATIONS) == {}
    assert all(hasattr(package, name) for name in package.__all__)
    assert package.resolve_endpoint(Region="eu-west-1").url == "https://tiny.eu-west-1.amazonaws.com"
    with pytest.raises(ParamError, match="no such operation"):
        case.client().call("Ping")
