# SPDX-License-Identifier: Apache-2.0
"""A body that is one string or blob says what the model says of its content."""

from __future__ import annotations

from typing import Any


def test_the_content_type_is_the_models(case: Any) -> None:
    client = case.client()
    client.paint(picture=b"\xff\xd8")
    assert case.sent.headers["content-type"] == "image/jpeg"
    client.note(text="<p>")
    assert case.sent.headers["content-type"] == "text/html; charset=utf-8"


def test_a_member_that_is_the_content_type_goes_first(case: Any) -> None:
    case.client().paint(picture=b"\xff\xd8", type="image/png")
    assert case.sent.headers.get_list("content-type") == ["image/png"]
