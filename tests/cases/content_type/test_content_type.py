# SPDX-License-Identifier: Apache-2.0
"""The content type: by the body, unless a member says it."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.mark.parametrize(
    ("method", "arguments", "kinds"),
    [
        ("put_picture", {"kind": "image/png", "data": b"x"}, ["image/png"]),
        ("put_picture", {"data": b"x"}, ["application/octet-stream"]),
        ("put_picture", {}, []),
        ("put_record", {"kind": "application/vnd.x+json", "name": "x"}, ["application/vnd.x+json"]),
        ("put_record", {"name": "x"}, ["application/json"]),
        ("put_record", {}, ["application/json"]),
    ],
)
def test_there_is_one_content_type_at_most(
    case: Any, method: str, arguments: dict[str, Any], kinds: list[str]
) -> None:
    getattr(case.client(), method)(**arguments)
    assert case.sent.headers.get_list("content-type") == kinds
