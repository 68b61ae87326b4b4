# SPDX-License-Identifier: Apache-2.0
"""Bodies of restXml that are one member."""

from __future__ import annotations

from typing import Any

import pytest


def test_a_structure_is_the_root(case: Any) -> None:
    body = b'<?xml version="1.0"?>\n<Thing xmlns="https://t.test/"><Name>n</Name></Thing>'
    got = case.client(content=body, headers={"X-Kind": "k"}).put(thing={"Name": "n"})
    assert case.sent.content == b'<TheThing xmlns="https://t.test/"><Name>n</Name></TheThing>'
    assert case.sent.headers["content-type"] == "application/xml"
    assert got.to_dict() == {"Kind": "k", "Thing": {"Name": "n"}}


def test_an_empty_structure_is_an_empty_root(case: Any) -> None:
    got = case.client(content=b"<Thing/>").put(thing={})
    assert case.sent.content == b'<TheThing xmlns="https://t.test/"></TheThing>'
    assert got.to_dict() == {"Thing": {}}


def test_what_is_not_given_has_no_body(case: Any) -> None:
    got = case.client().put()
    assert (case.sent.content, "content-type" in case.sent.headers) == (b"", False)
    assert got.to_dict() == {}


def test_a_content_type_that_is_given_stays(case: Any) -> None:
    case.client().put(thing={}, type="text/xml")
    assert case.sent.headers.get_list("content-type") == ["text/xml"]


@pytest.mark.parametrize(
    ("choice", "body"),
    [
        ({"Text": "t"}, b"<Choice><Text>t</Text></Choice>"),
        ({"Thing": {"Name": "n"}}, b"<Choice><Thing><Name>n</Name></Thing></Choice>"),
    ],
)
def test_a_union_is_the_root(case: Any, choice: Any, body: bytes) -> None:
    assert case.client(content=body).call("Choose", {"Choice": choice}) == {"Choice": choice}
    assert case.sent.content == body


def test_bytes_are_the_body_as_they_are(case: Any) -> None:
    assert case.client(content=b"<not XML").upload(data=b"<").data == b"<not XML"
    assert (case.sent.content, case.sent.headers["content-type"]) == (b"<", "application/octet-stream")
