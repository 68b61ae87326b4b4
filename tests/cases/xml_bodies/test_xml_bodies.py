# SPDX-License-Identifier: Apache-2.0
"""Members of restXml in bodies, both ways."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from heliograph import ParamError, ResponseError

MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
ROWS = [
    ({"Text": " a <b> "}, "<Text> a &lt;b&gt; </Text>"),
    ({"Text": ""}, "<Text></Text>"),
    ({"Flag": False, "Whole": 7}, "<Flag>false</Flag><Whole>7</Whole>"),
    ({"Real": float("inf")}, "<Real>Infinity</Real>"),
    ({"Raw": b"\x00\xff"}, "<Raw>AP8=</Raw>"),
    ({"Moment": MOMENT}, "<Moment>2014-04-29T18:30:38Z</Moment>"),
    ({"Seconds": MOMENT}, "<Seconds>1398796238</Seconds>"),
    ({"Names": ["a", "b"]}, "<NameList><member>a</member><member>b</member></NameList>"),
    ({"Names": []}, "<NameList></NameList>"),
    ({"Items": ["a"]}, "<Items><item>a</item></Items>"),
    ({"Flat": ["a", "b"]}, "<Name>a</Name><Name>b</Name>"),
    ({"Grid": [["a"], []]}, "<Grid><member><member>a</member></member><member></member></Grid>"),
    ({"Tags": {"k": "v"}}, "<Tags><entry><key>k</key><value>v</value></entry></Tags>"),
    ({"Tags": {}}, "<Tags></Tags>"),
    ({"Pairs": {"k": {"Name": "n"}}}, "<Pair><K>k</K><V><Name>n</Name></V></Pair>"),
    (
        {"Thing": {"Name": "a", "Inner": {"Name": "b"}}},
        "<Thing><Inner><Name>b</Name></Inner><Name>a</Name></Thing>",
    ),
    ({"Choice": {"Text": "t"}}, "<Choice><Text>t</Text></Choice>"),
    ({"Choice": {"Names": ["a", "b"]}}, "<Choice><Names>a</Names><Names>b</Names></Choice>"),
]


@pytest.mark.parametrize(("members", "elements"), ROWS, ids=str)
def test_writes_and_reads(case: Any, members: dict[str, Any], elements: str) -> None:
    client = case.client(content=f"<Members>{elements}</Members>".encode())
    assert client.call("Put", {"Id": "i", **members}) == members
    root = '<PutRequest xmlns="https://tiny.test/">'
    assert case.sent.content.decode() == f"{root}{elements}</PutRequest>"
    assert case.sent.headers["content-type"] == "application/xml"


def test_without_members_there_is_no_body(case: Any) -> None:
    got = case.client().put(id="i", note="n")
    assert (case.sent.content, "content-type" in case.sent.headers) == (b"", False)
    assert got.to_dict() == {}


def test_namespaces_and_attributes(case: Any) -> None:
    elements = (
        '<Listed xmlns="https://l.test/">x</Listed>'
        '<Mapped xmlns="https://m.test/"><entry><key xmlns="https://k.test/">k</key>'
        '<value xmlns="https://v.test/">v</value></entry></Mapped>'
        '<Spaced xmlns:a="https://a.test/" a:kind="k&quot;"><Text xmlns="https://t.test/">t</Text></Spaced>'
    )
    members = {"Spaced": {"Kind": 'k"', "Text": "t"}, "Listed": ["x"], "Mapped": {"k": "v"}}
    assert case.client(content=f"<R>{elements}</R>".encode()).call("Swap", members) == members
    assert case.sent.content.decode() == f"<SwapRequest>{elements}</SwapRequest>"


def test_an_attribute_alone_is_read_and_written(case: Any) -> None:
    body = b'<R><Spaced xmlns:a="https://a.test/" a:kind="k"/></R>'
    assert case.client(content=body).call("Swap", {"Spaced": {"Kind": "k"}}) == {"Spaced": {"Kind": "k"}}
    assert b'<Spaced xmlns:a="https://a.test/" a:kind="k"></Spaced>' in case.sent.content


@pytest.mark.parametrize("text", ["\x00", "\ud800"])
def test_what_xml_cannot_carry_is_refused(case: Any, text: str) -> None:
    with pytest.raises(ParamError):
        case.client().put(id="i", text=text)


@pytest.mark.parametrize(
    "elements", ["<Whole>x</Whole>", "<Flag>yes</Flag>", "<Thing>t</Thing>", "<Pair><K>k</K></Pair><Pair/>"]
)
def test_another_answer_is_a_response_error(case: Any, elements: str) -> None:
    with pytest.raises(ResponseError):
        case.client(content=f"<R>{elements}</R>".encode()).put(id="i")
