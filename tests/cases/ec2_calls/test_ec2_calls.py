# SPDX-License-Identifier: Apache-2.0
"""ec2Query: forms with flat lists and capitals, answers in XML."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import pytest

OK = b"<DoResponse><requestId>id-1</requestId></DoResponse>"


@pytest.mark.parametrize(
    ("given", "pairs"),
    [
        ({}, {}),
        ({"Text": "t"}, {"Text": "t"}),
        ({"lower": "t"}, {"Lower": "t"}),
        ({"Renamed": "t"}, {"OtherName": "t"}),
        ({"Queried": "t"}, {"InTheQuery": "t"}),
        ({"Names": ["a", "b"]}, {"Names.1": "a", "Names.2": "b"}),
        ({"Names": []}, {}),
        ({"Items": ["a"]}, {"Item.1": "a"}),
        ({"Grid": [["a"], ["b"]]}, {"Grid.1.1": "a", "Grid.2.1": "b"}),
        ({"Thing": {"Count": 1, "Inner": {"Count": 2}}}, {"Thing.Count": "1", "Thing.Inner.Count": "2"}),
        ({"Things": [{"Count": 1}, {"Count": 2}]}, {"Things.1.Count": "1", "Things.2.Count": "2"}),
    ],
    ids=str,
)
def test_writes(case: Any, given: Any, pairs: dict[str, str]) -> None:
    case.client(content=OK).call("Do", given)
    sent = dict(parse_qsl(case.sent.content.decode(), keep_blank_values=True))
    assert sent == {"Action": "Do", "Version": "2020-01-08", **pairs}


@pytest.mark.parametrize(
    ("members", "result"),
    [
        ("", {}),
        ("<Text>t</Text><otherName>r</otherName>", {"Text": "t", "Renamed": "r"}),
        ("<queriedName>q</queriedName>", {"Queried": "q"}),
        ("<itemSet><item>a</item><item>b</item></itemSet>", {"Items": ["a", "b"]}),
        ("<itemSet/>", {"Items": []}),
        ("<Flat>a</Flat><Flat>b</Flat>", {"Flat": ["a", "b"]}),
        (
            "<thing><count>1</count><inner><count>2</count></inner></thing>",
            {"Thing": {"Count": 1, "Inner": {"Count": 2}}},
        ),
        ("<thingSet><item><count>1</count></item></thingSet>", {"Things": [{"Count": 1}]}),
    ],
    ids=str,
)
def test_reads(case: Any, members: str, result: Any) -> None:
    body = f"<DoResponse><requestId>id-1</requestId>{members}</DoResponse>".encode()
    client = case.client(content=body)
    assert client.call("Do", {}) == result
    assert client.do().response.request_id == "id-1"


def test_raises_the_first_error(case: Any) -> None:
    body = (
        b"<Response><Errors><Error><Code>Gone.Away</Code><Message>left</Message></Error></Errors>"
        b"<RequestID>id-1</RequestID></Response>"
    )
    with pytest.raises(case.package.ServiceError) as raised:
        case.client(400, content=body).do()
    error = raised.value
    assert (error.code, error.message, error.request_id) == ("Gone.Away", "left", "id-1")
