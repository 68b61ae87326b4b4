# SPDX-License-Identifier: Apache-2.0
"""Values in XML bodies, both ways, and what an XML error answer says."""

from __future__ import annotations

import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from heliograph.errors import ParamError, ResponseError
from heliograph.http import WireResponse
from heliograph.structure import ABSENT_LIST, ABSENT_MAP, Structure
from heliograph.wire import checks, http
from heliograph.wire import xml as wire
from heliograph.wire.json import as_is, blob, read_blob

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MOMENT = datetime(2014, 4, 29, 18, 30, 38, tzinfo=UTC)
CARRIED = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\r\n")
)
"""What XML has a form for."""


def response(body: bytes | str, status: int = 200) -> WireResponse:
    data = body.encode() if isinstance(body, str) else body
    return WireResponse(status, {"content-type": "application/xml"}, data)


def read(body: bytes | str) -> Any:
    return wire.xml_value(response(body))


def problem_of(body: bytes | str) -> str:
    with pytest.raises(ResponseError) as caught:
        read(body)
    return str(caught.value)


# Reading


@pytest.mark.parametrize(
    ("body", "value"),
    [
        pytest.param("", None, id="no-body"),
        pytest.param("<R/>", "", id="empty"),
        pytest.param("<R></R>", "", id="empty-with-end"),
        pytest.param("<R>text</R>", "text", id="text-root"),
        pytest.param("<R><A>1</A><B>2</B></R>", {"A": "1", "B": "2"}, id="structure"),
        pytest.param("<R>\n  <A> 1 </A>\n</R>", {"A": " 1 "}, id="blanks-within-text-stay"),
        pytest.param("<R><A>  </A></R>", {"A": "  "}, id="only-blanks-stay"),
        pytest.param("<R><A>1</A><B/><A>2</A><A>3</A></R>", {"A": ["1", "2", "3"], "B": ""}, id="repeated"),
        pytest.param("<R>before<A>1</A>after</R>", {"A": "1"}, id="text-beside-elements"),
        pytest.param("<R><A>&lt;&amp;&#xD;&#10;&quot;</A></R>", {"A": '<&\r\n"'}, id="escapes"),
        pytest.param("<R><A>a<!-- b -->c<![CDATA[<d>]]></A></R>", {"A": "ac<d>"}, id="comment-and-cdata"),
        pytest.param("<R><A>\r\n\r</A></R>", {"A": "\n\n"}, id="line-ends"),
        pytest.param(
            '<?xml version="1.0" encoding="UTF-8"?><!-- c --><?p i?>\n<R><A>ä</A></R>\n',
            {"A": "ä"},
            id="prologue",
        ),
        pytest.param('\ufeff<?xml version="1.0"?><R><A>ä</A></R>', {"A": "ä"}, id="byte-order-mark"),
        pytest.param(
            '<R xmlns="http://a" xmlns:b="http://b"><b:A>1</b:A><A xmlns="c">2</A></R>',
            {"A": ["1", "2"]},
            id="namespaces",
        ),
        pytest.param('<R k="v"><A>1</A></R>', {"@k": "v", "A": "1"}, id="attribute"),
        pytest.param(
            '<G xmlns:xsi="http://x" xsi:type="User"><A>1</A></G>',
            {"@type": "User", "A": "1"},
            id="attribute-with-a-prefix",
        ),
        pytest.param('<R k="v"/>', {"@k": "v"}, id="attribute-of-an-empty-structure"),
        pytest.param('<R k="v">\n</R>', {"@k": "v"}, id="attribute-of-a-blank-structure"),
        pytest.param('<R><A k="v">text</A></R>', {"A": "text"}, id="attribute-of-a-text"),
        pytest.param('<R><A xml:space="preserve"> </A></R>', {"A": " "}, id="attribute-of-xml-itself"),
    ],
)
def test_what_an_element_holds_stands_for_it(body: str, value: object) -> None:
    assert read(body) == value


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        pytest.param("<R>", "not XML: ExpatError in line 1 of 3 bytes (application/xml)", id="cut-short"),
        pytest.param("<R>\n</S>", "ExpatError in line 2", id="other-end"),
        pytest.param("<R/><R/>", "not XML", id="two-roots"),
        pytest.param("<R a='1' a='2'/>", "not XML", id="attribute-twice"),
        pytest.param("text", "not XML", id="text"),
        pytest.param("   ", "not XML", id="blanks"),
        pytest.param('{"a": 1}', "not XML", id="json"),
        pytest.param(b"<R>\xff</R>", "not XML", id="broken-utf-8"),
        pytest.param("<R>\x00</R>", "not XML", id="null-character"),
        pytest.param("<R>&nbsp;</R>", "not XML", id="unknown-entity"),
        pytest.param("<!DOCTYPE R><R/>", "document type declaration", id="document-type"),
        pytest.param(
            '<!DOCTYPE R [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><R>&b;</R>',
            "document type declaration",
            id="entities",
        ),
        pytest.param(
            '<!DOCTYPE R SYSTEM "http://localhost/x.dtd"><R/>', "document type declaration", id="external"
        ),
        pytest.param(
            '<?xml version="1.0"?><!DOCTYPE R><R/>'.encode("utf-16"),
            "declaration",
            id="document-type-in-utf-16",
        ),
        pytest.param("<a>" * 129 + "</a>" * 129, "deeper than 128 levels", id="deep"),
        pytest.param("<a>" * 1_000_000, "deeper than 128 levels", id="very-deep"),
    ],
)
def test_what_is_not_plain_xml_is_refused(body: bytes | str, problem: str) -> None:
    assert problem in problem_of(body)


def test_errors_show_no_content() -> None:
    assert "secret" not in problem_of("<secret>secret</secret")


def test_the_deepest_answer_is_read() -> None:
    value = read("<a>" * 128 + "</a>" * 128)
    for _ in range(127):
        value = value["a"]
    assert value == ""


def test_a_deep_answer_is_refused_before_it_takes_memory() -> None:
    answer = response("<a>" * 1_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(ResponseError):
            wire.xml_value(answer)
        assert tracemalloc.get_traced_memory()[1] < len(answer.body)
    finally:
        tracemalloc.stop()


def test_a_long_text_is_read_whole() -> None:
    text = "aä\n" * 100_000
    assert read(f"<R><A>{text}</A></R>") == {"A": text}


@given(st.binary(max_size=100) | CARRIED.map(str.encode))
def test_any_body_gives_a_value_or_this_error(body: bytes) -> None:
    for data in (body, b"<R>" + body + b"</R>"):
        with suppress(ResponseError):
            wire.xml_value(response(data))


def test_a_result_stands_below_the_root() -> None:
    body = "<GetResponse><GetResult><A>1</A></GetResult><ResponseMetadata/></GetResponse>"
    assert wire.xml_result(response(body), "GetResult") == {"A": "1"}
    assert wire.xml_result(response("<R><GetResult/></R>"), "GetResult") == ""


@pytest.mark.parametrize("body", ["", "<R/>", "<html><body>no</body></html>"], ids=["none", "empty", "page"])
def test_an_answer_without_the_result_is_an_error(body: str) -> None:
    with pytest.raises(ResponseError, match="the answer has no GetResult"):
        wire.xml_result(response(body), "GetResult")


@pytest.mark.parametrize(
    ("value", "members"),
    [
        pytest.param(None, {}, id="absent"),
        pytest.param("", {}, id="empty"),
        pytest.param(" \n ", {}, id="blank"),
        pytest.param({"A": "1"}, {"A": "1"}, id="members"),
    ],
)
def test_a_structure_has_fields(value: object, members: dict[str, Any]) -> None:
    assert wire.fields(value) == members


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        pytest.param("text", "expected elements, got text", id="text"),
        pytest.param(["", ""], "expected elements, got several", id="several"),
    ],
)
def test_what_is_no_structure_is_a_type_error(value: object, problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        wire.fields(value)


@pytest.mark.parametrize(
    ("value", "items"),
    [
        pytest.param("", [], id="empty"),
        pytest.param({"member": "1"}, [1], id="one"),
        pytest.param({"member": ["1", "2"]}, [1, 2], id="several"),
        pytest.param({"item": ["1", "2"], "@kind": "k"}, [1, 2], id="any-name-and-attributes"),
    ],
)
def test_a_wrapped_list_is_read(value: object, items: list[int]) -> None:
    assert wire.read_wrapped_list(value, http.read_integer_text) == items


@pytest.mark.parametrize(
    ("value", "items"),
    [pytest.param("1", [1], id="one"), pytest.param(["1", "2"], [1, 2], id="several")],
)
def test_a_flat_list_is_read(value: object, items: list[int]) -> None:
    assert wire.read_flat_list(value, http.read_integer_text) == items


ENTRIES = [{"K": "a", "V": "1"}, {"V": "2", "K": "b"}, {"K": "c"}, {"K": "", "V": "3"}]


@pytest.mark.parametrize(
    ("read_map", "value", "items"),
    [
        pytest.param(wire.read_wrapped_map, "", {}, id="wrapped-empty"),
        pytest.param(wire.read_wrapped_map, {"entry": ENTRIES[0]}, {"a": 1}, id="wrapped-one"),
        pytest.param(wire.read_wrapped_map, {"entry": ENTRIES}, {"a": 1, "b": 2, "": 3}, id="wrapped"),
        pytest.param(wire.read_flat_map, ENTRIES[0], {"a": 1}, id="flat-one"),
        pytest.param(wire.read_flat_map, ENTRIES, {"a": 1, "b": 2, "": 3}, id="flat"),
    ],
)
def test_a_map_is_read(read_map: Callable[..., Any], value: object, items: dict[str, int]) -> None:
    assert read_map(value, "K", "V", http.read_integer_text) == items


@pytest.mark.parametrize("entry", [{"V": "1"}, {"K": {"x": "1"}}, {"K": ["a", "b"]}, ""])
def test_an_entry_without_a_key_is_a_value_error(entry: object) -> None:
    with pytest.raises(ValueError, match="a map has an entry without a K"):
        wire.read_flat_map(entry, "K", "V", as_is)


def test_what_is_absent_stays_absent() -> None:
    assert wire.read_wrapped_list(None, as_is) is ABSENT_LIST
    assert wire.read_flat_list(None, as_is) is ABSENT_LIST
    assert wire.read_wrapped_map(None, "key", "value", as_is) is ABSENT_MAP
    assert wire.read_flat_map(None, "key", "value", as_is) is ABSENT_MAP
    assert wire.read_element_union(None, {}) is None
    assert wire.read_timestamp_text(None) is None


READERS: dict[str, Callable[[Any], Any]] = {
    "number": http.read_integer_text,
    "list": lambda value: wire.read_flat_list(value, as_is),
}


@pytest.mark.parametrize(
    ("value", "union"),
    [
        pytest.param({"number": "1"}, {"number": 1}, id="scalar"),
        pytest.param({"list": ["a", "b"]}, {"list": ["a", "b"]}, id="flat-list"),
        pytest.param({"@kind": "k", "number": "1"}, {"number": 1}, id="with-an-attribute"),
        pytest.param({"new": "1"}, {"SDK_UNKNOWN_MEMBER": {"name": "new"}}, id="unknown"),
        pytest.param("", None, id="empty"),
    ],
)
def test_a_union_is_read(value: object, union: dict[str, Any] | None) -> None:
    assert wire.read_element_union(value, READERS) == union


def test_a_union_of_two_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="one member"):
        wire.read_element_union({"number": "1", "list": "a"}, READERS)


@pytest.mark.parametrize(
    "text",
    ["2014-04-29T18:30:38Z", "1398796238", "1398796238.000", "Tue, 29 Apr 2014 18:30:38 GMT"],
    ids=["date-time", "seconds", "seconds-with-fraction", "http-date"],
)
def test_a_timestamp_is_read_from_any_form(text: str) -> None:
    assert wire.read_timestamp_text(text) == MOMENT


@pytest.mark.parametrize("text", ["", "soon", "-", "1.2.3"])
def test_another_timestamp_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match=r"not|expected"):
        wire.read_timestamp_text(text)


# Errors

WRAPPED = (
    "<ErrorResponse xmlns='http://a'><Error><Type>Sender</Type><Code>Gone</Code><Message>Hi</Message>"
    "<Nested><Foo>bar</Foo></Nested></Error><RequestId>id</RequestId></ErrorResponse>"
)
EC2 = (
    "<Response><Errors><Error><Code>Gone.Away</Code><Message>Hi</Message></Error>"
    "<Error><Code>Other</Code></Error></Errors><RequestID>id</RequestID></Response>"
)


@pytest.mark.parametrize(
    ("body", "code", "message", "members"),
    [
        pytest.param(
            WRAPPED,
            "Gone",
            "Hi",
            {"Type": "Sender", "Code": "Gone", "Message": "Hi", "Nested": {"Foo": "bar"}},
            id="wrapped",
        ),
        pytest.param(
            "<Error><Code> Gone </Code><Error>x</Error></Error>",
            "Gone",
            None,
            {"Code": " Gone ", "Error": "x"},
            id="bare",
        ),
        pytest.param(EC2, "Gone.Away", "Hi", {"Code": "Gone.Away", "Message": "Hi"}, id="ec2-first"),
        pytest.param(
            "<E><Error><Message>m</Message></Error></E>", "400", "m", {"Message": "m"}, id="no-code"
        ),
        pytest.param(
            "<Error><Code>a</Code><Code>b</Code></Error>", "400", None, {"Code": ["a", "b"]}, id="two-codes"
        ),
        pytest.param("", "400", "Bad Request", {}, id="empty"),
        pytest.param("<html><p>Bad</p></html>", "400", "<html><p>Bad</p></html>", {}, id="page"),
        pytest.param("Bad\n\x1b[31mgateway", "400", "Bad  [31mgateway", {}, id="text"),
        pytest.param("<Error>no</Error>", "400", "<Error>no</Error>", {}, id="error-of-text"),
        pytest.param("<!DOCTYPE R><R/>", "400", "<!DOCTYPE R><R/>", {}, id="document-type"),
    ],
)
def test_an_error_says_what_it_is(
    body: str, code: str, message: str | None, members: Mapping[str, Any]
) -> None:
    assert wire.read_xml_error(response(body, 400)) == (code, message, members)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("<R><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></R>", "id"),
        ("<R><requestId> id </requestId><A/></R>", "id"),
        (WRAPPED, "id"),
        (EC2, "id"),
        ("<Error><Code>C</Code><RequestId>id</RequestId></Error>", "id"),
        ("<R><Error><RequestId>id</RequestId></Error></R>", "id"),
        ("<R><Inner><RequestId>id</RequestId></Inner></R>", None),
        ("<R><RequestId>a</RequestId><RequestId>b</RequestId></R>", None),
        ("<R>text</R>", None),
        ("<R>", None),
    ],
)
def test_a_body_may_tell_the_request_id(body: str, found: str | None) -> None:
    assert wire.request_id_in(response(body)) == found


# Writing


@pytest.mark.parametrize(
    ("value", "body"),
    [
        pytest.param({}, "<R></R>", id="empty"),
        pytest.param({"A": "1", "B": ""}, "<R><A>1</A><B></B></R>", id="structure"),
        pytest.param({"A": {"B": {"C": "1"}}}, "<R><A><B><C>1</C></B></A></R>", id="nested"),
        pytest.param(
            {"L": {"member": ["a", "b"]}}, "<R><L><member>a</member><member>b</member></L></R>", id="list"
        ),
        pytest.param({"L": {"member": []}}, "<R><L></L></R>", id="empty-list"),
        pytest.param({"L": ["a", {"B": "b"}]}, "<R><L>a</L><L><B>b</B></L></R>", id="flat-list"),
        pytest.param({"L": []}, "<R></R>", id="empty-flat-list"),
        pytest.param({"A": "1", "@k": "v"}, '<R k="v"><A>1</A></R>', id="attribute-after-a-member"),
        pytest.param({"@xmlns": "http://a"}, '<R xmlns="http://a"></R>', id="namespace"),
        pytest.param("text", "<R>text</R>", id="text-root"),
        pytest.param({"A": "<&>\"'"}, "<R><A>&lt;&amp;&gt;&quot;'</A></R>", id="escapes"),
        pytest.param(
            {"A": "\r\n\t\x85\u2028"}, "<R><A>&#xD;&#xA;&#x9;&#x85;&#x2028;</A></R>", id="line-ends"
        ),
        pytest.param({"@k": '<&>"\n'}, '<R k="&lt;&amp;&gt;&quot;&#xA;"></R>', id="escapes-in-an-attribute"),
        pytest.param({"A": "größe 😀"}, "<R><A>größe 😀</A></R>", id="more-than-ascii"),
    ],
)
def test_a_body_is_written(value: object, body: str) -> None:
    assert wire.xml_body("R", value) == body.encode()


@pytest.mark.parametrize("text", ["\x00", "a\x08b", "\x1b", "\ufffe", "\uffff", "\ud800"])
@pytest.mark.parametrize("key", ["A", "@A"], ids=["text", "attribute"])
def test_what_xml_has_no_form_for_is_refused(key: str, text: str) -> None:
    with pytest.raises(ParamError) as caught:
        wire.xml_body("R", {key: f"secret{text}"})
    assert caught.value.path in ("A", "R")
    assert "secret" not in str(caught.value)


def test_a_namespace_is_put_on_anything() -> None:
    value = {
        "A": wire.with_attribute("a", "xmlns:p", "http://p"),
        "B": wire.with_attribute({"C": "c"}, "xmlns", "http://b"),
        "L": {"member": [wire.with_attribute(item, "xmlns", "http://l") for item in "ab"]},
    }
    assert wire.xml_body("R", value) == (
        b'<R><A xmlns:p="http://p">a</A><B xmlns="http://b"><C>c</C></B>'
        b'<L><member xmlns="http://l">a</member><member xmlns="http://l">b</member></L></R>'
    )


def test_the_entries_of_a_map_are_written() -> None:
    assert wire.each_entry(checks.text, {"a": "1", "b": "2"}, "M", "K", "V") == [
        {"K": "a", "V": "1"},
        {"K": "b", "V": "2"},
    ]
    assert wire.each_entry(checks.text, {}, "M") == []


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        pytest.param(["a"], "M: expected a mapping, got list", id="list"),
        pytest.param({"a": 1}, "M['a']: expected str, got int", id="value"),
        pytest.param({1: "a"}, "M (a key): expected str, got int", id="key"),
    ],
)
def test_what_is_no_map_of_strings_is_refused(values: object, problem: str) -> None:
    with pytest.raises(ParamError) as caught:
        wire.each_entry(checks.text, values, "M")
    assert str(caught.value) == problem


def test_with_checks_off_anything_is_written_as_text() -> None:
    value = checks.without_checks(lambda: {"A": checks.text(5, "A"), "B": checks.required({}, "B")})
    assert wire.xml_body("R", value) == b"<R><A>5</A><B></B></R>"


@given(st.dictionaries(st.sampled_from(["A", "B", "@c"]), CARRIED))
def test_any_text_survives(value: dict[str, str]) -> None:
    body = wire.xml_body("R", {**value, "D": ""})
    assert read(body) == {**value, "D": ""}
    root = ElementTree.fromstring(body)
    assert {element.tag: element.text or "" for element in root} == {
        name: text for name, text in {**value, "D": ""}.items() if name != "@c"
    }
    assert root.attrib == {name[1:]: text for name, text in value.items() if name == "@c"}


# A structure as generated code reads and writes it: straight-line, with the functions above


class Thing(Structure):
    __slots__ = ("data", "kind", "labels", "nested", "size", "tags", "values")

    MEMBERS = (
        ("kind", "Kind", False, None),
        ("size", "Size", False, None),
        ("data", "Data", False, None),
        ("tags", "Tags", False, None),
        ("values", "Values", False, None),
        ("labels", "Labels", False, None),
        ("nested", "Nested", False, "Thing"),
    )

    kind: str | None
    size: int | None
    data: bytes | None
    tags: Sequence[str]
    values: Sequence[bool]
    labels: Mapping[str, str]
    nested: Thing | None


def thing_to_xml(value: Any, name: str) -> dict[str, Any]:
    members = checks.members_of(value, Thing, name)
    body: dict[str, Any] = {}
    if (value := members.get("Kind")) is not None:
        body["@x:kind"] = checks.text(value, "Kind")
    if (value := members.get("Size")) is not None:
        body["Size"] = http.integer_text(value, "Size")
    if (value := members.get("Data")) is not None:
        body["Data"] = blob(value, "Data")
    if (value := members.get("Tags")) is not None:
        body["Tags"] = {"member": checks.each(checks.text, value, "Tags")}
    if (value := members.get("Values")) is not None:
        body["Value"] = checks.each(http.boolean_text, value, "Values")
    if (value := members.get("Labels")) is not None:
        body["Labels"] = {"entry": wire.each_entry(checks.text, value, "Labels")}
    if (value := members.get("Nested")) is not None:
        body["Nested"] = checks.nested(thing_to_xml, value, "Nested")
    return body


def thing_from_xml(value: Any) -> Thing:
    get = wire.fields(value).get
    new = Thing.__new__(Thing)
    new.kind = get("@kind")
    new.size = http.read_integer_text(get("Size"))
    new.data = read_blob(get("Data"))
    new.tags = wire.read_wrapped_list(get("Tags"), as_is)
    new.values = wire.read_flat_list(get("Value"), http.read_boolean_text)
    new.labels = wire.read_wrapped_map(get("Labels"), "key", "value", as_is)
    new.nested = None if (nested := get("Nested")) is None else thing_from_xml(nested)
    return new


def test_a_structure_is_written_and_read() -> None:
    thing = {
        "Kind": "k",
        "Size": 2**40,
        "Data": b"\x00\xff",
        "Tags": ["a", ""],
        "Values": [True, False],
        "Labels": {"x": "1", "y": "2"},
        "Nested": {"Tags": []},
    }
    body = wire.xml_body("Thing", thing_to_xml(thing, ""))
    assert body == (
        b'<Thing x:kind="k"><Size>1099511627776</Size><Data>AP8=</Data>'
        b"<Tags><member>a</member><member></member></Tags><Value>true</Value><Value>false</Value>"
        b"<Labels><entry><key>x</key><value>1</value></entry><entry><key>y</key><value>2</value></entry></Labels>"
        b"<Nested><Tags></Tags></Nested></Thing>"
    )
    assert thing_from_xml(read(body)).to_dict() == thing


def test_an_empty_structure_is_read() -> None:
    new = thing_from_xml(read("<Thing/>"))
    assert new.to_dict() == {}
    assert new.tags is ABSENT_LIST


def test_an_error_names_the_place() -> None:
    with pytest.raises(ParamError) as caught:
        thing_to_xml({"Nested": {"Labels": {"a": 1}}}, "")
    assert str(caught.value) == "Nested.Labels['a']: expected str, got int"
