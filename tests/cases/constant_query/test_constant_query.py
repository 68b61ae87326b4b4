# SPDX-License-Identifier: Apache-2.0
"""Query parameters that are part of the operation."""

from __future__ import annotations

from typing import Any


def test_they_are_always_sent(case: Any) -> None:
    case.client().start()
    assert case.target == "/jobs?mode=fast&dry="
    case.client().stop(id="x")
    assert case.target == "/jobs?stop=&id=x"
