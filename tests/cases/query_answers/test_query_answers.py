# SPDX-License-Identifier: Apache-2.0
"""Answers of awsQuery: XML with a wrapper around the output, or an error in its own."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from heliograph import ResponseError

MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
METADATA = "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata>"


def answer(members: str) -> bytes:
    return (
        f'<GetResponse xmlns="http://tiny/"><GetResult>{members}</GetResult>{METADATA}</GetResponse>'.encode()
    )


ROWS = [
    ("", {}),
    ("<New><A>1</A></New>", {}),
    ("<Text> a &lt;b </Text>", {"Text": " a <b "}),
    ("<Text/>", {"Text": ""}),
    ("<Flag>true</Flag><Whole>-1</Whole><Real>0.5</Real>", {"Flag": True, "Whole": -1, "Real": 0.5}),
    ("<Real>-Infinity</Real>", {"Real": float("-inf")}),
    ("<Exact>1.10</Exact>", {"Exact": Decimal("1.10")}),
    ("<Raw>AP8=</Raw>", {"Raw": b"\x00\xff"}),
    ("<Moment>2014-04-29T18:30:38.000Z</Moment>", {"Moment": MOMENT}),
    ("<Moment>1398796238</Moment>", {"Moment": MOMENT}),
    ("<Names><member>a</member><member>b</member></Names>", {"Names": ["a", "b"]}),
    ("<Names>\n</Names>", {"Names": []}),
    ("<Flat>a</Flat>", {"Flat": ["a"]}),
    ("<Numbers>1</Numbers><Text>t</Text><Numbers>2</Numbers>", {"Numbers": [1, 2], "Text": "t"}),
    ("<Grid><member><member>1</member></member><member/></Grid>", {"Grid": [[1], []]}),
    ("<Tags><entry><key>k</key><value>v</value></entry></Tags>", {"Tags": {"k": "v"}}),
    ("<Tags/>", {"Tags": {}}),
    ("<Pairs><K>k</K><V><Name>n</Name></V></Pairs>", {"Pairs": {"k": {"Name": "n"}}}),
    (
        "<Thing><Name>a</Name><Inner><Name>b</Name></Inner></Thing>",
        {"Thing": {"Name": "a", "Inner": {"Name": "b"}}},
    ),
    ("<Thing/>", {"Thing": {}}),
    ("<Things><item><Name>a</Name></item></Things>", {"Things": [{"Name": "a"}]}),
    ("<Choice><Text>t</Text></Choice>", {"Choice": {"Text": "t"}}),
    ("<Choice><other>a</other></Choice>", {"Choice": {"Renamed": ["a"]}}),
    ("<Choice><New>t</New></Choice>", {"Choice": {"SDK_UNKNOWN_MEMBER": {"name": "New"}}}),
]


@pytest.mark.parametrize(("members", "result"), ROWS, ids=str)
def test_reads(case: Any, members: str, result: dict[str, Any]) -> None:
    assert case.client(content=answer(members)).call("Get", {}) == result


def test_reads_an_output_without_wrapper(case: Any) -> None:
    body = f"<GetBareResponse><Text>t</Text>{METADATA}</GetBareResponse>".encode()
    assert case.client(content=body).get_bare().text == "t"


def test_what_is_absent_is_absent(case: Any) -> None:
    got = case.client(content=answer("")).get()
    assert (got.text, got.thing, list(got.names), dict(got.tags)) == (None, None, [], {})


@pytest.mark.parametrize(
    ("headers", "expected"), [({}, "id-1"), ({"x-amzn-RequestId": "of-the-header"}, "of-the-header")]
)
def test_the_request_id_may_stand_in_the_body(case: Any, headers: dict[str, str], expected: str) -> None:
    client = case.client(content=answer(""), headers=headers)
    assert client.get().response.request_id == expected
    body = f"<DeleteResponse>{METADATA}</DeleteResponse>".encode()
    assert case.client(content=body, headers=headers).delete().response.request_id == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<GetResponse/>",
        b"{}",
        answer("")[:-3],
        answer("<Whole>1.5</Whole>"),
        answer("<Names>a</Names>"),
        answer("<Pairs>a</Pairs>"),
        answer("<Thing>a</Thing>"),
        answer("<Raw>?</Raw>"),
    ],
    ids=str,
)
def test_another_answer_is_a_response_error(case: Any, body: bytes) -> None:
    with pytest.raises(ResponseError):
        case.client(content=body).get()


def test_raises_the_error_of_the_code(case: Any) -> None:
    body = (
        "<ErrorResponse><Error><Type>Sender</Type><Code>Gone.Away</Code><message>left</message>"
        "<Since>2014-04-29T18:30:38Z</Since><Names><member>a</member></Names></Error>"
        "<RequestId>id-1</RequestId></ErrorResponse>"
    )
    with pytest.raises(case.package.Gone) as raised:
        case.client(410, content=body.encode()).delete()
    error = raised.value
    assert (error.code, error.message, error.request_id) == ("Gone.Away", "left", "id-1")
    assert error.to_dict() == {"message": "left", "Since": MOMENT, "Names": ["a"]}


def test_an_error_without_a_body_goes_by_its_status(case: Any) -> None:
    with pytest.raises(case.package.ServiceError) as raised:
        case.client(404).delete()
    assert (raised.value.code, raised.value.message) == ("404", "Not Found")
